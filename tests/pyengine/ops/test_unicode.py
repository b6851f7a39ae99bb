"""Code points and encodings."""

import pytest

import pyengine as tf
from tests.pyengine.evaluated import listed


def fails(tensor, match):
    with pytest.raises(tf.errors.InvalidArgumentError, match=match):
        listed(tensor)


def test_other_encodings():
    assert listed(tf.strings.unicode_transcode(["h\u00e9"], "UTF-8", "UTF-16-BE")) == [
        b"\x00h\x00\xe9"
    ]
    assert listed(tf.strings.unicode_transcode([b"\xe9"], "ISO-8859-1", "UTF-8")) == [b"\xc3\xa9"]
    cleaned = tf.strings.unicode_transcode(
        [b"a\x01b"], "UTF-8", "UTF-8", replacement_char=32, replace_control_characters=True
    )
    assert listed(cleaned) == [b"a b"]


def test_bytes_that_are_no_text():
    bad = [b"a\xffb\xc3"]
    assert listed(tf.strings.unicode_transcode(bad, "UTF-8", "UTF-8")) == [
        "a\ufffdb\ufffd".encode()
    ]
    assert listed(tf.strings.unicode_transcode(bad, "UTF-8", "UTF-8", errors="ignore")) == [b"ab"]
    fails(
        tf.strings.unicode_transcode(bad, "UTF-8", "UTF-8", errors="strict"), "Invalid formatting"
    )
    fails(tf.strings.unicode_transcode(bad, "no-such", "UTF-8"), "Could not create converter")
    with pytest.raises(ValueError, match="errors must be one of"):
        tf.strings.unicode_transcode(bad, "UTF-8", "UTF-8", errors="x")
    with pytest.raises(ValueError, match="output_encoding must be one of"):
        tf.strings.unicode_transcode(bad, "UTF-8", "latin1")


def test_code_points_there_and_back():
    text = "h\u00e9\u20ac"
    codes, at = tf.strings.unicode_decode_with_offsets(text, "UTF-8")
    assert listed(codes) == [104, 233, 8364]
    assert listed(at) == [0, 1, 3]
    assert listed(tf.strings.unicode_encode(codes, "UTF-8")) == text.encode()
    assert listed(tf.strings.unicode_encode([[97, 98], [99, 100]], "UTF-8")) == [b"ab", b"cd"]
    assert listed(tf.strings.unicode_split(text, "UTF-8")) == [c.encode() for c in text]
    _, at = tf.strings.unicode_split_with_offsets(text, "UTF-8")
    assert listed(at) == [0, 1, 3]
    assert listed(tf.strings.unicode_encode([55296], "UTF-8")) == "\ufffd".encode()
    fails(tf.strings.unicode_encode([55296], "UTF-8", errors="strict"), "out of range")


def test_more_than_one_string_would_be_ragged():
    with pytest.raises(NotImplementedError, match="ragged"):
        tf.strings.unicode_decode(["a", "b"], "UTF-8")
