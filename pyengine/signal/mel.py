"""Spectra on the mel scale."""

from __future__ import annotations

from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, reshape, shape
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import log, rsqrt
from pyengine.ops.filling import linspace
from pyengine.ops.math import cast, maximum, minimum, multiply, number, realdiv, subtract
from pyengine.ops.padding import pad
from pyengine.scopes import name_scope
from pyengine.signal.cosine import dct

__all__ = ["linear_to_mel_weight_matrix", "mfccs_from_log_mel_spectrograms"]

# The mel scale as the HTK toolkit has it.
_BREAK_HERTZ = 700.0
_HIGH_Q = 1127.0


def _mel(hertz: Tensor) -> Tensor:
    scaled = realdiv(hertz, number(_BREAK_HERTZ, hertz))
    return multiply(number(_HIGH_Q, hertz), log(scaled + number(1, hertz)))


def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: float = 125.0,
    upper_edge_hertz: float = 3800.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """The matrix that turns spectra of linear frequencies into mel ones: triangular bands.

    Args:
        num_mel_bins: how many bands there are.
        num_spectrogram_bins: how many frequencies there are, from 0 to half the sample rate.
        sample_rate: samples a second.
        lower_edge_hertz, upper_edge_hertz: where the first band starts and the last one ends.
        dtype: a floating-point dtype.
        name: the op's name.

    Returns:
        A matrix of shape [num_spectrogram_bins, num_mel_bins].

    Raises:
        ValueError: for numbers that are not positive, or edges that do not fit the sample rate.
    """
    kind = as_dtype(dtype)
    bands, low, high = int(whole(num_mel_bins)), lower_edge_hertz, upper_edge_hertz
    if bands <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {bands}")
    if low < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {low}")
    if low >= high:
        raise ValueError(f"lower_edge_hertz {low} >= upper_edge_hertz {high}")
    if not isinstance(sample_rate, Tensor):
        if sample_rate <= 0.0:
            raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
        if high > sample_rate / 2:
            raise ValueError(
                f"upper_edge_hertz must not be larger than the Nyquist frequency "
                f"({sample_rate / 2}). Got {high}"
            )
    if not kind.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {kind.name}")
    with name_scope(name, "linear_to_mel_weight_matrix") as scope:
        rate = cast(convert_to_tensor(sample_rate), kind)
        zero = number(0, rate)
        frequencies = linspace(zero, rate / number(2, rate), num_spectrogram_bins)[1:]
        places = expand_dims(_mel(frequencies), 1)
        edges = linspace(_mel(number(low, rate)), _mel(number(high, rate)), bands + 2)
        start, middle, end = (reshape(edges[i : bands + i], [1, bands]) for i in range(3))
        rising = realdiv(subtract(places, start), subtract(middle, start))
        falling = realdiv(subtract(end, places), subtract(end, middle))
        weights = maximum(zero, minimum(rising, falling))
        return pad(weights, [[1, 0], [0, 0]], name=scope)  # the frequency 0 is in no band


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Tensor:
    """The mel-frequency cepstral coefficients of logarithms of mel spectra.

    Args:
        log_mel_spectrograms: a float32 or float64 tensor of shape [..., num_mel_bins].
        name: the name scope.

    Raises:
        ValueError: when there are no bands.
    """
    with name_scope(name, "mfccs_from_log_mel_spectrograms", [log_mel_spectrograms]):
        x = convert_to_tensor(log_mel_spectrograms)
        last = None if x.shape.ndims is None else x.shape[-1].value
        if last == 0:
            raise ValueError(f"num_mel_bins must be positive. Got: {x}")
        count = cast(shape(x)[-1], x.dtype)
        return multiply(dct(x, type=2), rsqrt(multiply(count, number(2, count))))
