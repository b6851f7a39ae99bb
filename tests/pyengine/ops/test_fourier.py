"""Fourier transforms against NumPy's."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


rng = np.random.default_rng(2)
X = rng.normal(size=(2, 3, 4, 5))
Z = X + 1j * rng.normal(size=X.shape)
NAMES = {1: "", 2: "2d", 3: "3d"}


def numpy_transform(name, x, n, lengths=None):
    return getattr(np.fft, name + "n")(x, lengths, tuple(range(-n, 0)))


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("kind", ["fft", "ifft"])
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_numbers(sess, n, kind, dtype):
    y = getattr(tf, kind + NAMES[n])(Z.astype(dtype))
    got = sess.run(y)
    assert got.dtype == dtype
    assert y.shape == Z.shape
    np.testing.assert_allclose(got, numpy_transform(kind, Z, n), atol=1e-4)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("lengths", [None, [4, 4, 4], [2, 3, 7], [5, 6, 6]])
@pytest.mark.parametrize("known", [True, False])
def test_real_numbers(sess, n, lengths, known):
    lengths = lengths and lengths[-n:]
    x = tf.placeholder(tf.float64, X.shape if known else [None] * 4)
    y = getattr(tf.spectral, "rfft" + NAMES[n])(x, lengths)
    wanted = numpy_transform("rfft", X, n, lengths)
    np.testing.assert_allclose(sess.run(y, {x: X}), wanted, atol=1e-10)
    assert y.shape.is_compatible_with(wanted.shape)
    z = tf.placeholder(tf.complex128, X.shape if known else [None] * 4)
    back = getattr(tf.signal, "irfft" + NAMES[n])(z, lengths)
    wanted = numpy_transform("irfft", Z, n, lengths)
    np.testing.assert_allclose(sess.run(back, {z: Z}), wanted, atol=1e-10)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("lengths", [None, [4, 4, 4], [2, 3, 7]])
def test_gradients_are_the_adjoints(sess, n, lengths):
    lengths = lengths and lengths[-n:]
    x = tf.placeholder(tf.float64, X.shape)
    y = getattr(tf.signal, "rfft" + NAMES[n])(x, lengths)
    weights = rng.normal(size=y.shape.as_list()) + 1j * rng.normal(size=y.shape.as_list())
    total = tf.real(tf.reduce_sum(y * weights))
    slope, value = sess.run([tf.gradients(total, x)[0], total], {x: X})
    np.testing.assert_allclose((slope * X).sum(), value)
    z = tf.placeholder(tf.complex128, Z.shape)
    for back in (
        getattr(tf.signal, "irfft" + NAMES[n])(z, lengths),
        tf.real(getattr(tf, "fft" + NAMES[n])(z)),
        tf.imag(getattr(tf, "ifft" + NAMES[n])(z)),
    ):
        total = tf.reduce_sum(back * rng.normal(size=back.shape.as_list()))
        slope, value = sess.run([tf.gradients(total, z)[0], total], {z: Z})
        # TensorFlow's gradient of a complex number is the conjugate of the derivative.
        np.testing.assert_allclose((slope.conj() * Z).sum().real, value)


def test_numbers_of_the_wrong_kind_are_refused():
    with pytest.raises(TypeError, match="float64"):
        tf.fft(X)
    with pytest.raises(ValueError, match="complex128"):
        tf.signal.rfft(Z)
    with pytest.raises(ValueError, match="float64"):
        tf.signal.irfft(tf.constant(X))
    with pytest.raises(ValueError, match="rank"):
        tf.fft2d(Z[0, 0, 0])
