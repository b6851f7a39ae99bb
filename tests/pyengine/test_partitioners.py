"""How variables are divided."""

import pytest

import pyengine as tf

SHAPE = tf.TensorShape([10, 3])


def test_a_number_of_parts():
    assert tf.fixed_size_partitioner(20)(shape=SHAPE, dtype=tf.float32) == [10, 1]
    with pytest.raises(ValueError, match="not fully defined"):
        tf.fixed_size_partitioner(2)(shape=tf.TensorShape([None, 3]), dtype=tf.float32)


def test_parts_of_a_size():
    assert tf.variable_axis_size_partitioner(24)(SHAPE, tf.float32) == [5, 1]
    assert tf.variable_axis_size_partitioner(24, max_shards=2)(SHAPE, tf.float32) == [2, 1]
    assert tf.variable_axis_size_partitioner(100)(SHAPE, tf.string) == [5, 1]
    with pytest.raises(ValueError, match="positive"):
        tf.variable_axis_size_partitioner(0)


def test_parts_of_a_least_size():
    assert tf.min_max_variable_partitioner(3, min_slice_size=10)(SHAPE, tf.float32) == [3, 1]
    with pytest.raises(ValueError, match="along axis 3"):
        tf.min_max_variable_partitioner(3, axis=3)(SHAPE, tf.float32)
