"""The assert functions: at once where all is known, else in the run."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


PAIRS = {
    "assert_equal": ([1, 2], [1, 2], [1, 3]),
    "assert_none_equal": ([1, 2], [2, 1], [1, 3]),
    "assert_less": ([1, 2], [2, 3], [1, 3]),
    "assert_less_equal": ([1, 2], [1, 3], [0, 3]),
    "assert_greater": ([1, 2], [0, 1], [1, 0]),
    "assert_greater_equal": ([1, 2], [1, 1], [2, 0]),
}


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_comparisons(sess, name):
    check = getattr(tf, name)
    x, good, bad = PAIRS[name]
    sess.run(check(x, good))
    with pytest.raises(tf.errors.InvalidArgumentError, match="did not hold"):
        check(x, bad)
    y = tf.placeholder(tf.int32, [2])
    op = check(x, y, message="told you")
    sess.run(op, {y: good})
    with pytest.raises(tf.errors.InvalidArgumentError, match="told you"):
        sess.run(op, {y: bad})


SIGNS = {
    "assert_positive": (1.0, 0.0),
    "assert_negative": (-1.0, 0.0),
    "assert_non_negative": (0.0, -1.0),
    "assert_non_positive": (0.0, 1.0),
}


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_signs(sess, name):
    good, bad = SIGNS[name]
    x = tf.placeholder(tf.float32, [])
    op = getattr(tf, name)(x)
    sess.run(op, {x: good})
    with pytest.raises(tf.errors.InvalidArgumentError, match="element-wise"):
        sess.run(op, {x: bad})


def test_near(sess):
    y = tf.placeholder(tf.float32, [])
    op = tf.assert_near(tf.constant(1.0), y)
    sess.run(op, {y: 1.0 + 1e-7})
    with pytest.raises(tf.errors.InvalidArgumentError, match="tolerance"):
        sess.run(op, {y: 1.1})
    sess.run(tf.assert_near(tf.constant(1.0), y, atol=0.2), {y: 1.1})


def test_the_same_tensor_equals_itself(sess):
    x = tf.placeholder(tf.float32)
    assert tf.assert_equal(x, x).type == "NoOp"


def test_order(sess):
    assert sess.run(tf.is_non_decreasing([1, 1, 2]))
    assert not sess.run(tf.is_strictly_increasing([1, 1, 2]))
    assert not sess.run(tf.is_strictly_increasing(tf.constant([4, 5, 1], tf.uint8)))
    assert sess.run(tf.is_strictly_increasing([[1.0, 2.0], [3.0, 4.0]]))
    assert sess.run(tf.is_strictly_increasing(tf.constant([], tf.float32)))
