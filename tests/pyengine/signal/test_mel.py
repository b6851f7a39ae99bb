"""The mel scale."""

import numpy as np
import pytest
import scipy.fft

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_bands_are_triangles_between_their_neighbours(sess):
    weights = sess.run(tf.signal.linear_to_mel_weight_matrix(10, 65, 8000, 100.0, 3000.0))
    assert weights.shape == (65, 10)
    assert (weights[0] == 0).all()
    assert weights.min() == 0
    hertz = np.linspace(0, 4000, 65)
    mel = 1127 * np.log1p(hertz / 700)
    edges = np.linspace(1127 * np.log1p(100 / 700), 1127 * np.log1p(3000 / 700), 12)
    wanted = [np.interp(mel, edges[i : i + 3], [0, 1, 0]) for i in range(10)]
    np.testing.assert_allclose(weights, np.transpose(wanted), atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [((0,), "num_mel_bins"), ((5, 9, 8000, -1.0), "non-negative"), ((5, 9, -1), "sample_rate"),
     ((5, 9, 8000, 300.0, 200.0), ">="), ((5, 9, 8000, 1.0, 5000.0), "Nyquist")],
)  # fmt: skip
def test_bad_edges(arguments, why):
    with pytest.raises(ValueError, match=why):
        tf.signal.linear_to_mel_weight_matrix(*arguments)


def test_mfccs(sess):
    x = np.random.default_rng(0).normal(size=(2, 8))
    got = sess.run(tf.signal.mfccs_from_log_mel_spectrograms(x))
    np.testing.assert_allclose(got, scipy.fft.dct(x) / np.sqrt(16))
