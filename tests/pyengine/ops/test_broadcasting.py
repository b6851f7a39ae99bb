"""Gradients are summed back to the shapes of their operands, statically wherever that is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyengine as tf


def gradient_ops(x_shape, y_shape):
    """The op types that the gradient of x * y is made of."""
    with tf.Graph().as_default() as graph:
        x, y = tf.placeholder(tf.float32, x_shape), tf.placeholder(tf.float32, y_shape)
        tf.gradients(x * y, [x, y])
        return {
            op.type for op in graph.get_operations() if op.name.startswith("gradients/mul_grad")
        }


@pytest.mark.parametrize(
    ("x", "y"),
    [([2, 3], [2, 3]), ([None, 3], [3]), ([None, 10], [10]), ([2, 3], [1, 3]), ([None, 3], [])],
)
def test_what_is_known_statically_costs_nothing_at_run_time(x, y):
    assert not gradient_ops(x, y) & {"BroadcastGradientArgs", "Shape"}


@pytest.mark.parametrize(("x", "y"), [([None], [None]), (None, [3]), ([None, 3], [2, 3])])
def test_what_only_a_run_can_tell_is_left_to_it(x, y):
    assert "BroadcastGradientArgs" in gradient_ops(x, y)


sizes = st.lists(st.sampled_from([1, 2, 3]), max_size=3)


@given(sizes, sizes, st.booleans())
def test_gradients_have_the_shapes_of_their_operands(a, b, hide):
    try:
        out = np.broadcast_shapes(tuple(a), tuple(b))
    except ValueError:
        return
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float64, [None] * len(a) if hide else a)
        y = tf.placeholder(tf.float64, [None] * len(b) if hide else b)
        got = sess.run(tf.gradients(x + 2.0 * y, [x, y]), {x: np.ones(a), y: np.ones(b)})
    count = np.prod(out)
    assert [g.shape for g in got] == [tuple(a), tuple(b)]
    np.testing.assert_allclose(got[0], count / max(np.prod(a), 1))
    np.testing.assert_allclose(got[1], 2 * count / max(np.prod(b), 1))


def test_shapes_are_broadcast():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.int64, [None])
        y = tf.broadcast_dynamic_shape(x, np.array([3, 1], np.int64))
        assert sess.run(y, {x: [2, 1, 5]}).tolist() == [2, 3, 5]
        assert tf.broadcast_dynamic_shape([1], [2, 3]).shape.as_list() == [2]
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[2\] vs. \[3, 1\]|\[2, 2\]"):
            sess.run(y, {x: [2, 2]})
    static = tf.broadcast_static_shape(tf.TensorShape([3, 1]), tf.TensorShape([4]))
    assert static.as_list() == [3, 4]
    with pytest.raises(ValueError, match="Incompatible shapes for broadcasting"):
        tf.broadcast_static_shape(tf.TensorShape([3]), tf.TensorShape([4]))
