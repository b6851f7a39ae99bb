"""Tensors counted out."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_sequence_mask(sess):
    y = tf.sequence_mask([[1], [3]], dtype=tf.float32)
    assert sess.run(y).tolist() == [[[1, 0, 0]], [[1, 1, 1]]]
    assert tf.sequence_mask([1, 2], maxlen=4).shape == [2, 4]
    assert sess.run(tf.sequence_mask(np.zeros(0, np.int32), 2)).shape == (0, 2)
    with pytest.raises(ValueError, match="scalar"):
        tf.sequence_mask([1], [2])


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_meshgrid(sess, indexing, count):
    vectors = [np.arange(n, dtype=np.float32) for n in (2, 3, 4)[:count]]
    grid = tf.meshgrid(*vectors, indexing=indexing)
    for have, wanted in zip(sess.run(grid), np.meshgrid(*vectors, indexing=indexing)):
        np.testing.assert_array_equal(have, wanted)


def test_meshgrid_of_nothing_and_of_what_does_not_fit():
    assert tf.meshgrid() == []
    with pytest.raises(ValueError, match="indexing"):
        tf.meshgrid([1], indexing="ji")
    with pytest.raises(TypeError, match="unexpected"):
        tf.meshgrid([1], sparse=True)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_repeat(sess, axis):
    x = np.arange(6).reshape(2, 3)
    np.testing.assert_array_equal(sess.run(tf.repeat(x, 2, axis)), np.repeat(x, 2, axis))
    times = np.arange(x.size if axis is None else x.shape[axis])
    np.testing.assert_array_equal(sess.run(tf.repeat(x, times, axis)), np.repeat(x, times, axis))
    assert sess.run(tf.repeat(7, 3)).tolist() == [7, 7, 7]
    with pytest.raises(ValueError, match="incompatible"):
        tf.repeat(x, [1, 2, 3, 4, 5], axis)


def test_unravel_index(sess):
    y = tf.unravel_index([1, 11], [3, 4])
    assert y.shape == [2, 2]
    assert sess.run(y).tolist() == [[0, 2], [1, 3]]
    assert sess.run(tf.unravel_index(5, [3, 4])).tolist() == [1, 1]
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of bound"):
        sess.run(tf.unravel_index([12], [3, 4]))
