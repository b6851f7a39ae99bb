"""Multivariate normal and Wishart distributions, against SciPy's."""

import numpy as np
import pytest
from scipy import stats

import pyengine as tf

ds = tf.contrib.distributions
LOC = np.array([1.0, -2.0])
TRIL = np.array([[2.0, 0.0], [0.5, 1.0]])
COV = TRIL @ TRIL.T
X = np.array([[0.0, 0.0], [1.0, -2.0], [3.0, 1.0]])


def evaluated(make):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(make())


@pytest.mark.parametrize(
    ("make", "cov"),
    [
        (lambda: ds.MultivariateNormalTriL(LOC, TRIL), COV),
        (lambda: ds.MultivariateNormalFullCovariance(LOC, COV), COV),
        (lambda: ds.MultivariateNormalFull(LOC, COV), COV),
        (lambda: ds.MultivariateNormalDiag(LOC, np.array([2.0, 0.5])), np.diag([4.0, 0.25])),
        (lambda: ds.MultivariateNormalDiag(LOC, None, 3.0), np.diag([9.0, 9.0])),
        (lambda: ds.MultivariateNormalDiag(LOC), np.eye(2)),
    ],
)
def test_normal_vectors(make, cov):
    wanted = stats.multivariate_normal(LOC, cov)
    d = [make().log_prob(X), make().log_pdf(X[0]), make().entropy(), make().mean(),
         make().covariance(), make().variance(), make().sample(5000, seed=3)]  # fmt: skip
    with tf.Session() as sess:
        log_prob, one, entropy, mean, covariance, variance, drawn = sess.run(d)
    np.testing.assert_allclose(log_prob, wanted.logpdf(X))
    np.testing.assert_allclose(one, wanted.logpdf(X[0]))
    np.testing.assert_allclose(entropy, wanted.entropy())
    np.testing.assert_allclose(mean, LOC)
    np.testing.assert_allclose(covariance, cov, atol=1e-12)
    np.testing.assert_allclose(variance, np.diag(cov))
    np.testing.assert_allclose(drawn.mean(0), LOC, atol=0.15)
    np.testing.assert_allclose(np.cov(drawn.T), cov, atol=0.8)
    assert make().event_shape.as_list() == [2] and make().batch_shape.as_list() == []


def test_a_batch_of_normal_vectors():
    loc = np.stack([LOC, LOC + 1])
    d = ds.MultivariateNormalTriL(loc, TRIL)
    assert d.batch_shape.as_list() == [2]
    found = evaluated(lambda: ds.MultivariateNormalTriL(loc, TRIL).log_prob(X[:, None, :]))
    wanted = np.stack([stats.multivariate_normal(m, COV).logpdf(X) for m in loc], 1)
    np.testing.assert_allclose(found, wanted)


def test_wishart():
    wanted = stats.wishart(5, COV)
    x = np.array([[3.0, 0.5], [0.5, 2.0]])
    factor = np.linalg.cholesky(x)
    found = evaluated(lambda: [
        ds.WishartFull(5.0, COV).log_prob(x), ds.WishartCholesky(5.0, TRIL).log_prob(x),
        ds.WishartFull(5.0, COV).entropy(), ds.WishartFull(5.0, COV).mean(),
        ds.WishartFull(5.0, COV).variance(),
    ])  # fmt: skip
    for value, reference in zip(
        found,
        [wanted.logpdf(x), wanted.logpdf(x), wanted.entropy(), wanted.mean(), wanted.var()],
        strict=True,
    ):
        np.testing.assert_allclose(value, reference)
    drawn = evaluated(lambda: ds.WishartFull(5.0, COV).sample(4000, seed=1))
    np.testing.assert_allclose(drawn.mean(0), wanted.mean(), rtol=0.1)
    # As factors: the density times the determinant of x in its factor, 2^k l11^k ... lkk.
    of_factor = evaluated(
        lambda: ds.WishartCholesky(5.0, TRIL, cholesky_input_output_matrices=True).log_prob(factor)
    )
    assert np.isfinite(of_factor)


def test_dirichlet_multinomial_and_classes():
    c = np.array([[1.0, 2.0, 3.5]])
    p = np.array([0.2, 0.5, 0.3])
    x = np.array([1.0, 0.0, 3.0])
    found = evaluated(lambda: [
        ds.Dirichlet(c[0]).log_prob(p), ds.Dirichlet(c[0]).entropy(),
        ds.Dirichlet(c[0]).covariance(), ds.Multinomial(np.float64(4), probs=p).log_prob(x),
        ds.Multinomial(np.float64(4), probs=p).covariance(),
        ds.DirichletMultinomial(np.float64(4), c[0]).log_prob(x),
        ds.DirichletMultinomial(np.float64(4), c[0]).covariance(),
        ds.OneHotCategorical(probs=p).log_prob([0, 1, 0]), ds.Categorical(probs=p).entropy(),
    ])  # fmt: skip
    d, m = stats.dirichlet(c[0]), stats.multinomial(4, p)
    dm = stats.dirichlet_multinomial(c[0], 4)
    for value, reference in zip(
        found,
        [d.logpdf(p), d.entropy(), d.cov(), m.logpmf(x), m.cov(), dm.logpmf(x.astype(int)),
         dm.cov(), np.log(0.5), stats.entropy(p)],
        strict=True,
    ):  # fmt: skip
        np.testing.assert_allclose(value, reference)
