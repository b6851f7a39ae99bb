"""Stacks of defaults, and the default session."""

import threading

import pytest

import pyengine as tf
from pyengine.defaults import DefaultStack


def test_values_may_be_left_in_another_order_than_they_were_entered():
    defaults = DefaultStack()
    first, second = defaults.entered("first"), defaults.entered("second")
    first.__enter__()
    second.__enter__()
    assert defaults.stack == ["first", "second"]
    first.__exit__(None, None, None)
    assert defaults.stack == ["second"]
    second.__exit__(None, None, None)
    assert defaults.stack == []


def test_each_thread_has_a_stack_of_its_own():
    defaults, seen = DefaultStack(), []
    with defaults.entered("ours"):
        thread = threading.Thread(target=lambda: seen.extend(defaults.stack))
        thread.start()
        thread.join()
    assert seen == []


def test_a_tensor_is_evaluated_in_the_default_session_or_the_one_given():
    with tf.Graph().as_default() as graph:
        x = tf.constant(2.0)
    with pytest.raises(ValueError, match=r"Cannot execute eval\(\): no default session"):
        x.eval()
    with tf.Session(graph=graph) as session:
        assert tf.get_default_session() is session
        assert x.eval() == 2
    assert tf.get_default_session() is None
    with tf.Session(graph=graph) as session, tf.Session(graph=tf.Graph()):
        assert x.eval(session=session) == 2
        with pytest.raises(ValueError, match="session's graph is not the graph"):
            x.eval()
