"""Tensors handed on, checked or joined; shapes."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_identity_n(sess):
    x = tf.constant(2.0)
    a, b = tf.identity_n([x, 3])
    assert (a.dtype, b.dtype) == (tf.float32, tf.int32)
    assert sess.run([a, b]) == [2, 3]
    assert sess.run(tf.gradients(a * a, x)) == [4]
    assert sess.run(tf.identity_n([x]))[0] == 2
    with pytest.raises(TypeError, match="Expected list"):
        tf.identity_n(x)


def test_ensure_shape(sess):
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.ensure_shape(x, [3, None])
    assert y.shape == [3, 2]
    with pytest.raises(tf.errors.InvalidArgumentError, match="not compatible"):
        sess.run(y, {x: np.zeros((2, 2))})
    with pytest.raises(ValueError, match="not compatible"):
        tf.ensure_shape(x, [3, 3])


def test_parallel_stack(sess):
    y = tf.parallel_stack([[1, 2], [3, 4]])
    assert y.shape == [2, 2]
    assert sess.run(y).tolist() == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match="fully defined"):
        tf.parallel_stack([tf.placeholder(tf.float32, [None])])


def test_shapes(sess):
    sizes = tf.shape_n([tf.zeros([2, 3]), tf.zeros([4])], out_type=tf.int64)
    assert [s.tolist() for s in sess.run(sizes)] == [[2, 3], [4]]
    assert sess.run(tf.broadcast_dynamic_shape([2, 1], [3])).tolist() == [2, 3]
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(tf.broadcast_dynamic_shape([2], [3]))
    assert tf.broadcast_static_shape(tf.TensorShape([None, 1]), tf.TensorShape([3])).as_list() == [
        None,
        3,
    ]
    assert tf.dimension_value(tf.Dimension(3)) == 3
    assert tf.dimension_value(None) is None
    assert tf.dimension_at_index(tf.TensorShape(None), 1).value is None


def test_where_v2_broadcasts(sess):
    x, y = tf.constant([1.0, 2.0]), tf.constant([[10.0], [20.0]])
    z = tf.where_v2([True, False], x, y)
    assert z.shape == [2, 2]
    assert sess.run(z).tolist() == [[1, 10], [1, 20]]
    assert [g.tolist() for g in sess.run(tf.gradients(z, [x, y]))] == [[2, 0], [[1], [1]]]
    assert sess.run(tf.where_v2([False, True])).tolist() == [[1]]
    with pytest.raises(ValueError, match="both"):
        tf.where_v2(True, x)


def test_guarantee_const(sess):
    assert sess.run(tf.guarantee_const([1])).tolist() == [1]
