"""Operators of tensors."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_arithmetic_with_values_on_either_side(sess):
    x = tf.constant([4.0, 9.0])
    wanted = {
        x + 1: [5, 10], 1 + x: [5, 10], x - 1: [3, 8], 1 - x: [-3, -8], x * 2: [8, 18],
        2 * x: [8, 18], x / 2: [2, 4.5], 36 / x: [9, 4], x // 2: [2, 4], 19 // x: [4, 2],
        x % 4: [0, 1], 10 % x: [2, 1],
        x**2: [16, 81], 2**x: [16, 512], -x: [-4, -9], abs(-x): [4, 9],
    }  # fmt: skip
    for tensor, values in wanted.items():
        assert sess.run(tensor).tolist() == values, tensor


def test_numpy_leaves_the_operation_to_the_tensor(sess):
    x = tf.constant([1.0, 2.0])
    for tensor in (np.array([3.0, 4.0]) * x, np.float64(2.0) + x, x * np.array([3.0, 4.0])):
        assert isinstance(tensor, tf.Tensor)
        assert tensor.dtype is tf.float32


def test_comparison_and_logic(sess):
    x, y = tf.constant([1, 5]), tf.constant([3, 3])
    assert sess.run(x < y).tolist() == [True, False]
    assert sess.run(x >= 5).tolist() == [False, True]
    a = x < y
    assert sess.run((a & True) | ~a).tolist() == [True, True]
    assert sess.run(a ^ a).tolist() == [False, False]


def test_equality_is_identity(sess):
    x, y = tf.constant(1), tf.constant(1)
    assert x == x
    assert x != y
    assert x in [y, x]


def test_matrix_product(sess):
    x = tf.constant([[1.0, 2.0]])
    assert sess.run(x @ [[3.0], [4.0]]).tolist() == [[11.0]]


def test_names_are_tensorflows(sess):
    x = tf.constant(1.0)
    names = [t.op.name for t in (x + x, x - x, x * x, x / x, x // x, x % x, x**x)]
    assert names == ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow"]


def test_dtypes_are_not_mixed(sess):
    with pytest.raises(TypeError, match="int32 that does not match type float32"):
        tf.constant(1.0) + tf.constant(1)


def test_logic_of_integers_is_that_of_their_bits(sess):
    x, y = np.array([12, 5]), np.array([10, 3])
    wanted = {
        tf.constant(x) & y: x & y, tf.constant(x) | y: x | y, tf.constant(x) ^ y: x ^ y,
        6 & tf.constant(x): 6 & x, ~tf.constant(x): ~x,
    }  # fmt: skip
    for tensor, values in wanted.items():
        assert sess.run(tensor).tolist() == values.tolist(), tensor.op.type


def test_a_tensor_has_no_value_yet():
    x = tf.constant([1.0])
    for ask in (bool, list):
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError):
            ask(x)
    assert issubclass(tf.errors.OperatorNotAllowedInGraphError, TypeError)
