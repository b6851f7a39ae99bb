"""The public functions of convolution."""

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 7, 6, 2)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_one_axis_is_an_image_of_height_one(sess):
    x, w = X[:, 0], rng.normal(size=(3, 2, 4)).astype(np.float32)
    wanted = sess.run(tf.nn.conv2d(x[:, None], w[None], [1, 1, 2, 1], "SAME"))[:, 0]
    got = tf.nn.conv1d(x, w, 2, "SAME")
    assert got.shape.as_list() == [2, 3, 4]
    np.testing.assert_allclose(sess.run(got), wanted, rtol=1e-6)
    first = tf.nn.conv1d(x.transpose(0, 2, 1), w, 2, "SAME", data_format="NCW")
    np.testing.assert_allclose(sess.run(first).transpose(0, 2, 1), wanted, rtol=1e-6)
    gaps = sess.run(tf.nn.conv1d(x, w, 1, "VALID", dilations=2))
    assert gaps.shape == (2, 2, 4)
    with pytest.raises(ValueError, match="data_format"):
        tf.nn.conv1d(x, w, 1, "SAME", data_format="CWN")


def test_gaps_are_a_filter_with_zeros_between(sess):
    w = rng.normal(size=(2, 2, 2, 3)).astype(np.float32)
    wide = np.zeros((3, 3, 2, 3), np.float32)
    wide[::2, ::2] = w
    for padding in ("SAME", "VALID"):
        got, wanted, also = sess.run([
            tf.nn.atrous_conv2d(X, w, 2, padding), tf.nn.conv2d(X, wide, 1, padding),
            tf.nn.convolution(X, w, padding, dilation_rate=[2, 2]),
        ])  # fmt: skip
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(got, also)
    with pytest.raises(ValueError, match="conjunction"):
        tf.nn.convolution(X, w, "SAME", strides=[2, 2], dilation_rate=[2, 2])
    with pytest.raises(ValueError, match="less than one"):
        tf.nn.atrous_conv2d(X, w, 0, "SAME")


def test_explicit_padding(sess):
    w = rng.normal(size=(3, 3, 2, 1)).astype(np.float32)
    pads = [[0, 0], [1, 2], [0, 1], [0, 0]]
    got, wanted = sess.run([
        tf.nn.conv2d(X, w, 1, pads), tf.nn.conv2d(np.pad(X, pads), w, 1, "VALID"),
    ])  # fmt: skip
    np.testing.assert_array_equal(got, wanted)
    x = tf.constant(X)
    assert sess.run(tf.gradients(tf.nn.conv2d(x, w, 1, pads), x)[0]).shape == X.shape
    with pytest.raises(ValueError, match="must be a list"):
        tf.nn.conv2d(X, w, 1, "EXPLICIT")


def test_each_channel_for_itself(sess):
    w = rng.normal(size=(2, 3, 2, 2)).astype(np.float32)
    got = sess.run(tf.nn.depthwise_conv2d(X, w, [1, 2, 2, 1], "SAME"))
    parts = [(X[..., :1], w[:, :, :1]), (X[..., 1:], w[:, :, 1:])]
    alone = [sess.run(tf.nn.conv2d(*part, 2, "SAME")) for part in parts]
    np.testing.assert_allclose(got, np.concatenate(alone, -1), rtol=1e-5, atol=1e-6)
    first = tf.nn.depthwise_conv2d(
        X.transpose(0, 3, 1, 2), w, [1, 1, 2, 2], "SAME", data_format="NCHW"
    )
    np.testing.assert_allclose(sess.run(first).transpose(0, 2, 3, 1), got)
    point = rng.normal(size=(1, 1, 4, 3)).astype(np.float32)
    both = sess.run(tf.nn.separable_conv2d(X, w, point, [1, 2, 2, 1], "SAME"))
    np.testing.assert_allclose(both, got @ point[0, 0], rtol=1e-4, atol=1e-5)
    gaps = tf.nn.depthwise_conv2d(X, w, [1, 1, 1, 1], "VALID", rate=[2, 1])
    assert gaps.shape.as_list() == [2, 5, 4, 4]
    with pytest.raises(ValueError, match="conjunction"):
        tf.nn.depthwise_conv2d(X, w, [1, 2, 2, 1], "VALID", rate=[2, 1])
    with pytest.raises(ValueError):
        tf.nn.separable_conv2d(X, w, point[:, :, :3], [1, 1, 1, 1], "SAME")


def test_names_and_old_arguments():
    with tf.Graph().as_default():
        w = tf.zeros([1, 1, 2, 1])
        assert tf.nn.conv2d(X, w, 1, "SAME").op.name == "Conv2D"
        assert tf.nn.conv2d(X, filters=w, strides=1, padding="SAME").op.name == "Conv2D_1"
        assert tf.nn.convolution(X, w, "SAME").op.name == "convolution"
        made = tf.nn.depthwise_conv2d(X, w, [1, 1, 1, 1], "SAME")
        assert made.op.name == "depthwise"
        assert made.op.type == "DepthwiseConv2dNative"
        assert tf.nn.conv1d(X[0], w[0], 1, "SAME").op.name == "conv1d/Squeeze"
        with pytest.raises(TypeError, match="filter"):
            tf.nn.conv2d(X)


def test_gradients_by_name(sess):
    w = tf.constant(rng.normal(size=(3, 3, 2, 4)).astype(np.float32))
    x = tf.constant(X)
    y = tf.nn.conv2d(x, w, [1, 2, 2, 1], "SAME")
    dy = tf.ones_like(y)
    dx, dw = tf.gradients(y, [x, w])
    same = [
        tf.nn.conv2d_backprop_input(X.shape, w, dy, [1, 2, 2, 1], "SAME"),
        tf.nn.conv2d_backprop_filter(x, [3, 3, 2, 4], dy, [1, 2, 2, 1], "SAME"),
    ]
    for got, wanted in zip(sess.run(same), sess.run([dx, dw])):
        np.testing.assert_array_equal(got, wanted)
    volume = tf.nn.conv3d(X[:, None], tf.zeros([1, 3, 3, 2, 4]), [1, 1, 1, 1, 1], "SAME")
    back = tf.nn.conv3d_backprop_filter(
        X[:, None], [1, 3, 3, 2, 4], tf.ones_like(volume), [1, 1, 1, 1, 1], "SAME"
    )
    assert sess.run(back).shape == (1, 3, 3, 2, 4)
