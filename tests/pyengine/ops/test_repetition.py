"""Elements repeated, and chosen."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_repetition(sess):
    assert sess.run(tf.tile([1, 2], [2])).tolist() == [1, 2, 1, 2]
    assert sess.run(tf.broadcast_to([1, 2], [2, 2])).tolist() == [[1, 2], [1, 2]]
    with pytest.raises(ValueError, match="Incompatible shapes"):
        tf.broadcast_to([1, 2], [3])


def test_choice(sess):
    c = tf.constant([True, False])
    assert sess.run(tf.where(c, [1, 2], [3, 4])).tolist() == [1, 4]
    assert sess.run(tf.where(c, [[1], [2]], [[3], [4]])).tolist() == [[1], [4]]
    assert sess.run(tf.where([[False, True], [True, False]])).tolist() == [[0, 1], [1, 0]]
    with pytest.raises(ValueError, match="both"):
        tf.where(c, [1, 2])
    with pytest.raises(ValueError, match="not compatible"):
        tf.where(c, [1, 2], [3, 4, 5])


def test_the_rank_of_a_tile_is_that_of_its_multiples():
    with tf.Graph().as_default():
        assert tf.tile(tf.placeholder(tf.float32), [1, 2]).shape.ndims == 2
