"""Strings joined, split, cut and measured."""

import numpy as np
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


def test_joined_elementwise():
    assert listed(tf.string_join([["a", "b"], "-", ["c", "d"]], "_")) == [b"a_-_c", b"b_-_d"]
    with pytest.raises(ValueError, match="not compatible"):
        tf.string_join([["a", "b"], ["c"]])
    fed = tf.placeholder(tf.string)
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match="do not match"):
        sess.run(tf.string_join([["a", "b"], fed]), {fed: ["c"]})


@pytest.mark.parametrize(
    ("axis", "wanted"),
    [
        (None, b"abcd"), ([0, 1], b"acbd"), ([1, 0], b"abcd"), (0, [b"ac", b"bd"]),
        (-1, [b"ab", b"cd"]), ([], [[b"a", b"b"], [b"c", b"d"]]),
    ],
)  # fmt: skip
def test_joined_along_axes(axis, wanted):
    result = tf.reduce_join([["a", "b"], ["c", "d"]], axis)
    assert result.shape.as_list() == list(np.shape(wanted))
    assert listed(result) == wanted


def test_joined_along_axes_that_are_kept_or_unknown():
    assert listed(tf.reduce_join([["a", "b"]], reduction_indices=1, keep_dims=True)) == [[b"ab"]]
    assert listed(tf.reduce_join(np.empty((2, 0), object).astype(bytes).astype(object), 1)) == [
        b"", b"",
    ]  # fmt: skip
    fed = tf.placeholder(tf.string)
    with tf.Session() as sess:
        assert sess.run(tf.reduce_join(fed, separator="."), {fed: [["a"], ["b"]]}) == b"a.b"
    with pytest.raises(ValueError, match="Invalid reduction dimension"):
        tf.reduce_join(["a"], 2)


def test_joined_by_segment():
    joined = tf.strings.unsorted_segment_join([["a", "b"], ["c", "d"], ["e", "f"]], [1, 0, 1], 3)
    assert listed(joined) == [[b"c", b"d"], [b"ae", b"bf"], [b"", b""]]
    fails(tf.strings.unsorted_segment_join(["a"], [-1], 1), "segment_ids")


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
