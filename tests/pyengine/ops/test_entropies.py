"""Weighted and Poisson losses."""

import math

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_weighted_cross_entropy(sess):
    x, z = np.array([-100.0, -1.0, 0.5, 2.0]), np.array([0.0, 1.0, 0.25, 1.0])
    p = 1 / (1 + np.exp(-x))
    wanted = -3 * z * np.log(p) - (1 - z) * np.log1p(-p)
    got = sess.run(tf.nn.weighted_cross_entropy_with_logits(z, x, 3.0))
    np.testing.assert_allclose(got, wanted, atol=1e-12)
    old = tf.nn.weighted_cross_entropy_with_logits(targets=z, logits=x, pos_weight=3.0)
    np.testing.assert_array_equal(sess.run(old), got)
    with pytest.raises(ValueError, match="same shape"):
        tf.nn.weighted_cross_entropy_with_logits(z[:2], x, 1.0)


def test_poisson(sess):
    z, c = np.array([0.0, 1.0, 4.0]), np.array([0.5, 0.0, 1.0])
    np.testing.assert_allclose(sess.run(tf.nn.log_poisson_loss(z, c)), np.exp(c) - z * c)
    stirling = 4 * math.log(4) - 4 + 0.5 * math.log(2 * math.pi * 4)
    got = sess.run(tf.nn.log_poisson_loss(z, c, compute_full_loss=True))
    np.testing.assert_allclose(got, np.exp(c) - z * c + [0, 0, stirling])
    with pytest.raises(ValueError, match="same shape"):
        tf.nn.log_poisson_loss(z[:2], c)
