"""Transposed convolution."""

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(0)
X = rng.normal(size=(1, 3, 4, 2)).astype(np.float32)
W = rng.normal(size=(3, 3, 5, 2)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_it_is_the_gradient_of_a_convolution(sess):
    image = tf.zeros([1, 6, 8, 5])
    y = tf.nn.conv2d(image, W, 2, "SAME")
    wanted = tf.gradients(y, image, grad_ys=X)[0]
    got = tf.nn.conv2d_transpose(X, W, [1, 6, 8, 5], [1, 2, 2, 1])
    np.testing.assert_array_equal(*sess.run([got, wanted]))
    assert got.op.name == "conv2d_transpose"
    first = tf.nn.conv2d_transpose(
        X.transpose(0, 3, 1, 2), W, [1, 5, 6, 8], [1, 1, 2, 2], data_format="NCHW"
    )
    np.testing.assert_allclose(sess.run(first).transpose(0, 2, 3, 1), sess.run(wanted), rtol=1e-5)


def test_one_and_three_axes(sess):
    flat = tf.nn.conv1d_transpose(X[:, 0], W[0], [1, 8, 5], 2)
    assert flat.shape.as_list() == [1, 8, 5]
    image = sess.run(tf.nn.conv2d_transpose(X[:, :1], W[:1], [1, 1, 8, 5], [1, 1, 2, 1]))
    np.testing.assert_allclose(sess.run(flat), image[:, 0])
    fed = tf.placeholder(tf.int32, [3])
    some = tf.nn.conv1d_transpose(X[:, 0], W[0], fed, 2)
    np.testing.assert_allclose(sess.run(some, {fed: [1, 8, 5]}), image[:, 0])
    volume = tf.nn.conv3d_transpose(X[:, None], W[None], [1, 1, 6, 8, 5], [1, 1, 2, 2, 1])
    whole = sess.run(tf.nn.conv2d_transpose(X, W, [1, 6, 8, 5], 2))
    np.testing.assert_allclose(sess.run(volume)[:, 0], whole, rtol=1e-5)
    for rank, x, w, sizes in ((1, X[:, 0], W[0], [1, 8, 5]), (2, X, W, [1, 6, 8, 5])):
        assert tf.nn.conv_transpose(x, w, sizes, 2).shape.ndims == rank + 2


def test_gaps(sess):
    image = tf.zeros([1, 3, 4, 5])
    y = tf.nn.atrous_conv2d(image, W, 2, "SAME")
    wanted = tf.gradients(y, image, grad_ys=X)[0]
    got = tf.nn.atrous_conv2d_transpose(X, W, [1, 3, 4, 5], 2, "SAME")
    np.testing.assert_array_equal(*sess.run([got, wanted]))


def test_shapes_that_cannot_fit():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="output channels"):
            tf.nn.conv2d_transpose(X, W, [1, 6, 8, 4], 2)
        with pytest.raises(ValueError, match="input channels"):
            tf.nn.conv2d_transpose(X[..., :1], W, [1, 6, 8, 5], 2)
        with pytest.raises(ValueError, match="output_shape"):
            tf.nn.conv2d_transpose(X, W, [1, 6, 8], 2)
        with pytest.raises(TypeError, match="output_shape"):
            tf.nn.conv2d_transpose(X, W)
