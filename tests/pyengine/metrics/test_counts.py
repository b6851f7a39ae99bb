"""Counts, precision and recall."""

import numpy as np
import pytest

import pyengine as tf

Y, P = np.array([1, 0, 1, 1, 0]), np.array([1, 1, 0, 1, 0])
W = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


@pytest.mark.parametrize(
    ("name", "plain", "weighted"),
    [("true_positives", 2, 9), ("false_positives", 1, 2), ("true_negatives", 1, 16),
     ("false_negatives", 1, 4), ("precision", 2 / 3, 9 / 11), ("recall", 2 / 3, 9 / 13)],
)  # fmt: skip
def test_against_counting(name, plain, weighted):
    with tf.Graph().as_default(), tf.Session() as sess:
        metric = getattr(tf.metrics, name)
        for weights, wanted in ((None, plain), (W, weighted)):
            value, update = metric(Y, P == 1, weights, "v", "u")
            sess.run(tf.local_variables_initializer())
            assert sess.run(value) == 0
            assert sess.run(update) == pytest.approx(wanted)
            sess.run(update)
            twice = 1 if name in ("precision", "recall") else 2
            assert sess.run(value) == pytest.approx(twice * wanted)
        assert len(tf.get_collection("v")) == len(tf.get_collection("u")) == 2
