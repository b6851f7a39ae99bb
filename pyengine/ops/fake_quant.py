"""Floats rounded as a quantized network would hold them: `fake_quant_*`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad, same_shape, whole
from pyengine.registry import settings_of
from pyengine.shape import SCALAR

__all__ = [
    "fake_quant_with_min_max_args", "fake_quant_with_min_max_args_gradient",
    "fake_quant_with_min_max_vars", "fake_quant_with_min_max_vars_gradient",
    "fake_quant_with_min_max_vars_per_channel",
    "fake_quant_with_min_max_vars_per_channel_gradient",
]  # fmt: skip

# ---------------------------------------------------------------- fake quantization


def _nudged(low: Any, high: Any, num_bits: int, narrow_range: bool) -> tuple[Any, Any, Any]:
    """The range moved so that zero is one of its steps, and the step (all float32)."""
    least, most = np.float32(1 if narrow_range else 0), np.float32((1 << num_bits) - 1)
    low, high = np.asarray(low, np.float32), np.asarray(high, np.float32)
    scale = (high - low) / (most - least)
    zero = least - low / scale
    rounded = np.where(zero >= 0, np.floor(zero + np.float32(0.5)), np.ceil(zero - np.float32(0.5)))
    point = np.clip(rounded, least, most).astype(np.float32)
    return (least - point) * scale, (most - point) * scale, scale


def _check(attrs: dict[str, Any]) -> None:
    if not 2 <= attrs["num_bits"] <= 16:
        raise ValueError(f"num_bits must be between 2 and 16, got {attrs['num_bits']}")
    if "min" in attrs and not attrs["min"] < attrs["max"]:
        raise ValueError(f"min has to be smaller than max, was: {attrs['min']} >= {attrs['max']}")


def _fake(x: Any, low: Any, high: Any, num_bits: int, narrow_range: bool) -> Any:
    nothing = (np.asarray(low) == 0) & (np.asarray(high) == 0)  # a range that is not set yet
    with np.errstate(all="ignore"):
        first, last, scale = _nudged(low, high, num_bits, narrow_range)
        inverse = np.float32(1) / scale
        zero = np.floor(-first * inverse + np.float32(0.5))
        steps = np.floor((np.clip(x, first, last) - first) * inverse - zero + np.float32(0.5))
        return np.where(nothing, np.float32(0), steps * scale).astype(np.float32)


def _fake_grad(
    dy: Any, x: Any, low: Any, high: Any, num_bits: int, narrow_range: bool
) -> tuple[Any, Any, Any]:
    """What goes to the input, and where it is below and above the range to the limits."""
    nothing = (np.asarray(low) == 0) & (np.asarray(high) == 0)
    with np.errstate(all="ignore"):
        first, last, _ = _nudged(low, high, num_bits, narrow_range)
    below, above = ~nothing & (x < first), ~nothing & (x > last)
    zero = np.float32(0)
    inside = np.where(below | above, zero, dy)
    return inside, np.where(below, dy, zero), np.where(above, dy, zero)


_ARGS = {"min": -6.0, "max": 6.0, "num_bits": 8, "narrow_range": False}
_VARS = {"num_bits": 8, "narrow_range": False}
_NONE = no_grad("TensorFlow defines none")


def _args_gradient_kernel(xp: Any, dy: Any, x: Any, **attrs: Any) -> Any:
    _check(attrs)
    return _fake_grad(dy, x, attrs["min"], attrs["max"], attrs["num_bits"], attrs["narrow_range"])[
        0
    ]


def _args_kernel(xp: Any, x: Any, **attrs: Any) -> Any:
    _check(attrs)
    return _fake(x, attrs["min"], attrs["max"], attrs["num_bits"], attrs["narrow_range"])


_args_gradient = defop(
    "FakeQuantWithMinMaxArgsGradient",
    "gradients: float32, inputs: float32 -> float32",
    doc="The gradient of FakeQuantWithMinMaxArgs: none outside of the range.",
    attrs=_ARGS,
    shape=same_shape,
    kernel=_args_gradient_kernel,
    grad=_NONE,
)
_args = defop(
    "FakeQuantWithMinMaxArgs",
    "inputs: float32 -> float32",
    doc="Floats rounded to the steps of a range.",
    attrs=_ARGS,
    shape=same_shape,
    kernel=_args_kernel,
    grad=lambda op, dy: _args_gradient(dy, op.inputs[0], **settings_of(op)),
)


def _limits_shape(channels: bool) -> Callable[[Operation], Any]:
    def rule(op: Operation) -> Any:
        x = op.inputs[-3].shape
        if not channels:
            for t in op.inputs[-2:]:
                t.shape.with_rank(0)
        else:
            x = x.with_rank_at_least(1)
            for t in op.inputs[-2:]:
                limits = t.shape.with_rank(1)
                if x.sizes is not None:
                    x[-1:].assert_is_compatible_with(limits)
        if len(op.inputs) == 3:
            return x
        return [x, *([op.inputs[-2].shape] * 2 if channels else [SCALAR] * 2)]

    return rule


def _with_limits(type: str, doc: str, channels: bool) -> tuple[Any, Any]:
    """Declares an op whose range is given by tensors, and that of its gradient."""

    def kernel(xp: Any, x: Any, low: Any, high: Any, **settings: Any) -> Any:
        _check(settings)
        return _fake(x, low, high, **settings)

    def backward(xp: Any, dy: Any, x: Any, low: Any, high: Any, **settings: Any) -> Any:
        _check(settings)
        inside, below, above = _fake_grad(dy, x, low, high, **settings)
        axes = tuple(range(x.ndim - 1)) if channels else None
        low_sum, high_sum = below.sum(axes, np.float32), above.sum(axes, np.float32)
        return inside, np.asarray(low_sum), np.asarray(high_sum)

    gradient = defop(
        type + "Gradient",
        "gradients: float32, inputs: float32, min: float32, max: float32 "
        "-> float32, float32, float32",
        doc=f"The gradient of {type}.", attrs=_VARS, shape=_limits_shape(channels),
        kernel=backward, grad=_NONE,
    )  # fmt: skip
    forward = defop(
        type, "inputs: float32, min: float32, max: float32 -> float32", doc=doc, attrs=_VARS,
        shape=_limits_shape(channels),
        kernel=kernel,
        grad=lambda op, dy: gradient(dy, *op.inputs, **settings_of(op)),
    )  # fmt: skip
    return forward, gradient


_vars, _vars_gradient = _with_limits(
    "FakeQuantWithMinMaxVars", "Floats rounded to the steps of a range given by tensors.", False
)
_channels, _channels_gradient = _with_limits(
    "FakeQuantWithMinMaxVarsPerChannel",
    "Floats rounded to the steps of a range for each place along the last dimension.",
    True,
)


def fake_quant_with_min_max_args(
    inputs: Any,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """Floats rounded to the steps of a range, as a quantized network would hold them.

    Args:
        inputs: a float32 tensor.
        min, max: the range; it is moved a little so that zero is a step.
        num_bits: it has 2^num_bits - 1 steps, 2 to 16.
        narrow_range: whether it has one step less.
        name: the op's name.

    Returns:
        A tensor like `inputs`, its elements clipped and rounded; gradients pass inside of the
        range.

    Raises:
        tf.errors.InvalidArgumentError: at run time, when min is not below max, or for other
            numbers of bits.

    Example:
        >>> import pyengine as tf
        >>> y = tf.fake_quant_with_min_max_args([0.1, 0.6, 9.0], min=0, max=3, num_bits=2)
        >>> tf.get_static_value(y).tolist()
        [0.0, 1.0, 3.0]
    """
    return _args(
        inputs, min=float(min), max=float(max), num_bits=whole(num_bits),
        narrow_range=narrow_range, name=name,
    )  # fmt: skip


def fake_quant_with_min_max_args_gradient(
    gradients: Any,
    inputs: Any,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """The gradient of `fake_quant_with_min_max_args`, from that of its result.

    Args:
        gradients: the gradient of the result, float32.
        inputs: what was quantized, float32, of the same shape.
        min, max: the range, numbers.
        num_bits: how many bits, from 2 to 16.
        narrow_range: whether the lowest number is left out.
        name: the op's name.

    Returns:
        The gradient of `inputs`: 0 outside of the range.

    Example:
        >>> import pyengine as tf
        >>> found = tf.fake_quant_with_min_max_args_gradient([1.0, 1.0], [0.0, 9.0])
        >>> tf.get_static_value(found).tolist()
        [1.0, 0.0]
    """
    return _args_gradient(
        gradients, inputs, min=float(min), max=float(max), num_bits=whole(num_bits),
        narrow_range=narrow_range, name=name,
    )  # fmt: skip


def _public(op: Any, doc: str) -> Callable[..., Any]:
    def function(
        inputs: Any,
        min: Any,
        max: Any,
        num_bits: int = 8,
        narrow_range: bool = False,
        name: str | None = None,
    ) -> Any:
        return op(inputs, min, max, num_bits=whole(num_bits), narrow_range=narrow_range, name=name)

    function.__doc__ = doc
    return function


def _public_gradient(op: Any, doc: str) -> Callable[..., Any]:
    def function(
        gradients: Any,
        inputs: Any,
        min: Any,
        max: Any,
        num_bits: int = 8,
        narrow_range: bool = False,
        name: str | None = None,
    ) -> Any:
        return op(
            gradients, inputs, min, max, num_bits=whole(num_bits), narrow_range=narrow_range,
            name=name,
        )  # fmt: skip

    function.__doc__ = doc
    return function


fake_quant_with_min_max_vars = _public(
    _vars,
    """`fake_quant_with_min_max_args` with a range of float32 scalars, which gradients reach too.

    Args:
        inputs: a float32 tensor.
        min, max: the range, scalars; two zeros mean that there is none yet, and give zeros.
        num_bits, narrow_range, name: as in `fake_quant_with_min_max_args`.
    """,
)
fake_quant_with_min_max_vars_gradient = _public_gradient(
    _vars_gradient,
    "The gradients of `fake_quant_with_min_max_vars` in its three inputs.",
)
fake_quant_with_min_max_vars_per_channel = _public(
    _channels,
    """`fake_quant_with_min_max_vars` with a range for each place along the last dimension.

    Args:
        inputs: a float32 tensor of rank 1 or more.
        min, max: the ranges, vectors.
        num_bits, narrow_range, name: as in `fake_quant_with_min_max_args`.
    """,
)
fake_quant_with_min_max_vars_per_channel_gradient = _public_gradient(
    _channels_gradient,
    "The gradients of `fake_quant_with_min_max_vars_per_channel` in its three inputs.",
)
