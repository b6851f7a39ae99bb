"""Plans of graphs with branches and loops: steps, slots, lifetimes."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.blocks import Branch, Loop
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def kernels(plan):
    return [type(kernel) for kernel, *_ in plan.steps]


def test_a_cond_is_one_step():
    p, x = tf.placeholder(tf.bool, []), tf.placeholder(tf.float32, [2])
    y = tf.cond(p, lambda: tf.exp(x) * 2.0, lambda: tf.sin(x) + 1.0)
    plan = Plan([y], [p, x], Runtime())
    assert kernels(plan) == [Branch]
    branch = plan.steps[0][0]
    assert len(branch._if_true.steps) == len(branch._if_false.steps) == 3
    value = np.ones(2, np.float32)
    np.testing.assert_allclose(plan([np.bool_(True), value])[0], np.exp(value) * 2)
    np.testing.assert_allclose(plan([np.bool_(False), value])[0], np.sin(value) + 1)


def test_a_loop_is_one_step_and_constants_are_folded_in_it():
    x = tf.placeholder(tf.float32, [2])
    y = tf.while_loop(
        lambda i, s: i < 3, lambda i, s: (i + 1, s * (tf.constant(2.0) * tf.sqrt(4.0))), [0, x]
    )[1]
    plan = Plan([y], [x], Runtime())
    assert kernels(plan) == [Loop]
    loop = plan.steps[0][0]
    assert (len(loop._head.steps), len(loop._body.steps)) == (1, 2)
    assert plan([np.ones(2, np.float32)])[0].tolist() == [64.0, 64.0]


def test_ops_around_a_branch_are_steps_as_ever():
    p, x = tf.placeholder(tf.bool, []), tf.placeholder(tf.float32, [2])
    y = tf.exp(tf.cond(p, lambda: tf.sin(x + 1.0), lambda: x)) * 2.0
    assert kernels(Plan([y], [p, x], Runtime())).count(Branch) == 1
    assert len(Plan([x + 1.0], [p, x], Runtime())) == 1


def test_a_branch_known_beforehand_takes_no_step_of_its_own():
    x = tf.placeholder(tf.float32, [2])
    y = tf.cond(tf.constant(True), lambda: x * 2.0, lambda: tf.exp(x))
    plan = Plan([y], [x], Runtime())
    assert Branch not in kernels(plan)
    assert plan([np.ones(2, np.float32)])[0].tolist() == [2.0, 2.0]


def test_values_are_dropped_after_their_last_use():
    p, x = tf.placeholder(tf.bool, []), tf.placeholder(tf.float32, [2])
    a = x + 1.0
    y = tf.cond(p, lambda: tf.exp(tf.sin(a)), lambda: tf.cos(a))
    plan = Plan([y], [p, x], Runtime())
    (position,) = [i for i, k in enumerate(kernels(plan)) if k is Branch]
    branch, *_, dead = plan.steps[position]
    assert len(dead) >= 2  # the sum and the predicate
    inside = [slot for *_, dropped in branch._if_true.steps for slot in dropped]
    assert len(inside) == 2  # the sine and the exponential, which the Merge has taken


def test_a_variable_is_read_where_it_is_used():
    v = tf.Variable(1.0)
    runtime = Runtime()
    Plan([v.initializer], [], runtime)([])

    def body(i, s):
        with tf.control_dependencies([v.assign_add(1.0)]):
            return i + 1, s + v

    z = tf.while_loop(lambda i, s: i < 3, body, [0, 0.0])
    assert Plan(list(z), [], runtime)([]) == [3, 9.0]


def test_what_a_loop_left_does_not_look_alive_in_the_next_iteration():
    from pyengine.ops import switch as nodes

    def body(i, s):
        merged, _ = nodes.merge(
            [
                nodes.switch(tf.constant(1.0), tf.equal(i, 0))[1],
                nodes.switch(tf.constant(10.0), tf.equal(i, 1))[1],
            ]
        )
        _, there = nodes.switch(tf.constant(True), tf.less(i, 2))
        kept, _ = nodes.merge([tf.identity(merged) + s, nodes.switch(s, tf.less(i, 2))[0]])
        del there
        return i + 1, kept

    z = tf.while_loop(lambda i, s: i < 4, body, [0, 0.0])[1]
    assert Plan([z], [], Runtime())([]) == [11.0]
