"""Windows with gaps, by taking images apart."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.batches import with_space_to_batch

X = np.random.default_rng(0).normal(size=(2, 7, 9, 3)).astype(np.float32)
W = np.random.default_rng(1).normal(size=(3, 2, 3, 4)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("rates", [[1, 1], [2, 1], [3, 2]])
def test_a_convolution(sess, padding, rates):
    def op(x, _, pad):
        return tf.nn.conv2d(x, W, 1, pad)

    for x in (tf.constant(X), tf.placeholder_with_default(X, [None, None, None, 3])):
        got = with_space_to_batch(x, rates, padding, op, filter_shape=[3, 2])
        wanted = tf.nn.conv2d(X, W, 1, padding, dilations=rates)
        np.testing.assert_allclose(*sess.run([got, wanted]), rtol=1e-4, atol=1e-5)


def test_pools(sess):
    got = sess.run(tf.nn.pool(X, [2, 2], "MAX", "VALID", dilation_rate=[2, 3]))
    wanted = np.max([X[:, y : y + 5, x : x + 6] for y in (0, 2) for x in (0, 3)], axis=0)
    np.testing.assert_array_equal(got, wanted)
    first = tf.nn.pool(
        X.transpose(0, 3, 1, 2), [2, 2], "MAX", "VALID", dilation_rate=[2, 3], data_format="NCHW"
    )
    np.testing.assert_array_equal(sess.run(first), wanted.transpose(0, 3, 1, 2))


def test_refusals(sess):
    for rates, padding in (([0, 1], "VALID"), ([2, 2], "SAME"), ([2, 2], "FULL")):
        with pytest.raises(ValueError):
            with_space_to_batch(X, rates, padding, lambda x, n, pad: x)
