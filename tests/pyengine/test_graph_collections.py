"""The collections of a graph."""

import pytest

import pyengine as tf


@pytest.fixture
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_collections_keep_order_and_are_copied(graph):
    graph.add_to_collections(["a", "b", "a"], 1)
    tf.add_to_collection("a", 2)
    assert tf.get_collection("a") == [1, 2]
    tf.get_collection("a").append(3)
    assert tf.get_collection("a") == [1, 2]
    tf.get_collection_ref("b").append(4)
    assert tf.get_collection("b") == [1, 4]
    assert graph.get_all_collection_keys() == ["a", "b"]
    graph.clear_collection("a")
    assert tf.get_collection("a") == []


def test_collections_are_filtered_by_scope(graph):
    with tf.name_scope("s"):
        x = tf.constant(1.0, name="x")
    graph.add_to_collection("c", x)
    graph.add_to_collection("c", "nameless")
    assert tf.get_collection("c", "s") == [x]
    assert tf.get_collection("c", "t") == []
