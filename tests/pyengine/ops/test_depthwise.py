"""Depthwise convolution: what the walk over all ops does not see."""

import numpy as np
import pytest

import pyengine as tf


def test_half_floats_and_refusals():
    x, w = np.ones((1, 40, 40, 2), np.float16), np.ones((40, 40, 2, 1), np.float16)
    with tf.Graph().as_default(), tf.Session() as sess:
        got = sess.run(tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "VALID"))
        assert got.dtype == np.float16
        assert got.ravel().tolist() == [1600, 1600]
        back = tf.nn.depthwise_conv2d_backprop_input(
            [1, 3, 3, 2], np.ones((2, 2, 2, 1)), np.ones((1, 2, 2, 2)), [1, 1, 1, 1], "VALID"
        )
        assert sess.run(back)[0, :, :, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
        with pytest.raises(ValueError):
            tf.nn.depthwise_conv2d(x, w[:, :, :1], [1, 1, 1, 1], "VALID")
        bad = tf.nn.depthwise_conv2d_backprop_filter(
            x, [2, 2, 2, 1], np.ones((1, 3, 3, 2), np.float16), [1, 1, 1, 1], "VALID"
        )
        with pytest.raises(tf.errors.InvalidArgumentError, match="out_backprop"):
            sess.run(bad)
