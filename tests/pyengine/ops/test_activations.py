"""Activations beside the everyday ones."""

import numpy as np
import pytest

import pyengine as tf

X = np.array([-3.0, -0.5, 0.0, 0.5, 7.0])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_leaky_relu(sess):
    np.testing.assert_allclose(sess.run(tf.nn.leaky_relu(X, 0.25)), np.where(X > 0, X, X / 4))
    assert sess.run(tf.nn.leaky_relu([-1, 4])).dtype == np.float32
    alpha = tf.placeholder(tf.float64, [])
    got = sess.run(tf.nn.leaky_relu(tf.constant(X), alpha), {alpha: 0.5})
    np.testing.assert_allclose(got, np.where(X > 0, X, X / 2))
    assert np.isnan(sess.run(tf.nn.leaky_relu([np.nan])))[0]


def test_selu(sess):
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    wanted = scale * np.where(X > 0, X, alpha * np.expm1(X))
    np.testing.assert_allclose(sess.run(tf.nn.selu(X)), wanted)
    x = tf.constant(X)
    second = tf.gradients(tf.gradients(tf.nn.selu(x), x)[0], x)[0]
    np.testing.assert_allclose(sess.run(second), np.where(X < 0, scale * alpha * np.exp(X), 0))


def test_swish_crelu_and_relu_layer(sess):
    sigmoid = 1 / (1 + np.exp(-X))
    np.testing.assert_allclose(sess.run(tf.nn.swish(X)), X * sigmoid)
    wanted = X / (1 + np.exp(-2 * X))
    np.testing.assert_allclose(sess.run(tf.nn.silu(tf.constant(X), 2.0)), wanted)
    both = sess.run(tf.nn.crelu(X[None]))
    np.testing.assert_allclose(both[0], np.maximum(np.concatenate([X, -X]), 0))
    assert sess.run(tf.nn.crelu(X[None], axis=0)).shape == (2, 5)
    assert sess.run(tf.nn.relu_layer([[1.0, -2.0]], [[1.0], [1.0]], [0.5])).tolist() == [[0.0]]
