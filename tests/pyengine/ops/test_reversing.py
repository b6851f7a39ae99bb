"""Other orders of the elements."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.arange(12).reshape(3, 4)


def test_reverse(sess):
    np.testing.assert_array_equal(sess.run(tf.reverse(X, [-1])), X[:, ::-1])
    np.testing.assert_array_equal(sess.run(tf.reverse_v2(X, [0, 1])), X[::-1, ::-1])
    np.testing.assert_array_equal(sess.run(tf.reverse(X, np.zeros(0, int))), X)
    with pytest.raises(ValueError, match="out of valid range"):
        tf.reverse(X, [2])
    with pytest.raises(ValueError, match="more than once"):
        tf.reverse(X, [0, -2])


def test_reverse_sequence(sess):
    y = tf.reverse_sequence(X, [2, 0, 4], seq_axis=1)
    assert sess.run(y).tolist() == [[1, 0, 2, 3], [4, 5, 6, 7], [11, 10, 9, 8]]
    z = tf.reverse_sequence(X.T, [2, 0, 4], seq_dim=0, batch_dim=1)
    np.testing.assert_array_equal(sess.run(z), sess.run(y).T)
    with pytest.raises(ValueError, match="seq_dim must be < input rank"):
        tf.reverse_sequence(X, [1, 1, 1], seq_axis=2)
    with pytest.raises(ValueError, match="not compatible"):
        tf.reverse_sequence(X, [1], seq_axis=1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="seq_lens"):
        sess.run(tf.reverse_sequence(X, [5, 0, 0], seq_axis=1))


def test_roll(sess):
    np.testing.assert_array_equal(sess.run(tf.roll(X, 1, 0)), np.roll(X, 1, 0))
    y = tf.roll(X, [1, -2, 1], [0, 1, 0])
    np.testing.assert_array_equal(sess.run(y), np.roll(X, [1, -2, 1], [0, 1, 0]))
    with pytest.raises(ValueError, match="incompatible"):
        tf.roll(X, [1, 2], [0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of range"):
        sess.run(tf.roll(X, 1, 5))
