"""Losses from a sample of the classes."""

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(0)
W, B = rng.normal(size=(6, 3)).astype(np.float32), rng.normal(size=6).astype(np.float32)
X = rng.normal(size=(2, 3)).astype(np.float32)
LABELS = np.array([[1, 4], [0, 5]])
DRAWN = np.array([4, 2])
COUNTS = (np.full((2, 2), 0.5, np.float32), np.array([0.25, 0.75], np.float32))


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def logits():
    true = np.einsum("bd,bkd->bk", X, W[LABELS]) + B[LABELS] - np.log(COUNTS[0])
    sampled = X @ W[DRAWN].T + B[DRAWN] - np.log(COUNTS[1])
    return true, sampled


def values():
    return tuple(tf.constant(v) for v in (DRAWN, *COUNTS))


def test_noise_contrastive_estimation(sess):
    true, sampled = logits()
    wanted = (np.log1p(np.exp(true)) - 0.5 * true).sum(1) + np.log1p(np.exp(sampled)).sum(1)
    got = tf.nn.nce_loss(W, B, LABELS, X, 2, 6, num_true=2, sampled_values=values())
    np.testing.assert_allclose(sess.run(got), wanted, rtol=1e-4)
    parts = tf.nn.nce_loss(
        [W[0::2], W[1::2]], B, LABELS, X, 2, 6, num_true=2, sampled_values=values()
    )
    np.testing.assert_allclose(sess.run(parts), wanted, rtol=1e-4)


def test_sampled_softmax(sess):
    true, sampled = logits()
    sampled[0, 0] = -np.inf  # class 4 is a true one of the first example
    both = np.concatenate([true, sampled], 1)
    log_p = both - np.log(np.exp(both).sum(1, keepdims=True))
    got = tf.nn.sampled_softmax_loss(W, B, LABELS, X, 2, 6, num_true=2, sampled_values=values())
    np.testing.assert_allclose(sess.run(got), -log_p[:, :2].mean(1), rtol=1e-4)


def test_it_trains(sess):
    w = tf.Variable(W)
    loss = tf.nn.nce_loss(w, B, LABELS[:, :1], X, 3, 6)
    assert loss.shape.as_list() == [2]
    step = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(loss))
    sess.run(tf.global_variables_initializer())
    sess.run(step)
    assert np.isfinite(sess.run(w)).all()
    assert sess.run(tf.nn.sampled_softmax_loss(w, B, LABELS[:, :1], X, 3, 6, seed=1)).shape == (2,)
