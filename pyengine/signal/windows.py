"""Windows that frames of a signal are multiplied with."""

from __future__ import annotations

import math
from typing import Any

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Tensor
from pyengine.ops.compare import equal
from pyengine.ops.declare import whole
from pyengine.ops.filling import ones, ones_like
from pyengine.ops.filling import range as range_of
from pyengine.ops.math import cast, floormod, maximum, multiply, number, realdiv, subtract
from pyengine.ops.repetition import where
from pyengine.ops.trigonometry import cos
from pyengine.scopes import name_scope

__all__ = ["hamming_window", "hann_window"]


def _raised_cosine(
    name: str | None, default: str, length: Any, periodic: Any, dtype: Any, mean: float
) -> Tensor:
    """mean - (1 - mean) cos(2 pi i / n)."""
    kind = as_dtype(dtype)
    if not kind.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {kind.name}")
    with name_scope(name, default, [length, periodic]):
        size = convert_to_tensor(whole(length), dtypes.int32, name="window_length")
        size.shape.assert_has_rank(0)
        known = static.constant_value(size)
        if known is not None and int(known) == 1:
            return ones([1], kind)
        turns = cast(convert_to_tensor(periodic, dtypes.bool, name="periodic"), dtypes.int32)
        # As in TensorFlow, a window of odd length is symmetric even if it should be periodic.
        even = subtract(1, floormod(size, 2))
        count = cast(subtract(size + multiply(turns, even), 1), kind)
        at = cast(range_of(0, size), kind)
        angle = realdiv(multiply(at, number(2 * math.pi, at)), maximum(count, number(1, count)))
        window = subtract(number(mean, at), multiply(number(1 - mean, at), cos(angle)))
        if known is not None:
            return window
        alone = equal(multiply(ones_like(at), cast(size, kind)), ones_like(at))
        return where(alone, ones_like(window), window)


def hann_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """A Hann window, 0.5 - 0.5 cos(2 pi i / n).

    Args:
        window_length: its length, a scalar.
        periodic: whether it is one period, for spectra, or symmetric, for filters.
        dtype: a floating-point dtype.
        name: the name scope.

    Raises:
        ValueError: for another dtype, or a length that is no scalar.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.signal.hann_window(4)).round(3).tolist()
        [0.0, 0.5, 1.0, 0.5]
    """
    return _raised_cosine(name, "hann_window", window_length, periodic, dtype, 0.5)


def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """A Hamming window, 0.54 - 0.46 cos(2 pi i / n); arguments as in `hann_window`.

    Args:
        window_length: how many values, an integer scalar.
        periodic: whether the window is one period of a longer one, as Fourier transforms want it.
        dtype: a floating type.
        name: the scope of the ops.

    Returns:
        A vector of length `window_length`.

    Example:
        >>> import pyengine as tf
        >>> tf.signal.hamming_window(8).shape.as_list()
        [8]
    """
    return _raised_cosine(name, "hamming_window", window_length, periodic, dtype, 0.54)
