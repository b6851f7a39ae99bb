"""Batch normalization in one op."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import batch_norm

rng = np.random.default_rng(0)
X = rng.normal(size=(3, 2, 2, 2)).astype(np.float32)
SCALE, OFFSET = np.array([1.5, -0.5], np.float32), np.array([0.25, 1.0], np.float32)
MEAN, VARIANCE = np.array([0.5, -1.0], np.float32), np.array([2.0, 0.5], np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_training(sess):
    y, mean, variance = sess.run(tf.nn.fused_batch_norm(X, SCALE, OFFSET, epsilon=0.01))
    flat = X.reshape(-1, 2)
    np.testing.assert_allclose(mean, flat.mean(0), rtol=1e-5)
    np.testing.assert_allclose(variance, flat.var(0, ddof=1), rtol=1e-5)
    wanted = (X - flat.mean(0)) / np.sqrt(flat.var(0) + 0.01) * SCALE + OFFSET
    np.testing.assert_allclose(y, wanted, rtol=1e-4, atol=1e-5)
    first = tf.nn.fused_batch_norm(
        X.transpose(0, 3, 1, 2), SCALE, OFFSET, epsilon=0.01, data_format="NCHW"
    )
    np.testing.assert_allclose(sess.run(first[0]).transpose(0, 2, 3, 1), y, rtol=1e-5)
    some = tf.nn.fused_batch_norm(X, SCALE, OFFSET, MEAN, VARIANCE, exponential_avg_factor=0.25)
    np.testing.assert_allclose(sess.run(some[1]), 0.75 * MEAN + 0.25 * mean, rtol=1e-5)


def test_inference_needs_statistics(sess):
    y = tf.nn.fused_batch_norm(X, SCALE, OFFSET, MEAN, VARIANCE, 0.01, is_training=False)[0]
    plain = tf.nn.batch_normalization(X, MEAN, VARIANCE, OFFSET, SCALE, 0.01)
    np.testing.assert_allclose(*sess.run([y, plain]), rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="is_training"):
        tf.nn.fused_batch_norm(X, SCALE, OFFSET, is_training=False)
    with pytest.raises(ValueError, match="compatible"):
        tf.nn.fused_batch_norm(X, SCALE[:1], OFFSET)


@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("version", ["v1", "v2", "v3"])
def test_gradients_of_both_orders(sess, training, data_format, version):
    axes, sizes = ([0, 1, 2], [1, 1, 1, 2]) if data_format == "NHWC" else ([0, 2, 3], [1, 2, 1, 1])
    x, scale, offset = tf.constant(X), tf.constant(SCALE), tf.constant(OFFSET)
    weights = rng.normal(size=(3, 2, 2, 2)).astype(np.float32)
    fused = getattr(batch_norm, f"fused_batch_norm_{version}")(
        x, scale, offset, MEAN, VARIANCE, epsilon=0.01, is_training=training,
        data_format=data_format,
    )[0]  # fmt: skip
    mean, variance = MEAN, VARIANCE
    if training:  # tf.nn.moments has a first order only: it stops the gradient of the mean
        mean = tf.reduce_mean(x, axes)
        variance = tf.reduce_mean(x * x, axes) - mean * mean
    plain = tf.nn.batch_normalization(
        x, *(tf.reshape(t, sizes) for t in (mean, variance, offset, scale)), 0.01
    )
    found = []
    for y in (fused, plain):
        first = tf.gradients(y * y, [x, scale, offset], grad_ys=weights)
        second = tf.gradients([first[0] * weights, first[1]], [x, scale])
        found.append([*first, *second])
    for got, wanted in zip(sess.run(found[0]), sess.run(found[1])):
        np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-4)
