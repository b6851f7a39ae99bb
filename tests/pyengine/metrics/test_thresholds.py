"""Metrics of probabilities at thresholds."""

import numpy as np
import pytest

import pyengine as tf

Y = np.array([0, 0, 1, 1])
P = np.array([0.1, 0.4, 0.35, 0.8], np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def run(sess, metric):
    sess.run(tf.local_variables_initializer())
    updated = sess.run(metric[1])
    np.testing.assert_allclose(sess.run(metric[0]), updated)
    return updated


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("true_positives", [2, 1]), ("false_positives", [1, 0]), ("true_negatives", [1, 2]),
     ("false_negatives", [0, 1]), ("precision", [2 / 3, 1]), ("recall", [1, 0.5])],
)  # fmt: skip
def test_at_thresholds(sess, name, wanted):
    metric = getattr(tf.metrics, f"{name}_at_thresholds")
    np.testing.assert_allclose(run(sess, metric(Y, P, [0.2, 0.5])), wanted, rtol=1e-6)
    some = run(sess, metric(Y, P, [0.2], weights=[1.0, 0.0, 1.0, 1.0]))
    assert some.shape == (1,)


def test_areas(sess):
    # The example of scikit-learn's roc_auc_score, whose area is 0.75.
    assert run(sess, tf.metrics.auc(Y, P)) == pytest.approx(0.75, abs=1e-4)
    low = run(sess, tf.metrics.auc(Y, P, summation_method="minoring", num_thresholds=5))
    high = run(sess, tf.metrics.auc(Y, P, summation_method="majoring", num_thresholds=5))
    assert low <= 0.75 <= high
    careful = tf.metrics.auc(Y, P, curve="PR", summation_method="careful_interpolation")
    # The number that TensorFlow gives.
    assert run(sess, careful) == pytest.approx(0.79726744, rel=1e-6)
    same = tf.metrics.auc(Y, P, summation_method="careful_interpolation")
    assert run(sess, same) == pytest.approx(0.75, abs=1e-4)
    assert 0.7 < run(sess, tf.metrics.auc(Y, P, curve="PR", thresholds=[0.3, 0.37, 0.5])) < 0.9
    for wrong in ({"curve": "X"}, {"summation_method": "x"}):
        with pytest.raises(ValueError):
            tf.metrics.auc(Y, P, **wrong)


def test_best_thresholds(sess):
    assert run(sess, tf.metrics.sensitivity_at_specificity(Y, P, 0.5)) == pytest.approx(1)
    assert run(sess, tf.metrics.sensitivity_at_specificity(Y, P, 1.0)) == pytest.approx(0.5)
    assert run(sess, tf.metrics.specificity_at_sensitivity(Y, P, 1.0)) == pytest.approx(0.5)
    assert run(sess, tf.metrics.specificity_at_sensitivity(Y, P, 0.5)) == pytest.approx(1)
    for metric in (tf.metrics.sensitivity_at_specificity, tf.metrics.specificity_at_sensitivity):
        with pytest.raises(ValueError, match="range"):
            metric(Y, P, 1.5)


@pytest.mark.parametrize("bad", [1.5, -0.2])
def test_predictions_are_probabilities(bad):
    for count in (
        lambda p: tf.metrics.auc([True, False], p),
        lambda p: tf.metrics.recall_at_thresholds([True, False], p, [0.5]),
        lambda p: tf.metrics.sensitivity_at_specificity([True, False], p, 0.5),
    ):
        with tf.Graph().as_default(), tf.Session() as sess:
            p = tf.placeholder(tf.float32, [2])
            _, update = count(p)
            sess.run(tf.local_variables_initializer())
            sess.run(update, {p: [0.0, 1.0]})
            with pytest.raises(tf.errors.InvalidArgumentError, match=r"must be in \[0, 1\]"):
                sess.run(update, {p: [0.5, bad]})


def test_as_many_thresholds_are_counted_at_as_are_asked_for(sess):
    with tf.variable_scope("few"):
        tf.metrics.auc(Y, P, num_thresholds=5)
        tf.metrics.sensitivity_at_specificity(Y, P, 0.5, num_thresholds=4)
    shapes = [v.shape.as_list() for v in tf.local_variables("few")]
    assert shapes == [[5]] * 4 + [[4]] * 4
