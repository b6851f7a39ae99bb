"""Elementwise kernels on a GPU where values make a difference; `test_walk` has every op."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

SPECIAL = np.array([-np.inf, -2.5, -0.0, 0.0, 0.5, 7.0, np.inf, np.nan], np.float32)
WHOLE = np.array([7, -7, 0, 5], np.int32)


@pytest.mark.parametrize(
    "function",
    [
        tf.abs, tf.exp, tf.floor, tf.is_finite, tf.is_inf, tf.is_nan, tf.nn.elu, tf.nn.relu,
        tf.nn.relu6, tf.nn.selu, tf.nn.softplus, tf.nn.softsign, tf.round, tf.sigmoid, tf.sign,
        tf.square, tf.tanh,
    ],
)  # fmt: skip
def test_special_values_are_treated_alike(function):
    assert_same(function, SPECIAL)


@pytest.mark.parametrize("function", [tf.maximum, tf.minimum, tf.floordiv, tf.floormod, tf.pow])
def test_two_numbers_are_treated_alike(function):
    assert_same(function, SPECIAL, np.full_like(SPECIAL, -1.5))


@pytest.mark.parametrize(
    "function", [tf.floordiv, tf.floormod, tf.truncatediv, tf.truncatemod, tf.maximum]
)
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_integers_round_as_on_the_cpu(function, dtype):
    assert_same(lambda x, y: function(x + tf.cast(y, x.dtype), 3), WHOLE.astype(dtype), WHOLE / 2)


def test_an_integer_division_by_zero_is_the_error_of_the_cpu():
    with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
        assert_same(lambda x: tf.floordiv(1, tf.cast(x, tf.int32)), np.zeros(2, np.float32))


def test_a_negative_power_of_integers_is_the_error_of_the_cpu():
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative integer powers"):
        assert_same(lambda x: tf.pow(2, tf.cast(x, tf.int32)), np.full(2, -1.0, np.float32))


def test_casts_go_through_all_dtypes():
    for target in (tf.float16, tf.float64, tf.int8, tf.int32, tf.int64, tf.uint8, tf.bool):
        assert_same(lambda x, t=target: tf.cast(x, t), np.array([0.0, 1.75, 100.5], np.float32))
        assert_same(
            lambda x, t=target: tf.cast(tf.cast(x, t), tf.float32), np.array([0.0, 3.0], np.float32)
        )


def test_dtypes_that_pytorch_lacks_go_to_the_cpu():
    x = np.array([1.0, 2.0], np.float32)
    config = tf.ConfigProto(allow_soft_placement=True)
    with tf.Graph().as_default(), tf.Session(config=config) as sess, tf.device("/gpu:0"):
        assert sess.run(tf.cast(tf.cast(x, tf.uint16) + 1, tf.float32)).tolist() == [2, 3]


def test_numbers_are_checked():
    assert_same(lambda x: tf.check_numerics(x, "no"), np.ones(2, np.float32))
    with pytest.raises(tf.errors.InvalidArgumentError, match="no : Tensor had Inf and NaN"):
        assert_same(lambda x: tf.check_numerics(x, "no"), SPECIAL)


def test_rows_are_selected():
    x = np.arange(6.0).reshape(2, 3)
    assert_same(lambda c, x: tf.where(c > 0, x, -x), np.array([1.0, -1.0]), x)
    assert_same(lambda x: tf.where(x > 2, x, -x), x)
    assert_same(lambda x: tf.where_v2(x > 2, x, 0.0), x)
