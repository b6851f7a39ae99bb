"""A sparse matrix for tests, and what is looked at in them."""

import numpy as np

import pyengine as tf
from tests.pyengine.evaluated import value

AT = [[0, 1], [1, 0], [1, 2], [3, 1]]
VALUES = np.array([1.0, -2.0, 3.0, 4.0])
DENSE = np.array([[0, 1, 0], [-2, 0, 3], [0, 0, 0], [0, 4, 0.0]])


def sparse(values=VALUES, at=AT, sizes=(4, 3)):
    return tf.SparseTensor(at, values, sizes)


def dense(tensor):
    """The value of a sparse tensor as a nested list of all its elements."""
    found = value(tensor)
    result = np.zeros(found.dense_shape, found.values.dtype)
    for at, element in zip(found.indices, found.values, strict=True):
        result[tuple(at)] = element
    return result.tolist()
