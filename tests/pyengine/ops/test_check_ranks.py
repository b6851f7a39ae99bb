"""Checks of ranks and dtypes: what they refuse, when, and in which words."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_ranks(sess):
    x = tf.placeholder(tf.float32)
    known = tf.zeros([2, 3])
    assert tf.assert_rank(known, 2).type == "NoOp"
    with pytest.raises(ValueError, match=r"must have rank 3\.  Received rank 2"):
        tf.assert_rank(known, 3)
    with pytest.raises(ValueError, match="at least 3"):
        tf.assert_rank_at_least(known, 3)
    with pytest.raises(ValueError, match=r"in \(1, 3\)"):
        tf.assert_rank_in(known, (1, 3))
    for op in (
        tf.assert_rank(x, 1), tf.assert_rank_at_least(x, 1), tf.assert_rank_in(x, (1, 2)),
    ):  # fmt: skip
        sess.run(op, {x: [1.0]})
        with pytest.raises(tf.errors.InvalidArgumentError, match="rank"):
            sess.run(op, {x: 1.0})
    with pytest.raises(ValueError, match="scalar"):
        tf.assert_rank(known, [2])


def test_scalars_and_dtypes(sess):
    assert sess.run(tf.assert_scalar(tf.constant(5))) == 5
    with pytest.raises(ValueError, match="scalar"):
        tf.assert_scalar([1])
    assert tf.assert_type(tf.constant(1), tf.int32).type == "NoOp"
    with pytest.raises(TypeError, match="must be of type"):
        tf.assert_type(tf.constant(1), tf.float32)
    assert tf.assert_integer(tf.constant(1)).type == "NoOp"
    with pytest.raises(TypeError, match="integer"):
        tf.assert_integer(1.0)
    assert tf.is_numeric_tensor(tf.constant(1))
    assert not tf.is_numeric_tensor(tf.constant("a"))
    assert not tf.is_numeric_tensor(np.ones(2))
    assert tf.assert_same_float_dtype() is tf.float32
    assert tf.assert_same_float_dtype([None, tf.constant(1.0, tf.float64)]) is tf.float64
    with pytest.raises(ValueError, match="same base type"):
        tf.assert_same_float_dtype([tf.constant(1.0), tf.constant(1.0, tf.float64)])
    with pytest.raises(ValueError, match="floating"):
        tf.assert_same_float_dtype([tf.constant(1)])


def test_iterables():
    tf.assert_proper_iterable([1, 2])
    for wrong in ("ab", np.ones(2), 5):
        with pytest.raises(TypeError, match="iterable"):
            tf.assert_proper_iterable(wrong)
