"""The scopes of a graph; what they do to ops is in test_scopes.py and test_graph.py."""

import threading

import pytest

import pyengine as tf
from pyengine.graph_scopes import VALID_OP_NAME, VALID_SCOPE_NAME


@pytest.mark.parametrize("name", ["a", "A/b", "0x", ".a", "a-b", "a\\b"])
def test_names_of_ops(name):
    assert VALID_OP_NAME.fullmatch(name)


def test_an_inner_scope_may_begin_where_an_op_may_not():
    assert not VALID_OP_NAME.fullmatch("_a")
    assert VALID_SCOPE_NAME.fullmatch("_a")


def test_each_thread_has_scopes_of_its_own():
    graph = tf.Graph()
    seen = []
    with graph.name_scope("outer"):
        thread = threading.Thread(target=lambda: seen.append(graph.get_name_scope()))
        thread.start()
        thread.join()
        assert graph.get_name_scope() == "outer"
    assert seen == [""]


def test_a_scope_ends_with_an_error():
    graph = tf.Graph()
    with pytest.raises(KeyError), graph.name_scope("outer"), graph.device("/cpu:0"):
        raise KeyError
    assert graph.get_name_scope() == ""


def test_control_scopes():
    with tf.Graph().as_default() as graph:
        a = tf.constant(1)
        assert not graph.in_control_scope()
        with graph.control_dependencies([a]):
            assert graph.in_control_scope()
            with graph.control_dependencies(None):
                assert not graph.in_control_scope()
