"""Runs of neighbouring strings. What comes is what TensorFlow gives."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.ngrams import string_ngrams


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def texts(found):
    return [texts(x) if isinstance(x, list) else x.decode() for x in found]


@pytest.mark.parametrize(
    ("data", "args", "options", "wanted"),
    [
        (["a", "b", "c"], (2,), {}, ["a b", "b c"]),
        ([["a", "b"], ["d", "e"]], ([1, 2],), {}, [["a", "b", "a b"], ["d", "e", "d e"]]),
        (["a", "b"], (3,), {"pad_values": "X"}, ["X X a", "X a b", "a b X", "b X X"]),
        (
            ["a", "b"], ([2, 3], "|", ("L", "R"), 1), {},
            ["L|a", "a|b", "b|R", "L|a|b", "a|b|R"],
        ),
        (["a"], (2,), {}, []),
        (["a"], (2,), {"preserve_short_sequences": True}, ["a"]),
        ([["a"], ["b"]], (4, "-", "P", 1), {"preserve_short_sequences": True},
         [["P-a-P"], ["P-b-P"]]),
    ],
)  # fmt: skip
def test_runs(sess, data, args, options, wanted):
    assert texts(sess.run(tf.strings.ngrams(data, *args, **options)).tolist()) == wanted


def test_shapes(sess):
    known = tf.strings.ngrams(tf.placeholder(tf.string, [2, 5]), 2)
    assert known.shape.as_list() == [2, None]
    empty = tf.placeholder(tf.string, [0, 3])
    assert sess.run(tf.strings.ngrams(empty, 2), {empty: np.zeros((0, 3), object)}).shape == (0, 0)


@pytest.mark.parametrize(
    ("data", "args", "options", "error"),
    [
        ("a", (2,), {}, ValueError),
        (["a"], (0,), {}, ValueError),
        (["a"], ("x",), {}, TypeError),
        (["a"], (2,), {"padding_width": 1}, ValueError),
        (["a"], (2,), {"pad_values": 3}, TypeError),
        (["a"], (2,), {"pad_values": "x", "padding_width": 0}, ValueError),
    ],
)
def test_bad_arguments(sess, data, args, options, error):
    with pytest.raises(error):
        tf.strings.ngrams(data, *args, **options)


def test_rows_that_do_not_fit(sess):
    with pytest.raises(ValueError, match="Rank"):
        tf.strings.ngrams(tf.placeholder(tf.string), 2)
    found = string_ngrams(
        np.array(["a"], object), np.array([0, 2]), separator=" ", ngram_widths=[2], left_pad="",
        right_pad="", pad_width=0, preserve_short_sequences=False,
    )  # fmt: skip
    with pytest.raises(tf.errors.InvalidArgumentError, match="split values"):
        sess.run(found)
