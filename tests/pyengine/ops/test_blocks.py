"""Blocks of images and volumes."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_space_to_batch(sess):
    x = np.arange(16).reshape(1, 4, 4, 1)
    y = tf.space_to_batch(x, [[0, 0], [0, 0]], block_size=2)
    assert y.shape == [4, 2, 2, 1]
    got = sess.run(y)
    for i in range(4):
        np.testing.assert_array_equal(got[i], x[0, i // 2 :: 2, i % 2 :: 2])
    back = tf.batch_to_space(y, [[0, 0], [1, 0]], block_size=2)
    np.testing.assert_array_equal(sess.run(back), x[:, :, 1:])


def test_blocks_of_other_ranks(sess):
    x = tf.placeholder(tf.float32, [None, 3])
    y = tf.space_to_batch_nd(x, [3], [[1, 2]])
    assert y.shape.as_list() == [None, 2]
    assert sess.run(y, {x: [[1, 2, 3]]}).tolist() == [[0, 3], [1, 0], [2, 0]]
    assert sess.run(tf.batch_to_space_nd(y, [3], [[1, 2]]), {x: [[1, 2, 3]]}).tolist() == [
        [1, 2, 3]
    ]
    empty = tf.space_to_batch_nd(np.zeros((0, 4)), [2], [[0, 0]])
    assert sess.run(empty).shape == (0, 2)


def test_what_does_not_divide_is_refused(sess):
    with pytest.raises(ValueError, match="not divisible"):
        tf.space_to_batch_nd(np.zeros((1, 3)), [2], [[0, 0]])
    with pytest.raises(ValueError, match="not divisible"):
        tf.batch_to_space_nd(np.zeros((3, 3)), [2], [[0, 0]])
    with pytest.raises(ValueError, match="evenly divisible"):
        tf.space_to_depth(np.zeros((1, 3, 2, 1)), 2)
    with pytest.raises(ValueError, match="block_size"):
        tf.depth_to_space(np.zeros((1, 3, 2, 4)), 1)


def test_required_paddings(sess):
    paddings, crops = sess.run(
        tf.required_space_to_batch_paddings([5, 4], [2, 3], [[1, 0], [0, 0]])
    )
    assert paddings.tolist() == [[1, 0], [0, 2]]
    assert crops.tolist() == [[0, 0], [0, 2]]


def test_depth(sess):
    x = np.arange(32).reshape(1, 4, 4, 2)
    y = tf.space_to_depth(x, 2)
    got = sess.run(y)
    assert got[0, 0, 1].tolist() == x[0, :2, 2:].ravel().tolist()
    np.testing.assert_array_equal(sess.run(tf.depth_to_space(y, 2)), x)
    channels_first = sess.run(tf.space_to_depth(x.transpose(0, 3, 1, 2), 2, data_format="NCHW"))
    np.testing.assert_array_equal(channels_first, got.transpose(0, 3, 1, 2))
    z = tf.depth_to_space(channels_first, 2, data_format="NCHW")
    np.testing.assert_array_equal(sess.run(z), x.transpose(0, 3, 1, 2))
