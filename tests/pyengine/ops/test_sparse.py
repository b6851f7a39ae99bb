"""Sparse tensors as dense ones, in order, and in other shapes."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.sparse_case import AT, DENSE, VALUES, dense, sparse, value


def test_dense_ones():
    assert value(tf.sparse_tensor_to_dense(sparse())).tolist() == DENSE.tolist()
    filled = value(tf.sparse_tensor_to_dense(sparse(), default_value=7.0))
    assert filled.tolist() == np.where(DENSE == 0, 7, DENSE).tolist()
    words = tf.SparseTensor([[1]], ["a"], [3])
    assert value(tf.sparse_tensor_to_dense(words)).tolist() == [b"", b"a", b""]
    flags = tf.SparseTensor([[1]], [True], [2])
    assert value(tf.sparse_tensor_to_dense(flags)).tolist() == [False, True]
    with pytest.raises(TypeError, match="must be a SparseTensor"):
        tf.sparse_tensor_to_dense(DENSE)


def test_positions_of_any_rank():
    assert value(tf.sparse_to_dense(2, [4], 1)).tolist() == [0, 0, 1, 0]
    assert value(tf.sparse_to_dense([1, 3], [4], [5, 6])).tolist() == [0, 5, 0, 6]
    assert value(tf.sparse_to_dense([[1, 0]], [2, 2], [5], 9)).tolist() == [[9, 9], [5, 9]]


@pytest.mark.parametrize(
    ("at", "message"), [([3, 1], "out of order"), ([1, 1], "repeated"), ([1, 5], "out of bounds")]
)
def test_positions_are_checked(at, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        value(tf.sparse_to_dense(at, [5], 1))


def test_order_may_be_left_unchecked():
    got = value(tf.sparse_to_dense([3, 1], [4], 1, validate_indices=False))
    assert got.tolist() == [0, 1, 0, 1]


def test_a_gradient_for_one_value_everywhere():
    x = tf.constant(2.0)
    (back,) = tf.gradients(tf.sparse_to_dense([1, 3], [5], x, 0.0), x)
    assert value(back) == 2.0


def test_sorting():
    x = sparse(VALUES[::-1], AT[::-1])
    got = value(tf.sparse_reorder(x))
    assert got.indices.tolist() == AT
    assert got.values.tolist() == VALUES.tolist()


def test_shapes_too_large_to_number_positions():
    huge = [2**40, 2**40]
    x = tf.SparseTensor([[5, 1], [0, 2**39]], [1, 2], huge)
    assert value(tf.sparse_reorder(x)).values.tolist() == [2, 1]


def test_other_shapes():
    x = tf.sparse_reshape(sparse(), [2, -1])
    assert x.shape.as_list() == [2, 6]
    assert dense(x) == DENSE.reshape(2, 6).tolist()
    assert dense(tf.sparse_transpose(sparse())) == DENSE.T.tolist()
    assert tf.sparse_transpose(sparse()).shape.as_list() == [3, 4]
    deep = tf.SparseTensor([[0, 1, 2]], [1], [2, 3, 4])
    assert tf.sparse_transpose(deep, [2, 0, 1]).shape.as_list() == [4, 2, 3]
    with pytest.raises(ValueError, match="12 elements"):
        tf.sparse_reshape(sparse(), [5, 2])


def test_shapes_around_the_same_elements():
    wide = sparse(sizes=(9, 9))
    assert value(tf.sparse_reset_shape(wide)).dense_shape.tolist() == [4, 3]
    assert value(tf.sparse_reset_shape(sparse(), [6, 6])).dense_shape.tolist() == [6, 6]
    with pytest.raises(ValueError, match="smaller"):
        tf.sparse_reset_shape(sparse(), [6, 2])
    fed = tf.placeholder(tf.int64, [2])
    with pytest.raises(tf.errors.InvalidArgumentError, match="smaller"):
        value(tf.sparse_reset_shape(sparse(), fed), {fed: [6, 2]})
