"""Parts of sparse tensors, and sparse tensors joined."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.sparse_case import DENSE, VALUES, dense, sparse, value


def test_blocks():
    assert dense(tf.sparse_slice(sparse(), [1, 0], [3, 2])) == DENSE[1:4, :2].tolist()
    beyond = value(tf.sparse_slice(sparse(), [7, 1], [5, 5]))
    assert beyond.dense_shape.tolist() == [0, 2]
    assert len(beyond.values) == 0


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_joined(axis):
    x = tf.sparse_concat(axis, [sparse(), sparse(2 * VALUES)])
    wanted = np.concatenate([DENSE, 2 * DENSE], axis)
    assert x.shape.as_list() == list(wanted.shape)
    assert dense(x) == wanted.tolist()
    assert dense(tf.sparse_reorder(x)) == wanted.tolist()
    got = value(x).indices.tolist()
    assert got == sorted(got)


def test_joined_with_other_sizes():
    tall = sparse(sizes=(5, 3))
    with pytest.raises(tf.errors.InvalidArgumentError, match="must match"):
        value(tf.sparse_concat(1, [sparse(), tall]))
    x = tf.sparse_concat(1, [sparse(), tall], expand_nonconcat_dim=True)
    assert x.shape.as_list() == [5, 6]
    assert dense(x)[:4] == np.hstack([DENSE, DENSE]).tolist()
    assert tf.sparse_concat(concat_dim=0, sp_inputs=[tall]) is tall


@pytest.mark.parametrize("axis", [0, 1])
def test_cut(axis):
    parts = tf.sparse_split(sp_input=sparse(), num_split=2, axis=axis)
    for part, wanted in zip(parts, np.array_split(DENSE, 2, axis)):
        assert dense(part) == wanted.tolist()
    with pytest.raises(tf.errors.InvalidArgumentError, match="num_split"):
        value(tf.sparse_split(sp_input=sparse(), num_split=5, axis=1))
    with pytest.raises(ValueError, match="Keyword arguments"):
        tf.sparse_split(0, sparse(), 2, axis)


def test_elements_that_are_kept():
    x = tf.sparse_retain(sparse(), [True, False, True, False])
    assert value(x).values.tolist() == [1.0, 3.0]
    with pytest.raises(ValueError, match="incompatible"):
        tf.sparse_retain(sparse(), [True])


def test_rows_that_are_left_out():
    rows = tf.IndexedSlices(tf.constant([1, 2, 3, 4]), tf.constant([5, 6, 7, 8]))
    got = tf.sparse_mask(rows, [6, 8])
    assert [value(got.values).tolist(), value(got.indices).tolist()] == [[1, 3], [5, 7]]
