"""Convolution and pooling on a GPU, in all layouts; `test_walk` has every op."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 7, 6, 4)).astype(np.float32)
W = rng.normal(size=(3, 2, 4, 6)).astype(np.float32)


def with_gradients(build):
    """The values and the gradients of all inputs, for a gradient that is not all ones."""

    def both(*inputs):
        y = build(*inputs)
        return [y, *tf.gradients(tf.sin(y), list(inputs))]

    return both


@pytest.mark.parametrize("padding", ["SAME", "VALID", [[0, 0], [2, 1], [0, 1], [0, 0]]])
@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("dilations", [1, 2])
def test_conv2d(padding, strides, dilations):
    if strides > 1 and dilations > 1:
        pytest.skip("TensorFlow has one or the other")
    assert_same(
        with_gradients(lambda x, w: tf.nn.conv2d(x, w, strides, padding, dilations=dilations)),
        X, W, rtol=1e-4,
    )  # fmt: skip


def test_conv2d_of_groups():
    assert_same(
        with_gradients(lambda x, w: tf.nn.conv2d(x, w, 1, "SAME")), X, W[:, :, :2], rtol=1e-4
    )


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_depthwise_conv2d(padding):
    assert_same(
        with_gradients(lambda x, w: tf.nn.depthwise_conv2d(x, w, [1, 2, 2, 1], padding)),
        X, W, rtol=1e-4,
    )  # fmt: skip


def test_conv3d():
    x, w = X.reshape(1, 2, 7, 6, 4), W.reshape(3, 2, 1, 4, 6)
    assert_same(
        with_gradients(lambda x, w: tf.nn.conv3d(x, w, [1, 1, 2, 1, 1], "SAME")), x, w, rtol=1e-4
    )


@pytest.mark.parametrize("pool", [tf.nn.max_pool, tf.nn.avg_pool])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("size", [2, 3])
def test_pools(pool, padding, size):
    assert_same(
        with_gradients(lambda x: pool(x, [1, size, size, 1], [1, 2, 2, 1], padding)), X, rtol=1e-5
    )


@pytest.mark.parametrize("pool", [tf.nn.max_pool3d, tf.nn.avg_pool3d])
def test_pools_of_volumes(pool):
    x = X.reshape(1, 2, 7, 6, 4)
    ones = [1, 2, 2, 2, 1]
    assert_same(with_gradients(lambda x: pool(x, ones, ones, "SAME")), x, rtol=1e-5)


def test_ties_go_to_the_first():
    x = np.ones((1, 4, 4, 1), np.float32)
    ksize = [1, 2, 2, 1]
    assert_same(with_gradients(lambda x: tf.nn.max_pool(x, ksize, ksize, "SAME")), x)


def test_a_window_with_nan_is_left_to_the_cpu():
    x = X.copy()
    x[0, 0, 0, 0] = np.nan
    ksize = [1, 2, 2, 1]
    assert_same(lambda x: tf.nn.max_pool(x, ksize, ksize, "SAME"), x, by_cpu=1)


def test_channels_first():
    x = np.moveaxis(X, -1, 1)
    ksize = [1, 1, 2, 2]

    def build(x, w):
        y = tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME", data_format="NCHW")
        return tf.nn.max_pool(y, ksize, ksize, "SAME", data_format="NCHW")

    assert_same(with_gradients(build), x, W, rtol=1e-4)


def test_channels_that_do_not_fit_are_the_error_of_the_cpu():
    def build(x, w, n):
        return tf.nn.conv2d(tf.reshape(x, tf.cast(n, tf.int32)), w, 1, "SAME")

    with pytest.raises(tf.errors.InvalidArgumentError, match="Depth of input"):
        assert_same(build, X, W, np.array([2, 7, 8, 3], np.float32))
