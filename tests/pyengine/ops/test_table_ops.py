"""The op types of tables."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import table_ops


def test_what_is_no_table():
    with tf.Graph().as_default(), tf.Session() as sess:
        queue = tf.FIFOQueue(1, [tf.int32]).queue_ref
        with pytest.raises(tf.errors.InvalidArgumentError, match="a table is wanted"):
            sess.run(table_ops.table_size(queue))
        found = table_ops.table_find(queue, tf.constant([1]), tf.constant(2))
        assert found.shape.ndims is None


def test_the_old_op_fills_a_table_too():
    with tf.Graph().as_default(), tf.Session() as sess:
        table = table_ops.hash_table(key_dtype=tf.int64, value_dtype=tf.int64)
        sess.run(table_ops.initialize_table(table, np.array([3]), np.array([4])))
        found = table_ops.table_find(table, np.array([3, 5]), np.int64(-1))
        assert sess.run(found).tolist() == [4, -1]
        with pytest.raises(tf.errors.InvalidArgumentError, match="single string"):
            sess.run(
                table_ops.initialize_from_text_file(table, ["a"], key_index=-2, value_index=-1)
            )
