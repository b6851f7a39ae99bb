"""What is known of values before a run."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.static import constant_value, host_value, shape_value


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_constants_and_what_follows_from_them():
    assert constant_value(tf.constant([1, 2]) * 3 + 1).tolist() == [4, 7]
    assert constant_value(tf.placeholder(tf.float32)) is None
    assert constant_value(tf.Variable(1.0).value()) is None
    assert constant_value(tf.random_uniform([2])) is None


def test_static_shapes_are_values():
    x = tf.placeholder(tf.float32, [2, 3])
    assert constant_value(tf.shape(x)).tolist() == [2, 3]
    assert constant_value(tf.size(x)) == 6
    assert constant_value(tf.rank(tf.placeholder(tf.float32, [None, 3]))) == 2
    assert constant_value(tf.shape(tf.placeholder(tf.float32, [None]))) is None


def test_large_values_are_not_worked_out():
    assert constant_value(tf.ones([10000]) * 2.0) is None


def test_an_error_is_left_to_the_run():
    bad = tf.constant(1) // tf.constant(0)
    constant_value(bad)
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match="zero"):
        sess.run(bad)


def test_shapes_held_in_tensors():
    x = tf.placeholder(tf.float32, [None, 3])
    assert shape_value(tf.constant([2, -1])) == [2, None]
    assert shape_value(tf.shape(x)) == [None, 3]
    assert shape_value(tf.stack([tf.shape(x)[0], 7, tf.shape(x)[1]])) == [None, 7, 3]
    assert shape_value(tf.concat([tf.shape(x), [5]], 0)) == [None, 3, 5]
    assert shape_value(tf.shape(x)[1:]) == [3]
    assert shape_value(tf.placeholder(tf.int32, [2])).as_list() == [None, None]
    assert shape_value(tf.placeholder(tf.int32)).ndims is None


def test_host_values_are_python_numbers_and_tuples():
    assert host_value(np.int32(3)) == 3
    assert host_value(np.array([[1, 2], [3, 4]])) == ((1, 2), (3, 4))


def test_what_is_known_of_a_stack():
    with tf.Graph().as_default():
        mixed = tf.stack([tf.constant(1), tf.placeholder(tf.int32, [])])
        assert tf.get_static_value(mixed) is None
        first, second = tf.get_static_value(mixed, partial=True)
        assert (int(first), second) == (1, None)
        whole = tf.get_static_value(tf.stack([tf.constant(1), tf.constant(2)]), partial=True)
        assert whole.tolist() == [1, 2]


def test_sizes_that_are_known_in_part_reach_what_is_made_of_them():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2, None])
        first, second = tf.shape(x)[0], tf.shape(x)[1]
        assert tf.range(first).shape.as_list() == [2]
        assert tf.range(second).shape.as_list() == [None]
        assert x[: first - 1].shape.as_list() == [1, None]
        assert tf.linspace(0.0, 1.0, first).shape.as_list() == [2]
        assert tf.tile(x, tf.stack([2, second])).shape.as_list() == [4, None]
        assert tf.slice(x, [0, 0], tf.stack([second, 1])).shape.as_list() == [None, 1]
