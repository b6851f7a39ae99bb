"""Means, variances, and normalization by them."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_moments(sess):
    x = np.random.default_rng(0).normal(size=(4, 3))
    mean, variance = sess.run(tf.nn.moments(x, [0]))
    np.testing.assert_allclose(mean, x.mean(0))
    np.testing.assert_allclose(variance, x.var(0))
    kept = tf.nn.moments(x, [0, 1], keep_dims=True)
    assert [t.shape.as_list() for t in kept] == [[1, 1], [1, 1]]
    # Sums of half floats overflow if they are taken in half floats.
    half = sess.run(tf.nn.moments(np.full((100, 1), 300, np.float16), [0]))
    assert half[0].dtype == np.float16
    assert [float(v[0]) for v in half] == [300, 0]


def test_batch_normalization(sess):
    x = np.array([[1.0, 2.0], [3.0, 6.0]])
    got = sess.run(tf.nn.batch_normalization(x, [2.0, 4.0], [1.0, 4.0], None, None, 0.0))
    assert got.tolist() == [[-1, -1], [1, 1]]
    also = tf.nn.batch_norm_with_global_normalization(
        x, [2.0, 4.0], [1.0, 4.0], [1.0, 1.0], [9.0, 9.0], 0.0, False
    )
    assert sess.run(also).tolist() == [[0, 0], [2, 2]]
