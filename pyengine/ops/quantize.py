"""Quantized numbers: `quantize`, `dequantize`, `quantize_and_dequantize`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, missing_grad, no_grad, same_shape, whole
from pyengine.shape import SCALAR

__all__ = [
    "dequantize", "quantize", "quantize_and_dequantize", "quantize_and_dequantize_v2",
    "quantize_v2",
]  # fmt: skip

_QUANTIZED = "qint8|quint8|qint32|qint16|quint16"
_MODES = ("MIN_COMBINED", "MIN_FIRST", "SCALED")
_FLT_MAX = np.finfo(np.float32).max


def _plain(dtype: Any) -> Any:
    """The NumPy integers that a quantized dtype is held in."""
    return np.dtype(dtype.as_numpy_dtype).fields[dtype.name][0]


def _spread(value: Any, rank: int, axis: int) -> Any:
    """Limits of slices along an axis, in a shape that broadcasts with the tensor."""
    value = np.asarray(value)
    if axis < 0:
        return value.reshape(()) if value.size == 1 else value
    return value.reshape([-1 if i == axis else 1 for i in range(rank)])


def _check_mode(mode: str, axis: int) -> None:
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(_MODES)}, got {mode!r}")


def _away(x: Any) -> Any:
    """Rounded to the nearest, halves away from zero."""
    return np.sign(x) * np.floor(np.abs(x) + 0.5)


def _limits_shape(op: Operation) -> Any:
    axis, x = op.attrs["axis"], op.inputs[0].shape
    _check_mode(op.attrs["mode"], axis)
    if axis < 0:
        for t in op.inputs[1:3]:
            t.shape.with_rank_at_most(1)
        return SCALAR
    limits = op.inputs[1].shape.merge_with(op.inputs[2].shape).with_rank(1)
    if x.sizes is not None:
        if axis >= len(x.sizes):
            raise ValueError(f"axis {axis} is out of range for a tensor of rank {len(x.sizes)}")
        limits = limits.merge_with(x[axis : axis + 1])
    return limits


def _quantize_kernel(
    xp: Any, x: Any, low: Any, high: Any, *, T: Any, mode: str, round_mode: str,
    narrow_range: bool, axis: int, ensure_minimum_range: float,
) -> Any:  # fmt: skip
    kind = _plain(T)
    info = np.iinfo(kind)
    given = np.asarray(low, np.float32), np.asarray(high, np.float32)
    least = np.minimum(np.float32(0), given[0])
    reach = np.maximum(1, np.maximum(np.abs(given[0]), np.abs(given[1]))) * ensure_minimum_range
    most = np.maximum(0, np.maximum(given[1], least + reach)).astype(np.float32)
    if np.any(given[0] > given[1]):
        raise ValueError(f"min_range {low} must not be above max_range {high}")
    start, end = (_spread(v, x.ndim, axis).astype(np.float64) for v in (least, most))
    if mode == "MIN_COMBINED":
        scale = (float(info.max) - float(info.min)) / (end - start)
        half = 0.0 if info.min == 0 else (float(info.max) - float(info.min) + 1) / 2
        moved = (np.clip(x, start, end) - start) * scale
        whole_steps = np.floor(moved + 0.5) if info.min == 0 else _away(moved - half)
    elif mode == "MIN_FIRST":
        steps = 2.0 ** (info.bits)
        scale = steps / ((end - start) * (steps / (steps - 1)))
        whole_steps = _away(x * scale) - _away(start * scale) + float(info.min)
    else:
        bottom = float(info.min) + (1 if narrow_range else 0)
        scale = _common_scale(start, end, bottom, float(info.max))
        start, end = bottom / scale, float(info.max) / scale
        least, most = (np.asarray(v, np.float32).reshape(least.shape) for v in (start, end))
        rounded = np.rint if round_mode == "HALF_TO_EVEN" else _away
        whole_steps = rounded(np.clip(x, start, end) * scale)
    held = np.clip(whole_steps, info.min, info.max).astype(kind)
    result = np.ascontiguousarray(held).view(T.as_numpy_dtype).reshape(x.shape)
    return result, least.reshape(given[0].shape), most.reshape(given[0].shape)


def _common_scale(start: Any, end: Any, bottom: float, top: float) -> Any:
    """The smaller of the scales at which both ends of a range are held."""
    with np.errstate(divide="ignore", invalid="ignore"):
        of_start = np.where(bottom * start > 0, bottom / start, _FLT_MAX)
        of_end = np.where(top * end > 0, top / end, _FLT_MAX)
    return np.minimum(of_start, of_end)


_quantize = defop(
    "QuantizeV2",
    "input: float32, min_range: float32, max_range: float32 -> @T, float32, float32",
    doc="Floats as integers that stand for the steps of a range.",
    attrs={
        "T": REQUIRED, "mode": "MIN_COMBINED", "round_mode": "HALF_AWAY_FROM_ZERO",
        "narrow_range": False, "axis": -1, "ensure_minimum_range": 0.01,
    },
    shape=lambda op: [op.inputs[0].shape, *([_limits_shape(op)] * 2)],
    kernel=_quantize_kernel,
    grad=no_grad("integers have no derivative"),
)  # fmt: skip


def _dequantize_kernel(
    xp: Any, x: Any, low: Any, high: Any, *, mode: str, narrow_range: bool, axis: int, dtype: Any
) -> Any:
    name = x.dtype.names[0]
    held = x[name]
    info = np.iinfo(held.dtype)
    start, end = (_spread(v, x.ndim, axis).astype(np.float64) for v in (low, high))
    held = held.astype(np.float64)
    if mode == "MIN_COMBINED":
        half = 0.0 if info.min == 0 else (float(info.max) - float(info.min) + 1) / 2
        scale = (end - start) / (float(info.max) - float(info.min))
        found = (held + half) * scale + start
    elif mode == "MIN_FIRST":
        steps = 2.0 ** (info.bits)
        scale = (end - start) * (steps / (steps - 1)) / steps
        first = start if info.bits == 32 else _away(start / scale) * scale
        found = first + (held - float(info.min)) * scale
    else:
        of_end = end / float(info.max)
        bottom = float(info.min) + (1 if narrow_range else 0)
        found = held * (of_end if info.min == 0 else np.maximum(start / bottom, of_end))
    return np.asarray(found).astype(dtype.as_numpy_dtype)


_dequantize = defop(
    "Dequantize",
    "input: T, min_range: float32, max_range: float32 -> @dtype",
    doc="Quantized numbers as floats.",
    types={"T": _QUANTIZED},
    attrs={"mode": "MIN_COMBINED", "narrow_range": False, "axis": -1, "dtype": dtypes.float32},
    shape=lambda op: (_limits_shape(op), op.inputs[0].shape)[1],
    kernel=_dequantize_kernel,
    grad=missing_grad("TensorFlow defines none"),
)


def _axis_of(axis: Any, x: Tensor) -> int:
    if axis is None:
        return -1
    if axis < 0:
        if x.shape.ndims is None:
            raise ValueError("input should have known rank to use negative axis.")
        axis %= x.shape.ndims
    return int(axis)


def quantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,
    mode: str = "MIN_COMBINED",
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    name: str | None = None,
    narrow_range: bool = False,
    axis: int | None = None,
    ensure_minimum_range: float = 0.01,
) -> list[Tensor]:
    """Floats as integers that stand for the steps of a range.

    Args:
        input: a float32 tensor.
        min_range, max_range: the range, float32 scalars; vectors along `axis`, if that is given.
        T: the dtype: qint8, quint8, qint16, quint16 or qint32.
        mode: "MIN_COMBINED", "MIN_FIRST" or "SCALED".
        round_mode: "HALF_AWAY_FROM_ZERO", or "HALF_TO_EVEN" in mode "SCALED".
        name: the op's name.
        narrow_range: whether the lowest integer is left out, in mode "SCALED".
        axis: the axis whose slices have ranges of their own; none by default.
        ensure_minimum_range: the least extent of a range, in parts of its limits.

    Returns:
        The quantized tensor, and the limits of the range that was taken.

    Raises:
        ValueError: for another mode, or limits that do not fit.
    """
    x = convert_to_tensor(input, dtypes.float32, name="input")
    return _quantize(
        x, min_range, max_range, T=as_dtype(T), mode=mode, round_mode=round_mode,
        narrow_range=narrow_range, axis=_axis_of(axis, x),
        ensure_minimum_range=ensure_minimum_range, name=name,
    )  # fmt: skip


def quantize_v2(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    narrow_range: bool = False,
    axis: int | None = None,
    ensure_minimum_range: float = 0.01,
) -> list[Tensor]:
    """`quantize` with its arguments in the order of older releases."""
    return quantize(
        input, min_range, max_range, T, mode, round_mode, name, narrow_range, axis,
        ensure_minimum_range,
    )  # fmt: skip


def dequantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    axis: int | None = None,
    narrow_range: bool = False,
    dtype: Any = dtypes.float32,
) -> Tensor:
    """Quantized numbers as floats: the inverse of `quantize`, up to its rounding.

    Args:
        input: a quantized tensor.
        min_range, max_range: the range that `quantize` returned.
        mode, name, axis, narrow_range: as in `quantize`.
        dtype: float32 or bfloat16.
    """
    x = convert_to_tensor(input, name="input")
    return _dequantize(
        x, min_range, max_range, mode=mode, narrow_range=narrow_range, axis=_axis_of(axis, x),
        dtype=as_dtype(dtype), name=name,
    )  # fmt: skip


# ---------------------------------------------------------------- there and back


def _round_trip(
    x: Any, low: Any, high: Any, signed: bool, bits: int, given: bool, mode: str, narrow: bool,
    axis: int,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """The rounded elements, and the limits of the range that was taken."""
    if not given:
        others = None if axis < 0 else tuple(i for i in range(x.ndim) if i != axis)
        low, high = x.min(axis=others), x.max(axis=others)
    if np.any(np.asarray(low) > np.asarray(high)):
        raise ValueError(f"Invalid range: input_min {low} > input_max {high}")
    start, end = (_spread(np.asarray(v, x.dtype), x.ndim, axis) for v in (low, high))
    bottom, top = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    bottom += narrow
    scale = _common_scale(start, end, float(bottom), float(top)).astype(x.dtype)
    first, last = (bottom / scale).astype(x.dtype), (top / scale).astype(x.dtype)
    inside = np.clip(x, first, last) if given else x
    steps = np.rint(inside * scale) if mode == "HALF_TO_EVEN" else np.floor(inside * scale + 0.5)
    return (steps / scale).astype(x.dtype), first, last


def _trip_kernel(
    xp: Any, x: Any, low: Any, high: Any, *, signed_input: bool, num_bits: int, range_given: bool,
    round_mode: str, narrow_range: bool, axis: int,
) -> Any:  # fmt: skip
    return _round_trip(
        x, low, high, signed_input, num_bits, range_given, round_mode, narrow_range, axis
    )[0]


_TRIP_ATTRS = {
    "signed_input": True, "num_bits": 8, "range_given": False, "round_mode": "HALF_TO_EVEN",
    "narrow_range": False, "axis": -1,
}  # fmt: skip
_TRIP = "input: T, input_min: T, input_max: T"

_trip_v2 = defop(
    "QuantizeAndDequantizeV2",
    f"{_TRIP} -> T",
    doc="Floats rounded to the steps of a range; the gradient passes everywhere.",
    types={"T": "float16|float32|float64"},
    attrs=_TRIP_ATTRS,
    shape=same_shape,
    kernel=_trip_kernel,
    grad=lambda op, dy: (dy, None, None),
)


def _inside_kernel(
    xp: Any, dy: Any, x: Any, low: Any, high: Any, *, axis: int
) -> tuple[Any, Any, Any]:
    start, end = (_spread(np.asarray(v, x.dtype), x.ndim, axis) for v in (low, high))
    inside = np.where((x >= start) & (x <= end), dy, np.zeros((), dy.dtype))
    return inside, np.zeros_like(low), np.zeros_like(high)


_trip_v4_grad = defop(
    "QuantizeAndDequantizeV4Grad",
    "gradients: T, input: T, input_min: T, input_max: T -> T, T, T",
    doc="The gradient of QuantizeAndDequantizeV4: none where the input is outside of the range.",
    types={"T": "float16|float32|float64"},
    attrs={"axis": -1},
    shape=lambda op: [t.shape for t in op.inputs[1:]],
    kernel=_inside_kernel,
    grad=no_grad("TensorFlow defines none"),
)
_trip_v4 = defop(
    "QuantizeAndDequantizeV4",
    f"{_TRIP} -> T",
    doc="Floats rounded to the steps of a range; the gradient passes inside of it.",
    types={"T": "float16|float32|float64"},
    attrs=_TRIP_ATTRS,
    shape=same_shape,
    kernel=_trip_kernel,
    grad=lambda op, dy: _trip_v4_grad(dy, *op.inputs, axis=op.attrs["axis"]),
)


def _trip(op: Any, doc: str) -> Any:
    def function(
        input: Any,
        input_min: Any,
        input_max: Any,
        signed_input: bool = True,
        num_bits: int = 8,
        range_given: bool = False,
        round_mode: str = "HALF_TO_EVEN",
        name: str | None = None,
        narrow_range: bool = False,
        axis: int | None = None,
    ) -> Tensor:
        x = convert_to_tensor(input, name="input")
        if round_mode not in ("HALF_TO_EVEN", "HALF_UP"):
            raise ValueError(f"round_mode must be HALF_TO_EVEN or HALF_UP, got {round_mode!r}")
        if not 1 <= whole(num_bits) < 63:
            raise ValueError(f"num_bits is out of range: {num_bits}")
        result: Tensor = op(
            x, input_min, input_max, signed_input=signed_input, num_bits=whole(num_bits),
            range_given=range_given, round_mode=round_mode, narrow_range=narrow_range,
            axis=_axis_of(axis, x), name=name,
        )  # fmt: skip
        return result

    function.__doc__ = doc
    return function


quantize_and_dequantize = _trip(
    _trip_v2,
    """Floats rounded to the steps of a range, as quantizing and dequantizing would.

    Args:
        input: a floating-point tensor.
        input_min, input_max: the range, scalars, or vectors along `axis`.
        signed_input: whether the integers have a sign.
        num_bits: how many bits they have.
        range_given: whether the range is that given; by default it is that of the input.
        round_mode: "HALF_TO_EVEN" or "HALF_UP".
        name: the op's name.
        narrow_range: whether the lowest integer is left out.
        axis: the axis whose slices have ranges of their own; none by default.

    Returns:
        A tensor like `input`; its gradient is passed on everywhere.
    """,
)
quantize_and_dequantize_v2 = _trip(
    _trip_v4,
    """`quantize_and_dequantize` whose gradient is passed on inside of a given range only.

    Args:
        input, input_min, input_max, signed_input, num_bits, range_given, round_mode, name: as
            in `quantize_and_dequantize`.
        narrow_range, axis: as in `quantize_and_dequantize`.
    """,
)
