"""Fourier and cosine transforms: the `tf.spectral` namespace."""

from __future__ import annotations

from pyengine.signal import (
    dct,
    fft,
    fft2d,
    fft3d,
    idct,
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
