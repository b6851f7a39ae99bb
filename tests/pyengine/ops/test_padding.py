"""Borders against NumPy's."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize("mode", ["constant", "REFLECT", "Symmetric"])
def test_modes(sess, mode):
    pairs = [[1, 1], [2, 0]]
    y = tf.pad(X, pairs, mode)
    assert y.shape == [4, 5]
    np.testing.assert_array_equal(sess.run(y), np.pad(X, pairs, mode.lower()))


def test_values_and_paddings_of_the_run(sess):
    pairs = tf.placeholder(tf.int32, [1, 2])
    y = tf.pad([1, 2], pairs, constant_values=9)
    assert y.shape.as_list() == [None]
    assert sess.run(y, {pairs: [[1, 2]]}).tolist() == [9, 1, 2, 9, 9]
    assert sess.run(tf.pad(["a"], [[0, 1]])).tolist() == [b"a", b""]
    assert tf.pad(tf.placeholder(tf.float32), [[1, 1], [0, 0]]).shape.as_list() == [None, None]


def test_what_does_not_fit_is_refused(sess):
    with pytest.raises(ValueError, match="non-negative"):
        tf.pad(X, [[-1, 0], [0, 0]])
    with pytest.raises(ValueError, match="not compatible"):
        tf.pad(X, [[1, 1]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="no greater"):
        sess.run(tf.pad(X, [[2, 0], [0, 0]], "REFLECT"))
    with pytest.raises(ValueError, match="Unknown padding mode"):
        tf.pad(X, [[0, 0], [0, 0]], "WRAP")


def test_the_gradient_is_what_is_inside(sess):
    x = tf.constant(X)
    y = tf.pad(x, [[1, 0], [0, 1]], constant_values=3.0)
    weights = np.arange(12.0).reshape(3, 4)
    assert sess.run(tf.gradients(y * weights, x)[0]).tolist() == weights[1:, :3].tolist()


def test_paddings_that_are_known_in_part():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, 3])
        padded = tf.pad(x, [[1, tf.shape(x)[0]], [0, 2]])
        assert padded.shape.as_list() == [None, 5]
        assert sess.run(padded, {x: np.ones((2, 3))}).shape == (5, 5)
