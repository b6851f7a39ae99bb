"""Convolution layers."""

import numpy as np
import pytest

import pyengine as tf

X = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_it_is_the_op_with_a_bias(sess):
    layer = tf.layers.Conv2D(
        4, 3, 2, "same", activation=tf.nn.relu, bias_initializer=tf.ones_initializer()
    )
    y = layer(X)
    wanted = tf.nn.relu(tf.nn.conv2d(X, layer.kernel, 2, "SAME") + 1.0)
    sess.run(tf.global_variables_initializer())
    np.testing.assert_allclose(*sess.run([y, wanted]), rtol=1e-5)
    assert layer.kernel.shape.as_list() == [3, 3, 3, 4]
    assert [t.name for t in y.op.inputs] == ["conv2d/BiasAdd:0"]
    first = tf.layers.Conv2D(4, 3, data_format="channels_first", dilation_rate=2, padding="same")
    assert first(X.transpose(0, 3, 1, 2)).shape.as_list() == [2, 4, 5, 6]


def test_one_and_three_axes(sess):
    y = tf.layers.conv1d(X[:, 0], 4, 3, use_bias=False)
    assert y.shape.as_list() == [2, 4, 4]
    z = tf.layers.conv3d(X[:, None], 4, (1, 3, 3))
    assert z.shape.as_list() == [2, 1, 3, 4, 4]
    sess.run(tf.global_variables_initializer())
    assert [v.shape for v in sess.run([y, z])] == [(2, 4, 4), (2, 1, 3, 4, 4)]
    assert [v.name for v in tf.global_variables()] == [
        "conv1d/kernel:0", "conv3d/kernel:0", "conv3d/bias:0",
    ]  # fmt: skip
    assert tf.layers.Conv2D(4, 3).compute_output_shape([None, 8, 8, 1]).as_list() == [None, 6, 6, 4]


@pytest.mark.parametrize(
    "wrong",
    [{"kernel_size": (1, 2, 3)}, {"padding": "full"}, {"data_format": "NHWC"}, {"strides": "x"},
     {"strides": 2, "dilation_rate": 2}],
)  # fmt: skip
def test_refusals(sess, wrong):
    with pytest.raises(ValueError):
        tf.layers.conv2d(X, **{"filters": 2, "kernel_size": 3, **wrong})
    with pytest.raises(ValueError, match="channel"):
        tf.layers.conv2d(tf.placeholder(tf.float32, [1, 5, 5, None]), 2, 3)
