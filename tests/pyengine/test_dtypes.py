"""DTypes: what converts to them, and what they know."""

import pickle

import numpy as np
import pytest

from pyengine import dtypes
from pyengine.dtypes import as_dtype


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("float32", dtypes.float32),
        ("float", dtypes.float32),
        ("double", dtypes.float64),
        (float, dtypes.float32),
        (int, dtypes.int32),
        (bool, dtypes.bool),
        (str, dtypes.string),
        (np.int64, dtypes.int64),
        (np.dtype(">f8"), dtypes.float64),
        (np.dtype("U3"), dtypes.string),
        (np.dtype("S"), dtypes.string),
        (object, dtypes.string),
        (1, dtypes.float32),
        (101, dtypes.float32.as_ref),
        ("int32_ref", dtypes.int32.as_ref),
        (dtypes.half, dtypes.float16),
    ],
)
def test_as_dtype(given, wanted):
    assert as_dtype(given) is wanted


@pytest.mark.parametrize("given", ["float33", None, 99, [], np.dtype("M8[s]"), object()])
def test_as_dtype_refuses_what_is_no_dtype(given):
    with pytest.raises(TypeError, match="Cannot convert value"):
        as_dtype(given)


@pytest.mark.parametrize("dtype", dtypes.ALL, ids=lambda d: d.name)
def test_every_dtype_round_trips(dtype):
    assert as_dtype(dtype.name) is dtype
    assert as_dtype(dtype.as_datatype_enum) is dtype
    assert pickle.loads(pickle.dumps(dtype)) is dtype
    assert dtype.as_ref.base_dtype is dtype
    assert dtype.as_ref.is_ref
    assert not dtype.is_ref


@pytest.mark.parametrize(
    "dtype", [d for d in dtypes.ALL if d._np is not None], ids=lambda d: d.name
)
def test_numpy_counterparts(dtype):
    assert as_dtype(np.dtype(dtype.as_numpy_dtype)) is dtype


def test_dtypes_without_a_numpy_counterpart_say_so():
    assert not dtypes.variant.is_numpy_compatible
    with pytest.raises(TypeError, match="variant has no NumPy counterpart"):
        dtypes.variant.as_numpy_dtype


def test_the_namespace_has_functions_too():
    import pyengine as tf

    assert tf.dtypes.cast is tf.cast
    assert tf.dtypes.complex is tf.complex
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tf.dtypes.nothing


def test_quantized_numbers_are_records_of_integers():
    assert dtypes.quint8.as_numpy_dtype == np.dtype([("quint8", np.uint8)])
    assert dtypes.as_dtype(dtypes.qint32.as_numpy_dtype) is dtypes.qint32
    assert (dtypes.qint8.min, dtypes.qint8.max, dtypes.qint16.size) == (-128, 127, 2)
    assert dtypes.qint8.is_quantized
    assert not dtypes.qint8.is_integer


def test_equality_understands_names_and_numpy():
    assert dtypes.float32 == "float32"
    assert dtypes.float32 == np.float32
    assert dtypes.float32 != dtypes.float32.as_ref
    assert dtypes.float32 != "no dtype"
    assert dtypes.float32 is not None
    assert len({dtypes.float32, as_dtype("float32"), dtypes.int32}) == 2


def test_kinds_and_limits():
    assert dtypes.int8.limits == (-128, 127)
    assert dtypes.uint16.is_unsigned
    assert dtypes.uint16.is_integer
    assert not dtypes.bool.is_integer
    assert (dtypes.bool.min, dtypes.bool.max) == (False, True)
    assert dtypes.float16.max == np.finfo(np.float16).max
    assert dtypes.complex64.real_dtype is dtypes.float32
    assert dtypes.float64.real_dtype is dtypes.float64
    with pytest.raises(TypeError, match="maximum"):
        dtypes.string.max


def test_compatibility_takes_a_reference_for_a_value_only():
    assert dtypes.float32.is_compatible_with(dtypes.float32.as_ref)
    assert not dtypes.float32.as_ref.is_compatible_with(dtypes.float32)


def test_printing():
    assert repr(dtypes.float32) == "tf.float32"
    assert str(dtypes.float32) == "<dtype: 'float32'>"
