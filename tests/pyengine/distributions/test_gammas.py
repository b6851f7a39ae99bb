"""Distributions of numbers, against SciPy's."""

import numpy as np
import pytest
from scipy import stats

import pyengine as tf

ds = tf.contrib.distributions
A, B = np.array([0.7, 2.5, 4.0]), np.array([1.5, 0.5, 3.0])
X = np.array([[0.2, 0.5, 0.9], [1.3, 2.0, 4.0]])
P = np.array([0.2, 0.5, 0.9])
N = np.array([3.0, 8.0, 5.0])
K = np.array([[0.0, 2.0, 5.0], [3.0, 1.0, 4.0]])

CASES = {
    "Normal": (lambda: ds.Normal(A, B), stats.norm(A, B), X),
    "Laplace": (lambda: ds.Laplace(A, B), stats.laplace(A, B), X),
    "Logistic": (lambda: ds.Logistic(A, B), stats.logistic(A, B), X),
    "Gumbel": (lambda: ds.Gumbel(A, B), stats.gumbel_r(A, B), X),
    "Cauchy": (lambda: ds.Cauchy(A, B), stats.cauchy(A, B), X),
    "HalfNormal": (lambda: ds.HalfNormal(B), stats.halfnorm(scale=B), X),
    "Uniform": (lambda: ds.Uniform(A - 2, A + 0.1), stats.uniform(A - 2, 2.1), X),
    "Gamma": (lambda: ds.Gamma(A, B), stats.gamma(A, scale=1 / B), X),
    "Exponential": (lambda: ds.Exponential(B), stats.expon(scale=1 / B), X),
    "Chi2": (lambda: ds.Chi2(A), stats.chi2(A), X),
    "InverseGamma": (lambda: ds.InverseGamma(A + 3, B), stats.invgamma(A + 3, scale=B), X),
    "Beta": (lambda: ds.Beta(A, B), stats.beta(A, B), X / 5),
    "StudentT": (lambda: ds.StudentT(A + 3, A, B), stats.t(A + 3, A, B), X),
    "Bernoulli": (lambda: ds.Bernoulli(probs=P), stats.bernoulli(P), K % 2),
    "Binomial": (lambda: ds.Binomial(N, probs=P), stats.binom(N, P), np.minimum(K, N)),
    "Poisson": (lambda: ds.Poisson(B), stats.poisson(B), K),
    "NegativeBinomial": (lambda: ds.NegativeBinomial(A, probs=P), stats.nbinom(A, 1 - P), K),
    "Geometric": (lambda: ds.Geometric(probs=P), stats.geom(P, loc=-1), K),
}


def evaluated(make):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(make())


DISCRETE = {"Bernoulli", "Binomial", "Poisson", "NegativeBinomial", "Geometric"}
NO_ENTROPY = {"Binomial", "Poisson", "NegativeBinomial", "HalfNormal"}


@pytest.mark.parametrize("name", CASES)
def test_densities_are_those_of_scipy(name):
    make, wanted, x = CASES[name]
    log_prob = wanted.logpmf if name in DISCRETE else wanted.logpdf
    for method, reference in (
        ("log_prob", log_prob), ("prob", lambda v: np.exp(log_prob(v))), ("cdf", wanted.cdf),
        ("survival_function", wanted.sf), ("log_cdf", wanted.logcdf),
    ):  # fmt: skip
        found = evaluated(lambda method=method: getattr(make(), method)(x))
        assert found.dtype == np.float64
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(found, reference(x), rtol=1e-6, atol=1e-9, err_msg=method)


@pytest.mark.parametrize("name", CASES)
def test_statistics_are_those_of_scipy(name):
    make, wanted, _ = CASES[name]
    mean, variance, deviation = evaluated(
        lambda: [make().mean(), make().variance(), make().stddev()]
    )
    np.testing.assert_allclose(mean, wanted.mean(), rtol=1e-9)
    np.testing.assert_allclose(variance, wanted.var(), rtol=1e-9)
    np.testing.assert_allclose(deviation, wanted.std(), rtol=1e-9)
    if name not in NO_ENTROPY:
        np.testing.assert_allclose(
            evaluated(lambda: make().entropy()), wanted.entropy(), rtol=1e-7, atol=1e-12
        )


@pytest.mark.parametrize("name", sorted(set(CASES) - {"Cauchy"}))
def test_samples_have_the_moments_of_the_distribution(name):
    make, wanted, _ = CASES[name]
    drawn = evaluated(lambda: make().sample(20000, seed=7))
    assert drawn.shape == (20000, 3)
    error = 6 * wanted.std() / np.sqrt(20000)
    assert (np.abs(drawn.mean(0) - wanted.mean()) < error).all()
    np.testing.assert_allclose(drawn.std(0), wanted.std(), rtol=0.12)


def test_quantiles_undo_the_distribution_function():
    p = np.array([0.01, 0.4, 0.97])
    for make in ("Normal", "Logistic", "Cauchy", "Uniform", "Exponential", "HalfNormal"):
        build, wanted, _ = CASES[make]
        np.testing.assert_allclose(evaluated(lambda b=build: b().quantile(p)), wanted.ppf(p))


def test_what_is_not_defined_is_nan_or_an_error():
    df = np.array([0.5, 1.5, 3.0])
    variance = evaluated(lambda: ds.StudentT(df, 0.0, 1.0).variance())
    np.testing.assert_array_equal(variance, [np.nan, np.inf, 3.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="mean is not defined"):
        evaluated(lambda: ds.StudentT(df, 0.0, 1.0, allow_nan_stats=False).mean())
    np.testing.assert_array_equal(
        evaluated(lambda: ds.Gamma(np.array([0.5, 3.0]), 2.0).mode()), [np.nan, 1.0]
    )


def test_arguments_are_checked_where_that_is_wanted():
    for make in (
        lambda: ds.Normal(0.0, -1.0, validate_args=True).mean(),
        lambda: ds.Gamma(1.0, -1.0, validate_args=True).mean(),
        lambda: ds.Uniform(2.0, 1.0, validate_args=True).mean(),
        lambda: ds.Beta(2.0, 1.0, validate_args=True).log_prob(-0.5),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError):
            evaluated(make)
