"""Distributions made of others."""

import numpy as np
import pytest
from scipy import stats

import pyengine as tf

ds = tf.contrib.distributions
X = np.array([0.3, 1.0, 4.0])


def evaluated(make):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(make())


def test_transformed():
    def lognormal():
        return ds.TransformedDistribution(ds.Normal(np.float64(0.5), 1.2), ds.bijectors.Exp())

    wanted = stats.lognorm(1.2, scale=np.exp(0.5))
    np.testing.assert_allclose(evaluated(lambda: lognormal().log_prob(X)), wanted.logpdf(X))
    np.testing.assert_allclose(evaluated(lambda: lognormal().cdf(X)), wanted.cdf(X))
    drawn = evaluated(lambda: lognormal().sample(5000, seed=4))
    assert drawn.min() > 0
    np.testing.assert_allclose(np.log(drawn).mean(), 0.5, atol=0.1)


def test_a_transformed_vector_sums_over_its_event():
    def made():
        base = ds.MultivariateNormalDiag(np.zeros(2), np.ones(2))
        return ds.TransformedDistribution(base, ds.bijectors.Softplus())

    y = np.array([[0.5, 2.0], [1.0, 3.0]])
    x = np.log(np.expm1(y))
    wanted = (stats.norm.logpdf(x) + np.log1p(np.exp(-x))).sum(-1)
    np.testing.assert_allclose(evaluated(lambda: made().log_prob(y)), wanted)


@pytest.mark.parametrize("same", [False, True])
def test_mixture(same):
    p, loc, scale = np.array([0.25, 0.75]), np.array([-1.0, 3.0]), np.array([0.5, 1.5])

    def made():
        cat = ds.Categorical(probs=p)
        if same:
            return ds.MixtureSameFamily(cat, ds.Normal(loc, scale))
        return ds.Mixture(cat, [ds.Normal(m, s) for m, s in zip(loc, scale, strict=True)])

    wanted = (p * stats.norm(loc, scale).pdf(X[:, None])).sum(-1)
    found = evaluated(lambda: [made().prob(X), made().mean(), made().variance(), made().cdf(X)])
    np.testing.assert_allclose(found[0], wanted)
    np.testing.assert_allclose(found[1], 2.0)
    np.testing.assert_allclose(found[2], (p * (scale**2 + loc**2)).sum() - 4)
    np.testing.assert_allclose(found[3], (p * stats.norm(loc, scale).cdf(X[:, None])).sum(-1))
    drawn = evaluated(lambda: made().sample(8000, seed=2))
    np.testing.assert_allclose([drawn.mean(), (drawn < 0.5).mean()], [2.0, 0.28], atol=0.1)


def test_mixture_of_vectors():
    def made():
        parts = [ds.MultivariateNormalDiag(np.full(2, m)) for m in (0.0, 4.0)]
        return ds.Mixture(ds.Categorical(probs=np.array([0.5, 0.5])), parts)

    assert evaluated(lambda: made().sample([3, 2], seed=1)).shape == (3, 2, 2)
    np.testing.assert_allclose(evaluated(lambda: made().mean()), [2.0, 2.0])


def test_independent():
    d = ds.Independent(ds.Normal(np.zeros((3, 2)), 1.0), 1)
    assert d.batch_shape.as_list() == [3] and d.event_shape.as_list() == [2]
    found = evaluated(lambda: ds.Independent(ds.Normal(np.zeros((3, 2)), 1.0)).log_prob([1.0, 2.0]))
    np.testing.assert_allclose(found, [stats.norm.logpdf([1, 2]).sum()] * 3, rtol=1e-6)


def test_what_does_not_fit_is_an_error():
    with pytest.raises(TypeError, match="Categorical"):
        ds.Mixture(ds.Normal(0.0, 1.0), [ds.Normal(0.0, 1.0)])
    with pytest.raises(ValueError, match="not one for each of 1"):
        ds.Mixture(ds.Categorical(probs=[0.5, 0.5]), [ds.Normal(0.0, 1.0)])
    with pytest.raises(ValueError, match="cannot exceed"):
        ds.Independent(ds.Normal(0.0, 1.0), 1)


def test_refusals_say_what_to_do_instead():
    with pytest.raises(NotImplementedError, match=r"event_shape=\[3\].*wrap it in Independent"):
        ds.TransformedDistribution(ds.Normal(0.0, 1.0), ds.bijectors.Exp(), event_shape=[3])
    with pytest.raises(NotImplementedError, match="weigh samples of components_distribution"):
        ds.MixtureSameFamily(
            ds.Categorical(probs=[0.5, 0.5]), ds.Normal([0.0, 1.0], 1.0), reparameterize=True
        )
