"""Rows dealt out and put together again."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_what_is_dealt_out_can_be_put_together(sess):
    x = tf.placeholder(tf.float64, [None, 2])
    numbers = [1, 0, 2, 1]
    parts = tf.dynamic_partition(x, numbers, 3)
    assert [p.shape.as_list() for p in parts] == [[None, 2]] * 3
    places = tf.dynamic_partition(tf.range(4), numbers, 3)
    y = tf.dynamic_stitch(places, parts)
    value = np.arange(8.0).reshape(4, 2)
    np.testing.assert_array_equal(sess.run(y, {x: value}), value)
    np.testing.assert_array_equal(sess.run(tf.gradients(y * value, x)[0], {x: value}), value)


def test_numbers_of_higher_rank(sess):
    one, two = sess.run(tf.dynamic_partition([[1, 2], [3, 4]], [[0, 1], [1, 0]], 2))
    assert (one.tolist(), two.tolist()) == ([1, 4], [2, 3])
    assert sess.run(tf.dynamic_partition([5], [0], 1))[0].tolist() == [5]


def test_bad_numbers(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"partitions\[1\] = 2"):
        sess.run(tf.dynamic_partition([1, 2], [0, 2], 2))
    with pytest.raises(ValueError, match="incompatible"):
        tf.dynamic_partition([1, 2], [0], 2)
    with pytest.raises(ValueError, match="at least 1"):
        tf.dynamic_partition([1, 2], [0, 0], 0)


def test_stitch(sess):
    y = tf.dynamic_stitch([[0, 2], 1], [[[1, 1], [2, 2]], [3, 3]])
    assert y.shape == [3, 2]
    assert sess.run(y).tolist() == [[1, 1], [3, 3], [2, 2]]
    twice = tf.parallel_dynamic_stitch([[0], [0]], [[1.0], [2.0]])
    assert sess.run(twice).tolist() == [2]
    with pytest.raises(ValueError, match="length"):
        tf.dynamic_stitch([[0]], [[1], [2]])
    with pytest.raises(ValueError, match="incompatible"):
        tf.dynamic_stitch([[0, 1]], [[1]])
