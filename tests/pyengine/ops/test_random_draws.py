"""Draws from given distributions."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.evaluated import value


def test_categories_have_their_probabilities():
    with tf.Graph().as_default():
        logits = np.log([[0.2, 0.8, 0.0], [0.0, 0.5, 0.5]] + np.float64(1e-300))
        drawn = value(tf.multinomial(logits, 4000, seed=1))
    assert drawn.dtype == np.int64
    counts = np.stack([np.bincount(row, minlength=3) for row in drawn]) / 4000
    np.testing.assert_allclose(counts, [[0.2, 0.8, 0], [0, 0.5, 0.5]], atol=0.03)


def test_categories_are_those_of_tensorflow():
    with tf.Graph().as_default():
        tf.set_random_seed(42)
        drawn = tf.multinomial([[0.0, 1.0, 2.0], [3.0, 0.0, -1.0]], 5, seed=3)
        assert drawn.shape.as_list() == [2, 5]
        assert value(drawn).tolist() == [[1, 2, 2, 0, 2], [1, 0, 0, 2, 0]]
        assert tf.random.categorical([[0.0, 1.0]], 2, dtype=tf.int32).dtype is tf.int32


def test_a_class_that_cannot_be():
    drawn = value(tf.multinomial([[0.0, -np.inf, 0.0]], 200))
    assert 1 not in drawn


def test_logits_must_be_a_matrix():
    with pytest.raises(ValueError, match="rank 2"):
        tf.multinomial([0.0, 1.0], 3)
    with pytest.raises(TypeError, match="int32 or int64"):
        tf.multinomial([[0.0]], 3, output_dtype=tf.float32)
    fed = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="matrix"):
        value(tf.multinomial(fed, 3), {fed: [0.0]})


@pytest.mark.parametrize(
    ("draw", "mean", "variance"),
    [
        (lambda: tf.random_gamma([4000], [0.5, 3.0], seed=1), [0.5, 3], [0.5, 3]),
        (lambda: tf.random_gamma([4000], [2.0], [0.5, 2.0], seed=1), [4, 1], [8, 0.5]),
        (lambda: tf.random_poisson([0.5, 3.0], [4000], seed=1), [0.5, 3], [0.5, 3]),
    ],
)
def test_moments(draw, mean, variance):
    with tf.Graph().as_default():
        drawn = value(draw())
    assert drawn.dtype == np.float32
    assert drawn.shape == (4000, 2)
    np.testing.assert_allclose(drawn.mean(0), mean, rtol=0.15)
    np.testing.assert_allclose(drawn.var(0), variance, rtol=0.25)


def test_seeds_repeat_and_streams_go_on():
    with tf.Graph().as_default():
        x = tf.random_gamma([3], 2.0, seed=5)
        with tf.Session() as sess:
            first, second = sess.run(x), sess.run(x)
        assert value(x).tolist() == first.tolist()
        assert first.tolist() != second.tolist()


def test_gradients_of_gamma_numbers():
    # E[x] is alpha / beta, so the mean slope in alpha is 1 / beta.
    with tf.Graph().as_default():
        alpha, beta = tf.constant([0.5, 3.0], tf.float64), tf.constant(2.0, tf.float64)
        x = tf.random_gamma([4000], alpha, beta, dtype=tf.float64, seed=1)
        of_alpha, of_beta = tf.gradients(x, [alpha, beta])
        got_alpha, got_beta, total = value([of_alpha, of_beta, tf.reduce_sum(x)])
    np.testing.assert_allclose(got_alpha / 4000, [0.5, 0.5], rtol=0.1)
    np.testing.assert_allclose(got_beta, -total / 2.0)


def test_rates_that_are_none():
    assert np.isnan(value(tf.random_poisson([-1.0], [2]))).all()
    assert value(tf.random_poisson([4.0], [2], dtype=tf.int32)).dtype == np.int32
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be >= 0"):
        value(tf.random_poisson([-1.0], [2], dtype=tf.int64))
