"""Pooling ops: ties, padding and second order."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.pool import max_pool_op


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_the_first_of_equals_gets_the_gradient(sess):
    x = tf.ones([1, 2, 4, 1])
    dx = tf.gradients(tf.nn.max_pool(x, 2, 2, "VALID"), x)[0]
    assert sess.run(dx)[0, ..., 0].tolist() == [[1, 0, 1, 0], [0, 0, 0, 0]]


def test_padding_is_no_maximum_and_does_not_count(sess):
    x = -np.ones((1, 3, 3, 1), np.float32)
    assert sess.run(tf.nn.max_pool(x, 2, 2, "SAME")).max() == -1
    assert sess.run(tf.nn.avg_pool(x, 2, 2, "SAME")).ravel().tolist() == [-1] * 4
    wide = sess.run(tf.nn.max_pool(x, 2, 1, [[0, 0], [1, 0], [1, 0], [0, 0]]))
    assert wide.shape == (1, 3, 3, 1)
    whole = np.full((1, 3, 3, 1), -5, np.int32)
    assert sess.run(tf.nn.max_pool(whole, 2, 2, "SAME")).max() == -5


@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
def test_second_order(sess, data_format):
    rng = np.random.default_rng(0)
    array = rng.permutation(32).astype(float).reshape(1, 4, 4, 2)
    x = tf.constant(array)
    y = tf.nn.max_pool(x, [2, 2], [2, 2], "VALID", data_format=data_format)
    dx = tf.gradients(tf.reduce_sum(y**3), x)[0]
    ddx = sess.run(tf.gradients(tf.reduce_sum(dx), x)[0])
    mask = sess.run(tf.gradients(y, x)[0])
    np.testing.assert_allclose(ddx, 6 * array * mask)
    third = sess.run(tf.gradients(tf.gradients(tf.reduce_sum(dx), x)[0], x)[0])
    np.testing.assert_allclose(third, 6 * mask)


def test_windows_of_batches_fail_at_the_run(sess):
    y = max_pool_op(np.ones((2, 4, 4, 1)), ksize=(2, 1, 1, 1), strides=(1, 1, 1, 1), padding="SAME")
    assert y.shape.as_list() == [None] * 4
    with pytest.raises(tf.errors.UnimplementedError, match="batch and depth"):
        sess.run(y)


def test_places(sess):
    x = np.random.default_rng(0).permutation(64).astype(np.float32).reshape(2, 4, 4, 2)
    y, places = sess.run(tf.nn.max_pool_with_argmax(x, 2, 2, "SAME"))
    for b in range(2):
        np.testing.assert_array_equal(x[b].ravel()[places[b]], y[b])
    _, whole = sess.run(
        tf.nn.max_pool_with_argmax(x, 2, 2, "SAME", Targmax=tf.int32, include_batch_in_index=True)
    )
    assert whole.dtype == np.int32
    np.testing.assert_array_equal(x.ravel()[whole], y)
    image = tf.constant(x)
    for batch in (False, True):
        found = tf.nn.max_pool_with_argmax(image, 2, 2, "SAME", include_batch_in_index=batch)[0]
        dx = tf.gradients(found * found, image)[0]
        np.testing.assert_allclose(sess.run(dx), np.where(np.isin(x, y), 2 * x, 0))
        ddx = sess.run(tf.gradients(dx, image)[0])
        np.testing.assert_allclose(ddx, np.where(np.isin(x, y), 2, 0))
