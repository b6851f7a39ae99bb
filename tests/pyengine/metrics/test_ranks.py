"""Metrics of the k best classes."""

import types

import numpy as np
import pytest

import pyengine as tf

SCORES = np.array([[9.0, 8, 7, 0, 0], [0, 1, 2, 9, 8], [1, 9, 8, 0, 0]])
LABELS = np.array([[0, 3], [3, 3], [0, 4]])  # of the best two: 1 of 2, 1 of 1, 0 of 2


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def run(sess, metric):
    sess.run(tf.local_variables_initializer())
    updated = sess.run(metric[1])
    assert sess.run(metric[0]) == updated
    return float(updated)


def test_precision_and_recall(sess):
    assert run(sess, tf.metrics.precision_at_k(LABELS, SCORES, 2)) == pytest.approx(2 / 6)
    assert run(sess, tf.metrics.recall_at_k(LABELS, SCORES, 2)) == pytest.approx(2 / 5)
    assert run(sess, tf.metrics.recall_at_k(LABELS, SCORES, 2, class_id=3)) == pytest.approx(1 / 2)
    assert run(sess, tf.metrics.precision_at_k(LABELS, SCORES, 2, class_id=1)) == 0
    weights = [1.0, 0.0, 0.0]
    assert run(sess, tf.metrics.recall_at_k(LABELS, SCORES, 2, weights=weights)) == 0.5
    one = tf.metrics.precision_at_k([1, 3, 1], SCORES, 1)
    assert run(sess, one) == pytest.approx(2 / 3)
    top = np.array([[0, 1], [3, 4], [1, 2]])
    assert run(sess, tf.metrics.recall_at_top_k(LABELS, top, 2)) == pytest.approx(2 / 5)
    assert run(sess, tf.metrics.precision_at_top_k(LABELS, top)) == pytest.approx(2 / 6)
    with pytest.raises(ValueError, match="rank"):
        tf.metrics.precision_at_k(np.ones((3, 1, 1)), SCORES, 1)


@pytest.mark.parametrize("given", [LABELS, LABELS[:, 0]])
def test_ranks_that_are_only_known_later(sess, given):
    labels, scores = tf.placeholder(tf.int64), tf.placeholder(tf.float64)
    for metric in (tf.metrics.recall_at_k, tf.metrics.precision_at_k):
        later, now = metric(labels, scores, 2)[1], metric(given, SCORES, 2)[1]
        sess.run(tf.local_variables_initializer())
        assert sess.run(later, {labels: given, scores: SCORES}) == sess.run(now)


def test_average_precision(sess):
    # (1) / 2 + (1) / 2 + 0: each found at once, of min(k, labels) = 2.
    assert run(sess, tf.metrics.average_precision_at_k(LABELS, SCORES, 2)) == pytest.approx(1 / 3)
    ranked = tf.metrics.average_precision_at_k([[1, 2]], SCORES[:1], 3)
    assert run(sess, ranked) == pytest.approx((1 / 2 + 2 / 3) / 2)
    with pytest.raises(ValueError, match="Invalid k"):
        tf.metrics.average_precision_at_k(LABELS, SCORES, 0)


def test_sparse_labels(sess):
    labels = types.SimpleNamespace(
        indices=tf.constant([[0, 0], [0, 1], [1, 0], [2, 0], [2, 1]], tf.int64),
        values=tf.constant([0, 3, 3, 0, 4], tf.int64), dense_shape=tf.constant([3, 2], tf.int64),
    )  # fmt: skip
    assert run(sess, tf.metrics.recall_at_k(labels, SCORES, 2)) == pytest.approx(2 / 5)
    assert run(sess, tf.metrics.precision_at_k(labels, SCORES, 2)) == pytest.approx(2 / 6)
    average = tf.metrics.sparse_average_precision_at_k(labels, SCORES, 2)
    assert run(sess, average) == pytest.approx((0.5 + 1 + 0) / 3)


def test_a_class_predicted_twice_counts_once():
    with tf.Graph().as_default(), tf.Session() as session:
        found = tf.constant([[0, 1, 0], [1, 0, 1]])
        _, update = tf.metrics.precision_at_top_k([[0], [1]], found)
        session.run(tf.local_variables_initializer())
        assert session.run(update) == 0.5
