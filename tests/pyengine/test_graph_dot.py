"""Graphs as DOT."""

import pyengine as tf
from pyengine.graph_dot import graph_dot


def test_ops_scopes_and_edges():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        with tf.name_scope("outer"), tf.name_scope("inner"), tf.control_dependencies([x.op]):
            tf.square(x, name="y")
    text = graph_dot(graph)
    assert '"outer/inner/y" [label="y\\nSquare"];' in text
    assert 'subgraph "cluster_outer" {' in text
    assert 'subgraph "cluster_outer/inner" {\n      label="inner";' in text
    assert '"x" -> "outer/inner/y" [label="(?, 3)"];' in text
    assert text.count("{") == text.count("}")
