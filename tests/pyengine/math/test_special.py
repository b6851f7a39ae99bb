"""The `tf.math.special` namespace."""

import numpy as np
import pytest
import scipy.special

import pyengine as tf

SCIPY = {"expint": "expi", "bessel_k1e": "k1e", "bessel_y1": "y1", "bessel_j0": "j0"}


@pytest.mark.parametrize("name", ["expint", "bessel_k1e", "bessel_y1", "bessel_j0", "dawsn"])
def test_functions_are_scipys(name):
    x = np.array([0.5, 2.0])
    with tf.Graph().as_default(), tf.Session() as sess:
        got = sess.run(getattr(tf.math.special, name)(x))
    np.testing.assert_allclose(got, getattr(scipy.special, SCIPY.get(name, name))(x))


def test_integrals():
    with tf.Graph().as_default(), tf.Session() as sess:
        found = sess.run([tf.math.special.fresnel_sin(1.0), tf.math.special.fresnel_cos(1.0)])
    np.testing.assert_allclose(found, scipy.special.fresnel(1.0), rtol=1e-6)
