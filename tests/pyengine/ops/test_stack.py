"""Stacks."""

import pytest

import pyengine as tf
from pyengine.ops.stack import stack_close_v2, stack_pop, stack_push, stack_v2


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_the_last_in_is_the_first_out(sess):
    stack = stack_v2(-1, elem_type=tf.float32)
    first = stack_push(stack, tf.constant(1.0))
    with tf.control_dependencies([first]):
        second = stack_push(stack, tf.constant(2.0))
    with tf.control_dependencies([second]):
        top = stack_pop(stack, tf.float32)
    with tf.control_dependencies([top]):
        below = stack_pop(stack, tf.float32)
    with tf.control_dependencies([below]):
        beyond = stack_pop(stack, tf.float32)
    assert sess.run([top, below, second]) == [2.0, 1.0, 2.0]
    assert sess.run(top) == 2.0  # every run has a stack of its own
    with pytest.raises(tf.errors.InvalidArgumentError, match="empty"):
        sess.run(beyond)
    assert sess.run(stack_close_v2(stack)) is None


def test_a_stack_may_be_bounded(sess):
    stack = stack_v2(0, elem_type=tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="overflowed"):
        sess.run(stack_push(stack, tf.constant(1.0)))
