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
