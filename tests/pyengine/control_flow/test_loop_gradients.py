"""The graph of a loop's gradient; its values are in `ops/test_while_loop.py`."""

import pytest

import pyengine as tf
from pyengine.control_flow.loop_gradients import LoopGradients, zero_constant
from pyengine.executor.plan import needed_ops
from pyengine.ops import switch as nodes


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def of_type(graph, type_):
    return [op for op in graph.get_operations() if op.type == type_]


def test_forward_values_are_kept_on_stacks(graph):
    x = tf.constant(2.0)
    z = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * s), [0, x])[1]
    tf.gradients(z, x)
    (push,), (pop,) = of_type(graph, "StackPushV2"), of_type(graph, "StackPopV2")
    assert push.name == "gradients/while/mul_grad/Mul/StackPushV2"
    assert push.inputs[1].name == "while/Identity_1:0"
    assert pop.inputs[0].op.inputs[0] is push.inputs[0].op.inputs[0]
    names = {op.name for op in of_type(graph, "Exit")}
    assert {"gradients/f_count_2", "gradients/b_count_3"} <= names


def pushed(gradient):
    """What a run of the gradient pushes onto stacks."""
    needed = needed_ops([gradient], set())
    return {op.inputs[1].op.type for op in needed if op.type == "StackPushV2"}


def test_what_does_not_change_needs_no_stack():
    x, y = tf.constant(2.0), tf.constant(3.0)
    z = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * y), [0, x])[1]
    (g,) = tf.gradients(z, x)
    assert pushed(g) == set()
    assert pushed(tf.gradients(z, y)[0]) == {"Identity"}
    with tf.Session() as sess:
        assert sess.run(g) == 27.0


def test_only_the_shape_is_kept_where_that_is_enough():
    x = tf.placeholder(tf.float32, [None])

    def body(i, s):
        return i + 1, s + tf.reduce_sum(s * 2.0)

    z = tf.while_loop(lambda i, s: i < 3, body, [0, x])[1]
    (g,) = tf.gradients(z, x)
    assert pushed(g) == {"Shape"}
    with tf.Session() as sess:
        assert sess.run(g, {x: [1.0, 2.0]}).tolist() == [125.0, 125.0]


def test_an_exit_without_context_is_refused():
    lost = nodes.exit_loop(tf.constant(1.0))
    with pytest.raises(ValueError, match="no WhileContext"):
        LoopGradients().add_loop(lost.op)


def test_zeros_of_a_known_shape_are_one_constant():
    zero = zero_constant(tf.TensorShape([2, 3]), tf.float32)
    assert zero.op.type == "Const"
    assert zero.shape.as_list() == [2, 3]


def test_the_forward_loop_runs_as_before_without_its_gradient():
    x = tf.constant(2.0)
    z = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * s), [0, x])[1]
    with tf.Session() as sess:
        assert sess.run(z) == 256.0
        (g,) = tf.gradients(z, x)
        assert sess.run([z, g]) == [256.0, 1024.0]
        assert sess.run(z) == 256.0
