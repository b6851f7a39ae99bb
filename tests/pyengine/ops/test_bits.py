"""Integers as bits."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import bits


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int64])
def test_bitwise(sess, dtype):
    x, y = np.array([5, 12, 7], dtype), np.array([3, 10, 0], dtype)
    assert sess.run(tf.bitwise.bitwise_and(x, y)).tolist() == (x & y).tolist()
    assert sess.run(tf.bitwise.bitwise_or(x, y)).tolist() == (x | y).tolist()
    assert sess.run(tf.bitwise.bitwise_xor(x, y)).tolist() == (x ^ y).tolist()
    assert sess.run(tf.bitwise.invert(x)).tolist() == (~x).tolist()
    assert sess.run(tf.bitwise.left_shift(x, dtype(1))).tolist() == (x << dtype(1)).tolist()
    assert sess.run(tf.bitwise.right_shift(x, dtype(1))).tolist() == (x >> dtype(1)).tolist()


def test_shifts_by_more_than_the_width(sess):
    x = np.array([-1, 1], np.int8)
    assert sess.run(tf.bitwise.right_shift(x, np.int8(100))).tolist() == [-1, 0]
    with pytest.raises(TypeError, match="float32"):
        tf.bitwise.invert([1.0])


def test_bitcast(sess):
    x = np.array([[1.0, -2.5]], np.float32)
    narrow = tf.bitcast(x, tf.uint8)
    assert narrow.shape == [1, 2, 4]
    assert sess.run(narrow).tobytes() == x.tobytes()
    assert sess.run(tf.bitcast(narrow, tf.float32)).tolist() == x.tolist()
    assert sess.run(tf.bitcast(np.float64(1), tf.int64)) == 0x3FF << 52
    with pytest.raises(ValueError, match="Cannot bitcast"):
        tf.bitcast(np.zeros(3, np.uint8), tf.int32)


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int64])
def test_population_count(sess, dtype):
    x = np.asfortranarray(
        np.array([[0, 1, 7], [64, 100, -1 if dtype != np.uint16 else 65535]], dtype)
    )
    assert sess.run(bits.population_count(x)).tolist() == [[0, 1, 3], [1, 3, x.itemsize * 8]]
    one = sess.run(bits.population_count(np.int32(-1)))
    assert (one, one.shape) == (32, ())
