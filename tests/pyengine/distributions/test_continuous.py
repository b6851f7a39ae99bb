"""The normal distribution and its kin: tails, gradients, TensorFlow's own draws."""

import numpy as np
import pytest
from scipy import stats

import pyengine as tf
from pyengine.distributions.continuous import LocationScale


def evaluated(make):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(make())


def test_log_cdf_is_accurate_far_into_the_tail():
    x = np.array([-60.0, -20.0, -10.0, -1.0, 0.0, 8.0])
    found = evaluated(lambda: tf.distributions.Normal(np.float64(0), np.float64(1)).log_cdf(x))
    np.testing.assert_allclose(found, stats.norm.logcdf(x), rtol=1e-6, atol=1e-15)


def test_gradients_flow_through_samples():
    with tf.Graph().as_default(), tf.Session() as sess:
        loc, scale = tf.constant(2.0), tf.constant(3.0)
        x = tf.distributions.Normal(loc, scale).sample(5, seed=1)
        by_loc, by_scale, drawn = sess.run([*tf.gradients(x, [loc, scale]), x])
        np.testing.assert_allclose(by_loc, 5.0)
        np.testing.assert_allclose(by_scale, ((drawn - 2) / 3).sum(), rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        # recorded from tf.compat.v1.distributions of TensorFlow 2.21
        (lambda d: d.Normal(1.0, 2.0), [3.138536, 1.204967, 1.291857, 0.7584262]),
        (lambda d: d.Laplace(1.0, 2.0), [1.263073, -0.5118129, 7.672809, 0.3432226]),
        (lambda d: d.Exponential(2.0), [0.2884592, 0.7245269, 0.008971168, 0.510768]),
        (lambda d: d.Uniform(1.0, 3.0), [2.123253, 1.469585, 2.964435, 1.720083]),
        (lambda d: d.Gamma(2.5, 2.0), [1.729358, 1.053736, 0.8708344, 1.163611]),
        (lambda d: d.Beta(2.5, 2.0), [0.6964043, 0.7683889, 0.5887591, 0.5538765]),
        (lambda d: d.StudentT(3.0, 1.0, 2.0), [4.459495, 1.203638, 1.235318, 0.6191025]),
        (lambda d: d.Bernoulli(probs=0.4), [0, 1, 0, 1]),
        (lambda d: d.Categorical(probs=[0.2, 0.5, 0.3]), [1, 2, 0, 0]),
        (
            lambda d: d.Dirichlet([1.0, 2.0]),
            [
                [0.891667, 0.108333],
                [0.05660775, 0.9433923],
                [0.3438929, 0.6561071],
                [0.3175686, 0.6824313],
            ],
        ),
        (
            lambda d: d.Multinomial(4.0, probs=[0.2, 0.5, 0.3]),
            [[2.0, 1.0, 1.0], [2.0, 0.0, 2.0], [2.0, 2.0, 0.0], [0.0, 4.0, 0.0]],
        ),
    ],
)
def test_draws_are_those_of_tensorflow(make, wanted):
    def drawn():
        tf.set_random_seed(3)
        return make(tf.distributions).sample(4, seed=11)

    np.testing.assert_allclose(evaluated(drawn), wanted, rtol=1e-5)


def test_a_family_of_ones_own_is_told_what_it_must_define():
    class Mine(LocationScale):
        pass

    mine = Mine(0.0, 1.0, False, True, "Mine", {})
    with pytest.raises(NotImplementedError, match=r"Mine must define _standard_log_prob\(y\)"):
        mine.log_prob(0.0)
    with pytest.raises(NotImplementedError, match="Mine must define _standard_noise"):
        mine.sample()
