"""Discrete Fourier and cosine transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import constant, convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import shape
from pyengine.ops.complex import complex, real
from pyengine.ops.declare import defop, whole
from pyengine.ops.indexing import slice as block
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, floordiv, maximum, minimum, multiply, realdiv, subtract
from pyengine.ops.padding import pad
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["fft", "fft2d", "fft3d", "ifft", "ifft2d", "ifft3d"]

_SUFFIX = {1: "", 2: "2D", 3: "3D"}


def _axes(n: int) -> tuple[int, ...]:
    return tuple(range(-n, 0))


def _product(sizes: Tensor, like: Tensor) -> Tensor:
    """The product of integer sizes, as a number of a tensor's dtype."""
    from pyengine.ops.reduce import reduce_prod

    return cast(reduce_prod(sizes), like.dtype)


# ---------------------------------------------------------------- of complex numbers


def _complex_transform(n: int, inverse: bool) -> Callable[..., Any]:
    """Declares the transform of the last n dimensions."""
    name = ("ifft" if inverse else "fft") + "n"

    def kernel(xp: Any, x: Any) -> Any:
        if x.ndim < n:
            raise ValueError(f"Input must have rank at least {n}, got shape {list(x.shape)}")
        if not x.size:
            return x
        return getattr(np.fft, name)(x, axes=_axes(n)).astype(x.dtype, copy=False)

    def grad(op: Operation, dy: Tensor) -> Any:
        count = _product(shape(dy)[-n:], dy)
        other = _FORWARD[n] if inverse else _INVERSE[n]
        slope = other(dy)
        return realdiv(slope, count) if inverse else multiply(slope, count)

    what = "The inverse of the" if inverse else "The"
    return defop(
        ("IFFT" if inverse else "FFT") + _SUFFIX[n],
        "input: Tcomplex -> Tcomplex",
        doc=f"{what} discrete Fourier transform over the last {n} dimensions of complex numbers.",
        types={"Tcomplex": "complex"},
        shape=lambda op: op.inputs[0].shape.with_rank_at_least(n),
        kernel=kernel,
        grad=grad,
    )


_FORWARD = {n: _complex_transform(n, False) for n in (1, 2, 3)}
_INVERSE = {n: _complex_transform(n, True) for n in (1, 2, 3)}


