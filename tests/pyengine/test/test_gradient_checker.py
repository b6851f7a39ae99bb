"""Gradients compared with differences."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_one_input():
    x = tf.placeholder(tf.float64, [2, 3])
    y = tf.reduce_sum(tf.square(x), 1)
    by_graph, by_steps = tf.test.compute_gradient(x, [2, 3], y, [2])
    assert by_graph.shape == by_steps.shape == (6, 2)
    np.testing.assert_allclose(by_graph, by_steps, atol=1e-8)
    assert tf.test.compute_gradient_error(x, [2, 3], y, [2]) < 1e-8


def test_several_inputs_at_a_point():
    x, k = tf.placeholder(tf.float64, [1]), tf.placeholder(tf.float64, [])
    v = tf.Variable(np.array([2.0]))
    y = x * v * k
    pairs = tf.test.compute_gradient(
        [x, v.value()], [[1], [1]], y, [1], [np.array([3.0]), np.array([5.0])],
        init_targets=v.initializer, extra_feed_dict={k: 10.0},
    )  # fmt: skip
    assert [round(float(a[0, 0])) for a, _ in pairs] == [50, 30]


def test_a_wrong_gradient_shows():
    x = tf.constant([1.0, 2.0], tf.float64)
    y = tf.grad_pass_through(tf.square)(x)
    error = tf.test.compute_gradient_error(x, [2], y, [2], np.array([1.0, 2.0]))
    assert error == pytest.approx(3.0)


def test_complex_numbers():
    x = tf.constant([1 + 2j])
    assert tf.test.compute_gradient_error(x, [1], x * 2, [1], np.array([1 + 2j])) < 1e-2


def test_errors():
    x = tf.constant([1.0])
    with pytest.raises(ValueError, match="shape"):
        tf.test.compute_gradient(x, [1], x, [1], np.zeros(2))
