"""Sets along the last dimension, against Python's."""

import numpy as np
import pytest

import pyengine as tf

A = np.array([[[1, 2, 2], [3, 4, 5]], [[7, 7, 7], [1, 2, 3]]])
B = np.array([[[2, 9], [5, 3]], [[8, 8], [1, 1]]])
PYTHON = {
    "intersection": set.__and__, "union": set.__or__, "difference": set.__sub__,
}  # fmt: skip


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def sparse(x):
    """A sparse tensor with all elements of a dense one."""
    return tf.SparseTensor(list(np.ndindex(*x.shape)), tf.constant(x.ravel()), x.shape)


def as_sets(value, shape):
    found = {at: [] for at in np.ndindex(*shape)}
    for at, v in zip(value.indices, value.values):
        found[tuple(at[:-1])].append(v)
    return found


@pytest.mark.parametrize("name", PYTHON)
@pytest.mark.parametrize("forms", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_operations(sess, name, forms):
    a, b = (sparse(x) if form else tf.constant(x) for x, form in zip((A, B), forms))
    value = sess.run(getattr(tf.sets, name)(a, b))
    found = as_sets(value, (2, 2))
    for at, got in found.items():
        assert got == sorted(PYTHON[name](set(A[at].tolist()), set(B[at].tolist())))
    assert value.dense_shape.tolist() == [2, 2, max(map(len, found.values()))]


def test_the_other_difference_and_strings(sess):
    value = sess.run(tf.sets.set_difference([["a", "b"]], [["b", "c"]], aminusb=False))
    assert value.values.tolist() == [b"c"]
    flipped = sess.run(tf.sets.difference(sparse(A), B, aminusb=False))
    assert as_sets(flipped, (2, 2))[0, 0] == [9]


def test_nothing(sess):
    value = sess.run(tf.sets.intersection([[1]], [[2]]))
    assert value.indices.shape == (0, 2)
    assert value.dense_shape.tolist() == [1, 0]


def test_size(sess):
    x = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], [5, 5, 6], [3, 2])
    size = tf.sets.size(x)
    assert size.shape == [3]
    assert sess.run(size).tolist() == [1, 0, 1]
    with pytest.raises(TypeError, match="SparseTensor"):
        tf.sets.set_size([[1]])


def test_what_does_not_fit(sess):
    with pytest.raises(TypeError, match="match"):
        tf.sets.union(A, B.astype(np.int32))
    with pytest.raises(ValueError, match="incompatible"):
        tf.sets.union([[1], [2]], [[1]])
    with pytest.raises(ValueError, match="rank"):
        tf.sets.union([1], [1])
    values = tf.constant([1, 2], tf.int64)
    unsorted = tf.SparseTensor([[1, 0], [0, 0]], values, [2, 1])
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of order"):
        sess.run(tf.sets.size(unsorted))
    with pytest.raises(tf.errors.InvalidArgumentError, match="group shapes"):
        sess.run(tf.sets.union(unsorted, sparse(np.array([[1]])), validate_indices=False))
