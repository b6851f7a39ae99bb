"""Functions as graphs: what they take in from the graph around."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.function_graph import FunctionGraph

SCALAR = [(tf.float32, tf.TensorShape([]))]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_tensors_of_the_graph_around_are_captured_and_constants_copied(graph):
    x, c = tf.placeholder(tf.float32, []), tf.constant(2.0)
    before = len(graph.get_operations())
    f = FunctionGraph.traced(lambda a: [a + x, x * x, x + a, c * a, x], SCALAR)
    assert list(f.captures) == [x]
    assert len(graph.get_operations()) == before
    assert all(t.graph is f for t in f.outputs)
    assert "Const" in [op.type for op in f.get_operations()]
    with pytest.raises(RuntimeError, match="finalized"):
        f.add_op(x.op.opdef, (), dict(x.op.attrs), [tf.float32], "more")


def test_functions_nest(graph):
    x = tf.placeholder(tf.float32, [])
    inner = []

    def outer(a):
        inner.append(FunctionGraph.traced(lambda b: [a + b + x], SCALAR))
        return [a]

    f = FunctionGraph.traced(outer, SCALAR)
    assert list(f.captures) == [x]
    assert len(inner[0].captures) == 2
    assert all(t.graph is f for t in inner[0].captures)


def test_variables_are_read_and_not_written(graph):
    v = tf.Variable(1.0)
    f = FunctionGraph.traced(lambda a: [a + v], SCALAR)
    assert [t.name for t in f.captures] == ["Variable/read:0"]
    with pytest.raises(ValueError, match="reference to a variable"):
        FunctionGraph.traced(lambda a: [tf.assign(v, a)], SCALAR)


def test_control_dependencies_on_what_is_outside_are_kept_outside(graph):
    x = tf.placeholder(tf.float32, [])

    def function(a):
        b = a + 1.0
        with tf.control_dependencies([x, b]):
            return [tf.identity(a)]

    f = FunctionGraph.traced(function, SCALAR)
    assert [op.type for op in f.outputs[0].op.control_inputs] == ["Add"]


def test_a_graph_that_is_not_around_is_refused(graph):
    with tf.Graph().as_default():
        other = tf.placeholder(tf.float32, [])
    with pytest.raises(ValueError, match="not around"):
        FunctionGraph.traced(lambda a: [a + other], SCALAR)


def test_state_is_known(graph):
    assert not FunctionGraph.traced(lambda a: [a * 2.0], SCALAR).is_stateful()
    assert FunctionGraph.traced(lambda a: [tf.random_uniform([]) + a], SCALAR).is_stateful()


def test_random_ops_have_the_seeds_of_a_graph_of_their_own(graph):
    tf.set_random_seed(5)
    tf.constant(np.zeros(3))
    f = FunctionGraph.traced(lambda a: [tf.random_uniform([])], SCALAR)
    draw = next(op for op in f.get_operations() if op.type == "RandomUniform")
    assert draw.attrs["seed"] == 5 and draw.attrs["seed2"] < 10


def test_a_copy_has_the_ops_that_its_results_need_and_no_others():
    with tf.Graph().as_default():
        with tf.name_scope("outer"):
            first = tf.constant(1.0, name="first")
            with tf.control_dependencies([tf.no_op(name="before")]):
                total = tf.add(first, 2.0, name="total")
        tf.constant(0.0, name="unused")
        graph = FunctionGraph.copied([total])
    assert sorted(op.name for op in graph.get_operations()) == [
        "outer/before", "outer/first", "outer/total", "outer/total/y",
    ]  # fmt: skip
    (result,) = graph.outputs
    for op in graph.get_operations():
        known = total.graph.get_operation_by_name(op.name).control_inputs
        assert [c.name for c in op.control_inputs] == [c.name for c in known]
    with tf.Session(graph=graph) as sess:
        assert sess.run(result) == 3


def test_a_loop_is_not_copied():
    with tf.Graph().as_default():
        total = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])
        with pytest.raises(ValueError, match="part of a loop"):
            FunctionGraph.copied([total])
