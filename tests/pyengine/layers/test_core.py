"""Dense layers, dropout and flattening."""

import numpy as np
import pytest

import pyengine as tf

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_dense_along_the_last_axis(sess):
    w, b = np.ones((4, 2), np.float32), np.array([1.0, -100.0], np.float32)
    for x in (X, X[0]):
        y = tf.layers.dense(
            x, 2, "relu", kernel_initializer=tf.constant_initializer(w),
            bias_initializer=tf.constant_initializer(b),
        )  # fmt: skip
        sess.run(tf.global_variables_initializer())
        np.testing.assert_allclose(sess.run(y), np.maximum(x @ w + b, 0))
        assert y.shape.as_list() == [*x.shape[:-1], 2]
    assert tf.layers.dense(tf.placeholder(tf.float32, [None, 4]), 2.0).shape.as_list() == [None, 2]
    assert tf.layers.Dense(5).compute_output_shape([None, 7, 3]).as_list() == [None, 7, 5]
    with pytest.raises(ValueError, match="last dimension"):
        tf.layers.dense(tf.placeholder(tf.float32, [2, None]), 2)
    with pytest.raises(TypeError, match="non-floating"):
        tf.layers.dense(np.ones((2, 2), np.int32), 2)


def test_dropout(sess):
    x = tf.ones([100, 100])
    assert sess.run(tf.layers.dropout(x)).min() == 1
    on = sess.run(tf.layers.dropout(x, 0.25, training=True, seed=1))
    assert set(on.ravel().tolist()) == {0.0, np.float32(1 / 0.75).item()}
    training = tf.placeholder(tf.bool, [])
    y = tf.layers.dropout(x, 0.25, training=training)
    assert sess.run(y, {training: False}).min() == 1
    assert 0.2 < (sess.run(y, {training: True}) == 0).mean() < 0.3


def test_flatten(sess):
    y = tf.layers.flatten(X)
    assert sess.run(y).tolist() == X.reshape(2, 12).tolist()
    x = tf.placeholder(tf.float32, [None, 3, 4])
    assert tf.layers.flatten(x).shape.as_list() == [None, 12]
    assert tf.layers.flatten(tf.placeholder(tf.float32, [5])).shape.as_list() == [5, 1]
    first = tf.layers.flatten(X.transpose(0, 2, 1), data_format="channels_first")
    assert sess.run(first).tolist() == X.reshape(2, 12).tolist()
    with pytest.raises(ValueError, match="data_format"):
        tf.layers.flatten(X, data_format="NHWC")
