"""Contexts: what is made where, and how values get in."""

import pytest

import pyengine as tf
from pyengine.control_flow.contexts import CondContext


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_a_value_gets_in_once(graph):
    x, p = tf.constant(1.0), tf.placeholder(tf.bool, [])
    tf.cond(p, lambda: x * x + x, lambda: x)
    switches = [op for op in graph.get_operations() if op.type == "Switch"]
    assert len(switches) == 3  # the pivot, and x into each branch


def test_an_inner_context_gets_values_through_the_outer_one(graph):
    x, p = tf.constant(1.0, name="x"), tf.placeholder(tf.bool, [])
    tf.cond(p, lambda: tf.cond(p, lambda: x * 2.0, lambda: x), lambda: x)
    inner = graph.get_operation_by_name("cond/cond/mul").inputs[0].op
    outer = inner.inputs[0].op
    assert (inner.type, outer.type, outer.inputs[0].op.name) == ("Switch", "Switch", "x")
    context = inner._get_control_flow_context()
    assert context.outer_context is outer._get_control_flow_context()
    assert context in context.outer_context.nested_contexts


def test_control_dependencies_of_none_lead_out_of_all_contexts(graph):
    made = []

    def branch():
        with tf.control_dependencies(None):
            made.append(tf.constant(1.0))
        return tf.constant(2.0)

    tf.cond(tf.placeholder(tf.bool, []), branch, lambda: tf.constant(3.0))
    assert made[0].op._get_control_flow_context() is None
    assert made[0].op.control_inputs == []


def test_a_variable_made_in_a_branch_is_outside_of_it():
    made = []

    def branch():
        made.append(tf.Variable(1.0))
        return made[0] + 1.0

    y = tf.cond(tf.placeholder_with_default(False, []), branch, lambda: tf.constant(3.0))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run([y, made[0]]) == [3.0, 1.0]


def test_summaries_made_in_a_branch_hang_on_its_result(graph):
    def branch():
        graph.add_to_collection("_SUMMARY_V2", tf.identity(5.0, name="s"))
        return tf.constant(2.0)

    y = tf.cond(tf.placeholder(tf.bool, []), branch, lambda: tf.constant(3.0))
    assert graph.get_collection("_SUMMARY_V2") == []
    waited = {c.name for c in y.op.inputs[1].op.control_inputs}
    assert "cond/s" in waited


def test_a_context_says_what_it_is():
    p = tf.placeholder(tf.bool, [])
    context = CondContext(p, tf.identity(p), 1)
    assert context.is_cond
    assert not context.is_while
    assert repr(context) == "<CondContext 'cond_text'>"
    assert context.while_context() is None
    assert context.grad_state is None
    assert not context.back_prop
