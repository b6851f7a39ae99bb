"""Tensors as text."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.evaluated import listed


def fails(tensor, match):
    with pytest.raises(tf.errors.InvalidArgumentError, match=match):
        listed(tensor)


@pytest.mark.parametrize(
    ("x", "wanted"),
    [
        ([1, 2], "[1 2]"),
        (list(range(10)), "[0 1 2 ... 7 8 9]"),
        ([[1, 2], [3, 4]], "[[1 2]\n [3 4]]"),
        (np.arange(8).reshape(2, 2, 2), "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"),
        (["a", "b"], '["a" "b"]'),
        ([True, False], "[1 0]"),
        ([0.1, 1 / 3, 1e20], "[0.1 0.333333343 1e+20]"),
        (np.array([0.1, 1 / 3]), "[0.1 0.33333333333333331]"),
        (3.0, "3"),
        ([], "[]"),
    ],
)
def test_tensors(x, wanted):
    assert listed(tf.strings.format("{}", tf.constant(x))) == wanted.encode()


def test_templates():
    both = (tf.constant(1), tf.constant("x"))
    assert listed(tf.strings.format("a {} b {}", both)) == b'a 1 b "x"'
    assert listed(tf.strings.format("%t", tf.constant(1), placeholder="%t")) == b"1"
    assert listed(tf.strings.format("{}", tf.constant([1, 2, 3]), summarize=1)) == b"[1 ... 3]"
    with pytest.raises(ValueError, match="2 placeholder"):
        tf.strings.format("{}{}", tf.constant(1))
