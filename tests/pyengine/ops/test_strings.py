"""Strings joined, split, cut and measured."""

import pytest

import pyengine as tf
from tests.pyengine.evaluated import listed


def fails(tensor, match):
    with pytest.raises(tf.errors.InvalidArgumentError, match=match):
        listed(tensor)


def rows(sparse):
    """The parts of each string."""
    with tf.Session() as sess:
        found = sess.run(sparse)
    result = [[] for _ in range(found.dense_shape[0])]
    for (i, _), text in zip(found.indices, found.values):
        result[i].append(text)
    return result


def test_split_at_characters():
    assert rows(tf.string_split(["a b  c", "", "d"])) == [[b"a", b"b", b"c"], [], [b"d"]]
    assert rows(tf.string_split(["a,b;c"], ",;")) == [[b"a", b"b", b"c"]]
    assert rows(tf.string_split(["ab"], "")) == [[b"a", b"b"]]
    assert rows(tf.string_split(["a,,b", ""], delimiter=",", skip_empty=False)) == [
        [b"a", b"", b"b"], [],
    ]  # fmt: skip
    with pytest.raises(ValueError, match="rank 1"):
        tf.string_split("abc")
    with pytest.raises(NotImplementedError, match="ragged"):
        tf.string_split(["a"], result_type="RaggedTensor")


def test_split_as_python_does():
    assert rows(tf.strings.split([" a  b ", "c"])) == [[b"a", b"b"], [b"c"]]
    assert rows(tf.strings.split(["a,,b"], ",")) == [[b"a", b"", b"b"]]
    assert rows(tf.strings.split(["a<>b<>c"], "<>", maxsplit=1)) == [[b"a", b"b<>c"]]


def test_lengths():
    assert listed(tf.strings.length(["abc", "h\u00e9"])) == [3, 3]
    assert listed(tf.strings.length(["h\u00e9"], unit="UTF8_CHAR")) == [2]
    with pytest.raises(ValueError, match="unit"):
        tf.strings.length(["a"], unit="X")


def test_parts():
    assert listed(tf.substr(["hello", "world"], [1, -3], [3, 2])) == [b"ell", b"rl"]
    assert listed(tf.substr("hello", [0, 5], [9, 1])) == [b"hello", b""]
    assert listed(tf.substr(["h\u00e9llo"], -4, 2, unit="UTF8_CHAR")) == ["\u00e9l".encode()]
    for position in (4, -4):
        fails(tf.substr(["abc"], position, 1), "out of range")
        fails(tf.substr(["abc"], position, 1, unit="UTF8_CHAR"), "out of range")


def test_white_space_and_case():
    assert listed(tf.string_strip([" a \n", "\tb"])) == [b"a", b"b"]
    accented = ["Ab\u00c9"]
    assert listed(tf.strings.lower(accented)) == ["ab\u00c9".encode()]
    assert listed(tf.strings.lower(accented, encoding="utf-8")) == ["ab\u00e9".encode()]
    assert listed(tf.strings.upper(["a\u00e9"], encoding="utf-8")) == ["A\u00c9".encode()]
    with pytest.raises(ValueError, match="utf-8"):
        tf.strings.lower(accented, encoding="latin1")
