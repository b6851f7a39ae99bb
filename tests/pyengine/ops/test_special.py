"""Special functions against SciPy."""

import numpy as np
import pytest
import scipy.special

import pyengine as tf

X = np.array([0.3, 1.7, 4.0])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_is_kept(sess, dtype):
    y = sess.run(tf.erfc(X.astype(dtype)))
    assert y.dtype == dtype
    wanted = scipy.special.erfc(X.astype(dtype).astype(float))
    np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-4 if dtype is np.float16 else 0)


def test_the_inverses_of_the_error_function(sess):
    p = np.array([-0.9, 0.0, 0.5])
    np.testing.assert_allclose(sess.run(tf.erf(tf.math.erfinv(p))), p)
    np.testing.assert_allclose(sess.run(tf.math.erfcinv(1 - p)), scipy.special.erfinv(p))
    np.testing.assert_allclose(sess.run(tf.math.ndtri([0.975])), [1.959964], rtol=1e-5)


@pytest.mark.parametrize("a", [0.1, 1.0, 30.0, 700.0])
def test_the_gradient_of_igamma(sess, a):
    x = a * np.array([0.3, 0.9, 1.0, 1.2, 3.0])
    first = tf.constant(np.full(5, a))
    slope = sess.run(tf.gradients(tf.igamma(first, x), first)[0])
    h = 1e-3 * min(a, 1)
    p = [scipy.special.gammainc(a + k * h, x) for k in (-2, -1, 1, 2)]
    wanted = (p[0] - 8 * p[1] + 8 * p[2] - p[3]) / (12 * h)
    np.testing.assert_allclose(slope, wanted, rtol=1e-6, atol=1e-10)


def test_betainc_broadcasts(sess):
    x = tf.constant([[0.2], [0.7]])
    y = tf.betainc([1.0, 2.0], 3.0, x)
    assert y.shape == [2, 2]
    np.testing.assert_allclose(
        sess.run(y), scipy.special.betainc([1, 2], 3, [[0.2], [0.7]]), rtol=1e-5
    )
    assert sess.run(tf.gradients(y, x)[0]).shape == (2, 1)


def test_lbeta(sess):
    y = tf.lbeta([[1.0, 2.0], [0.5, 3.0]])
    np.testing.assert_allclose(sess.run(y), scipy.special.betaln([1, 0.5], [2, 3]), rtol=1e-6)


def test_bessel_functions_at_zero_have_gradients(sess):
    x = tf.constant(np.array([0.0, 1.0]))
    slope = sess.run(tf.gradients(tf.math.bessel_i1(x), x)[0])
    np.testing.assert_allclose(slope, [0.5, scipy.special.ivp(1, 1.0)])
