"""Strings joined; the values are TensorFlow's."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.evaluated import listed


def fails(tensor, match):
    with pytest.raises(tf.errors.InvalidArgumentError, match=match):
        listed(tensor)


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


def test_nothing_joined_is_an_empty_string():
    with tf.Graph().as_default(), tf.Session() as session:
        joined = tf.string_join([], "-")
        assert joined.shape.as_list() == []
        assert session.run(joined) == b""
