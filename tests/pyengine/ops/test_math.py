"""Arithmetic and elementwise functions: values against NumPy, dtypes, errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyengine as tf
from tests.pyengine.evaluated import value

X = np.array([[1.5, -2.0, 0.5], [3.0, 0.25, -1.0]])
Y = np.array([2.0, 3.0, -1.5])


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("add", np.add), ("subtract", np.subtract), ("multiply", np.multiply),
        ("divide", np.divide), ("truediv", np.divide), ("floordiv", np.floor_divide),
        ("mod", np.mod), ("maximum", np.maximum), ("minimum", np.minimum),
        ("squared_difference", lambda a, b: (a - b) ** 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_binary_functions(name, function, dtype):
    x, y = X.astype(dtype), Y.astype(dtype)
    got = value(getattr(tf, name)(x, y))
    assert got.dtype == dtype
    np.testing.assert_allclose(got, function(x, y), rtol=1e-2 if dtype is np.float16 else 1e-6)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("negative", np.negative), ("abs", np.abs), ("sign", np.sign), ("square", np.square),
        ("exp", np.exp), ("expm1", np.expm1), ("tanh", np.tanh), ("floor", np.floor),
        ("ceil", np.ceil), ("rint", np.rint), ("round", np.round),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x))), ("reciprocal", np.reciprocal),
    ],
)  # fmt: skip
def test_unary_functions(name, function):
    got = value(getattr(tf, name)(X.astype(np.float32)))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, function(X), rtol=1e-6)


def test_edge_values_are_those_of_ieee():
    assert value(tf.log([0.0, -1.0])).tolist()[0] == -np.inf
    assert np.isnan(value(tf.log(-1.0)))
    assert np.isnan(value(tf.sqrt(-1.0)))
    assert value(tf.divide([1.0, -1.0], [0.0, 0.0])).tolist() == [np.inf, -np.inf]
    assert value(tf.sigmoid([-1000.0, 1000.0])).tolist() == [0.0, 1.0]
    assert np.isnan(value(tf.maximum([np.nan], [1.0])))[0]
    assert value(tf.round([0.5, 1.5, 2.5, -0.5])).tolist() == [0.0, 2.0, 2.0, -0.0]


@given(st.integers(-100, 100), st.integers(-10, 10).filter(bool))
def test_integer_division_rounds_as_its_name_says(a, b):
    x, y = tf.constant(a), tf.constant(b)
    floor, remainder, truncated, rest = value(
        [tf.floordiv(x, y), tf.mod(x, y), tf.truncatediv(x, y), tf.truncatemod(x, y)]
    )
    assert (floor, remainder) == (a // b, a % b)
    assert truncated == int(a / b)
    assert rest == a - int(a / b) * b


def test_true_division_of_integers_is_of_floats():
    assert value(tf.truediv(7, 2)) == 3.5
    assert tf.truediv(tf.constant(7), 2).dtype is tf.float64
    assert tf.truediv(tf.constant(7, tf.int8), tf.constant(2, tf.int8)).dtype is tf.float32
    assert value(tf.div(7, 2)) == 3


def test_what_integers_cannot_do_is_an_error():
    for bad in (tf.floordiv(1, 0), tf.mod(1, 0), tf.truncatediv(1, 0), tf.truncatemod(1, 0)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="zero"):
            value(bad)
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative"):
        value(tf.pow(2, -1))
    for function in (tf.sqrt, tf.exp, tf.log, tf.tanh):
        with pytest.raises(TypeError, match="int32"):
            function(tf.constant(1))


def test_complex_numbers():
    z = np.array([3 + 4j, -1j], np.complex64)
    assert value(tf.abs(z)).tolist() == [5.0, 1.0]
    assert tf.abs(z.astype(np.complex128)).dtype is tf.float64
    np.testing.assert_allclose(value(tf.square(z)), z * z)
    np.testing.assert_allclose(value(tf.conj(z)), np.conj(z))
    np.testing.assert_allclose(value(tf.sign(z)), z / np.abs(z), rtol=1e-6)
    with pytest.raises(TypeError, match="numeric"):
        tf.conj("a")


@pytest.mark.parametrize(
    ("source", "target", "given", "wanted"),
    [
        (tf.float32, tf.int32, [1.9, -1.9], [1, -1]),
        (tf.int32, tf.float32, [1, 2], [1.0, 2.0]),
        (tf.bool, tf.float32, [True, False], [1.0, 0.0]),
        (tf.float32, tf.bool, [0.0, 0.5], [False, True]),
        (tf.complex64, tf.float32, [1 + 2j], [1.0]),
        (tf.int32, tf.uint8, [256, -1], [0, 255]),
    ],
)
def test_casts(source, target, given, wanted):
    got = value(tf.cast(tf.constant(given, source), target))
    assert got.dtype == target.as_numpy_dtype
    assert got.tolist() == wanted


def test_casts_by_name_and_of_nothing():
    x = tf.constant(1.5)
    assert tf.cast(x, tf.float32) is x
    assert tf.to_int64(x).dtype is tf.int64
    assert value(tf.saturate_cast([300.0, -5.0], tf.uint8)).tolist() == [255, 0]
    with pytest.raises(tf.errors.UnimplementedError, match="to_number"):
        value(tf.cast("a", tf.float32))
    with pytest.raises(tf.errors.UnimplementedError, match="as_string"):
        value(tf.cast(1.0, tf.string))


def test_special_functions():
    assert value(tf.lgamma(5.0)) == pytest.approx(np.log(24.0))
    assert value(tf.digamma(1.0)) == pytest.approx(-0.5772157)
    assert value(tf.erf(0.5)) == pytest.approx(0.5204999)
    assert value(tf.polygamma(1.0, 1.0)) == pytest.approx(np.pi**2 / 6)
    assert value(tf.zeta(2.0, 1.0)) == pytest.approx(np.pi**2 / 6)


def test_tests_of_numbers():
    x = tf.constant([1.0, np.inf, np.nan])
    assert value(tf.is_nan(x)).tolist() == [False, False, True]
    assert value(tf.is_inf(x)).tolist() == [False, True, False]
    assert value(tf.is_finite(x)).tolist() == [True, False, False]


def test_old_names():
    assert tf.mul is tf.multiply
    assert tf.sub is tf.subtract
    assert tf.neg is tf.negative
    assert tf.inv is tf.reciprocal


def test_strings_are_joined():
    assert value(tf.constant("a") + "b") == b"ab"
