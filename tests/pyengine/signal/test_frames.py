"""Frames of signals."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.arange(10.0)


@pytest.mark.parametrize("known", [True, False])
def test_frame(sess, known):
    x = tf.placeholder(tf.float64, [10 if known else None, 2])
    value = np.stack([X, -X], 1)
    y = tf.signal.frame(x, 4, 3, axis=0)
    assert y.shape.as_list() == [3 if known else None, 4, 2]
    got = sess.run(y, {x: value})
    np.testing.assert_array_equal(got[:, :, 0], [X[i : i + 4] for i in (0, 3, 6)])
    padded = tf.signal.frame(x, 4, 3, pad_end=True, pad_value=7, axis=0)
    assert sess.run(padded, {x: value})[-1, :, 0].tolist() == [9, 7, 7, 7]
    assert sess.run(tf.signal.frame(X[:2], 4, 3)).shape == (0, 4)
    with pytest.raises(ValueError, match="out of range"):
        tf.signal.frame(x, 4, 3, axis=2)


def test_overlap_and_add(sess):
    y = tf.signal.overlap_and_add([[1, 2, 3], [10, 20, 30]], 2)
    assert y.shape == [5]
    assert sess.run(y).tolist() == [1, 2, 13, 20, 30]
    batch = tf.signal.overlap_and_add(np.ones((2, 3, 4)), 4)
    assert sess.run(batch).shape == (2, 12)
    with pytest.raises(ValueError, match="integer"):
        tf.signal.overlap_and_add([[1.0]], 0.5)


@pytest.mark.parametrize("axes", [None, 0, [0, 1], -1])
def test_shifts(sess, axes):
    x = np.arange(15).reshape(3, 5)
    np.testing.assert_array_equal(sess.run(tf.signal.fftshift(x, axes)), np.fft.fftshift(x, axes))
    np.testing.assert_array_equal(sess.run(tf.signal.ifftshift(x, axes)), np.fft.ifftshift(x, axes))
