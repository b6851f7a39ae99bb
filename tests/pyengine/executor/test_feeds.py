"""Feeds as arrays; what is refused is tested with the session."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.feeds import feeder


def feed(dtype, shape, value):
    with tf.Graph().as_default():
        return feeder(tf.placeholder(dtype, shape))(value)


def test_an_array_of_the_dtype_is_taken_as_it_is():
    array = np.ones((2, 3), np.float32)
    assert feed(tf.float32, [None, 3], array) is array


@pytest.mark.parametrize("source", [np.float64, np.int32, np.uint8, np.float16])
def test_numbers_become_floats_in_their_memory_order(source):
    array = np.asfortranarray(np.arange(6).reshape(2, 3).astype(source))
    got = feed(tf.float32, [2, 3], array)
    assert got.dtype == np.float32
    assert got.flags.f_contiguous
    np.testing.assert_array_equal(got, array)


def test_whole_doubles_become_integers_and_others_do_not():
    assert feed(tf.int32, [], 3.0) == 3
    assert feed(tf.int64, [2], np.array([1.0, 2.0])).tolist() == [1, 2]
    with pytest.raises(TypeError, match=r"2\.5"):
        feed(tf.int32, [], 2.5)


def test_text():
    assert feed(tf.string, [None], ["ä", b"b"]).tolist() == ["ä".encode(), b"b"]
    assert feed(tf.string, [], "one").shape == ()
    with pytest.raises(ValueError, match="shape"):
        feed(tf.string, [2], ["one"])
    with pytest.raises(TypeError, match="Expected string"):
        feed(tf.string, [], 1)


def test_numbers_are_not_booleans():
    assert feed(tf.bool, [2], [True, False]).tolist() == [True, False]
    with pytest.raises(TypeError, match="bool"):
        feed(tf.bool, [], 1)
    # The other way round they are, as in TensorFlow.
    assert feed(tf.float32, [1], np.array([True])).tolist() == [1.0]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [4, 4_000_000])
def test_a_missing_value_of_r_is_fed_without_a_warning(size):
    values = np.full(size, np.frombuffer(b"\xa2\x07\x00\x00\x00\x00\xf0\x7f")[0])
    with tf.Graph().as_default():
        assert np.isnan(feeder(tf.placeholder(tf.float32))(values)).all()
