"""Counting against NumPy."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_bincount(sess):
    assert sess.run(tf.bincount([[1, 1], [3, 0]])).tolist() == [1, 2, 0, 1]
    assert sess.run(tf.bincount([1, 1], minlength=4, dtype=tf.int64)).tolist() == [0, 2, 0, 0]
    assert sess.run(tf.bincount([1, 5], maxlength=2)).tolist() == [0, 1]
    assert sess.run(tf.bincount([1, 1, 0], weights=[0.5, 1.0, 2.0])).tolist() == [2, 1.5]
    assert sess.run(tf.bincount(np.zeros(0, np.int32))).tolist() == []
    with pytest.raises(tf.errors.InvalidArgumentError, match="non-negative"):
        sess.run(tf.bincount([-1]))


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_histogram(sess, dtype):
    values, limits = np.array([-1, 0, 1, 2, 5, 99], dtype), np.array([0, 5], dtype)
    counts = tf.histogram_fixed_width(values, limits, 5)
    assert counts.shape == [5]
    assert sess.run(counts).tolist() == [2, 1, 1, 0, 2]
    places = tf.histogram_fixed_width_bins(values, limits, 5)
    assert sess.run(places).tolist() == [0, 0, 1, 2, 4, 4]
    with pytest.raises(tf.errors.InvalidArgumentError, match="value_range"):
        sess.run(tf.histogram_fixed_width(values, limits[::-1], 5))
    with pytest.raises(ValueError, match="nbins"):
        tf.histogram_fixed_width(values, limits, 0)
