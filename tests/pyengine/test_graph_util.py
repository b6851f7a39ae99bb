"""GraphDefs cut down."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def names(graph_def):
    return [n.name for n in graph_def.node]


def test_a_part_is_what_the_nodes_need(graph):
    x = tf.constant(1.0, name="x")
    with tf.control_dependencies([tf.no_op(name="before")]):
        tf.exp(x, name="y")
    tf.log(x, name="z")
    found = tf.graph_util.extract_sub_graph(graph.as_graph_def(), ["y"])
    assert names(found) == ["x", "before", "y"]
    with pytest.raises(AssertionError, match="w is not in graph"):
        tf.graph_util.extract_sub_graph(graph.as_graph_def(), ["w"])
    with pytest.raises(TypeError, match="must be a list"):
        tf.graph_util.extract_sub_graph(graph.as_graph_def(), "y")


def test_variables_become_constants(graph):
    v, w = tf.Variable([1.0, 2.0], name="v"), tf.Variable(3.0, name="w")
    tf.multiply(v, w, name="y")
    convert = tf.graph_util.convert_variables_to_constants
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(v.assign([5, 6]))
        frozen = convert(sess, graph.as_graph_def(), ["y"])
        some = convert(sess, graph.as_graph_def(), ["y"], variable_names_whitelist=["v"])
        others = convert(sess, graph.as_graph_def(), ["y"], variable_names_blacklist=["v"])
    assert {n.name: n.op for n in frozen.node}["v"] == "Const"
    assert {n.name: n.op for n in some.node}["w"] == "VariableV2"
    assert {n.name: n.op for n in others.node}["v"] == "VariableV2"
    with tf.Graph().as_default(), tf.Session() as sess:
        (y,) = tf.import_graph_def(frozen, return_elements=["y:0"])
        assert sess.run(y).tolist() == [15, 18]


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
