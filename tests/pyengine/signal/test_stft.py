"""Short-time Fourier transforms."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.random.default_rng(6).normal(size=(2, 64))


def test_stft_is_the_transform_of_windowed_frames(sess):
    y = tf.signal.stft(X, 12, 4)
    assert y.shape == [2, 14, 9]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(12) / 12)
    wanted = np.fft.rfft(X[:, 8:20] * window, 16)
    np.testing.assert_allclose(sess.run(y)[:, 2], wanted, atol=1e-12)
    plain = tf.signal.stft(X, 12, 4, fft_length=8, window_fn=None)
    np.testing.assert_allclose(sess.run(plain)[:, 0], np.fft.rfft(X[:, :12], 8), atol=1e-12)


@pytest.mark.parametrize(("length", "step"), [(16, 4), (16, 8), (12, 5)])
def test_the_inverse(sess, length, step):
    y = tf.signal.stft(X, length, step)
    window = tf.signal.inverse_stft_window_fn(step)
    back = sess.run(tf.signal.inverse_stft(y, length, step, window_fn=window))
    inside = slice(length, back.shape[1] - length)
    np.testing.assert_allclose(back[:, inside], X[:, inside], atol=1e-10)


def test_lengths_of_the_run(sess):
    length = tf.placeholder_with_default(12, [])
    x = tf.placeholder(tf.float64, [None, None])
    y = tf.signal.stft(x, length, 4)
    got = sess.run(y, {x: X})
    np.testing.assert_allclose(got, sess.run(tf.signal.stft(X, 12, 4)), atol=1e-12)
    back = tf.signal.inverse_stft(y, length, 4, window_fn=None)
    assert sess.run(back, {x: X}).shape == (2, 64)
