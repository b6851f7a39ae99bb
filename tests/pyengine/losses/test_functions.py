"""The losses, against NumPy."""

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(0)
Y = rng.uniform(0.1, 0.9, (3, 4)).astype(np.float32)
P = rng.uniform(0.1, 0.9, (3, 4)).astype(np.float32)
ONE_HOT = np.eye(4, dtype=np.float32)[[2, 0, 3]]


def softmax_loss(labels, logits):
    return -(labels * np.log(np.exp(logits) / np.exp(logits).sum(-1, keepdims=True))).sum(-1)


def pairwise(y, p):
    e = p - y
    differences = (e[:, :, None] - e[:, None, :]) ** 2
    return differences.sum() / (4 * 3)


E = np.abs(P - Y)
CASES = {
    "absolute_difference": (lambda: tf.losses.absolute_difference(Y, P), E.mean()),
    "cosine_distance": (
        lambda: tf.losses.cosine_distance(Y, P, dim=1), (1 - (Y * P).sum(1)).mean(),
    ),
    "hinge_loss": (
        lambda: tf.losses.hinge_loss(ONE_HOT, P),
        np.maximum(0, 1 - (2 * ONE_HOT - 1) * P).mean(),
    ),
    "huber_loss": (
        lambda: tf.losses.huber_loss(Y, P, delta=0.2),
        np.where(E < 0.2, E**2 / 2, 0.2 * (E - 0.1)).mean(),
    ),
    "log_loss": (
        lambda: tf.losses.log_loss(Y, P),
        -(Y * np.log(P + 1e-7) + (1 - Y) * np.log(1 - P + 1e-7)).mean(),
    ),
    "mean_pairwise_squared_error": (
        lambda: tf.losses.mean_pairwise_squared_error(Y, P), pairwise(Y, P),
    ),
    "mean_squared_error": (lambda: tf.losses.mean_squared_error(Y, P), (E**2).mean()),
    "sigmoid_cross_entropy": (
        lambda: tf.losses.sigmoid_cross_entropy(Y, P, label_smoothing=0.5),
        (np.log1p(np.exp(P)) - (Y / 2 + 0.25) * P).mean(),
    ),
    "softmax_cross_entropy": (
        lambda: tf.losses.softmax_cross_entropy(ONE_HOT, P, label_smoothing=0.2),
        softmax_loss(0.8 * ONE_HOT + 0.05, P).mean(),
    ),
    "sparse_softmax_cross_entropy": (
        lambda: tf.losses.sparse_softmax_cross_entropy([[2], [0], [3]], P),
        softmax_loss(ONE_HOT, P).mean(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_against_numpy(name):
    with tf.Graph().as_default(), tf.Session() as sess:
        make, wanted = CASES[name]
        loss = make()
        assert sess.run(loss) == pytest.approx(wanted, rel=1e-5)
        assert tf.losses.get_losses() == [loss]
        assert loss.name.startswith(name)


@pytest.mark.parametrize("name", CASES)
def test_what_is_missing_or_does_not_fit(name):
    with tf.Graph().as_default():
        loss = getattr(tf.losses, name)
        more = {"axis": 1} if name == "cosine_distance" else {}
        with pytest.raises(ValueError, match="must not be None"):
            loss(None, P, **more)
        with pytest.raises(ValueError):
            loss(np.ones((2, 3), np.int32), P, **more)


def test_weights_of_examples():
    with tf.Graph().as_default(), tf.Session() as sess:
        got = tf.losses.softmax_cross_entropy(ONE_HOT, P, weights=[1.0, 0.0, 1.0])
        wanted = softmax_loss(ONE_HOT, P)
        assert sess.run(got) == pytest.approx((wanted[0] + wanted[2]) / 2)
        got = tf.losses.sparse_softmax_cross_entropy([2, 0, 3], P, weights=[[1.0], [0.0], [1.0]])
        assert sess.run(got) == pytest.approx((wanted[0] + wanted[2]) / 2)
        got = tf.losses.mean_pairwise_squared_error(Y, P, weights=[[1.0], [0.0], [0.0]])
        assert sess.run(got) == pytest.approx(pairwise(Y[:1], P[:1]), rel=1e-5)
        with pytest.raises(ValueError, match="axis"):
            tf.losses.cosine_distance(Y, P)
