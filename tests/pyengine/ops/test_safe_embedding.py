"""Embeddings of sparse ids that may be invalid or lacking."""

import numpy as np
import pytest

import pyengine as tf

TABLE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def ids():
    values = tf.constant([0, 2, -1, 1], tf.int64)
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0], [3, 0]], values, [4, 2])


def weights(*values):
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0], [3, 0]], list(values), [4, 2])


def test_rows_without_an_id_give_zeros(sess):
    found = tf.nn.safe_embedding_lookup_sparse(TABLE, ids())
    assert sess.run(found).tolist() == [[3, 4], [0, 0], [0, 0], [3, 4]]
    assert found.shape.as_list()[1] == 2


def test_rows_without_an_id_give_the_default(sess):
    found = tf.nn.safe_embedding_lookup_sparse(TABLE, ids(), default_id=2, combiner="sum")
    assert sess.run(found).tolist() == [[6, 8], [5, 6], [5, 6], [3, 4]]


def test_ids_without_weight_are_left_out(sess):
    found = tf.nn.safe_embedding_lookup_sparse(TABLE, ids(), weights(1.0, 0.0, 1.0, 2.0))
    assert sess.run(found).tolist() == [[1, 2], [0, 0], [0, 0], [3, 4]]


def test_ids_of_more_dimensions(sess):
    wide = tf.SparseTensor([[0, 1, 0], [1, 0, 1]], tf.constant([1, 2], tf.int64), [2, 2, 2])
    found = sess.run(tf.nn.safe_embedding_lookup_sparse([TABLE], wide))
    assert found.tolist() == [[[0, 0], [3, 4]], [[5, 6], [0, 0]]]


def test_embeddings_are_needed():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="Missing"):
        tf.nn.safe_embedding_lookup_sparse([], ids())
