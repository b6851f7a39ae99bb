"""Tensors made of given values."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_zeros_and_ones(sess):
    assert sess.run(tf.zeros([2, 1])).tolist() == [[0.0], [0.0]]
    assert sess.run(tf.ones([2], tf.int32)).tolist() == [1, 1]
    assert sess.run(tf.zeros([1], tf.string)).tolist() == [b""]
    assert sess.run(tf.zeros([1], tf.bool)).tolist() == [False]
    assert tf.zeros([10, 100]).op.type == "Fill"
    n = tf.placeholder(tf.int32, [])
    assert sess.run(tf.ones([n, 2]), {n: 3}).shape == (3, 2)
    with pytest.raises(ValueError, match="fully known"):
        tf.zeros([None, 2])


def test_zeros_and_ones_like(sess):
    x = tf.placeholder(tf.float32, [None])
    assert sess.run([tf.zeros_like(x), tf.ones_like(x, tf.int32)], {x: [5, 6]})[1].tolist() == [
        1,
        1,
    ]
    assert tf.zeros_like(tf.constant([1, 2])).op.type == "Const"


def test_fill(sess):
    assert sess.run(tf.fill([2], "a")).tolist() == [b"a", b"a"]
    value = tf.constant(2.0)
    assert sess.run(tf.gradients(tf.fill([3], value), value)) == [3.0]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((3,), [0, 1, 2]),
        ((1, 4), [1, 2, 3]),
        ((0, 1, 0.25), [0, 0.25, 0.5, 0.75]),
        ((3, 0, -2), [3, 1]),
    ],
)
def test_ranges(sess, arguments, wanted):
    got = tf.range(*arguments)
    assert sess.run(got).tolist() == wanted
    assert got.shape == [len(wanted)]


def test_a_step_of_nothing_is_refused(sess):
    with pytest.raises(ValueError, match="delta"):
        tf.range(0, 3, 0)


def test_linspace_and_eye(sess):
    assert sess.run(tf.linspace(0.0, 1.0, 3)).tolist() == [0.0, 0.5, 1.0]
    assert sess.run(tf.eye(2, 3)).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert sess.run(tf.eye(2, batch_shape=[3])).shape == (3, 2, 2)


def test_one_hot(sess):
    assert sess.run(tf.one_hot([0, 2, -1, 5], 3)).tolist() == [
        [1, 0, 0],
        [0, 0, 1],
        [0] * 3,
        [0] * 3,
    ]
    assert sess.run(tf.one_hot([0, 1], 2, axis=0, on_value=5, off_value=-1)).tolist() == [
        [5, -1],
        [-1, 5],
    ]
    assert tf.one_hot([1], 2, dtype=tf.int64).dtype is tf.int64
    assert tf.one_hot(tf.placeholder(tf.int32, [None]), 7).shape == [None, 7]
    np.testing.assert_array_equal(sess.run(tf.one_hot(np.array([[1]]), 2)), [[[0, 1]]])


def test_eye_of_tensors(sess):
    n = tf.placeholder(tf.int32, [])
    assert sess.run(tf.eye(n, dtype=tf.int32), {n: 2}).tolist() == [[1, 0], [0, 1]]
    y = tf.eye(2, n, batch_shape=[1])
    assert sess.run(y, {n: 3}).tolist() == [[[1, 0, 0], [0, 1, 0]]]


def test_linspace_between_tensors_makes_a_new_axis():
    with tf.Graph().as_default(), tf.Session() as session:
        rows = tf.linspace([1.0, 2.0], [3.0, 6.0], 3)
        assert rows.shape.as_list() == [3, 2]
        assert session.run(rows).tolist() == [[1, 2], [2, 4], [3, 6]]
        columns = tf.linspace([1.0, 2.0], 3.0, 1, axis=-1)
        assert session.run(columns).tolist() == [[1], [2]]


def test_fill_takes_a_scalar():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="rank 0"):
        tf.fill([2], [1.0])


def test_ones_are_no_text():
    for build in (lambda: tf.ones([2], tf.string), lambda: tf.ones_like(["a"])):
        with pytest.raises(TypeError, match="Expected string"):
            build()
