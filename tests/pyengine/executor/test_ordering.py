"""The order of a plan's ops."""

import operator

import pytest

import pyengine as tf
from pyengine.executor.ordering import in_order as in_order_of


def in_order(sources):
    return in_order_of(sources, operator.attrgetter("_id"))


def test_ops_come_in_the_order_of_their_making_where_they_can():
    ops = [tf.constant(float(i), name=f"c{i}").op for i in range(4)]
    assert in_order({op: set() for op in reversed(ops)}) == ops
    # The first waits for the last; the others keep their places.
    assert in_order({ops[0]: {ops[3]}, **{op: set() for op in ops[1:]}}) == [*ops[1:], ops[0]]


def test_an_op_that_is_not_executed_is_not_waited_for():
    first, second = (tf.constant(0.0).op for _ in range(2))
    assert in_order({second: {first}}) == [second]


def test_ops_that_wait_for_each_other_are_named():
    first, second = (tf.constant(0.0, name=n).op for n in ("first", "second"))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"has a cycle.*first"):
        in_order({first: {second}, second: {first}})


def test_a_fed_placeholder_may_be_a_control_input_beside_a_loop():
    fed = tf.placeholder(tf.float32)
    with tf.control_dependencies([fed]):
        total = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])
    with tf.Session() as sess:
        assert sess.run(total, {fed: 1.0}) == 3
