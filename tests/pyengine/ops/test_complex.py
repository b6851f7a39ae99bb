"""Complex numbers."""

import numpy as np
import pytest

import pyengine as tf

Z = np.array([3 + 4j, -1j, -2.0], np.complex64)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_parts(sess):
    z = tf.constant(Z)
    np.testing.assert_array_equal(sess.run(tf.real(z)), Z.real)
    np.testing.assert_array_equal(sess.run(tf.imag(z)), Z.imag)
    np.testing.assert_allclose(sess.run(tf.angle(z)), np.angle(Z))
    np.testing.assert_array_equal(sess.run(tf.complex(tf.real(z), tf.imag(z))), Z)
    assert tf.real(tf.constant(Z.astype(complex))).dtype is tf.float64


def test_real_numbers(sess):
    x = tf.constant([-1.0, 2.0])
    assert tf.real(x) is x
    assert sess.run(tf.imag(x)).tolist() == [0, 0]
    np.testing.assert_allclose(sess.run(tf.angle(x)), [np.pi, 0], rtol=1e-6)


def test_parts_of_different_dtypes_are_refused():
    with pytest.raises(TypeError, match="incorrect types"):
        tf.complex(np.float32(1), np.float64(1))


@pytest.mark.parametrize("part", [tf.real, tf.imag, tf.angle, tf.abs])
def test_gradients_of_parts(sess, part):
    re, im = tf.constant(2.0, tf.float64), tf.constant(-1.5, tf.float64)
    y = part(tf.complex(re, im))
    slopes = sess.run(tf.gradients(y, [re, im]))
    h = 1e-6
    feeds = [({re: 2 + h}, {re: 2 - h}), ({im: -1.5 + h}, {im: -1.5 - h})]
    wanted = [(sess.run(y, up) - sess.run(y, down)) / (2 * h) for up, down in feeds]
    np.testing.assert_allclose(slopes, wanted, atol=1e-8)


def test_what_is_no_number_has_no_real_part():
    for value in ([True], ["a"]):
        with pytest.raises(TypeError, match="numeric"):
            tf.real(value)
