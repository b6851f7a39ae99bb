"""Tensors as strings, and back."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, b'\x08\x03\x12\x00"\x04\x01\x00\x00\x00'),
        (2.5, b'\x08\x01\x12\x00"\x04\x00\x00 @'),
        ("abc", b"\x08\x07\x12\x00B\x03abc"),
        (["a", "b"], b"\x08\x07\x12\x04\x12\x02\x08\x02B\x01aB\x01b"),
        (True, b'\x08\n\x12\x00"\x01\x01'),
        (np.zeros((0, 2)), b"\x08\x02\x12\x06\x12\x00\x12\x02\x08\x02"),
        (np.float16(2), b'\x08\x13\x12\x00"\x02\x00@'),
    ],
)
def test_the_bytes_are_tensorflows(sess, value, text):
    x = tf.constant(value)
    found = tf.serialize_tensor(x)
    assert found.shape.as_list() == []
    assert bytes(sess.run(found)) == text
    back = tf.parse_tensor(found, x.dtype)
    assert back.shape.ndims is None
    np.testing.assert_array_equal(sess.run(back), sess.run(x))


def test_memory_order_does_not_matter(sess):
    value = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    x = tf.placeholder(tf.float64)
    back = tf.parse_tensor(tf.serialize_tensor(x), tf.float64)
    np.testing.assert_array_equal(sess.run(back, {x: value}), value)


def test_what_cannot_be_parsed(sess):
    for text in ("junk", tf.serialize_tensor(1), ["junk"]):
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(tf.parse_tensor(text, tf.float32))


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
