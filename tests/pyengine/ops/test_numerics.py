"""Checks of values as they pass."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_check_numerics(sess):
    x = tf.placeholder(tf.float32, [None])
    for y in (tf.check_numerics(x, "bad"), tf.verify_tensor_all_finite(x, "bad")):
        assert sess.run(y, {x: [1.0]}).tolist() == [1.0]
        with pytest.raises(tf.errors.InvalidArgumentError, match="bad : Tensor had NaN values"):
            sess.run(y, {x: [float("nan")]})
        with pytest.raises(tf.errors.InvalidArgumentError, match="had Inf and NaN values"):
            sess.run(y, {x: [float("nan"), float("inf")]})
        (g,) = tf.gradients(y * 2.0, x)
        assert sess.run(g, {x: [1.0]}).tolist() == [2.0]
    with pytest.raises(ValueError, match="both"):
        tf.verify_tensor_all_finite(x, "bad", x=x)
    assert tf.verify_tensor_all_finite(x=x, message="bad").shape.ndims == 1


def test_all_tensors_of_a_graph(sess):
    x = tf.placeholder(tf.float32, [])
    tf.log(x, name="logarithm")
    check = tf.add_check_numerics_ops()
    sess.run(check, {x: 1.0})
    with pytest.raises(tf.errors.InvalidArgumentError, match="logarithm:0"):
        sess.run(check, {x: -1.0})
    tf.while_loop(lambda i: i < 3.0, lambda i: i + 1.0, [0.0])
    with pytest.raises(ValueError, match="control flow"):
        tf.add_check_numerics_ops()


def test_ensure_shape(sess):
    x = tf.placeholder(tf.float32)
    y = tf.ensure_shape(x, [None, 2])
    assert y.shape.as_list() == [None, 2]
    assert sess.run(y, {x: [[1.0, 2.0]]}).shape == (1, 2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="not compatible"):
        sess.run(y, {x: [1.0]})
    with pytest.raises(ValueError):
        tf.ensure_shape(tf.zeros([3]), [2])
    (g,) = tf.gradients(y, x)
    assert sess.run(g, {x: [[1.0, 2.0]]}).tolist() == [[1.0, 1.0]]
