"""Divergences, against means over the densities."""

import numpy as np
import pytest

import pyengine as tf

D = tf.distributions
F = np.float64


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    "pair",
    [
        lambda: (D.Normal(F(0), F(1)), D.Normal(F(0.5), F(1.5))),
        lambda: (D.Gamma(F(2), F(1)), D.Gamma(F(1.5), F(0.7))),
        lambda: (D.Exponential(F(2)), D.Gamma(F(1.5), F(0.7))),
        lambda: (D.Beta(F(2), F(3)), D.Beta(F(1.5), F(2.5))),
        lambda: (D.Bernoulli(probs=F(0.3)), D.Bernoulli(probs=F(0.6))),
        lambda: (D.Categorical(probs=[0.2, 0.3, 0.5]), D.Categorical(probs=[0.4, 0.4, 0.2])),
        lambda: (D.Dirichlet(np.array([2.0, 3.0])), D.Dirichlet(np.array([1.5, 2.0]))),
    ],
)
def test_it_is_the_mean_of_the_logarithm_of_the_ratio(sess, pair):
    a, b = pair()
    x = a.sample(40000, seed=3)
    ratio = tf.reduce_mean(a.log_prob(x) - b.log_prob(x))
    found, want = sess.run([D.kl_divergence(a, b), ratio])
    np.testing.assert_allclose(found, want, atol=0.02)
    same, crossed, entropy = sess.run([a.kl_divergence(a), a.cross_entropy(b), a.entropy()])
    np.testing.assert_allclose(same, 0, atol=1e-12)
    np.testing.assert_allclose(crossed, entropy + found)


def test_pairs_without_a_formula(sess):
    with pytest.raises(NotImplementedError, match=r"No KL\(Normal, Gamma\) registered"):
        D.kl_divergence(D.Normal(0.0, 1.0), D.Gamma(1.0, 1.0))


def test_a_formula_of_ones_own(sess):
    class Mine(D.Normal):
        pass

    @D.RegisterKL(Mine, Mine)
    def mine(a, b, name=None):
        return tf.constant(float("nan"))

    pair = Mine(0.0, 1.0), Mine(0.0, 1.0)
    assert np.isnan(sess.run(D.kl_divergence(*pair)))
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(D.kl_divergence(*pair, allow_nan_stats=False))
    assert sess.run(D.kl_divergence(pair[0], D.Normal(0.0, 1.0))) == 0  # as of its base class
    with pytest.raises(ValueError, match="already been registered"):
        D.RegisterKL(Mine, Mine)(mine)
    with pytest.raises(TypeError, match="must be callable"):
        D.RegisterKL(Mine, int)(3)
