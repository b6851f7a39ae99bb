"""Metrics of several classes."""

import numpy as np
import pytest

import pyengine as tf

Y, P = np.array([0, 1, 2, 2, 1, 0]), np.array([0, 2, 2, 1, 1, 0])
W = np.array([1.0, 0.5, 0.0, 2.0, 1.0, 1.0])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_intersection_over_union(sess):
    value, update = tf.metrics.mean_iou(Y, P, 4)
    sess.run(tf.local_variables_initializer())
    assert sess.run(update).tolist() == [[2, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0] * 4]
    assert sess.run(value) == pytest.approx((1 + 1 / 3 + 1 / 3) / 3)
    value, update = tf.metrics.mean_iou(Y.reshape(2, 3), P.reshape(2, 3), 3, W.reshape(2, 3))
    sess.run(tf.local_variables_initializer())
    sess.run(update)
    assert sess.run(value) == pytest.approx((1 + 1 / 3.5 + 0) / 3)


def test_accuracy_of_each_class(sess):
    value, update = tf.metrics.mean_per_class_accuracy(Y, P, 4)
    sess.run(tf.local_variables_initializer())
    assert sess.run(update).tolist() == [1, 0.5, 0.5, 0]
    assert sess.run(value) == 0.5
    value, update = tf.metrics.mean_per_class_accuracy(Y, P, 3, W)
    sess.run(tf.local_variables_initializer())
    np.testing.assert_allclose(sess.run(update), [1, 1 / 1.5, 0], rtol=1e-6)
