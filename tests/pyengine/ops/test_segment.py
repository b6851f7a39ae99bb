"""Sums over segments."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_rows_are_summed_by_their_ids(sess):
    data = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    total = tf.unsorted_segment_sum(data, [2, 0, 2], 3)
    assert total.shape == [3, 2]
    assert sess.run(total).tolist() == [[3, 4], [0, 0], [6, 8]]
    assert sess.run(tf.unsorted_segment_sum(data, [-1, 0, 0], 1)).tolist() == [[8, 10]]


def test_ids_of_the_shape_of_the_data(sess):
    assert sess.run(tf.unsorted_segment_sum([[1, 2], [3, 4]], [[0, 1], [1, 0]], 2)).tolist() == [
        5,
        5,
    ]


def test_an_id_that_is_too_large_is_refused(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"segment_ids\[1\] = 3"):
        sess.run(tf.unsorted_segment_sum([1.0, 2.0], [0, 3], 2))
    with pytest.raises(ValueError, match="incompatible"):
        tf.unsorted_segment_sum([1.0, 2.0], [0], 2)
