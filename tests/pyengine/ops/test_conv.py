"""The op types of convolution: shapes, layouts, refusals, second order."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.conv import conv2d_backprop_input_op, conv2d_op

rng = np.random.default_rng(0)
X, W = rng.normal(size=(2, 5, 5, 2)), rng.normal(size=(3, 3, 2, 3))


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_layouts_agree(sess):
    last = tf.nn.conv2d(X, W, 2, "SAME")
    first = tf.nn.conv2d(X.transpose(0, 3, 1, 2), W, [1, 1, 2, 2], "SAME", data_format="NCHW")
    assert first.shape.as_list() == [2, 3, 3, 3]
    np.testing.assert_allclose(*sess.run([last, tf.transpose(first, [0, 2, 3, 1])]))
    x = tf.constant(X.transpose(0, 3, 1, 2))
    y = tf.nn.conv2d(x, W, 1, "SAME", data_format="NCHW")
    dx, dw = tf.gradients(tf.reduce_sum(y * y), [x, y.op.inputs[1]])
    x2 = tf.constant(X)
    y2 = tf.nn.conv2d(x2, W, 1, "SAME")
    dx2, dw2 = tf.gradients(tf.reduce_sum(y2 * y2), [x2, y2.op.inputs[1]])
    got = sess.run([dx, dw, tf.transpose(dx2, [0, 3, 1, 2]), dw2])
    np.testing.assert_allclose(got[0], got[2])
    np.testing.assert_allclose(got[1], got[3])


def test_static_shapes():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, None, 28, 3])
        y = tf.nn.conv2d(x, tf.zeros([5, 5, 3, 8]), [1, 2, 2, 1], "SAME")
        assert y.shape.as_list() == [None, None, 14, 8]
        unknown = tf.placeholder(tf.float32)
        y = tf.nn.conv2d(unknown, unknown, [1, 1, 1, 1], "VALID")
        assert y.shape.as_list() == [None] * 4
        back = tf.gradients(y, unknown)[0]
        assert back.shape.as_list() == [None] * 4
        sizes = tf.placeholder(tf.int32, [4])
        dx = conv2d_backprop_input_op(sizes, unknown, x, strides=(1, 1, 1, 1), padding="SAME")
        assert dx.shape.as_list() == [None] * 4


@pytest.mark.parametrize(
    ("x", "w", "message"),
    [
        ([1, 4, 4, 3], [3, 3, 2, 4], "multiple of input depth"),
        ([1, 2, 4, 3], [3, 3, 3, 4], "Negative dimension size caused by subtracting 3 from 2"),
        ([4, 4, 3], [3, 3, 3, 4], "rank 4"),
        ([1, 4, 4, 4], [3, 3, 2, 3], "groups"),
        ([1, 4, 4, 4], [3, 3, 0, 3], "zero input depth"),
    ],
)
def test_shapes_that_cannot_fit(x, w, message):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=message):
        tf.nn.conv2d(tf.zeros(x), tf.zeros(w), [1, 1, 1, 1], "VALID")


def test_steps_along_the_batch_fail_at_the_run(sess):
    y = conv2d_op(X, W, strides=(2, 1, 1, 1), padding="SAME")
    with pytest.raises(tf.errors.UnimplementedError, match="batch and depth"):
        sess.run(y)


def test_wrong_sizes_fail_at_the_run(sess):
    sizes = tf.placeholder(tf.int32, [4])
    dy = X[..., :1].repeat(3, -1)
    dx = conv2d_backprop_input_op(sizes, W, dy, strides=(1, 1, 1, 1), padding="SAME")
    assert sess.run(dx, {sizes: [2, 5, 5, 2]}).shape == (2, 5, 5, 2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="spatial sizes"):
        sess.run(dx, {sizes: [2, 6, 6, 2]})


def test_second_order(sess):
    x, w = tf.constant(X), tf.constant(W)
    y = tf.nn.conv2d(x, w, 1, "SAME")
    dx, dw = tf.gradients(tf.reduce_sum(y * y), [x, w])
    total = tf.reduce_sum(dx * dx) + tf.reduce_sum(dw * dw)
    gx, gw = sess.run(tf.gradients(total, [x, w]))
    step = 1e-6
    for array, slope, tensor in ((X, gx, x), (W, gw, w)):
        direction = rng.normal(size=array.shape)
        up, down = (sess.run(total, {tensor: array + sign * step * direction}) for sign in (1, -1))
        assert np.sum(slope * direction) == pytest.approx((up - down) / (2 * step), rel=1e-5)
