"""Discrete distributions and Dirichlet's, against SciPy's."""

import numpy as np
import pytest
import scipy.stats

import pyengine as tf

D = tf.distributions
LOGITS = np.log([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]])
PROBS = np.exp(LOGITS)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_bernoulli(sess):
    p = np.array([0.2, 0.5, 0.9])
    known = scipy.stats.bernoulli(p)
    for made in (D.Bernoulli(probs=p), D.Bernoulli(logits=np.log(p / (1 - p)))):
        events = [[0, 0, 1], [1, 1, 0]]
        found = sess.run(
            [made.prob(events), made.mean(), made.variance(), made.entropy(), made.probs]
        )
        wanted = [known.pmf(events), p, p * (1 - p), known.entropy(), p]
        for got, want in zip(found, wanted):
            np.testing.assert_allclose(got, want)
        drawn = sess.run(made.sample(2000, seed=1))
        assert drawn.dtype == np.int32
        np.testing.assert_allclose(drawn.mean(0), p, atol=0.05)
    assert sess.run(made.mode()).tolist() == [0, 0, 1]
    assert D.Bernoulli(probs=0.5, dtype=tf.bool).sample().dtype is tf.bool
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(D.Bernoulli(probs=tf.placeholder_with_default(1.5, []), validate_args=True).mean())


def test_categorical(sess):
    made = D.Categorical(LOGITS, dtype=tf.int64)
    assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([2], [])
    k = np.array([[0, 1], [2, 2], [1, 0]])
    found = sess.run([made.prob(k), made.cdf(k), made.entropy(), made.mode(), made.event_size])
    below = np.cumsum(PROBS, -1) - PROBS
    wanted = [
        PROBS[[0, 1], k], below[[0, 1], k], -(PROBS * LOGITS).sum(-1), [2, 2], 3,
    ]  # fmt: skip
    for got, want in zip(found, wanted):
        np.testing.assert_allclose(got, want, rtol=1e-6)
    drawn = sess.run(made.sample([4, 1000], seed=1))
    assert (drawn.shape, drawn.dtype) == ((4, 1000, 2), np.int64)
    for i in range(2):
        shares = np.bincount(drawn[..., i].ravel(), minlength=3) / 4000
        np.testing.assert_allclose(shares, PROBS[i], atol=0.04)
    assert sess.run(D.Categorical(probs=PROBS[0]).prob(2)) == pytest.approx(0.7)


def test_multinomial(sess):
    made = D.Multinomial(np.array([4.0, 7.0]), LOGITS)
    assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([2], [3])
    counts = np.array([[1.0, 2, 1], [0, 3, 4]])
    found = sess.run(
        [made.prob(counts), made.mean(), made.variance(), made.covariance(), made.sample(2000)]
    )
    known = [scipy.stats.multinomial(n, p) for n, p in zip((4, 7), PROBS)]
    np.testing.assert_allclose(found[0], [m.pmf(c) for m, c in zip(known, counts)])
    np.testing.assert_allclose(found[1], [m.n * m.p for m in known])
    np.testing.assert_allclose(found[3], [m.cov() for m in known])
    np.testing.assert_allclose(found[2], [np.diag(m.cov()) for m in known])
    assert found[4].shape == (2000, 2, 3)
    np.testing.assert_array_equal(found[4].sum(-1), np.tile([4, 7], (2000, 1)))
    np.testing.assert_allclose(found[4].mean(0), found[1], atol=0.2)
    assert sess.run(made.total_count).tolist() == [4, 7]


def test_dirichlet(sess):
    a = np.array([1.5, 2.0, 3.0])
    made, known = D.Dirichlet(a), scipy.stats.dirichlet(a)
    x = np.array([0.2, 0.3, 0.5])
    found = sess.run(
        [made.log_prob(x), made.mean(), made.variance(), made.entropy(), made.covariance()]
    )
    np.testing.assert_allclose(found[0], known.logpdf(x))
    np.testing.assert_allclose(found[1], known.mean())
    np.testing.assert_allclose(found[2], known.var())
    np.testing.assert_allclose(found[3], known.entropy())
    np.testing.assert_allclose(np.diag(found[4]), known.var())
    np.testing.assert_allclose(found[4].sum(-1), 0, atol=1e-12)
    np.testing.assert_allclose(sess.run(made.mode()), (a - 1) / (a.sum() - 3))
    drawn = sess.run(made.sample(2000, seed=1))
    np.testing.assert_allclose(drawn.sum(-1), 1)
    np.testing.assert_allclose(drawn.mean(0), known.mean(), atol=0.03)
    assert sess.run([made.total_concentration]) == [6.5]
    assert made.concentration.shape.as_list() == [3]
