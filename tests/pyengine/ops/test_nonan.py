"""Arithmetic that is defined at zero."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_zero_wins(sess):
    assert sess.run(tf.div_no_nan([1.0, np.inf], 0.0)).tolist() == [0, 0]
    assert sess.run(tf.math.multiply_no_nan([np.nan, 2.0], [0.0, 3.0])).tolist() == [0, 6]
    assert sess.run(tf.math.reciprocal_no_nan([0.0, 4.0])).tolist() == [0, 0.25]
    assert sess.run(tf.math.xlogy([0.0, 1.0], [0.0, 1.0])).tolist() == [0, 0]
    assert sess.run(tf.math.xlog1py([0.0, 1.0], [-1.0, 0.0])).tolist() == [0, 0]
    assert sess.run(tf.math.xdivy([0.0, 1.0], [0.0, 2.0])).tolist() == [0, 0.5]


def test_gradients_at_zero(sess):
    x, y = tf.constant([1.0, 0.0]), tf.constant([0.0, 0.0])
    assert sess.run(tf.gradients(tf.div_no_nan(x, y), [x, y]))[1].tolist() == [0, 0]
    slope = tf.gradients(tf.math.xlogy(y, y), y)[0]
    assert sess.run(slope).tolist() == [0, 0]


def test_cross(sess):
    assert sess.run(tf.cross([1, 0, 0], [0, 1, 0])).tolist() == [0, 0, 1]
    with pytest.raises(ValueError, match="3 elements"):
        tf.cross([1, 0], [0, 1])


def test_scalar_mul(sess):
    slices = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([2]))
    found = tf.scalar_mul(3, slices)
    assert sess.run(found.values).tolist() == [[3]]
    assert sess.run(tf.scalar_mul(2, tf.constant([1.5]))).tolist() == [3]
    with pytest.raises(ValueError, match="scalar"):
        tf.scalar_mul([1.0], tf.constant([1.0]))


def test_polyval(sess):
    assert sess.run(tf.math.polyval([1.0, 2.0, 3.0], [0.0, 2.0])).tolist() == [3, 11]
    assert sess.run(tf.math.polyval([], [1.0])).tolist() == [0]
    with pytest.raises(ValueError, match="list"):
        tf.math.polyval(1.0, 1.0)


def test_nextafter(sess):
    got = sess.run(tf.math.nextafter(np.float32([1.0]), np.float32([2.0])))
    assert got.tolist() == np.nextafter(np.float32([1]), np.float32([2])).tolist()
