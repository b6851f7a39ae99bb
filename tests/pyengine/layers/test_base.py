"""What layers have in common."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.layers.base import activation_of, initializer_of


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_names_of_layers_without_one():
    x = tf.zeros([2, 3])
    assert [tf.layers.dense(x, 2).op.name for _ in range(2)] == ["dense/BiasAdd", "dense_1/BiasAdd"]
    with tf.variable_scope("outer"):
        assert tf.layers.dense(x, 2).op.name == "outer/dense/BiasAdd"
    names = [v.name for v in tf.global_variables()]
    assert names[:2] == ["dense/kernel:0", "dense/bias:0"]
    assert names[-2:] == ["outer/dense/kernel:0", "outer/dense/bias:0"]


def test_variables_are_made_once():
    layer = tf.layers.Dense(2, name="fc")
    first, second = layer(tf.zeros([1, 3])), layer.apply(tf.ones([1, 3]))
    assert [v.name for v in layer.variables] == ["fc/kernel:0", "fc/bias:0"]
    assert len(tf.global_variables()) == 2
    assert layer.count_params() == 8
    assert layer.output is first
    assert layer.get_output_at(1) is second
    assert layer.scope_name == "fc"
    assert second.op.name == "fc/BiasAdd_1"


def test_sharing_by_name():
    x = tf.zeros([1, 3])
    tf.layers.dense(x, 2, name="fc")
    with pytest.raises(ValueError, match="already exists"):
        tf.layers.dense(x, 2, name="fc")
    tf.layers.dense(x, 2, name="fc", reuse=True)
    tf.layers.dense(x, 2, name="fc", reuse=tf.AUTO_REUSE)
    assert len(tf.trainable_variables()) == 2
    with pytest.raises(ValueError, match="does not exist"):
        tf.layers.dense(x, 2, name="other", reuse=True)


def test_losses_and_what_is_trained():
    x = tf.ones([1, 3])
    layer = tf.layers.Dense(
        2, trainable=False, kernel_regularizer=lambda w: tf.reduce_sum(w * 0.0 + 1.0),
        activity_regularizer=tf.reduce_sum, kernel_initializer=tf.ones_initializer(),
    )  # fmt: skip
    layer(x)
    assert tf.trainable_variables() == []
    assert len(layer.non_trainable_variables) == 2
    assert layer.trainable_variables == []
    assert tf.losses.get_regularization_losses() == layer.losses
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(layer.losses) == [6, 6]
    tf.layers.dense(x, 2, name="a", kernel_regularizer=tf.nn.l2_loss)
    tf.layers.dense(x, 2, name="a", kernel_regularizer=tf.nn.l2_loss, reuse=True)
    assert len(tf.losses.get_regularization_losses()) == 3


def test_the_regularizer_of_a_scope():
    with tf.variable_scope("s", regularizer=tf.nn.l2_loss):
        tf.layers.dense(tf.ones([1, 3]), 2, use_bias=False)
    assert len(tf.losses.get_regularization_losses()) == 1


def test_layers_of_users():
    class Scale(tf.layers.Layer):
        def build(self, input_shape):
            self.w = self.add_variable("w", [input_shape[-1].value], initializer="ones")

        def call(self, inputs, by=1.0):
            return inputs * self.w * by

    layer = Scale()
    y = layer(np.ones((2, 3), np.float32), by=2.0)
    assert layer.variables[0].name == "scale/w:0"
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(y).sum() == 12


def test_inputs_that_do_not_fit():
    layer = tf.layers.Dense(2)
    with pytest.raises(ValueError, match="min_ndim=2, found ndim=1"):
        layer(tf.zeros([3]))
    layer(tf.zeros([1, 3]))
    with pytest.raises(ValueError, match="expected axis -1"):
        layer(tf.zeros([1, 4]))
    with pytest.raises(ValueError, match="rank is undefined"):
        tf.layers.dense(tf.placeholder(tf.float32), 2)
    with pytest.raises(ValueError, match="ndim=4"):
        tf.layers.conv2d(tf.zeros([1, 3]), 2, 3)
    with pytest.raises(TypeError, match="not understood"):
        tf.layers.Dense(2, units_of="x")
    with pytest.raises(ValueError, match="not been used"):
        tf.layers.Dense(2).scope_name
    with pytest.raises(AttributeError, match="called"):
        tf.layers.Dense(2).output


def test_names_for_functions():
    assert activation_of("relu") is tf.nn.relu
    assert activation_of("linear") is None
    assert isinstance(initializer_of("zeros"), tf.zeros_initializer)
    with pytest.raises(ValueError, match="activation"):
        activation_of("no such")
    with pytest.raises(ValueError, match="initializer"):
        initializer_of("no such")


def test_each_call_of_a_layer_has_its_input_and_output():
    layer, x, y = tf.layers.Dense(2), tf.zeros([3, 4]), tf.ones([5, 4])
    first, second = layer(x), layer(y)
    assert [layer.get_input_at(i) for i in (0, 1)] == [x, y]
    assert [layer.get_output_at(i) for i in (0, 1)] == [first, second]
    with pytest.raises(AttributeError, match="has not been called 3 times"):
        layer.get_input_at(2)
