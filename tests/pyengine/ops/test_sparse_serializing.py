"""Sparse tensors as strings and variants. The bytes are those that TensorFlow gave."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def sparse():
    return tf.SparseTensor([[0, 1], [2, 0]], [1.5, 2.5], [3, 4])


def test_the_bytes(session):
    one = tf.serialize_sparse(sparse())
    many = tf.serialize_many_sparse(sparse())
    assert (one.shape.as_list(), many.shape.as_list()) == ([3], [3, 3])
    assert session.run(one)[1] == b'\x08\x01\x12\x04\x12\x02\x08\x02"\x08\x00\x00\xc0?\x00\x00 @'
    rows = session.run(many)
    assert rows[1].tolist() == [
        b"\x08\t\x12\x06\x12\x00\x12\x02\x08\x01",
        b"\x08\x01\x12\x02\x12\x00",
        b'\x08\t\x12\x04\x12\x02\x08\x01"\x08\x04\x00\x00\x00\x00\x00\x00\x00',
    ]


def test_there_and_back(session):
    again = tf.deserialize_many_sparse(tf.serialize_many_sparse(sparse()), tf.float32, rank=1)
    assert again.indices.shape.as_list() == [None, 2]
    found = session.run(again)
    assert found.indices.tolist() == [[0, 1], [2, 0]]
    assert found.values.tolist() == [1.5, 2.5]
    assert found.dense_shape.tolist() == [3, 4]
    texts = tf.SparseTensor([[0]], ["a"], [2])
    rows = tf.stack([tf.serialize_sparse(texts), tf.serialize_sparse(texts)])
    found = session.run(tf.io.deserialize_many_sparse(rows, tf.string))
    assert (found.indices.tolist(), found.values.tolist()) == ([[0, 0], [1, 0]], [b"a", b"a"])


def test_rows_in_any_order(session):
    given = tf.SparseTensorValue(np.array([[1, 0], [0, 2], [1, 1]]), [1, 2, 3], [2, 3])
    found = session.run(tf.deserialize_many_sparse(tf.serialize_many_sparse(given), tf.int32))
    assert found.indices.tolist() == [[0, 2], [1, 0], [1, 1]]
    assert found.values.tolist() == [2, 1, 3]


def test_what_is_refused(session):
    with pytest.raises(TypeError, match="must be a SparseTensor"):
        tf.serialize_sparse(tf.constant(1))
    text = tf.serialize_sparse(sparse())
    rows = tf.serialize_many_sparse(sparse())
    short = tf.SparseTensor([[0]], [1.0], [2])
    for given, message in (
        (tf.deserialize_many_sparse(rows, tf.int32), "Requested SparseTensor of type int32"),
        (tf.deserialize_many_sparse([["a", "b"]], tf.int32), "3 as the last dimension"),
        (tf.deserialize_many_sparse([["a", "b", "c"]], tf.int32), "Could not parse"),
        (tf.deserialize_many_sparse(rows[:0], tf.float32), "at least 1"),
        (tf.deserialize_many_sparse(tf.stack([text, tf.serialize_sparse(short)]), tf.float32),
         "different ranks"),
        (tf.deserialize_many_sparse(tf.stack([[text[1], text[1], text[1]]]), tf.float32),
         "make no SparseTensor"),
        (tf.serialize_many_sparse(short), "should be > 1"),
    ):  # fmt: skip
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            session.run(given)


def test_rows_that_the_shape_does_not_have_are_refused():
    with tf.Graph().as_default(), tf.Session() as sess:
        beyond = tf.serialize_many_sparse(tf.SparseTensor([[4, 0]], [1], [2, 2]))
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"4 is not in \[0, 2\)"):
            sess.run(beyond)
