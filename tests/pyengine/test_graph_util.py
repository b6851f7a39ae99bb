"""GraphDefs cut down."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def names(graph_def):
    return [n.name for n in graph_def.node]


def test_identities_are_left_out_unless_protected_or_waited_for(graph):
    a = tf.identity(tf.constant(1.0, name="x"), name="a")
    b = tf.identity(a, name="b")
    with tf.control_dependencies([b]):
        tf.exp(tf.identity(a, name="c"), name="y")
    remove = tf.graph_util.remove_training_nodes
    found = remove(graph.as_graph_def())
    assert names(found) == ["x", "b", "c", "y"]  # b is waited for, and c waits for it
    assert list(found.node[1].input) == ["x"]
    assert names(remove(graph.as_graph_def(), ["a"])) == ["x", "a", "b", "c", "y"]


def test_strings_have_to_be_on_the_cpu():
    assert tf.graph_util.must_run_on_cpu(tf.constant("a").op)
    assert not tf.graph_util.must_run_on_cpu(tf.constant(1.0).op.node_def)
    assert tf.graph_util.must_run_on_cpu(tf.Variable(1.0).op, pin_variables_on_cpu=True)


def test_a_shape_by_the_name_of_an_input(graph):
    tf.constant([[1.0, 2.0]], name="x")
    assert tf.graph_util.tensor_shape_from_node_def_name(graph, "^x").as_list() == [1, 2]
