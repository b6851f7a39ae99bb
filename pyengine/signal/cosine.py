"""Cosine transforms, made of Fourier transforms of real numbers."""

from __future__ import annotations

import math
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, shape
from pyengine.ops.complex import complex, real
from pyengine.ops.elementwise import rsqrt, sqrt
from pyengine.ops.filling import range as range_of
from pyengine.ops.filling import zeros_like
from pyengine.ops.fourier import irfft, rfft
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, multiply, number, realdiv
from pyengine.ops.padding import pad
from pyengine.ops.trigonometry import cos, sin
from pyengine.scopes import name_scope

__all__ = ["dct", "idct"]


def _check(x: Tensor, type: int, n: Any, axis: int, norm: str | None) -> None:
    if axis != -1:
        raise ValueError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in (1, 2, 3, 4):
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        last = None if x.shape.ndims is None else x.shape[-1].value
        if last is not None and last < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")


def dct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The discrete cosine transform of type I, II, III or IV along the last dimension.

    Args:
        input: a float32 or float64 tensor.
        type: 1 to 4.
        n: the length of the transform; the input is cut off or continued by zeros to fit.
        axis: must be -1.
        norm: None, or "ortho" for an orthonormal transform.
        name: the name scope.

    Raises:
        ValueError: for arguments out of these.

    Example:
        >>> import pyengine as tf
        >>> [round(float(v), 3) for v in tf.get_static_value(tf.signal.dct([1.0, 2.0]))]
        [6.0, -1.414]
    """
    x = convert_to_tensor(input)
    _check(x, type, n, axis, norm)
    with name_scope(name, "dct", [x]):
        return _transform(x, type, n, norm)


def idct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of `dct`, up to a factor of twice the length where `norm` is None.

    Args:
        input: a float32 or float64 tensor.
        type: 1 to 4, the type of the transform to undo.
        n: must be None.
        axis: must be -1.
        norm: None, or "ortho" for an orthonormal transform.
        name: the name scope.

    Raises:
        ValueError: for arguments out of these.
    """
    x = convert_to_tensor(input)
    if n is not None:
        raise ValueError(f"n must be None for idct, got {n}")
    _check(x, type, n, axis, norm)
    with name_scope(name, "idct", [x]):
        return _transform(x, {1: 1, 2: 3, 3: 2, 4: 4}[type], None, norm)


def _fitted(x: Tensor, n: int) -> Tensor:
    """The last dimension cut off or continued by zeros to n."""
    last = x.shape[-1].value
    if last is not None and last >= n:
        return x[..., :n]
    rank = len(x.shape)
    cut = x[..., :n]
    missing = n - shape(cut)[-1] if last is None else n - last
    padded = pad(cut, [[0, 0]] * (rank - 1) + [[0, missing]])
    padded.set_shape([None] * (rank - 1) + [n])
    return padded


def _transform(x: Tensor, type: int, n: Any, norm: str | None) -> Tensor:
    if n is not None:
        x = _fitted(x, n)
    last = x.shape[-1].value
    size: Any = shape(x)[-1] if last is None else last
    length = cast(size, x.dtype)
    if type == 1:
        return real(rfft(concat([x, x[..., -2:0:-1]], -1)))
    if type == 4:  # the odd places of a transform of type II of twice the length
        rank = len(x.shape)
        doubled = pad(x, [[0, 0]] * (rank - 1) + [[0, size]])
        odd = _transform(doubled, 2, None, None)[..., 1::2]
        return _times(odd, multiply(number(math.sqrt(0.5), x), rsqrt(length)), norm)
    places = cast(range_of(0, size), x.dtype)
    angle = realdiv(multiply(places, number(math.pi / 2, x)), length)
    if type == 2:
        turned = complex(2.0 * cos(angle), -2.0 * sin(angle))
        found = real(rfft(x, [2 * size])[..., :size] * turned)
        half = multiply(number(0.5, x), rsqrt(length))
        return _times(found, _first_other(half, math.sqrt(2.0), size), norm)
    root = sqrt(length)
    x = multiply(x, _first_other(root, math.sqrt(0.5), size) if norm == "ortho" else length)
    turned = complex(2.0 * cos(angle), 2.0 * sin(angle))
    return irfft(turned * complex(x, zeros_like(x)), [2 * size])[..., :size]


def _times(x: Tensor, factor: Tensor, norm: str | None) -> Tensor:
    return multiply(x, factor) if norm == "ortho" else x


def _first_other(first: Tensor, ratio: float, size: Any) -> Tensor:
    """[first, first * ratio, first * ratio, ...]"""
    other = multiply(first, number(ratio, first))
    return pad(expand_dims(first, 0), [[0, size - 1]], constant_values=other)
