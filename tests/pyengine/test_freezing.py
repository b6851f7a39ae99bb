"""GraphDefs frozen."""

import numpy as np
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


@pytest.fixture
def handles(graph):
    """A graph with a resource variable in all the places that freezing knows."""
    raw = tf.raw_ops
    v = raw.VarHandleOp(dtype=tf.float32, shape=[3, 2], shared_name="v", name="v")
    table = np.arange(6, dtype=np.float32).reshape(3, 2)
    init = raw.AssignVariableOp(resource=v, value=table, name="init")
    rows = raw.ResourceGather(resource=v, indices=[2, 0], dtype=tf.float32)
    one = raw.ResourceGatherNd(resource=v, indices=[[1, 1]], dtype=tf.float32)
    passed = raw.Identity(input=v)
    whole = raw.ReadVariableOp(resource=passed, dtype=tf.float32)
    tf.add(tf.reduce_sum(rows, 1), tf.reduce_sum(one) + tf.reduce_max(whole), name="y")
    raw.AssignAddVariableOp(resource=v, value=tf.ones([3, 2]), name="more")
    return init


def test_resource_variables_become_constants(graph, handles):
    with tf.Session() as sess:
        sess.run(handles)
        want = sess.run("y:0")
        frozen = tf.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), ["y"])
        with pytest.raises(ValueError, match=r"'more' \(AssignAddVariableOp\) needs the variable"):
            tf.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), ["more"])
    kinds = {n.op for n in frozen.node}
    assert {"Const", "GatherV2", "GatherNd", "Identity"} <= kinds
    assert not [k for k in kinds if "Resource" in k or "Var" in k]
    with tf.Graph().as_default(), tf.Session() as sess:
        (y,) = tf.import_graph_def(frozen, return_elements=["y:0"])
        np.testing.assert_array_equal(sess.run(y), want)
        assert want.tolist() == [17, 9]
