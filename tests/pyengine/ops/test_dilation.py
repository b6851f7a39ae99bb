"""Dilation and erosion of images."""

import numpy as np
import pytest
import scipy.ndimage

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_dilation_and_erosion(sess):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(6, 7)), rng.normal(size=(3, 3))
    ones = [1, 1, 1, 1]
    got = sess.run(tf.nn.dilation2d(x[None, ..., None], w[..., None], ones, ones, "VALID"))
    # SciPy's structure is reflected.
    wanted = scipy.ndimage.grey_dilation(x, structure=w[::-1, ::-1])[1:-1, 1:-1]
    np.testing.assert_allclose(got[0, ..., 0], wanted)
    got = sess.run(tf.nn.erosion2d(x[None, ..., None], w[..., None], ones, ones, "VALID"))
    wanted = scipy.ndimage.grey_erosion(x, structure=w[::-1, ::-1])[1:-1, 1:-1]
    np.testing.assert_allclose(got[0, ..., 0], wanted)


def test_steps_and_gaps(sess):
    x = np.arange(36.0).reshape(1, 6, 6, 1)
    got = sess.run(tf.nn.dilation2d(x, np.zeros((2, 2, 1)), [1, 2, 2, 1], [1, 2, 2, 1], "VALID"))
    assert got[0, ..., 0].tolist() == [[14, 16], [26, 28]]
    whole = sess.run(
        tf.nn.dilation2d(x.astype(np.int32), np.zeros((2, 2, 1), np.int32), 1, 1, "SAME")
    )
    assert whole[0, -1, -1, 0] == 35


def test_refusals(sess):
    with pytest.raises(ValueError):
        tf.nn.dilation2d(np.zeros((1, 4, 4, 2)), np.zeros((2, 2, 1)), 1, 1, "SAME")
    x = tf.constant(np.arange(16.0).reshape(1, 4, 4, 1))
    dx = tf.gradients(tf.nn.dilation2d(x, np.zeros((2, 2, 1)), 1, 1, "SAME"), x)[0]
    with pytest.raises(LookupError, match="No gradient defined"):
        tf.gradients(dx * dx, x)
