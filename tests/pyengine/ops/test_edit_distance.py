"""The Levenshtein distance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyengine as tf
from pyengine.ops.edit_distance import _distance

WORDS = st.lists(st.integers(0, 3), max_size=7).map(lambda v: np.array(v, int))


def recursive(a, b):
    if not len(a) or not len(b):
        return len(a) + len(b)
    return min(
        recursive(a[1:], b) + 1, recursive(a, b[1:]) + 1, recursive(a[1:], b[1:]) + (a[0] != b[0])
    )


@settings(max_examples=60, deadline=None)
@given(WORDS.filter(lambda v: len(v) < 5), WORDS.filter(lambda v: len(v) < 5))
def test_the_fewest_changes(a, b):
    assert _distance(a, b) == recursive(a.tolist(), b.tolist())


def test_groups_and_lengths():
    with tf.Graph().as_default(), tf.Session() as sess:
        guess = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], ["a", "x", "q"], [3, 2])
        truth = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], ["a", "b", "c"], [2, 2])
        near = tf.edit_distance(guess, truth)
        assert near.shape.as_list() == [3]
        assert sess.run(near).tolist() == [0.5, 1.0, np.inf]
        assert sess.run(tf.edit_distance(guess, truth, normalize=False)).tolist() == [1, 1, 1]
        with pytest.raises(TypeError, match="SparseTensor"):
            tf.edit_distance([[1]], truth)
