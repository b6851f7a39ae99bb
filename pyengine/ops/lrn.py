"""Local response normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, whole

__all__ = ["local_response_normalization", "lrn"]

_ATTRS: dict[str, Any] = {"depth_radius": 5, "bias": 1.0, "alpha": 1.0, "beta": 0.5}


def _nearby_sum(values: Any, radius: int) -> Any:
    """The sums over the channels at most `radius` away."""
    depth = values.shape[-1]
    total = np.zeros_like(values)
    for shift in range(-min(radius, depth - 1), min(radius, depth - 1) + 1):
        to, start = max(0, -shift), max(0, shift)
        length = depth - abs(shift)
        total[..., to : to + length] += values[..., start : start + length]
    return total


def _norm(x: Any, depth_radius: int, bias: float, alpha: float) -> Any:
    return _nearby_sum(x * x, depth_radius) * x.dtype.type(alpha) + x.dtype.type(bias)


def _wide(x: Any) -> Any:
    return x.astype(np.float32) if x.dtype.itemsize == 2 else x


def _lrn_kernel(
    xp: Any, x: Any, *, depth_radius: int, bias: float, alpha: float, beta: float
) -> Any:
    wide = _wide(x)
    norm = _norm(wide, depth_radius, bias, alpha)
    return (wide * norm ** wide.dtype.type(-beta)).astype(x.dtype, copy=False)


def _lrn_grad_kernel(
    xp: Any, dy: Any, x: Any, y: Any, *, depth_radius: int, bias: float, alpha: float, beta: float
) -> Any:
    dtype = dy.dtype
    dy, x, y = _wide(dy), _wide(x), _wide(y)
    norm = _norm(x, depth_radius, bias, alpha)
    kind = x.dtype.type
    inner = _nearby_sum(dy * y / norm, depth_radius)
    dx = dy * norm ** kind(-beta) - kind(2 * alpha * beta) * x * inner
    return dx.astype(dtype, copy=False)


def _no_second_order(op: Operation, d: Tensor) -> Any:
    raise LookupError(
        f"No gradient defined for operation '{op.name}' (op type: LRNGrad): local response "
        f"normalization has a first-order gradient only"
    )


_lrn_grad = defop(
    "LRNGrad",
    "input_grads: T, input_image: T, output_image: T -> T",
    doc="The gradient of LRN.",
    types={"T": "float16|bfloat16|float32"},
    attrs=_ATTRS,
    shape=lambda op: op.inputs[0].shape.merge_with(op.inputs[1].shape),
    kernel=_lrn_grad_kernel,
    grad=_no_second_order,
)
_lrn = defop(
    "LRN",
    "input: T -> T",
    doc="Images over a power of the sum of squares of the channels nearby.",
    types={"T": "float16|bfloat16|float32"},
    attrs=_ATTRS,
    shape=lambda op: op.inputs[0].shape.with_rank(4),
    kernel=_lrn_kernel,
    grad=lambda op, dy: _lrn_grad(
        dy, op.inputs[0], op.outputs[0], **{n: op.attrs[n] for n in _ATTRS}
    ),
)


def local_response_normalization(
    input: Any,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """x / (bias + alpha * s) ** beta, where s is the sum of squares of the channels nearby.

    See Krizhevsky et al., ImageNet classification with deep convolutional neural networks, 3.3.

    Args:
        input: images [batch, height, width, channels], float32 or a half float.
        depth_radius: how far the channels may be away.
        bias, alpha, beta: numbers of the formula.
        name: the op's name.
    """
    return _lrn(
        input,
        depth_radius=int(whole(depth_radius)),
        bias=float(bias),
        alpha=float(alpha),
        beta=float(beta),
        name=name,
    )


lrn = local_response_normalization
