"""Momentum, against its algorithm written out."""

import pytest

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


@pytest.mark.parametrize("nesterov", [False, True])
def test_follows_the_algorithm(nesterov):
    def step(w, g, t, momentum):
        momentum = 0.5 * momentum + g
        change = g + 0.5 * momentum if nesterov else momentum
        return w - 0.125 * change, {"momentum": momentum}

    assert_follows(
        lambda: tf.train.MomentumOptimizer(0.125, 0.5, use_nesterov=nesterov), step, momentum=0.0
    )


def test_slots_are_named_for_their_variable():
    with tf.Graph().as_default():
        w = tf.Variable([1.0], name="w")
        optimizer = tf.train.MomentumOptimizer(lambda: 0.1, 0.9)
        train = optimizer.minimize(tf.reduce_sum(w * w))
        assert train.name == "Momentum"
        assert optimizer.get_slot(w, "momentum").name == "w/Momentum:0"
        assert "ApplyMomentum" in {op.type for op in tf.get_default_graph().get_operations()}


def test_a_variable_of_unknown_shape_has_slots_too():
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable([1.0, 2.0], validate_shape=False)
        train = tf.train.MomentumOptimizer(0.5, 0.9).minimize(tf.reduce_sum(w * w))
        sess.run(tf.global_variables_initializer())
        sess.run(train)
        assert sess.run(w).tolist() == [0.0, 0.0]
