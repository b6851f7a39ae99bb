"""Short-time Fourier transforms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.array import reshape, shape
from pyengine.ops.compare import equal
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import ceil, log, square
from pyengine.ops.filling import zeros_like
from pyengine.ops.fourier import irfft, rfft
from pyengine.ops.math import cast, floordiv, maximum, multiply, negative, number, pow, realdiv
from pyengine.ops.padding import pad
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import tile, where
from pyengine.scopes import name_scope
from pyengine.signal.frames import frame, overlap_and_add
from pyengine.signal.windows import hann_window

__all__ = ["inverse_stft", "inverse_stft_window_fn", "stft"]

Window = Callable[..., Tensor]


def _scalar(value: Any, name: str) -> Tensor:
    tensor = convert_to_tensor(whole(value), name=name)
    tensor.shape.assert_has_rank(0)
    return tensor


def _power_of_two(value: Tensor) -> Tensor:
    """The smallest power of two that is not below a number."""
    known = static.constant_value(value)
    if known is not None:
        return convert_to_tensor(2 ** math.ceil(math.log2(int(known))), value.dtype.base_dtype)
    exponent = ceil(realdiv(log(cast(value, "float32")), math.log(2.0)))
    return cast(pow(2.0, exponent), value.dtype)


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Window | None = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """The short-time Fourier transform: that of each windowed frame of a signal.

    Args:
        signals: a float32 or float64 tensor of shape [..., samples].
        frame_length: how long each frame is, a scalar.
        frame_step: from the start of one frame to that of the next, a scalar.
        fft_length: the length of the transforms; the next power of two by default.
        window_fn: takes a length and a `dtype=` and returns a window; None for no window.
        pad_end: whether the end is continued by zeros, so that nothing is left over.
        name: the name scope.

    Returns:
        A complex tensor of shape [..., frames, fft_length // 2 + 1].
    """
    with name_scope(name, "stft", [signals, frame_length, frame_step]):
        x = convert_to_tensor(signals, name="signals")
        x.shape.with_rank_at_least(1)
        length = _scalar(frame_length, "frame_length")
        step = _scalar(frame_step, "frame_step")
        size = _power_of_two(length) if fft_length is None else _scalar(fft_length, "fft_length")
        framed = frame(x, length, step, pad_end=pad_end)
        if window_fn is not None:
            framed = multiply(framed, window_fn(length, dtype=framed.dtype.base_dtype))
        return rfft(framed, reshape(size, [1]))


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Window = hann_window, name: str | None = None
) -> Window:
    """The window with which `inverse_stft` undoes `stft`.

    Args:
        frame_step: the step of the transform, a scalar.
        forward_window_fn: the window of the transform.
        name: the name scope.

    Returns:
        A function of a length and a `dtype=` that returns a window.
    """

    def window(frame_length: Any, dtype: Any) -> Tensor:
        with name_scope(name, "inverse_stft_window_fn", [forward_window_fn]):
            step, length = _scalar(frame_step, "frame_step"), _scalar(frame_length, "frame_length")
            forward = forward_window_fn(length, dtype=dtype)
            squares = square(forward)
            # The squares of all windows that lie over a sample.
            overlaps = negative(floordiv(negative(length), step))
            padded = pad(squares, [[0, overlaps * step - length]])
            total = reduce_sum(reshape(padded, [overlaps, step]), 0, keepdims=True)
            spread = reshape(tile(total, [overlaps, 1]), [overlaps * step])[:length]
            none = equal(spread, zeros_like(spread))
            safe = where(none, spread + number(1, spread), spread)
            return where(none, zeros_like(forward), realdiv(forward, safe))

    return window


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Window | None = hann_window,
    name: str | None = None,
) -> Tensor:
    """The inverse of `stft`; its window is that of `inverse_stft_window_fn`.

    Args:
        stfts: a complex tensor of shape [..., frames, fft_length // 2 + 1].
        frame_length, frame_step, fft_length: as in `stft`.
        window_fn: takes a length and a `dtype=` and returns a window; None for no window.
        name: the name scope.

    Returns:
        A real tensor of shape [..., samples].
    """
    with name_scope(name, "inverse_stft", [stfts]):
        x = convert_to_tensor(stfts, name="stfts")
        x.shape.with_rank_at_least(2)
        length = _scalar(frame_length, "frame_length")
        step = _scalar(frame_step, "frame_step")
        size = _power_of_two(length) if fft_length is None else _scalar(fft_length, "fft_length")
        frames = irfft(x, reshape(size, [1]))[..., :length]
        n = len(frames.shape)
        missing = maximum(0, length - shape(frames)[-1])
        frames = pad(frames, [[0, 0]] * (n - 1) + [[0, missing]])
        known = static.constant_value(length)
        if known is not None:
            frames.set_shape([None] * (n - 1) + [int(known)])
        if window_fn is not None:
            frames = multiply(frames, window_fn(length, dtype=frames.dtype.base_dtype))
        return overlap_and_add(frames, step)
