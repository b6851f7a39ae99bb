"""The context of a loop."""

import pytest

import pyengine as tf
from pyengine.control_flow.while_context import WhileContext, is_no_wider
from pyengine.shape import UNKNOWN, TensorShape


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_ops_that_depend_on_constants_only_wait_for_the_body(graph):
    x = tf.constant(2.0, name="x")
    tf.while_loop(lambda i: i < 3.0, lambda i: i + tf.exp(x, name="e"), [0.0])
    exp = graph.get_operation_by_name("while/e")
    assert exp.inputs[0].op.type == "Enter"
    assert [c.name for c in exp.control_inputs] == ["while/Identity"]


def test_what_is_outside_is_waited_for_inside(graph):
    v = tf.Variable(1.0)
    write = v.assign(5.0, name="w")

    def body(i):
        with tf.control_dependencies([write]):
            return i + tf.constant(1, name="one")

    tf.while_loop(lambda i: i < 3, body, [0])
    waits = graph.get_operation_by_name("while/one").control_inputs
    assert [c.type for c in waits] == ["Identity", "Identity"]  # of the body, and of the assign
    assert waits[1].inputs[0].op.type in ("Enter", "RefEnter")


def test_controls_around_a_loop_hold_for_all_of_it():
    v = tf.Variable(1.0)
    with tf.control_dependencies([v.assign(5.0)]):
        z = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0])
    with tf.Session() as sess:
        sess.run(v.initializer)
        assert sess.run(z) == 3
        assert sess.run(v) == 5.0


def test_slices_are_loop_variables():
    rows = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([0, 1]))
    _, out = tf.while_loop(
        lambda i, s: i < 3,
        lambda i, s: (i + 1, tf.IndexedSlices(s.values * 2.0, s.indices)),
        [0, rows],
    )
    with tf.Session() as sess:
        found = sess.run(out)
        assert found.values.ravel().tolist() == [8.0, 16.0]
        assert found.indices.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("shape", "invariant", "fits"),
    [
        (TensorShape([2]), TensorShape([2]), True),
        (TensorShape([2]), TensorShape([None]), True),
        (TensorShape([None]), TensorShape([2]), False),
        (TensorShape([2]), UNKNOWN, True),
        (UNKNOWN, TensorShape([2]), False),
        (TensorShape([2]), TensorShape([2, 2]), False),
    ],
)
def test_invariants(shape, invariant, fits):
    assert is_no_wider(shape, invariant) is fits


def test_invariants_are_nested_as_the_variables():
    with pytest.raises(ValueError, match="structure"):
        tf.while_loop(
            lambda i, j: i < 3, lambda i, j: (i, j), [0, 0], shape_invariants=[TensorShape([])]
        )


def test_settings_are_checked():
    with pytest.raises(ValueError, match="positive integer"):
        WhileContext(parallel_iterations=0)
