"""Quantized numbers."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.array([-4.0, -1.3, 0.0, 2.5, 6.0], np.float32)


@pytest.mark.parametrize("dtype", ["qint8", "quint8", "qint16", "quint16"])
@pytest.mark.parametrize("mode", ["MIN_COMBINED", "MIN_FIRST", "SCALED"])
def test_the_way_back_comes_near_the_start(sess, dtype, mode):
    if mode == "SCALED" and dtype.startswith("qu"):
        return  # it has no negative numbers
    held, low, high = tf.quantize(X, -4.0, 6.0, dtype, mode=mode)
    assert held.dtype == getattr(tf, dtype)
    back = sess.run(tf.dequantize(held, low, high, mode=mode))
    step = 12.0 / (2**8 if dtype.endswith("8") else 2**16)
    np.testing.assert_allclose(back, X, atol=step)


def test_the_integers(sess):
    held, low, high = tf.quantize([-1.0, 0.0, 1.0], -1.0, 1.0, tf.qint8, mode="SCALED")
    found = sess.run([tf.bitcast(held, tf.int8), low, high])
    assert found[0].tolist() == [-127, 0, 127]
    np.testing.assert_allclose(found[1:], [-128 / 127, 1])
    combined = tf.quantize_v2([0.0, 255.0], 0.0, 255.0, tf.quint8)[0]
    assert sess.run(tf.bitcast(combined, tf.uint8)).tolist() == [0, 255]


def test_ranges_of_slices(sess):
    x = np.float32([[1, 10], [-1, -10]])
    held, low, high = tf.quantize(x, [-1.0, -10.0], [1.0, 10.0], tf.qint8, "SCALED", axis=1)
    assert low.shape == [2]
    np.testing.assert_allclose(
        sess.run(tf.dequantize(held, low, high, "SCALED", axis=-1)), x, rtol=1e-6
    )


def test_a_range_has_a_least_extent(sess):
    _, low, high = sess.run(tf.quantize([1.0], 0.0, 0.0, tf.quint8))
    np.testing.assert_allclose([low, high], [0, 0.01])


@pytest.mark.parametrize("signed", [True, False])
def test_there_and_back_at_once(sess, signed):
    x = tf.constant([-9.0, -0.3, 0.4, 9.0])
    both = tf.quantization.quantize_and_dequantize, tf.quantization.quantize_and_dequantize_v2
    for function, slopes in zip(both, ([1, 1, 1, 1], [0, 1, 1, 0])):
        y = function(x, -1.0, 1.0, signed_input=signed, num_bits=3, range_given=True)
        steps = [-4 / 3, -1 / 3, 1 / 3, 1] if signed else [0, 0, 3 / 7, 1]
        np.testing.assert_allclose(sess.run(y), steps, rtol=1e-6)
        assert sess.run(tf.gradients(y, x)[0]).tolist() == slopes


def test_settings_that_there_are_not():
    with pytest.raises(ValueError, match="mode"):
        tf.quantize(X, -1.0, 1.0, tf.qint8, mode="FAST")
    with pytest.raises(ValueError, match="round_mode"):
        tf.quantization.quantize_and_dequantize(X, -1.0, 1.0, round_mode="DOWN")
    with pytest.raises(ValueError, match="known rank"):
        tf.quantize(tf.placeholder(tf.float32), -1.0, 1.0, tf.qint8, axis=-1)


@pytest.mark.parametrize(("narrow", "least"), [(True, -1.0), (False, -128 / 127)])
def test_a_narrow_range_leaves_the_lowest_number_out(sess, narrow, least):
    # Values that TensorFlow 2.21 gives for these.
    held, low, high = sess.run(
        tf.quantize([-1.0, 0.3, 1.0], -1.0, 1.0, tf.qint8, mode="SCALED", narrow_range=narrow)
    )
    assert held.view(np.int8).tolist() == [-127, 38, 127]
    np.testing.assert_allclose([low, high], [least, 1.0], rtol=1e-6)
