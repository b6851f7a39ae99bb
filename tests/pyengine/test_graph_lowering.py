"""Op types of our own in GraphDefs."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.protos.op_table import signature


@pytest.mark.parametrize("axes", [1, [-1, 0], np.array([2], np.int64), np.zeros(0, np.int32)])
def test_a_gradient_is_the_same_after_a_round_trip(axes):
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        x = tf.placeholder(tf.float32, name="x")
        y = tf.reduce_sum(x * x, tf.constant(axes, name="axes"))
        tf.identity(tf.gradients(y, x)[0], name="slope")
        value = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
        expected = sess.run("slope:0", {"x:0": value})
    assert "ReducedShape" in {op.type for op in graph.get_operations()}
    graph_def = graph.as_graph_def()
    assert all(signature(node.op) for node in graph_def.node)
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.import_graph_def(graph_def, name="")
        np.testing.assert_array_equal(sess.run("slope:0", {"x:0": value}), expected)


def test_control_inputs_stay():
    from pyengine.ops.reduce import _kept_shape_op

    with tf.Graph().as_default() as graph:
        shape, axes = tf.placeholder(tf.int64), tf.placeholder(tf.int32)
        with tf.control_dependencies([tf.no_op(name="first")]):
            _kept_shape_op(shape, axes, name="kept")
        nodes = {n.name: n for n in graph.as_graph_def().node}
    assert nodes["kept"].op == "Add"
    assert nodes["kept/shape"].op == "Cast"
    assert "^first" in nodes["kept"].input
