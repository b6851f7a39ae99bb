"""Cosine transforms against SciPy's."""

import numpy as np
import pytest
import scipy.fft

import pyengine as tf

X = np.random.default_rng(4).normal(size=(2, 6))


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("type", [1, 2, 3, 4])
@pytest.mark.parametrize("norm", [None, "ortho"])
@pytest.mark.parametrize("n", [None, 4, 9])
@pytest.mark.parametrize("known", [True, False])
def test_dct(sess, type, norm, n, known):
    if (type, norm) == (1, "ortho"):
        return
    x = tf.placeholder(tf.float64, [None, 6 if known else None])
    y = tf.signal.dct(x, type, n, norm=norm)
    np.testing.assert_allclose(sess.run(y, {x: X}), scipy.fft.dct(X, type, n, norm=norm))


@pytest.mark.parametrize("type", [2, 3, 4])
def test_idct_is_the_inverse(sess, type):
    y = tf.spectral.idct(tf.spectral.dct(X, type, norm="ortho"), type, norm="ortho")
    np.testing.assert_allclose(sess.run(y), X)


@pytest.mark.parametrize(
    "bad", [{"type": 5}, {"axis": 0}, {"norm": "l2"}, {"n": 0}, {"type": 1, "norm": "ortho"}]
)
def test_arguments_that_there_are_not(bad):
    with pytest.raises(ValueError, match=r"."):
        tf.signal.dct(X, **bad)
