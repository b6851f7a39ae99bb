"""The step counter of a graph."""

import pytest

import pyengine as tf


def test_one_counter_a_graph():
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        assert tf.train.get_global_step() is None
        with tf.variable_scope("model"), tf.name_scope("inside"):
            counter = tf.train.get_or_create_global_step()
        assert counter.name == "global_step:0"
        assert counter.dtype.base_dtype is tf.int64
        assert counter not in tf.trainable_variables()
        assert tf.get_collection(tf.GraphKeys.GLOBAL_STEP) == [counter]
        assert tf.train.get_or_create_global_step(graph) is counter
        with pytest.raises(ValueError, match="already exists"):
            tf.train.create_global_step()
        sess.run(tf.global_variables_initializer())
        sess.run(counter.assign_add(3))
        assert tf.train.global_step(sess, counter) == 3


def test_a_variable_of_that_name_is_the_counter():
    with tf.Graph().as_default():
        counter = tf.Variable(0, name="global_step", trainable=False)
        assert tf.train.get_global_step() is counter


def test_a_counter_must_be_an_integer_scalar():
    with tf.Graph().as_default():
        with pytest.raises(TypeError, match="integer type"):
            tf.train.assert_global_step(tf.Variable(1.0))
        with pytest.raises(TypeError, match="not scalar"):
            tf.train.assert_global_step(tf.constant([1]))
        with pytest.raises(TypeError, match="Variable or Tensor"):
            tf.train.assert_global_step(3)
