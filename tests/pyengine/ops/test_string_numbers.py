"""Numbers as text and back, and base 64."""

import pytest

import pyengine as tf
from tests.pyengine.evaluated import listed


def fails(tensor, match):
    with pytest.raises(tf.errors.InvalidArgumentError, match=match):
        listed(tensor)


@pytest.mark.parametrize(
    ("x", "options", "wanted"),
    [
        (1.5, {}, b"1.500000"),
        (1.5, {"precision": 2, "width": 8}, b"    1.50"),
        (1.5, {"scientific": True}, b"1.500000e+00"),
        (1e20, {"shortest": True}, b"1e+20"),
        (23, {"width": 5, "fill": "0"}, b"00023"),
        (True, {}, b"true"),
        (1 + 2j, {"precision": 1}, b"(1.0,2.0)"),
        (float("inf"), {}, b"inf"),
    ],
)
def test_numbers_as_text(x, options, wanted):
    assert listed(tf.as_string(x, **options)) == wanted


@pytest.mark.parametrize(
    ("x", "options"),
    [
        (1, {"precision": 2}),
        (1, {"precision": 0}),
        (1, {"scientific": True}),
        (1.0, {"scientific": True, "shortest": True}),
        (1.0, {"fill": "x"}),
    ],
)
def test_formats_that_do_not_go_together(x, options):
    fails(tf.as_string(x, **options), "supported|Cannot select")


def test_text_as_numbers():
    assert listed(tf.string_to_number([" 1.5 ", "-2e3", ".5"])) == [1.5, -2000, 0.5]
    assert listed(tf.string_to_number(["9007199254740993"], tf.int64)) == [9007199254740993]
    assert listed(tf.string_to_number(["1e40"])) == [float("inf")]


@pytest.mark.parametrize(
    ("text", "dtype"),
    [("1.5", tf.int32), ("1_0", tf.float32), ("", tf.float32), ("99999999999", tf.int32)],
)
def test_text_that_is_no_number(text, dtype):
    fails(tf.string_to_number([text], dtype), "could not correctly convert")


def test_dtypes_that_are_no_numbers():
    with pytest.raises(TypeError, match="not in list of allowed"):
        tf.string_to_number(["1"], tf.bool)


def test_base_64():
    texts = [b"a", b"ab", b"abc", bytes([255, 254])]
    coded = tf.encode_base64(texts)
    assert listed(coded) == [b"YQ", b"YWI", b"YWJj", b"__4"]
    assert listed(tf.encode_base64(["a"], pad=True)) == [b"YQ=="]
    assert listed(tf.decode_base64(coded)) == texts
    assert listed(tf.decode_base64(["YWI="])) == [b"ab"]
    for bad in ("a+/=", "a"):
        fails(tf.decode_base64([bad]), "Invalid character")
