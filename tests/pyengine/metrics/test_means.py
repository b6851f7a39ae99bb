"""Means of errors and of correct answers."""

import numpy as np
import pytest

import pyengine as tf

Y = np.array([1.0, 0.0, 2.0, 1.0], np.float32)
P = np.array([1.0, 0.5, 0.0, 1.0], np.float32)
W = np.array([1.0, 2.0, 0.0, 1.0], np.float32)
E = np.abs(P - Y)

CASES = {
    "accuracy": (lambda **k: tf.metrics.accuracy(Y, P, **k), P == Y, lambda x: x),
    "mean_absolute_error": (lambda **k: tf.metrics.mean_absolute_error(Y, P, **k), E, lambda x: x),
    "mean_squared_error": (lambda **k: tf.metrics.mean_squared_error(Y, P, **k), E**2, lambda x: x),
    "root_mean_squared_error": (
        lambda **k: tf.metrics.root_mean_squared_error(Y, P, **k), E**2, np.sqrt,
    ),
    "mean_relative_error": (
        lambda **k: tf.metrics.mean_relative_error(Y, P, Y, **k),
        np.where(Y == 0, 0, E / np.maximum(Y, 1)), lambda x: x,
    ),
    "percentage_below": (
        lambda **k: tf.metrics.percentage_below(P, 0.75, **k), P < 0.75, lambda x: x,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("weights", [None, W])
def test_against_numpy(name, weights):
    with tf.Graph().as_default(), tf.Session() as sess:
        make, errors, after = CASES[name]
        value, update = make(weights=weights, metrics_collections="v", updates_collections="u")
        assert tf.get_collection("v") == [value]
        assert tf.get_collection("u") == [update]
        sess.run(tf.local_variables_initializer())
        wanted = after(np.average(errors, weights=weights))
        assert sess.run(update) == pytest.approx(wanted)
        assert sess.run(value) == pytest.approx(wanted)
        assert tf.local_variables()[0].name.startswith(name)


def test_others():
    with tf.Graph().as_default(), tf.Session() as sess:
        cosine = tf.metrics.mean_cosine_distance([[0.6, 0.8]], [[1.0, 0.0]], 1)
        each = tf.metrics.mean_tensor(np.array([2, 4]), weights=[1.0, 0.0])
        squeezed = tf.metrics.accuracy(np.array([[1], [2]]), np.array([1.0, 3.0]))
        sess.run(tf.local_variables_initializer())
        assert sess.run(cosine[1]) == pytest.approx(0.4)
        assert sess.run(each[1]).tolist() == [2, 0]
        assert sess.run(squeezed[1]) == 0.5
