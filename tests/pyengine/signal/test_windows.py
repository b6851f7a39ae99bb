"""Windows of signals."""

import numpy as np
import pytest
import scipy.signal

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("length", [1, 4, 10])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_windows_are_scipys(sess, length, periodic, known):
    n = length if known else tf.placeholder_with_default(length, [])
    for name in ("hann", "hamming"):
        y = getattr(tf.signal, f"{name}_window")(n, periodic, dtype=tf.float64)
        wanted = scipy.signal.get_window(name, length, fftbins=periodic)
        np.testing.assert_allclose(sess.run(y), wanted, atol=1e-12)


def test_integers_have_no_windows():
    with pytest.raises(ValueError, match="floating point"):
        tf.signal.hann_window(4, dtype=tf.int32)
