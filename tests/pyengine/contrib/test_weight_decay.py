"""Decay apart from the gradient, against the optimizer without it."""

import numpy as np

import pyengine as tf

START = np.array([[1.0, -2.0], [3.0, 0.5], [4.0, 1.0]])


def trained(make, sparse=False, steps=3, **kwargs):
    """The weights after some steps on a constant gradient, which decay does not change."""
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable(START)
        rows = tf.gather(w, [0, 2]) if sparse else w
        step = make().minimize(tf.reduce_sum(rows * [1.0, -2.0]), **{
            k: [w] if v else [tf.Variable(1.0)] for k, v in kwargs.items()
        })  # fmt: skip
        sess.run(tf.global_variables_initializer())
        seen = [START]
        for _ in range(steps):
            sess.run(step)
            seen.append(sess.run(w))
        return seen


def test_weights_decay_and_then_the_step_is_taken():
    for decaying, plain in (
        (lambda: tf.contrib.opt.AdamWOptimizer(0.1, 0.01), lambda: tf.train.AdamOptimizer(0.01)),
        (lambda: tf.contrib.opt.MomentumWOptimizer(0.1, 0.01, 0.9),
         lambda: tf.train.MomentumOptimizer(0.01, 0.9)),
    ):  # fmt: skip
        steps = np.diff(trained(plain), axis=0)
        wanted = START
        for found, step in zip(trained(decaying)[1:], steps, strict=True):
            wanted = 0.9 * wanted + step
            np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_only_the_rows_of_a_sparse_gradient_decay():
    found = trained(lambda: tf.contrib.opt.AdamWOptimizer(0.5, 0.0), sparse=True, steps=1)[-1]
    np.testing.assert_allclose(found, START * [[0.5], [1.0], [0.5]])


def test_which_variables_decay():
    def make():
        return tf.contrib.opt.AdamWOptimizer(0.5, 0.0)

    np.testing.assert_allclose(trained(make, steps=1, decay_var_list=True)[-1], START / 2)
    np.testing.assert_allclose(trained(make, steps=1, decay_var_list=False)[-1], START)
