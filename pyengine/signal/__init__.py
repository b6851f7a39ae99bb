"""Signals: the `tf.signal` namespace."""

from __future__ import annotations

from pyengine.ops.fourier import (
    fft,
    fft2d,
    fft3d,
    ifft,
    ifft2d,
    ifft3d,
    irfft,
    irfft2d,
    irfft3d,
    rfft,
    rfft2d,
    rfft3d,
)
from pyengine.signal.cosine import dct, idct
from pyengine.signal.frames import fftshift, frame, ifftshift, overlap_and_add
from pyengine.signal.mel import linear_to_mel_weight_matrix, mfccs_from_log_mel_spectrograms
from pyengine.signal.stft import inverse_stft, inverse_stft_window_fn, stft
from pyengine.signal.windows import hamming_window, hann_window
