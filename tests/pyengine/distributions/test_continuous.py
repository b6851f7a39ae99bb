"""Continuous distributions, against SciPy's; seeded samples, against TensorFlow's."""

import numpy as np
import pytest
import scipy.stats

import pyengine as tf

D = tf.distributions
A, B = np.array([[0.5, 1.5], [2.0, 3.0]]), np.array([1.2, 0.7])
REAL = np.array([-3, -1, 0.3, 2.2, 5.0]).reshape(5, 1, 1)

# For each: the distribution, SciPy's, and values.
CASES = {
    "Normal": (lambda: D.Normal(A, B), scipy.stats.norm(A, B), REAL),
    "Laplace": (lambda: D.Laplace(A, B), scipy.stats.laplace(A, B), REAL),
    "Uniform": (lambda: D.Uniform(-B, A), scipy.stats.uniform(-B, A + B), REAL),
    "Gamma": (lambda: D.Gamma(A, B), scipy.stats.gamma(A, scale=1 / B), np.abs(REAL)),
    "Exponential": (lambda: D.Exponential(A), scipy.stats.expon(scale=1 / A), np.abs(REAL)),
    "Beta": (lambda: D.Beta(A, B), scipy.stats.beta(A, B), np.abs(REAL) / 6),
    "StudentT": (lambda: D.StudentT(A, B, B), scipy.stats.t(A, B, B), REAL),
}


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("name", CASES)
def test_functions_of_a_value(sess, name):
    make, known, x = CASES[name]
    ours = make()
    assert ours.dtype is tf.float64
    for method, theirs in (
        ("prob", known.pdf), ("log_prob", known.logpdf), ("cdf", known.cdf),
        ("log_cdf", known.logcdf), ("survival_function", known.sf),
        ("log_survival_function", known.logsf),
    ):  # fmt: skip
        with np.errstate(all="ignore"):
            want = theirs(x)
        got = sess.run(getattr(ours, method)(x))
        np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-12, err_msg=method)


@pytest.mark.parametrize("name", CASES)
def test_statistics(sess, name):
    make, known, _ = CASES[name]
    ours = make()
    mean, variance = known.mean(), known.var()
    if name == "StudentT":
        mean = np.where(A > 1, B, np.nan)
        variance = np.where(A > 2, B**2 * A / np.where(A > 2, A - 2, 1), np.inf)
        variance = np.where(A > 1, variance, np.nan)
    found = sess.run([ours.mean(), ours.variance(), ours.stddev(), ours.entropy()])
    for got, want in zip(found, (mean, variance, np.sqrt(variance), known.entropy())):
        np.testing.assert_allclose(got, np.broadcast_to(want, np.shape(got)), rtol=1e-6)
    assert ours.mean().shape.as_list() == [2, 2]


@pytest.mark.parametrize("name", CASES)
def test_samples(sess, name):
    make, known, _ = CASES[name]
    drawn = sess.run(make().sample(4000, seed=3))
    assert drawn.shape == (4000, 2, 2)
    for at in np.ndindex(2, 2):
        parts = [np.broadcast_to(p, (2, 2))[at] for p in known.args]
        named = {k: np.broadcast_to(v, (2, 2))[at] for k, v in known.kwds.items()}
        test = scipy.stats.kstest(drawn[(slice(None), *at)], known.dist(*parts, **named).cdf)
        assert test.pvalue > 1e-4


def test_modes(sess):
    nan = np.nan
    for made, want in (
        (D.Normal(A, B), np.broadcast_to(A, (2, 2))),
        (D.Laplace(A, B), A),
        (D.StudentT(A, B, B), B),
        (D.Gamma(A, B), [[nan, 0.5 / 0.7], [1 / 1.2, 2 / 0.7]]),
        (D.Beta(A, np.array([3.0, 2.0])), [[nan, 0.5 / 1.5], [1 / 3, 2 / 3]]),
    ):
        np.testing.assert_allclose(sess.run(made.mode()), want)


def test_far_tails_of_the_normal(sess):
    x = np.array([-40.0, -21, -12, 9, 30])
    normal = D.Normal(np.float64(0), np.float64(1))
    np.testing.assert_allclose(
        sess.run(normal.log_cdf(x)), scipy.stats.norm.logcdf(x), rtol=1e-5, atol=1e-300
    )
    (slope,) = tf.gradients(normal.log_cdf(x), normal.loc)
    assert np.isfinite(sess.run(slope))
    p = np.array([0.01, 0.5, 0.9])
    np.testing.assert_allclose(sess.run(normal.quantile(p)), scipy.stats.norm.ppf(p), atol=1e-9)


def test_parameters(sess):
    gamma, uniform = D.Gamma([1.0], [2.0]), D.Uniform(1.0, 4.0)
    assert sess.run([gamma.concentration, gamma.rate, uniform.low, uniform.high]) == [1, 2, 1, 4]
    assert sess.run(uniform.range()) == 3
    with pytest.raises(AttributeError, match="'Gamma' object has no attribute 'loc'"):
        gamma.loc


# What TensorFlow draws: `make().sample(3, seed=5)` after `tf.set_random_seed(7)`.
RECORDED = {
    "Normal": [1.505095, 1.874051, 1.628473],
    "Laplace": [2.426619, -2.308687, 2.778028],
    "Uniform": [1.393545, 0.7017341, 1.435562],
    "Gamma": [1.343005, 1.425916, 2.358634],
    "Exponential": [0.0951972, 4.089429, 0.055985],
    "Beta": [0.8489187, 0.509932, 0.8339103],
    "StudentT": [0.7085966, 1.161423, 0.8404785],
}


@pytest.mark.parametrize("name", RECORDED)
def test_samples_are_tensorflows(sess, name):
    tf.set_random_seed(7)
    a, b = np.float32(1.5), np.float32(0.7)
    arguments = {"Exponential": (a,), "Uniform": (b, a), "StudentT": (a, b, b)}.get(name, (a, b))
    drawn = sess.run(getattr(D, name)(*arguments).sample(3, seed=5))
    np.testing.assert_allclose(drawn, RECORDED[name], rtol=1e-5)
