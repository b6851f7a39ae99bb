"""The public functions of pooling."""

import numpy as np
import pytest

import pyengine as tf

X = np.random.default_rng(0).permutation(96).astype(np.float32).reshape(1, 6, 8, 2)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_one_two_and_three_axes(sess):
    wanted = X.reshape(1, 3, 2, 4, 2, 2)
    largest, mean = wanted.max((2, 4)), wanted.mean((2, 4))
    for got in (tf.nn.max_pool, tf.nn.max_pool2d, tf.nn.max_pool_v2):
        np.testing.assert_array_equal(sess.run(got(X, 2, 2, "VALID")), largest)
    for got in (tf.nn.avg_pool, tf.nn.avg_pool2d, tf.nn.avg_pool_v2):
        np.testing.assert_allclose(sess.run(got(X, 2, 2, "VALID")), mean)
    first = tf.nn.max_pool(X.transpose(0, 3, 1, 2), 2, 2, "SAME", data_format="NCHW")
    np.testing.assert_array_equal(sess.run(first), largest.transpose(0, 3, 1, 2))
    volume = sess.run(tf.nn.max_pool3d(X[:, None], [1, 1, 2, 2, 1], [1, 1, 2, 2, 1], "SAME"))
    np.testing.assert_array_equal(volume[:, 0], largest)
    volume = sess.run(tf.nn.avg_pool3d(X[:, None], [1, 1, 2, 2, 1], [1, 1, 2, 2, 1], "SAME"))
    np.testing.assert_allclose(volume[:, 0], mean)
    row = X[:, 0]
    flat = sess.run([tf.nn.max_pool1d(row, 2, 2, "VALID"), tf.nn.avg_pool1d(row, 2, 2, "VALID")])
    np.testing.assert_array_equal(flat[0], row.reshape(1, 4, 2, 2).max(2))
    np.testing.assert_allclose(flat[1], row.reshape(1, 4, 2, 2).mean(2))
    first = tf.nn.max_pool1d(row.transpose(0, 2, 1), 2, 2, "VALID", data_format="NCW")
    np.testing.assert_array_equal(sess.run(first).transpose(0, 2, 1), flat[0])
    with pytest.raises(ValueError, match="rank 3, 4 or 5"):
        tf.nn.max_pool_v2(X[0, 0], 2, 2, "SAME")


def test_pool(sess):
    got = sess.run(tf.nn.pool(X, [2, 2], "AVG", "SAME", strides=[2, 2]))
    np.testing.assert_allclose(got, sess.run(tf.nn.avg_pool(X, 2, 2, "SAME")))
    assert tf.nn.pool(X[:, 0], [3], "MAX", "VALID").shape.as_list() == [1, 6, 2]
    first = tf.nn.pool(X, [2, 2], "MAX", "VALID", data_format="NCHW")
    assert first.shape.as_list() == [1, 6, 7, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([2, 2], "SUM", "SAME"), "SUM"), (([2] * 4, "MAX", "SAME"), "must be 1, 2, or 3"),
        (([2, 2], "MAX", "SAME", [2, 2]), "SAME"),
        (([1, 1], "MAX", "SAME", None, [2, 2]), "strides"),
        (([3, 3], "MAX", "VALID", [2, 2], [2, 2]), "conjunction"),
    ],
)  # fmt: skip
def test_refusals(sess, arguments, message):
    with pytest.raises(ValueError, match=message):
        tf.nn.pool(X, *arguments)


def test_names():
    with tf.Graph().as_default():
        assert tf.nn.max_pool(X, 2, 2, "SAME").op.name == "MaxPool"
        assert tf.nn.avg_pool(X, 2, 2, "SAME", name="pool").op.name == "pool"
        assert tf.nn.max_pool(input=X, ksize=2, strides=2, padding="SAME").op.name == "MaxPool_1"
