"""Embeddings."""

import types

import numpy as np
import pytest

import pyengine as tf

TABLE = np.arange(14, dtype=np.float32).reshape(7, 2)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def sparse(indices, values, shape):
    return types.SimpleNamespace(
        indices=tf.constant(indices, tf.int64), values=tf.constant(values), dense_shape=shape
    )


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_tables_in_parts(sess, dtype):
    ids = np.array([[0, 6, 3], [5, 1, 1]], dtype)
    wanted = TABLE[ids]
    np.testing.assert_array_equal(sess.run(tf.nn.embedding_lookup(TABLE, ids)), wanted)
    mod = [TABLE[i::3] for i in range(3)]
    np.testing.assert_array_equal(sess.run(tf.nn.embedding_lookup(mod, ids)), wanted)
    div = [TABLE[:3], TABLE[3:5], TABLE[5:]]
    got = sess.run(tf.nn.embedding_lookup(div, ids, partition_strategy="div"))
    np.testing.assert_array_equal(got, wanted)
    for params in (TABLE, mod):
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(tf.nn.embedding_lookup(params, np.array([7], dtype)))
    with pytest.raises(ValueError, match="strategy"):
        tf.nn.embedding_lookup(mod, ids, partition_strategy="odd")
    with pytest.raises(ValueError, match="params"):
        tf.nn.embedding_lookup([], ids)


def test_long_embeddings_are_cut(sess):
    got = sess.run(tf.nn.embedding_lookup(TABLE, [0, 2], max_norm=1.0))
    np.testing.assert_allclose(got, [[0, 1], np.array([4, 5]) / np.sqrt(41)], rtol=1e-6)


def test_combinations(sess):
    ids = sparse([[0, 0], [0, 1], [2, 0]], np.array([1, 3, 0]), [3, 2])
    weights = sparse([[0, 0], [0, 1], [2, 0]], np.array([1.0, 3.0, 2.0], np.float32), [3, 2])
    look = tf.nn.embedding_lookup_sparse
    assert sess.run(look(TABLE, ids, None)).tolist() == [[4, 5], [0, 0], [0, 1]]
    assert sess.run(look(TABLE, ids, None, combiner="sum")).tolist() == [[8, 10], [0, 0], [0, 1]]
    got = sess.run(look(TABLE, ids, None, combiner="sqrtn"))
    np.testing.assert_allclose(got, [[8 / 2**0.5, 10 / 2**0.5], [0, 0], [0, 1]], rtol=1e-6)
    assert sess.run(look(TABLE, ids, weights)).tolist() == [[5, 6], [0, 0], [0, 1]]
    got = sess.run(look(TABLE, ids, weights, combiner="sqrtn"))
    np.testing.assert_allclose(got, [[20 / 10**0.5, 24 / 10**0.5], [0, 0], [0, 1]], rtol=1e-6)
    deep = TABLE[:, :, None] * np.ones((1, 1, 2), np.float32)
    assert sess.run(look(deep, ids, weights)).shape == (3, 2, 2)
    with pytest.raises(ValueError, match="combiner"):
        look(TABLE, ids, None, combiner="max")
    with pytest.raises(TypeError, match="SparseTensor"):
        look(TABLE, [1, 2], None)
