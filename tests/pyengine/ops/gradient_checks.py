"""Checks of gradients against differences along a random direction."""

import numpy as np

import pyengine as tf


def assert_gradient(function, *inputs, second=False, rtol=1e-5):
    """Checks the derivatives of a function of float64 arrays, which may give several tensors.

    Args:
        function: takes tensors and returns one or a list of them.
        inputs: where to check.
        second: whether to check the second derivatives too.
    """
    rng = np.random.default_rng(0)
    inputs = [np.asarray(x, np.float64) for x in inputs]
    turns = [rng.normal(size=x.shape) for x in inputs]
    with tf.Graph().as_default(), tf.Session() as sess:
        along = tf.placeholder(tf.float64, [])
        points = [tf.constant(x) + along * tf.constant(d) for x, d in zip(inputs, turns)]
        results = function(*points)
        results = list(results) if isinstance(results, (list, tuple)) else [results]
        weights = [rng.normal(size=t.shape.as_list()) for t in results]
        total = tf.add_n([tf.reduce_sum(t * w) for t, w in zip(results, weights)])
        (slope,) = tf.gradients(total, along)
        _check(sess, total, slope, along, rtol)
        if second:
            _check(sess, slope, tf.gradients(slope, along)[0], along, rtol)


def _check(sess, value, slope, along, rtol, step=1e-5):
    up, down = (sess.run(value, {along: s}) for s in (step, -step))
    got = 0.0 if slope is None else sess.run(slope, {along: 0.0})
    np.testing.assert_allclose(got, (up - down) / (2 * step), rtol=rtol, atol=1e-6)
