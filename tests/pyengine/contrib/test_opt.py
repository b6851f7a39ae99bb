"""Optimizers of contrib, against their formula in NumPy."""

import numpy as np
import pytest

import pyengine as tf


def expected(w, grads, rate=0.1, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, u = np.zeros_like(w), np.zeros_like(w)
    for t, (rows, values) in enumerate(grads, 1):
        m[rows] = beta1 * m[rows] + (1 - beta1) * values
        u[rows] = np.maximum(beta2 * u[rows], np.abs(values))
        w[rows] -= rate / (1 - beta1**t) * m[rows] / (u[rows] + epsilon)
    return w


@pytest.mark.parametrize("is_sparse", [False, True])
def test_ada_max(is_sparse):
    start = np.arange(6.0).reshape(3, 2)
    steps = [np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[-0.1, 4.0], [2.0, 1.0]])]
    rows = np.array([0, 2]) if is_sparse else np.array([0, 1])
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable(start if is_sparse else start[:2])
        fed = tf.placeholder(tf.float64, [2, 2])
        grad = tf.IndexedSlices(fed, tf.constant(rows), tf.constant([3, 2])) if is_sparse else fed
        optimizer = tf.contrib.opt.AdaMaxOptimizer(0.1)
        step = optimizer.apply_gradients([(grad, w)])
        sess.run(tf.global_variables_initializer())
        for value in steps:
            sess.run(step, {fed: value})
        begin = (start if is_sparse else start[:2]).copy()
        wanted = expected(begin, [(rows, v) for v in steps])
        np.testing.assert_allclose(sess.run(w), wanted, rtol=1e-5)
        assert [v.op.name for v in optimizer.variables()] == [
            "Variable/AdaMax", "Variable/AdaMax_1", "beta1_power",
        ]  # fmt: skip
        assert step.name == "AdaMax"
