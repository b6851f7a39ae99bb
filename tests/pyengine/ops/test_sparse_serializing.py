"""Sparse tensors as strings, and back."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_sparse_tensors_there_and_back(sess):
    x = tf.SparseTensor([[0, 2], [1, 0], [1, 1]], [5.0, 6.0, 7.0], [3, 3])
    assert sess.run(tf.serialize_sparse(x)).shape == (3,)
    many = tf.serialize_many_sparse(x)
    assert many.shape.as_list() == [None, 3]
    back = tf.deserialize_many_sparse(many, tf.float32, rank=2)
    assert back.indices.shape.as_list() == [None, 2]
    for got, wanted in zip(sess.run(back), sess.run(x)):
        np.testing.assert_array_equal(got, wanted)


def test_sparse_tensors_that_do_not_fit(sess):
    x = tf.SparseTensor([[0, 2]], [5.0], [3, 3])
    with pytest.raises(TypeError):
        tf.serialize_sparse(tf.constant(1))
    with pytest.raises(NotImplementedError, match="out_type"):
        tf.serialize_sparse(x, out_type=tf.variant)
    with pytest.raises(ValueError):
        tf.deserialize_many_sparse(tf.constant(["a", "b"]), tf.int32)
    bad = [
        tf.deserialize_many_sparse(tf.serialize_many_sparse(x), tf.int32).values,
        tf.deserialize_many_sparse(tf.constant([["a", "b", "c"]]), tf.int32).values,
        tf.serialize_many_sparse(tf.SparseTensor([[0]], [1], [2])),
        tf.serialize_many_sparse(tf.SparseTensor([[1, 0], [0, 0]], [1, 2], [2, 2])),
        tf.serialize_many_sparse(tf.SparseTensor([[4, 0]], [1], [2, 2])),
    ]
    for tensor in bad:
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(tensor)
