"""Comparison and logic."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    "name", ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
)
@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint8])
def test_comparisons_broadcast(sess, name, dtype):
    x, y = np.array([[1, 2, 3]], dtype), np.array([[2], [3]], dtype)
    got = sess.run(getattr(tf, name)(x, y))
    assert got.dtype == np.bool_
    np.testing.assert_array_equal(got, getattr(np, name)(x, y))


def test_strings_and_nan(sess):
    assert sess.run(tf.equal(["a", "b"], "b")).tolist() == [False, True]
    assert sess.run(tf.equal([np.nan], [np.nan])).tolist() == [False]
    with pytest.raises(TypeError, match="string"):
        tf.less("a", "b")


def test_logic(sess):
    x, y = [True, True, False, False], [True, False, True, False]
    assert sess.run(tf.logical_and(x, y)).tolist() == [True, False, False, False]
    assert sess.run(tf.logical_or(x, y)).tolist() == [True, True, True, False]
    assert sess.run(tf.logical_xor(x, y)).tolist() == [False, True, True, False]
    assert sess.run(tf.logical_not(x)).tolist() == [False, False, True, True]
    with pytest.raises(TypeError, match="bool"):
        tf.logical_and(1.0, True)
