"""Rows of sparse tensors, and features in them."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.sparse_case import AT, DENSE, VALUES, dense, sparse, value


def test_empty_rows_are_filled():
    x, empty = tf.sparse_fill_empty_rows(sparse(), 9.0)
    assert value(empty).tolist() == [False, False, True, False]
    wanted = DENSE.copy()
    wanted[2, 0] = 9
    assert dense(x) == wanted.tolist()
    words, _ = tf.sparse_fill_empty_rows(tf.SparseTensor([[1, 0]], ["x"], [2, 1]), "z")
    assert value(words).values.tolist() == [b"z", b"x"]


def test_gradients_of_values_and_default():
    v, d = tf.constant(VALUES), tf.constant(9.0, tf.float64)
    x, _ = tf.sparse_fill_empty_rows(sparse(v), d)
    of_v, of_d = tf.gradients(tf.reduce_sum(x.values * np.arange(5.0)), [v, d])
    assert value(of_v).tolist() == [0, 1, 2, 4]
    assert value(of_d) == 3.0


IDS = [[0, 0], [1, 0], [1, 1]]


def test_features():
    ids = tf.SparseTensor(IDS, tf.constant([3, 4, 1], tf.int64), [2, 2])
    weights = tf.SparseTensor(IDS, [1.0, 2.0, 3.0], [2, 2])
    merged = value(tf.sparse_merge(ids, weights, 5))
    assert merged.indices.tolist() == [[0, 3], [1, 1], [1, 4]]
    assert merged.values.tolist() == [1, 3, 2]
    assert merged.dense_shape.tolist() == [2, 5]
    several = value(tf.sparse_merge([ids, ids], weights, [5, 6]))
    assert several.indices.tolist() == [[0, 3, 3], [1, 1, 1], [1, 4, 4]]
    marks = value(tf.sparse_to_indicator(ids, 5))
    assert np.argwhere(marks).tolist() == [[0, 3], [1, 1], [1, 4]]
    with pytest.raises(ValueError, match="equal lengths"):
        tf.sparse_merge([ids], weights, [5, 6])


def test_new_axes():
    assert value(tf.sparse.expand_dims(sparse(), 1)).dense_shape.tolist() == [4, 1, 3]
    assert value(tf.sparse.expand_dims(sparse())).dense_shape.tolist() == [4, 3, 1]
    with pytest.raises(ValueError, match="out of range"):
        tf.sparse.expand_dims(sparse(), 4)


def test_made_of_dense_ones():
    assert dense(tf.sparse.eye(2, 3)) == np.eye(2, 3).tolist()
    x = tf.sparse.from_dense(DENSE)
    assert value(x).indices.tolist() == AT
    assert dense(x) == DENSE.tolist()
