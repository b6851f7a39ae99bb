"""Frames, conditions and order, found in the nodes of a graph."""

import pytest

import pyengine as tf
from pyengine.executor.plan import needed_ops
from pyengine.executor.structure import ALWAYS, Alive, Atom, Frame, Structure
from pyengine.ops import switch as nodes


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def structure(*fetches):
    return Structure(needed_ops(fetches, set()), set())


def op(name):
    return tf.get_default_graph().get_operation_by_name(name)


def test_the_ops_of_a_branch_have_its_condition():
    p = tf.placeholder(tf.bool, [], name="p")
    x = tf.placeholder(tf.float32, [], name="x")
    y = tf.cond(p, lambda: tf.cond(x > 0.0, lambda: x * 2.0, lambda: x), lambda: -x)
    found = structure(y)
    outer, inner = p, op("cond/Greater").outputs[0]
    assert found.decisive(op("cond/pred_id").outputs[0]) is p
    assert found.conditions[op("cond/cond/mul")] == {Atom(outer, True), Atom(inner, True)}
    assert found.conditions[op("cond/Neg")] == {Atom(outer, False)}
    assert found.conditions[op("cond/cond/Merge")] == {Atom(outer, True)}
    assert found.of_tensor(y) == ALWAYS
    order = found.in_order(found.conditions[op("cond/cond/mul")], found.root)
    assert [a.predicate for a in order] == [outer, inner]


def test_unrelated_conditions_make_a_predicate_of_their_own():
    p, q = tf.placeholder(tf.bool, []), tf.placeholder(tf.bool, [])
    merged, _ = nodes.merge([nodes.switch(1.0, p)[1], nodes.switch(2.0, q)[1]])
    found = structure(merged)
    assert found.of_tensor(merged) == {Atom(Alive(merged.op), True)}
    assert found.is_predicate(Alive(merged.op))


def test_what_one_condition_implies_is_absorbed():
    p, q = tf.placeholder(tf.bool, []), tf.placeholder(tf.bool, [])
    on = nodes.switch(1.0, p)[1]
    merged, _ = nodes.merge([tf.identity(on), nodes.switch(on, q)[1]])
    assert structure(merged).of_tensor(merged) == {Atom(p, True)}


def test_loops_are_frames_in_frames():
    z = tf.while_loop(
        lambda i: i < 3,
        lambda i: i + tf.while_loop(lambda j: j < 2, lambda j: j + 1, [0]),
        [0],
    )
    found = structure(z)
    (outer,) = found.root.children
    (inner,) = outer.children
    assert inner.depth == 2
    assert found.frame_of[op("while/while/add")] is inner
    assert found.output_frame(op("while/while/Exit")) is outer
    assert found.output_frame(z.op) is found.root
    assert [type(i) for i in found.order(found.root)].count(Frame) == 1
    assert inner.condition == {Atom(outer.goes_on, True)}


def test_an_order_respects_control_inputs_between_frames():
    v = tf.Variable(1.0)
    z = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0])
    with tf.control_dependencies([z]):
        w = v.assign(2.0)
    found = structure(w)
    order = found.order(found.root)
    (loop,) = [item for item in order if isinstance(item, Frame)]
    assert order.index(loop) < order.index(w.op)


def test_a_cycle_is_an_error():
    p = tf.placeholder(tf.bool, [])
    a = tf.identity(nodes.switch(1.0, p)[1])
    b = tf.identity(a)
    a.op._add_control_input(b.op)
    with pytest.raises(tf.errors.InvalidArgumentError, match="cycle"):
        structure(b)


def test_an_exit_needs_a_loop():
    lost = nodes.exit_loop(tf.constant(1.0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside of any loop"):
        structure(lost).output_frame(lost.op)
