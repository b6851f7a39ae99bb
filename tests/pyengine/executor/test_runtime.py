"""The state of a session."""

import time

import pytest

import pyengine as tf
from pyengine.executor.runtime import Runtime


def test_state_is_made_once_for_each_op():
    runtime = Runtime()
    a, b = tf.no_op(), tf.no_op()
    made = [runtime.state_of(op, lambda op: [op.name]) for op in (a, b, a)]
    assert made[0] is made[2]
    assert made[0] is not made[1]
    runtime.clear()
    assert runtime.state_of(a, lambda op: "new") == "new"


def test_a_cell_has_no_value_until_it_is_given_one():
    cell = Runtime().cell(tf.Variable(1.0, name="v").op)
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
        cell.read()
    cell.value = 3
    assert cell.read() == 3


def test_a_kernel_knows_how_long_it_may_wait():
    runtime = Runtime()
    assert runtime.time_left() is None
    with runtime.stopping_at(time.monotonic() + 100):
        assert 90 < runtime.time_left() <= 100
    with runtime.stopping_at(0.0):
        assert runtime.time_left() == 0
    assert runtime.time_left() is None


@pytest.mark.parametrize(("device", "is_gpu"), [("/gpu:0", True), ("/cpu:7", False)])
def test_an_op_on_a_device_that_is_not_there_is_named_with_what_to_do(device, is_gpu):
    with tf.Graph().as_default(), tf.Session() as sess:
        with tf.device(device):
            x = tf.placeholder(tf.float32)
            y = tf.negative(x, name="negated")
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            sess.run(y, {x: 1.0})
    message = str(caught.value)
    assert "Cannot assign a device for operation negated" in message
    assert "/device:CPU:0" in message
    assert "allow_soft_placement=True" in message
    assert ("appears to be a GPU" in message) == is_gpu


def test_soft_placement_keeps_variables_of_a_gpu_on_the_cpu_through_training():
    config = tf.ConfigProto(allow_soft_placement=True)
    with tf.Graph().as_default(), tf.Session(config=config) as sess:
        with tf.device("/gpu:0"):
            v = tf.Variable([1.0, 2.0])
            step = tf.train.MomentumOptimizer(0.5, 0.9).minimize(tf.reduce_sum(v * v))
        sess.run(tf.global_variables_initializer())
        sess.run(step)
        assert sess.run(v).tolist() == [0.0, 0.0]
