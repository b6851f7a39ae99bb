"""Softmax, cross-entropies and normalization on a GPU; `test_walk` has every op."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

rng = np.random.default_rng(0)
X = rng.normal(size=(4, 5)).astype(np.float32)
Y = np.eye(5, dtype=np.float32)[[0, 4, 2, 2]]


def test_softmax_of_large_numbers():
    assert_same(lambda x: [tf.nn.softmax(x), tf.nn.log_softmax(x)], 1000 * X, rtol=1e-5)


def test_cross_entropies_and_their_gradients():
    def build(x, y):
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x)
        return [loss, *tf.gradients(loss, x)]

    assert_same(build, X, Y, rtol=1e-5)
    # A label of 0 takes no part, even where the probability is 0.
    assert_same(build, np.where(Y[:, ::-1] > 0, -np.inf, X), np.roll(Y, 1), rtol=1e-5)


def test_labels_by_number():
    def build(x, y):
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)
        return [loss, *tf.gradients(loss, x)]

    assert_same(build, X, np.array([0, 4, 2, 2], np.int64), rtol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside the valid range"):
        assert_same(build, X, np.array([0, 5, 2, 2], np.int32))


@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
@pytest.mark.parametrize("is_training", [True, False])
def test_batch_normalization(data_format, is_training):
    x = rng.normal(size=(2, 3, 3, 3)).astype(np.float32)
    scale, offset, mean, variance = rng.uniform(0.5, 1, size=(4, 3)).astype(np.float32)

    def build(x, scale, offset, mean, variance):
        found = tf.nn.fused_batch_norm(
            x, scale, offset, mean, variance, data_format=data_format, is_training=is_training,
            exponential_avg_factor=0.5 if is_training else 1.0,
        )  # fmt: skip
        return [*found, *tf.gradients(tf.sin(found[0]), [x, scale, offset])]

    assert_same(build, x, scale, offset, mean, variance, rtol=1e-4)


def test_a_bias_of_channels():
    x = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    assert_same(lambda x: tf.nn.bias_add(x, x[0, 0, 0]), x)
    assert_same(lambda x: tf.nn.bias_add(x, x[0, :, 0, 0], "NCHW"), x)
