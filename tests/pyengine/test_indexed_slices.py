"""Rows of tensors as gradients."""

import pytest

import pyengine as tf


def test_they_convert_to_the_whole_tensor():
    with tf.Graph().as_default(), tf.Session() as sess:
        rows = tf.IndexedSlices(
            tf.constant([[1.0], [2.0], [3.0]]), tf.constant([2, 0, 2]), tf.constant([3, 1])
        )
        assert rows.shape == [3, 1]
        assert rows.dtype is tf.float32
        assert sess.run(tf.convert_to_tensor(rows)).tolist() == [[2.0], [0.0], [4.0]]
        assert sess.run(rows * 2.0).tolist() == [[4.0], [0.0], [8.0]]
        value = sess.run({"rows": rows})["rows"]
        assert value.values.tolist() == [[1.0], [2.0], [3.0]]
        assert value.dense_shape.tolist() == [3, 1]


def test_without_a_shape_they_cannot():
    with tf.Graph().as_default():
        rows = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([2]))
        assert rows.shape.ndims is None
        with pytest.raises(ValueError, match="dense_shape"):
            tf.convert_to_tensor(rows)


def test_slices_or_a_tensor():
    with tf.Graph().as_default():
        rows = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]))
        assert tf.convert_to_tensor_or_indexed_slices(rows) is rows
        assert tf.convert_to_tensor_or_indexed_slices(1, tf.float32).dtype == tf.float32
        with pytest.raises(ValueError, match="requested dtype"):
            tf.convert_to_tensor_or_indexed_slices(rows, tf.int32)
