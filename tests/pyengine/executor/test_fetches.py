"""The structure of fetches; whole runs are tested with the session."""

import collections

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.fetches import Fetches, fetch_key


def test_equal_structures_have_equal_keys():
    a, b = tf.constant(1), tf.constant(2)
    assert fetch_key([a, (b, {"k": a})]) == fetch_key([a, (b, {"k": a})])
    different = [a, [a], (a,), [a, b], {"k": a}, {"l": a}, [[a]], "a"]
    assert len({fetch_key(f) for f in different}) == len(different)


def test_each_element_is_computed_once():
    with tf.Graph().as_default() as graph:
        a, b = tf.constant(1), tf.constant(2)
        fetches = Fetches(graph, [a, {"x": b, "y": a}, a.op, a.op])
    assert fetches.elements == [a, b, a.op]
    assert fetches.rebuild([10, 20]) == [10, {"x": 20, "y": 10}, None, None]


def test_mappings_and_named_tuples_keep_their_type():
    Point = collections.namedtuple("Point", "x y")
    with tf.Graph().as_default() as graph:
        a = tf.constant(1)
        fetches = Fetches(graph, collections.OrderedDict(p=Point(a, a)))
    got = fetches.rebuild([5])
    assert isinstance(got, collections.OrderedDict)
    assert got["p"] == Point(5, 5)


def test_an_op_may_be_kept_from_being_fetched():
    with tf.Graph().as_default() as graph:
        a = tf.constant(1)
        graph.prevent_fetching(a.op)
        with pytest.raises(ValueError, match="not fetchable"):
            Fetches(graph, a)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1 << 17,)])
def test_what_is_fetched_belongs_to_the_caller(shape):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.identity(tf.constant(np.ones(shape)))
        v = tf.Variable(np.ones(shape))
        sess.run(v.initializer)
        for _ in range(2):
            for found in sess.run([x, v]):
                assert np.all(found == 1)
                if shape:
                    found[...] = 5  # nobody else sees it
