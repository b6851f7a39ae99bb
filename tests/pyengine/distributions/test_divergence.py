"""Divergences, against averages over draws."""

import numpy as np
import pytest

import pyengine as tf

ds = tf.contrib.distributions
TRIL = np.array([[1.5, 0.0], [0.5, 1.0]], np.float32)
PAIRS = {
    "Normal": lambda: (ds.Normal(0.0, 1.0), ds.Normal(1.0, 2.0)),
    "Laplace": lambda: (ds.Laplace(0.0, 1.0), ds.Laplace(1.0, 2.0)),
    "Bernoulli": lambda: (ds.Bernoulli(probs=0.3), ds.Bernoulli(probs=0.6)),
    "Poisson": lambda: (ds.Poisson(2.0), ds.Poisson(3.0)),
    "Categorical": lambda: (ds.Categorical([0.1, 0.5, 1.0]), ds.Categorical([1.0, 0.0, 0.3])),
    "Gamma": lambda: (ds.Gamma(2.0, 1.0), ds.Gamma(3.0, 2.0)),
    "Exponential": lambda: (ds.Exponential(2.0), ds.Gamma(1.0, 1.0)),
    "Beta": lambda: (ds.Beta(2.0, 1.5), ds.Beta(3.0, 2.0)),
    "Dirichlet": lambda: (ds.Dirichlet([1.0, 2.0]), ds.Dirichlet([2.0, 3.0])),
    "MultivariateNormal": lambda: (
        ds.MultivariateNormalTriL(np.float32([1, 2]), TRIL), ds.MultivariateNormalDiag([0.0, 1.0])
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_divergences(name):
    with tf.Graph().as_default(), tf.Session() as sess:
        first, second = PAIRS[name]()
        x = first.sample(40000, seed=5)
        gap = first.log_prob(x) - second.log_prob(x)
        exact, found = sess.run([first.kl_divergence(second), gap])
        assert abs(exact - found.mean()) < 5 * found.std() / 200
        assert exact > 0


def test_cross_entropy():
    with tf.Graph().as_default(), tf.Session() as sess:
        first, second = PAIRS["Normal"]()
        parts = [first.cross_entropy(second), first.entropy(), first.kl_divergence(second)]
        whole, entropy, divergence = sess.run(parts)
        np.testing.assert_allclose(whole, entropy + divergence, rtol=1e-6)


def test_a_pair_without_a_formula():
    with pytest.raises(NotImplementedError, match="type Normal and distribution_b type Gamma"):
        ds.kl_divergence(ds.Normal(0.0, 1.0), ds.Gamma(1.0, 1.0))


def test_a_formula_of_your_own():
    class Mine(ds.Normal):
        pass

    @ds.RegisterKL(Mine, ds.Gamma)
    def formula(a, b, name=None):
        return tf.constant(7.0)

    with tf.Session() as sess:
        assert sess.run(ds.kl_divergence(Mine(0.0, 1.0), ds.Gamma(1.0, 1.0))) == 7
    with pytest.raises(ValueError, match="already been registered"):
        ds.RegisterKL(Mine, ds.Gamma)(formula)
