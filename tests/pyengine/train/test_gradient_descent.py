"""Gradient descent."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_moves_against_the_gradient(sess, dtype):
    w = tf.Variable(np.array([[1.0, 2.0], [3.0, 4.0]]), dtype=dtype)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(w * w) / 2)
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    np.testing.assert_allclose(sess.run(w), np.array([[1.0, 2.0], [3.0, 4.0]]) * 0.9, rtol=1e-6)


def test_the_rate_may_be_a_tensor(sess):
    rate = tf.placeholder(tf.float32)
    w = tf.Variable(1.0)
    train = tf.train.GradientDescentOptimizer(rate).minimize(w * 1.0)
    sess.run(tf.global_variables_initializer())
    sess.run(train, {rate: 0.25})
    sess.run(train, {rate: 0.5})
    assert sess.run(w) == 0.25


def test_rows_that_stand_twice_count_twice(sess):
    w = tf.Variable([[1.0], [2.0], [3.0]])
    train = tf.train.GradientDescentOptimizer(1.0).minimize(tf.gather(w, [0, 2, 2]))
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    assert sess.run(w).tolist() == [[0.0], [2.0], [1.0]]


def test_fits_a_line(sess):
    x = np.random.default_rng(0).random(100)
    w, b = tf.Variable(tf.random_uniform([1], -1.0, 1.0)), tf.Variable(tf.zeros([1]))
    loss = tf.reduce_mean(tf.square(w * x + b - (x * 0.1 + 0.3)))
    train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    sess.run(tf.global_variables_initializer())
    for _ in range(200):
        sess.run(train)
    np.testing.assert_allclose(sess.run([w, b]), [[0.1], [0.3]], atol=1e-3)
