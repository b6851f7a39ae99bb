"""Scope functions on the default graph; the graph's own methods are tested with it."""

import pytest

import pyengine as tf


def test_a_scope_takes_the_graph_of_its_values():
    with tf.Graph().as_default() as graph:
        x = tf.constant(1.0)
    with tf.Graph().as_default(), tf.name_scope("s", values=[x]) as scope:
        assert scope == "s/"
        assert tf.get_default_graph() is graph


def test_a_default_name_is_used_without_a_name():
    with tf.Graph().as_default():
        with tf.name_scope(None, "fallback") as scope:
            assert scope == "fallback/"
        with tf.name_scope(None) as root:
            assert root == ""
        with pytest.raises(ValueError, match="default_name"), tf.name_scope(None, values=[]):
            pass


def test_functions_work_on_the_default_graph():
    with tf.Graph().as_default() as graph:
        with tf.container("c") as name:
            assert name == "c"
        a = tf.constant(1.0)
        with tf.device("/cpu:0"):
            b = tf.constant(1.0)
        with tf.colocate_with(b):
            c = tf.constant(1.0)
        with tf.control_dependencies([a]):
            d = tf.identity(b)
        assert c.device == "/device:CPU:0"
        assert d.op.control_inputs == [a.op]
        tf.add_to_collections(["x", "y"], 1)
        assert graph.get_collection("y") == tf.get_collection("x") == [1]


def test_a_collection_goes_by_its_key():
    with tf.Graph().as_default() as graph:
        tf.add_to_collection("c", 1)
        tf.get_collection_ref(key="c").append(2)
        assert tf.get_collection(key="c") == graph.get_collection("c") == [1, 2]
