"""tf.compat: text, bytes, and the API by its version."""

import pathlib

import numpy as np
import pytest

import pyengine as tf


def test_text_and_bytes():
    assert tf.compat.as_bytes("ä") == b"\xc3\xa4"
    assert tf.compat.as_bytes(bytearray(b"a")) == b"a"
    assert tf.compat.as_text(b"ab") == tf.compat.as_str("ab") == "ab"
    assert tf.compat.as_str_any(5) == "5"
    assert tf.compat.as_str_any(b"ab") == "ab"
    assert tf.compat.as_bytes("ä", "latin-1") == b"\xe4"
    for function in (tf.compat.as_bytes, tf.compat.as_text):
        with pytest.raises(TypeError, match="Expected binary or unicode string, got 5"):
            function(5)


def test_paths_and_types():
    assert tf.compat.path_to_str(pathlib.PurePosixPath("a/b")) == "a/b"
    assert tf.compat.path_to_str("a") == "a"
    assert isinstance(np.int8(1), tf.compat.integral_types)
    assert isinstance(1.5, tf.compat.real_types)
    assert isinstance(1j, tf.compat.complex_types)
    assert isinstance(b"", tf.compat.bytes_or_text_types)


def test_version_1_is_this_api():
    assert tf.compat.v1.Session is tf.Session
    assert tf.VERSION == tf.__version__ == "1.15.0"


def test_dates_of_consumers():
    assert tf.compat.forward_compatible(2019, 1, 1)
    assert not tf.compat.forward_compatible(2020, 1, 1)
    with tf.compat.forward_compatibility_horizon(2030, 1, 1):
        assert tf.compat.forward_compatible(2020, 1, 1)
    assert not tf.compat.forward_compatible(2020, 1, 1)


def test_sizes_and_text():
    shape = tf.TensorShape([2, None])
    assert tf.compat.dimension_value(shape[0]) == 2
    assert tf.compat.dimension_at_index(shape, 1).value is None
    assert tf.compat.as_str_any(b"\xe9", "latin-1") == "\xe9"
