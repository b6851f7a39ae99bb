"""Separable convolution layers."""

import numpy as np

import pyengine as tf

X = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype(np.float32)


def test_they_are_the_op():
    with tf.Graph().as_default(), tf.Session() as sess:
        layer = tf.layers.SeparableConv2D(4, 3, 2, depth_multiplier=2)
        y = layer(X)
        assert [v.name for v in layer.variables] == [
            "separable_conv2d/depthwise_kernel:0", "separable_conv2d/pointwise_kernel:0",
            "separable_conv2d/bias:0",
        ]  # fmt: skip
        wanted = tf.nn.separable_conv2d(
            X, layer.depthwise_kernel, layer.pointwise_kernel, [1, 2, 2, 1], "VALID"
        )
        line = tf.layers.separable_conv1d(X[:, 0], 4, 3, strides=2)
        assert line.shape.as_list() == [2, 2, 4]
        image = tf.layers.separable_conv2d(X, 4, (3, 2), data_format="channels_first")
        assert image.shape.as_list() == [2, 4, 4, 2]
        sess.run(tf.global_variables_initializer())
        np.testing.assert_allclose(*sess.run([y, wanted]), rtol=1e-5)
        assert sess.run(line).shape == (2, 2, 4)
