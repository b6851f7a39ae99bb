"""Values into tensors and arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import pyengine as tf
from pyengine.convert import to_array


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (1, tf.int32, []),
        (1.5, tf.float32, []),
        (True, tf.bool, []),
        (1j, tf.complex128, []),
        ("text", tf.string, []),
        (b"bytes", tf.string, []),
        (2**40, tf.int64, []),
        ([1, 2], tf.int32, [2]),
        ([1, 2.5], tf.float32, [2]),
        ([], tf.float32, [0]),
        ([["a"], ["b"]], tf.string, [2, 1]),
        (np.float64(1), tf.float64, []),
        (np.zeros((2, 3), np.int8), tf.int8, [2, 3]),
        (np.array(["a"]), tf.string, [1]),
        (np.zeros(2, ">f4"), tf.float32, [2]),
        (tf.TensorShape([2, 3]), tf.int32, [2]),
        (tf.Dimension(4), tf.int32, []),
    ],
)
def test_what_values_become(value, dtype, shape):
    tensor = tf.convert_to_tensor(value)
    assert tensor.dtype is dtype
    assert tensor.shape == shape


@pytest.mark.parametrize(
    ("value", "dtype", "error"),
    [
        (1.5, tf.int32, TypeError),
        (2.0, tf.int32, TypeError),
        ("a", tf.float32, TypeError),
        (1, tf.string, TypeError),
        (1, tf.bool, TypeError),
        (1j, tf.float32, TypeError),
        (300, tf.uint8, TypeError),
        (-1, tf.uint8, TypeError),
        (np.array([1.0, 2.5]), tf.int32, TypeError),
        (np.array([np.nan]), tf.int32, TypeError),
        ([[1], [2, 3]], None, ValueError),
        (None, None, ValueError),
        (object(), None, TypeError),
        (2**70, None, TypeError),
        (tf.TensorShape([None]), None, ValueError),
    ],
)
def test_what_would_be_lost_is_refused(value, dtype, error):
    with pytest.raises(error):
        tf.convert_to_tensor(value, dtype)


def test_a_lost_value_is_named_with_its_position():
    with pytest.raises(TypeError, match=r"2\.5 at position \[1\]"):
        tf.constant(np.array([1.0, 2.5]), tf.int32)


def test_arrays_of_whole_numbers_are_integers():
    assert to_array(np.array([1.0, 2.0]), tf.int32).tolist() == [1, 2]


def test_tensors_pass_and_must_have_the_dtype():
    x = tf.constant(1.0)
    assert tf.convert_to_tensor(x) is x
    with pytest.raises(ValueError, match="requested dtype int32 for Tensor with dtype float32"):
        tf.convert_to_tensor(x, tf.int32)


def test_a_preferred_dtype_is_only_preferred():
    assert tf.convert_to_tensor(1, preferred_dtype=tf.float64).dtype is tf.float64
    assert tf.convert_to_tensor(1.5, preferred_dtype=tf.int32).dtype is tf.float32


def test_lists_with_tensors_in_them_are_stacked():
    x = tf.constant(1.0, tf.float64)
    packed = tf.convert_to_tensor([[x, 2.0], [3, x]])
    assert packed.dtype is tf.float64
    with tf.Session() as sess:
        assert sess.run(packed).tolist() == [[1.0, 2.0], [3.0, 1.0]]


class TestConstant:
    def test_continues_the_last_value_to_fill_a_shape(self):
        with tf.Session() as sess:
            assert sess.run(tf.constant([1, 2], shape=[2, 2])).tolist() == [[1, 2], [2, 2]]
            assert sess.run(tf.constant(0.1, shape=[3])).tolist() == [np.float32(0.1)] * 3

    @pytest.mark.parametrize(
        ("value", "given", "error"),
        [
            ([1, 2, 3], {"shape": [2]}, ValueError),
            ([1, 2], {"shape": [None]}, ValueError),
            ([], {"shape": [2]}, ValueError),
            ([1, 2], {"shape": [2, 1], "verify_shape": True}, TypeError),
        ],
    )
    def test_refuses_shapes_that_do_not_fit(self, value, given, error):
        with pytest.raises(error):
            tf.constant(value, **given)

    def test_never_changes(self):
        array = np.array([1.0, 2.0], np.float32)
        c = tf.constant(array)
        array[0] = 9.0
        with tf.Session() as sess:
            assert sess.run(c).tolist() == [1.0, 2.0]

    @given(hnp.arrays(st.sampled_from([np.float64, np.int64, np.bool_, np.complex64]), (2, 3)))
    def test_keeps_values_and_memory_order(self, array):
        for given_order in (array, np.asfortranarray(array)):
            kept = tf.get_static_value(tf.constant(given_order))
            assert kept.dtype == array.dtype
            assert kept.flags.f_contiguous == given_order.flags.f_contiguous
            np.testing.assert_array_equal(kept, array)


def test_other_types_can_be_registered():
    class Celsius:
        def __init__(self, degrees):
            self.degrees = degrees

    tf.register_tensor_conversion_function(
        Celsius, lambda value, dtype, name: tf.constant(value.degrees, dtype)
    )
    assert tf.get_static_value(tf.convert_to_tensor(Celsius(3.5))) == 3.5


@pytest.mark.parametrize("value", [[1.0, "a"], [1, "a"], [True, "a"], [[1], ["a"]], [1, b"a"]])
def test_numbers_and_strings_are_no_tensor(value):
    with pytest.raises(TypeError, match="numbers and strings"):
        tf.constant(value)


@pytest.mark.filterwarnings("error")
def test_what_a_float32_cannot_hold_goes_without_a_warning():
    missing = np.frombuffer(b"\xa2\x07\x00\x00\x00\x00\xf0\x7f")[0]  # R's NA: a signalling NaN
    assert np.isnan(tf.constant([1.0, float(missing)]).op.attrs["value"]).tolist() == [False, True]
    assert tf.constant([1e300]).op.attrs["value"].tolist() == [np.inf]


@pytest.mark.parametrize("dtype", [tf.float32, tf.int64, tf.uint8, tf.complex64])
@pytest.mark.parametrize("given", [[True, False], np.array([True, False])])
def test_booleans_are_numbers_where_numbers_are_wanted(given, dtype):
    array = to_array(given, dtype)
    assert array.dtype == dtype.as_numpy_dtype
    assert array.tolist() == [1, 0]
    assert to_array(given).dtype == bool


@pytest.mark.parametrize("value", ["x", ["x", "y"], [1, "x"]])
def test_text_for_a_number_is_told_as_such(value):
    with pytest.raises(TypeError, match=r"Expected int32, got '.*' of type string"):
        tf.constant(1) + value


@pytest.mark.parametrize(
    "dtype", [None, "int32", "int64", "float32", "float64", "float16", "uint8"]
)
@pytest.mark.parametrize(
    "value", [0, -7, 2**31 - 1, 2**31, 2**24 + 1, -(2**31), 0.1, -0.0, 1e38, 3e38, 1e300, True]
)
def test_plain_numbers_are_as_in_a_list(value, dtype):
    """They take a way of their own."""

    def made(v):
        try:
            return tf.get_static_value(tf.constant(v, dtype))
        except TypeError as error:
            return str(error).partition(" at position")[0].partition(",")[0]

    alone, inside = made(value), made([value])
    if isinstance(inside, str):
        assert alone == inside
    else:
        assert alone.dtype == inside.dtype
        assert alone.tobytes() == inside[0].tobytes()


def test_converters_are_asked_by_priority_and_may_pass():
    class Coin:
        pass

    def passes(value, dtype=None, name=None, as_ref=True):
        asked.append(("passes", as_ref))
        return NotImplemented

    asked = []
    tf.register_tensor_conversion_function((Coin, set), lambda v, dtype, name: tf.constant(1))
    tf.register_tensor_conversion_function(Coin, lambda v, dtype, name: tf.constant(2), 50)
    tf.register_tensor_conversion_function(Coin, lambda v, dtype, name: tf.constant(3), 50)
    tf.register_tensor_conversion_function(Coin, passes, priority=10)
    assert tf.get_static_value(tf.convert_to_tensor(Coin())) == 2
    assert asked == [("passes", False)]
    assert tf.get_static_value(tf.convert_to_tensor({1})) == 1


def test_a_converter_is_a_function_of_types():
    with pytest.raises(TypeError, match="tuple of types"):
        tf.register_tensor_conversion_function("Coin", lambda v, dtype, name: None)
    with pytest.raises(TypeError, match="callable"):
        tf.register_tensor_conversion_function(set, 3)
