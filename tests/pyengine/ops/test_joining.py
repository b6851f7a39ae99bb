"""Joining tensors and taking them apart."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_concat(sess):
    x = tf.placeholder(tf.int32, [2, None])
    y = tf.concat([x, [[5], [6]]], 1)
    assert y.shape == [2, None]
    assert sess.run(y, {x: [[1, 2], [3, 4]]}).tolist() == [[1, 2, 5], [3, 4, 6]]
    assert tf.concat([tf.zeros([1, 2]), tf.zeros([3, 2])], -2).shape == [4, 2]
    assert tf.concat(tf.zeros([1, 2]), 0).op.type == "Identity"


def test_concat_hands_on_the_arrays_and_an_axis_of_the_run(sess):
    parts = [tf.placeholder(tf.float32, [None, 2]) for _ in range(3)]
    axis = tf.placeholder(tf.int32, [])
    y = tf.concat(parts, axis)
    values = {p: np.full((1, 2), i, np.float32) for i, p in enumerate(parts)}
    assert sess.run(y, {**values, axis: 1}).tolist() == [[0, 0, 1, 1, 2, 2]]
    assert sess.run(y, {**values, axis: 0}).dtype == np.float32


@pytest.mark.parametrize(
    ("shapes", "axis"), [(([2], [2, 2]), 0), (([2, 2], [3, 3]), 0), (([2], [2]), 1)]
)
def test_concat_refuses_what_does_not_fit(sess, shapes, axis):
    with pytest.raises(ValueError, match="ConcatV2"):
        tf.concat([tf.zeros(s) for s in shapes], axis)


def test_stack_and_unstack(sess):
    a, b = tf.constant([1, 2]), tf.constant([3, 4])
    assert sess.run(tf.stack([a, b])).tolist() == [[1, 2], [3, 4]]
    assert sess.run(tf.stack([a, b], axis=-1)).tolist() == [[1, 3], [2, 4]]
    assert [v.tolist() for v in sess.run(tf.unstack([[1, 2], [3, 4]], axis=1))] == [[1, 3], [2, 4]]
    with pytest.raises(ValueError, match="not compatible"):
        tf.stack([a, tf.constant([1])])
    with pytest.raises(ValueError, match="infer"):
        tf.unstack(tf.placeholder(tf.float32, [None]))
    with pytest.raises(ValueError, match="out of range"):
        tf.stack([a, b], axis=3)


def test_split(sess):
    x = np.arange(6)
    assert [p.tolist() for p in sess.run(tf.split(x, 3))] == [[0, 1], [2, 3], [4, 5]]
    assert [p.tolist() for p in sess.run(tf.split(x, [1, -1, 2]))] == [[0], [1, 2, 3], [4, 5]]
    assert sess.run(tf.split(x, 1))[0].tolist() == x.tolist()
    with pytest.raises(ValueError, match="evenly divisible by 4"):
        tf.split(x, 4)
    with pytest.raises(ValueError, match="do not add up to 6"):
        tf.split(x, [1, 2])


def test_gradients_go_back_to_their_parts(sess):
    a, b = tf.constant([1.0, 2.0]), tf.constant([3.0])
    weights = tf.constant([1.0, 2.0, 3.0])
    got = sess.run(tf.gradients(tf.concat([a, b], 0) * weights, [a, b]))
    assert [g.tolist() for g in got] == [[1.0, 2.0], [3.0]]
