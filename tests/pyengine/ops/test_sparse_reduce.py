"""Reductions of sparse tensors, and the softmax of their rows."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.sparse_case import DENSE, VALUES, dense, sparse, value


@pytest.mark.parametrize("axis", [None, 0, 1, -1, [0, 1]])
@pytest.mark.parametrize("keepdims", [False, True])
def test_sums(axis, keepdims):
    wanted = DENSE.sum(axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    got = tf.sparse_reduce_sum(sparse(), axis, keepdims=keepdims)
    assert got.shape.as_list() == list(np.shape(wanted))
    np.testing.assert_allclose(value(got), wanted)
    as_sparse = tf.sparse_reduce_sum_sparse(sparse(), axis, keepdims=keepdims)
    np.testing.assert_allclose(dense(as_sparse), wanted)


def test_largest_elements_are_those_that_are_there():
    assert value(tf.sparse_reduce_max(sparse(-VALUES), 1)).tolist() == [-1, 2, 0, -4]
    assert value(tf.sparse_reduce_max(sparse(), reduction_axes=0)).tolist() == [-2, 4, 3]
    assert dense(tf.sparse_reduce_max_sparse(sparse(), 0)) == [-2, 4, 3]


def test_an_axis_that_does_not_exist():
    with pytest.raises(ValueError, match="Invalid reduction dimension 2"):
        tf.sparse_reduce_sum(sparse(), 2)


def test_nothing_sums_to_zero():
    none = tf.SparseTensor(np.empty((0, 2), np.int64), np.empty(0), [2, 3])
    assert value(tf.sparse_reduce_sum(none, 0)).tolist() == [0, 0, 0]
    assert len(value(tf.sparse_softmax(none)).values) == 0


def test_softmax_of_each_row():
    got = value(tf.sparse_softmax(sparse())).values
    pair = np.exp([-2.0, 3.0])
    np.testing.assert_allclose(got, [1, *(pair / pair.sum()), 1])
