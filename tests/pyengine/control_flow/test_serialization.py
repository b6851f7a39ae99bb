"""Contexts there and back, as messages."""

import pytest

import pyengine as tf

pytest.importorskip("google.protobuf", reason="messages need the package protobuf")
pytest.importorskip("pyengine.protos", reason="TensorFlow's messages come with GraphDefs")


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def forget(graph):
    """Leaves the graph as one that was imported: without contexts."""
    for op in graph.get_operations():
        op._control_flow_context = None


def again(graph, key, kind):
    """The contexts of a collection, written and read."""
    messages = [c.to_proto() for c in graph.get_collection(key)]
    forget(graph)
    return messages, [getattr(tf.control_flow, kind).from_proto(m) for m in messages]


def test_gradients_are_the_same_after_a_loop_came_back(graph):
    x = tf.constant(2.0)

    def body(i, s):
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: s * x, lambda: tf.sin(s) + x)

    z = tf.while_loop(lambda i, s: i < 4, body, [0, x], maximum_iterations=7)[1]
    (before,) = tf.gradients(z, x)
    with tf.Session() as sess:
        wanted = sess.run(before)
    # The gradient's own loop is in no collection: another graph is needed for a fair comparison.
    with tf.Graph().as_default() as other, tf.Session() as sess:
        x = tf.constant(2.0)
        z = tf.while_loop(lambda i, s: i < 4, body, [0, x], maximum_iterations=7)[1]
        contexts = {op: op._control_flow_context for op in other.get_operations()}
        _, (loop,) = again(other, tf.GraphKeys.WHILE_CONTEXT, "WhileContext")
        assert loop.maximum_iterations.name == "while/maximum_iterations:0"
        for op, context in contexts.items():
            found = op._control_flow_context
            if op.outputs:
                assert (found and found.name) == (context and context.name), op
        assert sess.run(tf.gradients(z, x)[0]) == wanted


def test_branches(graph):
    x, p = tf.constant(3.0), tf.placeholder(tf.bool, [])
    y = tf.cond(p, lambda: x * x, lambda: -x)
    messages, (on, off) = again(graph, tf.GraphKeys.COND_CONTEXT, "CondContext")
    assert [m.branch for m in messages] == [on.branch, off.branch] == [1, 0]
    assert on.pred.name == "cond/pred_id:0"
    (g,) = tf.gradients(y, x)
    with tf.Session() as sess:
        assert [sess.run(g, {p: b}) for b in (True, False)] == [6.0, -1.0]


def test_scopes(graph):
    with tf.name_scope("a"):
        tf.cond(tf.placeholder(tf.bool, []), lambda: tf.constant(1), lambda: tf.constant(2))
    context = graph.get_collection(tf.GraphKeys.COND_CONTEXT)[0]
    assert context.to_proto("b") is None
    message = context.to_proto("a")
    assert message.pred_name == "cond/pred_id:0"
    back = tf.control_flow.CondContext.from_proto(message, import_scope="a")
    assert back.name == context.name
    assert back.values == context.values
