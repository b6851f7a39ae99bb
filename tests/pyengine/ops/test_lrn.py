"""Local response normalization."""

import numpy as np
import pytest

import pyengine as tf


def by_definition(x, radius, bias, alpha, beta):
    out = np.empty_like(x)
    for c in range(x.shape[-1]):
        near = x[..., max(0, c - radius) : c + radius + 1]
        out[..., c] = x[..., c] / (bias + alpha * np.sum(near**2, -1)) ** beta
    return out


@pytest.mark.parametrize("radius", [0, 1, 9])
def test_against_the_definition(radius):
    rng = np.random.default_rng(0)
    array = rng.normal(size=(2, 2, 2, 5))
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, array.shape)
        y = tf.nn.lrn(x, radius, 1.5, 0.5, 0.75)
        wanted = by_definition(array, radius, 1.5, 0.5, 0.75)
        np.testing.assert_allclose(sess.run(y, {x: array}), wanted, rtol=1e-5)
        weights = rng.normal(size=array.shape)
        dx = sess.run(tf.gradients(y, x, grad_ys=weights.astype(np.float32))[0], {x: array})
        step = rng.normal(size=array.shape) * 1e-6
        up, down = (by_definition(array + s * step, radius, 1.5, 0.5, 0.75) for s in (1, -1))
        assert np.sum(dx * step) == pytest.approx(np.sum(weights * (up - down)) / 2, rel=1e-3)


def test_refusals():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="rank 4"):
            tf.nn.local_response_normalization(tf.zeros([2, 2]))
        x = tf.zeros([1, 1, 1, 2])
        dx = tf.gradients(tf.nn.lrn(x), x)[0]
        with pytest.raises(LookupError):
            tf.gradients(dx, x)