def _public(op: Callable[..., Any], name: str) -> Callable[..., Any]:
    def function(input: Any, name: str | None = None) -> Tensor:
        result: Tensor = op(input, name=name)
        return result

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""{op.__doc__}

    Args:
        input: a complex64 or complex128 tensor.
        name: the op's name.
    """
    return function


fft, fft2d, fft3d = (_public(_FORWARD[n], "fft" + s) for n, s in ((1, ""), (2, "2d"), (3, "3d")))
ifft, ifft2d, ifft3d = (
    _public(_INVERSE[n], "ifft" + s) for n, s in ((1, ""), (2, "2d"), (3, "3d"))
)

# ---------------------------------------------------------------- of real numbers


def _real_shape(n: int, inverse: bool) -> Callable[[Operation], TensorShape]:
    def rule(op: Operation) -> TensorShape:
        x, lengths = op.inputs[0].shape.with_rank_at_least(n), op.inputs[1].shape.with_rank(1)
        lengths.assert_is_compatible_with([n])
        if x.sizes is None:
            return UNKNOWN
        value = static.constant_value(op.inputs[1])
        known: list[int | None] = [None] * n if value is None else [int(v) for v in value]
        if not inverse and known[-1] is not None:
            known[-1] = known[-1] // 2 + 1 if known[-1] else 0
        return TensorShape.of((*x.sizes[:-n], *known))

    return rule


def _check_sizes(x: Any, lengths: Any, inverse: bool) -> None:
    n = len(lengths)
    if x.ndim < n:
        raise ValueError(f"Input must have rank at least {n}, got shape {list(x.shape)}")
    for i, (have, wanted) in enumerate(zip(x.shape[-n:], lengths)):
        least = wanted // 2 + 1 if inverse and i == n - 1 and wanted else wanted
        if have < least:
            raise ValueError(
                f"Input dimension {x.ndim - n + i} must have length of at least {least} but got: "
                f"{have}"
            )


def _rfft_kernel(xp: Any, x: Any, lengths: Any, *, Tcomplex: Any) -> Any:
    n, dtype = len(lengths), Tcomplex.as_numpy_dtype
    _check_sizes(x, lengths, False)
    if not x.size or 0 in lengths:
        last = lengths[-1] // 2 + 1 if lengths[-1] else 0
        return np.zeros((*x.shape[:-n], *lengths[:-1], last), dtype)
    return np.fft.rfftn(x, lengths, _axes(n)).astype(dtype, copy=False)


def _irfft_kernel(xp: Any, x: Any, lengths: Any, *, Treal: Any) -> Any:
    n, dtype = len(lengths), Treal.as_numpy_dtype
    _check_sizes(x, lengths, True)
    if not x.size or 0 in lengths:
        return np.zeros((*x.shape[:-n], *lengths), dtype)
    return np.fft.irfftn(x, lengths, _axes(n)).astype(dtype, copy=False)


def _resized(x: Tensor, sizes: Any, n: int) -> Tensor:
    """A tensor cut off or continued by zeros at the end of each of its last n dimensions."""
    from pyengine.ops.array import rank
    from pyengine.ops.filling import zeros
    from pyengine.ops.joining import stack

    now, rest = shape(x)[-n:], rank(x) - n if x.shape.ndims is None else x.shape.ndims - n
    lead, start = zeros([rest], "int32"), zeros([n], "int32")
    kept = concat([lead - 1, minimum(now, sizes)], 0)
    cut = block(x, concat([lead, start], 0), kept)
    pairs = stack([start, maximum(subtract(sizes, now), 0)], axis=1)
    return pad(cut, concat([stack([lead, lead], axis=1), pairs], 0))


def _rfft_grad(n: int) -> Callable[..., Any]:
    def grad(op: Operation, dy: Tensor) -> Any:
        # The real part of the conjugate transform of dy, zero where rfft gives nothing.
        x, lengths = op.inputs
        full = _INVERSE[n](_resized(dy, lengths, n))
        slope = multiply(real(full), _product(lengths, x))
        slope = _resized(slope, shape(x)[-n:], n)
        slope.set_shape(x.shape)
        return slope, None

    return grad


def _irfft_grad(n: int) -> Callable[..., Any]:
    def grad(op: Operation, dy: Tensor) -> Any:
        # All frequencies but the first and, of an even number, the last stand for two.
        x, lengths = op.inputs
        slope = _RFFT[n](dy, lengths, Tcomplex=x.dtype.base_dtype)
        weights = _twice_inside(lengths[-1], dy)
        scale = realdiv(weights, _product(lengths, dy))
        slope = multiply(slope, complex(scale, multiply(scale, 0.0)))
        slope = _resized(slope, shape(x)[-n:], n)
        slope.set_shape(x.shape)
        return slope, None

    return grad


def _twice_inside(length: Tensor, like: Tensor) -> Tensor:
    from pyengine.ops.compare import equal, logical_or
    from pyengine.ops.filling import ones_like
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.repetition import where

    at = range_of(0, floordiv(length, 2) + 1)
    once = logical_or(equal(at, 0), equal(at * 2, length))
    one = ones_like(cast(at, like.dtype))
    return where(once, one, multiply(one, 2.0))


def _real_transform(n: int) -> Callable[..., Any]:
    return defop(
        "RFFT" + _SUFFIX[n],
        "input: Treal, fft_length: host int32 -> @Tcomplex",
        doc=f"The Fourier transform over the last {n} dimensions of real numbers, its first half.",
        types={"Treal": "float32|float64"},
        attrs={"Tcomplex": dtypes.complex64},
        shape=_real_shape(n, False),
        kernel=_rfft_kernel,
        grad=_rfft_grad(n),
    )


def _to_real_transform(n: int) -> Callable[..., Any]:
    return defop(
        "IRFFT" + _SUFFIX[n],
        "input: Tcomplex, fft_length: host int32 -> @Treal",
        doc=f"The inverse of the Fourier transform over the last {n} dimensions of real numbers.",
        types={"Tcomplex": "complex"},
        attrs={"Treal": dtypes.float32},
        shape=_real_shape(n, True),
        kernel=_irfft_kernel,
        grad=_irfft_grad(n),
    )


_RFFT = {n: _real_transform(n) for n in (1, 2, 3)}
_IRFFT = {n: _to_real_transform(n) for n in (1, 2, 3)}


def _lengths(x: Tensor, given: Any, n: int, inverse: bool) -> Tensor:
    """The lengths of a transform: those given, or those that fit the input."""
    if given is not None:
        lengths = convert_to_tensor(whole(given), dtypes.int32, name="fft_length")
        lengths.shape.assert_is_compatible_with([n])
        return lengths
    x.shape.with_rank_at_least(n)
    inner = x.shape[-n:] if x.shape.ndims is not None else None
    if inner is not None and inner.is_fully_defined():
        sizes = list(inner.as_list())
        if inverse and sizes[-1]:
            sizes[-1] = max(0, 2 * (sizes[-1] - 1))
        return constant(np.array(sizes, np.int32))
    sizes = shape(x)[-n:]
    if not inverse:
        return sizes
    return concat([sizes[:-1], maximum(0, 2 * (sizes[-1:] - 1))], 0)


def _padded(x: Tensor, lengths: Tensor, n: int, inverse: bool) -> Tensor:
    """The input continued by zeros where it is shorter than a transform wants."""
    known = static.constant_value(lengths)
    if known is not None and x.shape.ndims is not None:
        least = [int(v) for v in known]
        if inverse and least[-1]:
            least[-1] = least[-1] // 2 + 1
        inner = x.shape[-n:].as_list()
        if None not in inner:
            missing = [max(a - s, 0) for a, s in zip(least, inner)]
            if not any(missing):
                return x
            pairs = [[0, 0]] * (x.shape.ndims - n) + [[0, m] for m in missing]
            return pad(x, pairs)
    wanted = lengths
    if inverse:
        wanted = concat([lengths[:-1], lengths[-1:] // 2 + 1], 0)
    return _resized(x, maximum(wanted, shape(x)[-n:]), n)


def _real_public(n: int, inverse: bool) -> Callable[..., Any]:
    name = ("irfft" if inverse else "rfft") + (f"{n}d" if n > 1 else "")
    op = _IRFFT[n] if inverse else _RFFT[n]

    def function(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
        with name_scope(name, function.__name__, [input_tensor, fft_length]) as scope:
            preferred = dtypes.complex64 if inverse else dtypes.float32
            x = convert_to_tensor(input_tensor, preferred_dtype=preferred, name="input")
            wide = x.dtype.base_dtype in (dtypes.float64, dtypes.complex128)
            is_real = x.dtype.base_dtype in (dtypes.float32, dtypes.float64)
            if x.dtype.is_complex is not inverse or not (x.dtype.is_complex or is_real):
                raise ValueError(f"{function.__name__} does not take {x.dtype.name} numbers")
            lengths = _lengths(x, fft_length, n, inverse)
            x = _padded(x, lengths, n, inverse)
            attr = (
                {"Treal": dtypes.float64 if wide else dtypes.float32}
                if inverse
                else {"Tcomplex": dtypes.complex128 if wide else dtypes.complex64}
            )
            result: Tensor = op(x, lengths, **attr, name=scope)
            return result

    function.__name__ = function.__qualname__ = name
    taken, given = ("complex", "real") if inverse else ("real", "complex")
    function.__doc__ = f"""{op.__doc__}

    Args:
        input_tensor: a {taken} tensor of rank {n} or more.
        fft_length: a vector of {n}: the lengths of the transform. The input is cut off or
            continued by zeros to fit; by default they are those of the input.
        name: the op's name.

    Returns:
        A {given} tensor.
    """
    return function


rfft, rfft2d, rfft3d = (_real_public(n, False) for n in (1, 2, 3))
irfft, irfft2d, irfft3d = (_real_public(n, True) for n in (1, 2, 3))
