"""SciPy's optimizers on losses of graphs."""

import numpy as np
import pytest

import pyengine as tf

Scipy = tf.contrib.opt.ScipyOptimizerInterface


def rosenbrock():
    x, y = tf.Variable(-1.0, dtype=tf.float64), tf.Variable([2.0], dtype=tf.float64)
    return x, y, tf.square(1 - x) + 100 * tf.reduce_sum(tf.square(y - x**2))


@pytest.mark.parametrize(
    "method", [None, "L-BFGS-B", "BFGS", "CG", "TNC", "Powell", "Nelder-Mead", "SLSQP"]
)
def test_methods(method):
    with tf.Graph().as_default(), tf.Session() as sess:
        x, y, loss = rosenbrock()
        sess.run(tf.global_variables_initializer())
        how = {} if method is None else {"method": method}
        # 500.0 is how R's 500 comes here
        Scipy(loss, options={"maxiter": 500.0}, **how).minimize(sess)
        np.testing.assert_allclose(sess.run([x, y[0]]), [1, 1], atol=2e-3)


def test_bounds_and_constraints():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable([7.0, 7.0])
        loss = tf.reduce_sum(tf.square(v))
        sess.run(tf.global_variables_initializer())
        Scipy(loss, var_to_bounds={v: ([1, 2], np.inf)}).minimize(sess)
        np.testing.assert_allclose(sess.run(v), [1, 2], rtol=1e-5)
        Scipy(loss, equalities=[v[0] + v[1] - 4.0], inequalities=[v[0] - 3.0]).minimize(sess)
        np.testing.assert_allclose(sess.run(v), [3, 1], rtol=1e-5)


def test_feeds_variables_and_callbacks():
    with tf.Graph().as_default(), tf.Session() as sess:
        target = tf.placeholder(tf.float32, [])
        a, b = tf.Variable(0.0), tf.Variable(5.0)
        loss = tf.square(a - target) + tf.square(b - target)
        sess.run(tf.global_variables_initializer())
        seen, steps = [], []
        with sess.as_default():
            Scipy(loss, var_list=[a]).minimize(
                feed_dict={target: 3.0}, fetches=[loss], loss_callback=seen.append,
                step_callback=lambda x: steps.append(x.copy()),
            )  # fmt: skip
        np.testing.assert_allclose(sess.run([a, b]), [3, 5], atol=1e-4)
        assert seen[0] == 13 and seen[-1] == pytest.approx(4) and steps[-1].shape == (1,)


def test_errors():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="no variables"):
            Scipy(tf.constant(1.0))
        loss = tf.square(tf.Variable(1.0))
        with pytest.raises(ValueError, match="needs a session"):
            Scipy(loss).minimize()
        with pytest.raises(NotImplementedError, match="_minimize"), tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            tf.contrib.opt.ExternalOptimizerInterface(loss).minimize(sess)
