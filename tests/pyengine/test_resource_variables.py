"""Variables that are read anew at each use."""

import pytest

import pyengine as tf


def test_a_resource_variable_is_read_where_it_is_used():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(1.0, use_resource=True)
        w = tf.get_variable("w", [], use_resource=True, initializer=tf.ones_initializer())
        sess.run(tf.global_variables_initializer())
        for variable in (v, w):
            before = variable + 0.0
            changed = variable.assign_add(2.0)
            after = variable + 0.0
            # Without control dependencies the order is that of the program.
            assert sess.run([before, changed, after]) == [1.0, 3.0, 3.0]


def test_gradients_and_training_are_the_same():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(3.0, use_resource=True)
        (slope,) = tf.gradients(v * v, v)
        train = tf.train.MomentumOptimizer(0.5, 0.9).minimize(v * v)
        sess.run(tf.global_variables_initializer())
        assert sess.run(slope) == 6.0
        sess.run(train)
        assert sess.run(v) == 0.0


def test_the_default_can_be_changed():
    assert not tf.resource_variables_enabled()
    tf.enable_resource_variables()
    try:
        with tf.Graph().as_default():
            v = tf.Variable(1.0)
            assert tf.convert_to_tensor(v) is not tf.convert_to_tensor(v)
    finally:
        tf.disable_resource_variables()
    with tf.Graph().as_default():
        v = tf.Variable(1.0)
        assert tf.convert_to_tensor(v) is tf.convert_to_tensor(v)


def test_a_variable_synchronized_on_read_is_not_trained():
    on_read = tf.VariableSynchronization.ON_READ
    with tf.Graph().as_default():
        v = tf.Variable(1.0, synchronization=on_read, aggregation=tf.VariableAggregation.MEAN)
        assert not v.trainable
        assert v not in tf.trainable_variables()
        with pytest.raises(ValueError, match="cannot be trainable"):
            tf.Variable(1.0, trainable=True, synchronization=on_read)
