"""Transposed convolution layers."""

import numpy as np
import pytest

import pyengine as tf

X = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype(np.float32)


@pytest.mark.parametrize(("padding", "sizes"), [("valid", [9, 11]), ("same", [8, 10])])
def test_sizes(padding, sizes):
    with tf.Graph().as_default(), tf.Session() as sess:
        y = tf.layers.conv2d_transpose(X, 2, 3, 2, padding)
        assert y.shape.as_list() == [2, *sizes, 2]
        unknown = tf.placeholder(tf.float32, [None, None, None, 3])
        z = tf.layers.conv2d_transpose(unknown, 2, 3, 2, padding)
        first = tf.layers.conv2d_transpose(
            X.transpose(0, 3, 1, 2), 2, 3, 2, padding, data_format="channels_first"
        )
        volume = tf.layers.conv3d_transpose(X[:, None], 2, (1, 3, 3), (1, 2, 2), padding)
        sess.run(tf.global_variables_initializer())
        assert sess.run(z, {unknown: X}).shape == (2, *sizes, 2)
        assert sess.run(first).shape == (2, 2, *sizes)
        assert sess.run(volume).shape == (2, 1, *sizes, 2)
        assert tf.global_variables()[0].shape.as_list() == [3, 3, 2, 3]
        made = tf.layers.Conv2DTranspose(2, 3, 2, padding).compute_output_shape(X.shape)
        assert made.as_list() == [2, *sizes, 2]
