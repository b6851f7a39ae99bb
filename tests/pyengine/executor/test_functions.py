"""Functions at run time."""

import pytest

import pyengine as tf
from pyengine.executor.functions import Context, Function
from pyengine.executor.runtime import Runtime
from pyengine.function_graph import FunctionGraph

SCALAR = [(tf.float32, tf.TensorShape([]))]


def traced(function):
    with tf.Graph().as_default():
        return FunctionGraph.traced(function, SCALAR)


def test_a_function_is_compiled_once_in_a_session():
    graph, runtime = traced(lambda a: [a + 1.0, a]), Runtime()
    first, second = Context(runtime), Context(runtime)
    assert first.plan_of(graph) is second.plan_of(graph)
    assert Function(graph, []).bound(first)(2.0) == (3.0, 2.0)


def test_state_is_that_of_an_initialization():
    graph, runtime = traced(lambda a: [tf.random_uniform([], seed=1)]), Runtime()
    first, second = Context(runtime), Context(runtime)
    assert first.plan_of(graph) is first.plan_of(graph)
    draws = [Function(graph, []).bound(c)(0.0) for c in (first, first, second)]
    assert draws[0] == draws[2] != draws[1]


def test_captured_values_come_last():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [])
        graph = FunctionGraph.traced(lambda a: [a - x], SCALAR)
    assert Function(graph, [3.0]).bound(Context(Runtime()))(5.0) == (2.0,)


def test_what_is_kept_is_made_once():
    context, made = Context(Runtime()), []
    for _ in range(2):
        context.kept("key", lambda: made.append(1))
    assert made == [1]
    with pytest.raises(KeyError):
        context.kept("other", lambda: {}["none"])
