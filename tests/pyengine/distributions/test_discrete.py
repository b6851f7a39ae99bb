"""Counts: gradients, draws, what lies outside the support."""

import numpy as np
import pytest

import pyengine as tf

ds = tf.contrib.distributions


def test_gradients_of_counts():
    with tf.Graph().as_default(), tf.Session() as sess:
        p, n = tf.constant(np.float64(0.3)), tf.constant(np.float64(4))
        log_prob = ds.NegativeBinomial(n, probs=p).log_prob(2.0)
        by_p, by_n = sess.run(tf.gradients(log_prob, [p, n]))
        np.testing.assert_allclose(by_p, 2 / 0.3 - 4 / 0.7)
        np.testing.assert_allclose(by_n, np.log(0.7) + 1 / 4 + 1 / 5)


def test_outside_of_the_support():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = np.array([-1.0, 0.5, 1.0])
        d = ds.Poisson(np.float64(2), interpolate_nondiscrete=False)
        assert np.isinf(sess.run(d.log_prob(x))).tolist() == [True, True, False]
        assert sess.run(d.cdf(x))[0] == 0
        assert sess.run(ds.Binomial(np.float64(3), probs=0.5).cdf([-1.0, 3.0, 9.0])).tolist() == [
            0.0, 1.0, 1.0,
        ]  # fmt: skip
        with pytest.raises(ValueError, match="exactly one"):
            ds.Poisson()


def test_binomial_draws_stay_within_their_trials():
    with tf.Graph().as_default(), tf.Session() as sess:
        drawn = sess.run(ds.Binomial([1.0, 6.0], probs=[0.5, 1.0]).sample(200, seed=1))
        assert drawn[:, 0].max() == 1 and (drawn[:, 1] == 6).all()


def test_deterministic():
    with tf.Graph().as_default(), tf.Session() as sess:
        d = ds.Deterministic([1.0, 2.0], atol=0.1)
        assert sess.run(d.prob([1.05, 3.0])).tolist() == [1.0, 0.0]
        assert sess.run(d.sample(2)).tolist() == [[1.0, 2.0]] * 2
        assert sess.run(d.cdf([0.0, 2.0])).tolist() == [0.0, 1.0]


def test_a_float_stands_for_a_count():
    with tf.Graph().as_default(), tf.Session() as sess:
        d = tf.distributions.Bernoulli(probs=[0.25, 0.5])
        assert sess.run(d.prob(1.0)).tolist() == [0.25, 0.5]  # R's 1
