"""Tensors and examples as strings. The bytes are those that TensorFlow gave."""

import gzip
import zlib

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (np.array([[1, 2]], np.float32),
         b'\x08\x01\x12\x08\x12\x02\x08\x01\x12\x02\x08\x02"\x08\x00\x00\x80?\x00\x00\x00@'),
        (np.int32(3), b'\x08\x03\x12\x00"\x04\x03\x00\x00\x00'),
        (["a", "b"], b"\x08\x07\x12\x04\x12\x02\x08\x02B\x01aB\x01b"),
        (np.zeros((0, 2), np.float32), b"\x08\x01\x12\x06\x12\x00\x12\x02\x08\x02"),
        ([True, False], b'\x08\n\x12\x04\x12\x02\x08\x02"\x02\x01\x00'),
    ],
)  # fmt: skip
def test_tensors_there_and_back(session, value, data):
    tensor = tf.constant(value)
    text = tf.io.serialize_tensor(tensor)
    assert (text.shape.as_list(), session.run(text)) == ([], data)
    again = tf.parse_tensor(text, tensor.dtype)
    assert again.shape.ndims is None
    expected, found = session.run([tensor, again])
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_any_memory_order(session):
    value = np.asfortranarray(np.arange(6).reshape(2, 3))
    x = tf.placeholder(tf.int64)
    again = tf.parse_tensor(tf.serialize_tensor(x), tf.int64)
    assert session.run(again, {x: value}).tolist() == value.tolist()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff", "Could not parse `serialized` as TensorProto"),
        (b'\x08\x03\x12\x00"\x04\x03\x00', "Could not parse"),
        (b'\x08\x03\x12\x00"\x02\x03\x00', "needs 4 bytes"),
        (b'\x08\x03\x12\x00"\x04\x03\x00\x00\x00', r"parsed tensor \(int32\) and dtype \(float32"),
        (b"", "no TensorProto: it has no dtype"),
    ],
)
def test_what_is_no_tensor(session, data, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        session.run(tf.parse_tensor(data, tf.float32))
    with pytest.raises(tf.errors.InvalidArgumentError, match="to be a scalar"):
        session.run(tf.parse_tensor([data], tf.float32))


def test_examples_in_json(session):
    text = '{"features":{"feature":{"a":{"int64List":{"value":["1","2"]}}}}}'
    found = tf.decode_json_example([text, "{}"])
    assert found.shape.as_list() == [2]
    first, second = (tf.train.Example.FromString(data) for data in session.run(found))
    assert first.features.feature["a"].int64_list.value == [1, 2]
    assert second == tf.train.Example()
    for bad in ("{x", '{"nofield": 1}', b"\xff"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Error while parsing JSON"):
            session.run(tf.decode_json_example(bad))


def test_compressed_strings(session):
    for how, compress in (("ZLIB", zlib.compress), ("GZIP", gzip.compress), ("", bytes)):
        found = tf.io.decode_compressed([[compress(b"abc")], [compress(b"")]], how)
        assert session.run(found).tolist() == [[b"abc"], [b""]]
    with pytest.raises(tf.errors.DataLossError, match=r"inflate\(\) failed"):
        session.run(tf.io.decode_compressed("abc", "ZLIB"))
    with pytest.raises(ValueError, match="must be '', 'ZLIB' or 'GZIP'"):
        tf.io.decode_compressed("abc", "X")
