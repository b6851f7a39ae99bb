"""Weights of losses and metrics."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.weights import (
    broadcast_weights,
    checked_weights,
    remove_squeezable_dimensions,
    weights_like,
)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_weights_that_fit(sess):
    values = tf.zeros([2, 3])
    for good in (1.0, [[1.0, 2.0, 3.0]], [[1.0], [2.0]]):
        assert checked_weights(good, values) == []
        assert sess.run(broadcast_weights(good, values)).shape == (2, 3)
    same = tf.ones([2, 3])
    assert broadcast_weights(same, values) is same
    for bad in ([1.0, 2.0, 3.0], [[1.0, 2.0]], [[[1.0]]]):
        with pytest.raises(ValueError, match="can not be broadcast"):
            checked_weights(bad, values)


def test_unknown_shapes_are_checked_at_the_run(sess):
    weights, values = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    wide = broadcast_weights(weights, values)
    assert sess.run(wide, {weights: [[2.0]], values: np.ones((2, 3))}).sum() == 12
    with pytest.raises(tf.errors.InvalidArgumentError, match="can not be broadcast"):
        sess.run(wide, {weights: [1.0, 2.0, 3.0], values: np.ones((2, 3))})


def test_axes_of_size_one(sess):
    y, p = remove_squeezable_dimensions(np.ones(3), np.ones((3, 1)))
    assert (y.shape, p.shape) == ([3], [3])
    y, p = remove_squeezable_dimensions(np.ones((3, 1)), np.ones((3, 4)), expected_rank_diff=1)
    assert (y.shape, p.shape) == ([3], [3, 4])
    fed = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    both = remove_squeezable_dimensions(*fed)
    for shapes in (((3,), (3, 1)), ((3, 1), (3,)), ((3, 1), (3, 1))):
        got = sess.run(both, {t: np.ones(s) for t, s in zip(fed, shapes)})
        assert got[0].shape == got[1].shape
    for shape in ([], [2], [2, 1], [2, 1, 1]):
        assert weights_like(tf.zeros([2, 1]), tf.ones(shape)).shape.ndims in (0, 2)


def test_ranks_that_only_a_run_knows(sess):
    x, w = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    update = tf.metrics.mean(x, w)[1]
    loss = tf.losses.mean_squared_error(x, x * 2.0, w)
    ones = np.ones((2, 3))
    sess.run(tf.local_variables_initializer())
    for fits in (2.0, np.ones((2, 1)), ones, ones[..., None]):
        assert sess.run(update, {x: ones, w: fits}) == 1
    for fits in (2.0, np.ones((2, 1)), ones):
        sess.run(loss, {x: ones, w: fits})
    for other in (np.ones((1, 2)), ones[..., None]):
        with pytest.raises(tf.errors.InvalidArgumentError, match="can not be broadcast"):
            sess.run(loss, {x: ones, w: other})
    assert "AssertBroadcastable" not in {n.op for n in sess.graph.as_graph_def().node}
