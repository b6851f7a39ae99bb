"""Adam, against its algorithm written out in NumPy."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def adam(w, gradient, steps, rate=0.1, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Algorithm 1 of the paper, with the efficient order of its section 2."""
    m = v = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        step = rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        w = w - step * m / (np.sqrt(v) + epsilon)
    return w, m, v


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.75, "epsilon": 0.125}])
def test_follows_the_algorithm(sess, settings):
    # TensorFlow rounds the betas to float32: only those that float32 holds agree exactly.
    exact = {"rtol": 1e-6 if settings else 1e-4}
    start = np.array([1.0, -2.0, 3.0])
    w = tf.Variable(start)
    optimizer = tf.train.AdamOptimizer(0.1, **settings)
    train = optimizer.minimize(tf.reduce_sum(w * w * w))
    sess.run(tf.global_variables_initializer())
    for _ in range(5):
        sess.run(train)
    wanted, m, v = adam(start, lambda w: 3 * w * w, 5, **settings)
    np.testing.assert_allclose(sess.run(w), wanted, **exact)
    np.testing.assert_allclose(sess.run(optimizer.get_slot(w, "m")), m, **exact)
    np.testing.assert_allclose(sess.run(optimizer.get_slot(w, "v")), v, **exact)


def test_slots_have_tensorflows_names(sess):
    w = tf.Variable([1.0], name="w")
    optimizer = tf.train.AdamOptimizer()
    optimizer.minimize(w * w)
    assert optimizer.get_slot_names() == ["m", "v"]
    assert [v.op.name for v in optimizer.variables()] == [
        "beta1_power",
        "beta2_power",
        "w/Adam",
        "w/Adam_1",
    ]
    assert tf.trainable_variables() == [w]


def test_sparse_gradients_decay_all_moments(sess):
    start = np.array([[1.0], [2.0], [3.0]])
    w = tf.Variable(start)
    train = tf.train.AdamOptimizer(0.1).minimize(tf.gather(w, [0, 2, 2]) ** 2)
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        sess.run(train)
    counts = np.array([[1.0], [0.0], [2.0]])
    wanted, _, _ = adam(start, lambda w: 2 * w * counts, 3)
    np.testing.assert_allclose(sess.run(w), wanted, rtol=1e-4)


def test_several_variables_share_the_powers(sess):
    a, b = tf.Variable(1.0), tf.Variable([2.0, 3.0])
    train = tf.train.AdamOptimizer(0.5).minimize(a * a + tf.reduce_sum(b * b))
    sess.run(tf.global_variables_initializer())
    for _ in range(4):
        sess.run(train)
    for v, start in ((a, 1.0), (b, np.array([2.0, 3.0]))):
        wanted, _, _ = adam(np.asarray(start), lambda w: 2 * w, 4, rate=0.5)
        np.testing.assert_allclose(sess.run(v), wanted, rtol=1e-4)


def test_the_powers_of_the_betas_are_float32_beside_any_variable():
    with tf.Graph().as_default():
        w = tf.Variable(np.zeros(2))
        optimizer = tf.train.AdamOptimizer(0.1)
        optimizer.minimize(tf.reduce_sum(w * w))
        assert [v.dtype.base_dtype for v in optimizer.variables()][-2:] == [tf.float32] * 2
