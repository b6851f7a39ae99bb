"""Running totals along an axis: `cumsum`, `cumprod`, `cumulative_logsumexp`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.graph import Operation, Tensor
from pyengine.ops import elementwise, math
from pyengine.ops.declare import defop, whole

__all__ = ["cumprod", "cumsum"]


def _shifted(xp: Any, total: Any, axis: int, start: Any) -> Any:
    """Each result one place further on, with `start` in the first place."""
    shifted = xp.full_like(total, start)
    to, of = [slice(None)] * total.ndim, [slice(None)] * total.ndim
    to[axis], of[axis] = slice(1, None), slice(None, -1)
    shifted[tuple(to)] = total[tuple(of)]
    return shifted


def _cumulative(type: str, doc: str, numpy_name: str, start: int, grad: Any) -> Callable[..., Any]:
    def kernel(xp: Any, x: Any, axis: int, *, exclusive: bool, reverse: bool) -> Any:
        if not -x.ndim <= axis < x.ndim:
            raise ValueError(f"axis {axis} is out of range for a tensor of rank {x.ndim}")
        x = xp.flip(x, axis) if reverse else x
        total = getattr(xp, numpy_name)(x, axis=axis, dtype=x.dtype)
        if exclusive:
            total = _shifted(xp, total, axis, start)
        return xp.flip(total, axis) if reverse else total

    op = defop(
        type, "x: T, axis: host index -> T", doc=doc, types={"T": "number"},
        attrs={"exclusive": False, "reverse": False}, shape=lambda op: op.inputs[0].shape,
        kernel=kernel, grad=grad,
    )  # fmt: skip

    def function(
        x: Any,
        axis: Any = 0,
        exclusive: bool = False,
        reverse: bool = False,
        name: str | None = None,
    ) -> Tensor:
        result: Tensor = op(x, whole(axis), exclusive=exclusive, reverse=reverse, name=name)
        return result

    function.__doc__ = f"""{doc}

    Args:
        x: a numeric tensor.
        axis: the axis to go along.
        exclusive: whether each element is left out of its own result.
        reverse: whether to go from the end.
        name: the op's name.
    """
    return function


def _cumsum_grad(op: Operation, dy: Tensor) -> Any:
    exclusive, reverse = op.attrs["exclusive"], op.attrs["reverse"]
    return cumsum(dy, op.inputs[1], exclusive=exclusive, reverse=not reverse), None


def _cumprod_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.nonan import div_no_nan

    x, axis = op.inputs
    exclusive, reverse = op.attrs["exclusive"], op.attrs["reverse"]
    product = cumprod(x, axis, exclusive=exclusive, reverse=reverse)
    weighted = cumsum(math.multiply(product, dy), axis, exclusive=exclusive, reverse=not reverse)
    return div_no_nan(weighted, x), None


cumsum = _cumulative(
    "Cumsum", "The sum of all elements so far, along an axis.", "cumsum", 0, _cumsum_grad
)
cumprod = _cumulative(
    "Cumprod", "The product of all elements so far, along an axis.", "cumprod", 1, _cumprod_grad
)
cumsum.__name__, cumprod.__name__ = "cumsum", "cumprod"


def _running_log_sum(xp: Any, x: Any, axis: int, *, exclusive: bool, reverse: bool) -> Any:
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis {axis} is out of range for a tensor of rank {x.ndim}")
    x = xp.flip(x, axis) if reverse else x
    total = np.logaddexp.accumulate(x, axis=axis, dtype=x.dtype)
    if exclusive:
        total = _shifted(xp, total, axis, -np.inf)
    return xp.flip(total, axis) if reverse else total


def _log_sum_grad(op: Operation, dy: Tensor) -> Any:
    """The gradient by logarithms, its positive and negative parts apart."""
    from pyengine.ops.compare import greater
    from pyengine.ops.filling import ones_like, zeros_like
    from pyengine.ops.repetition import where

    x, axis = op.inputs
    exclusive, reverse = op.attrs["exclusive"], op.attrs["reverse"]
    zero, lowest = zeros_like(dy), math.multiply(ones_like(dy), math.number(dy.dtype.min, dy))

    def part(slope: Tensor) -> Tensor:
        there = greater(slope, zero)
        logs = where(there, elementwise.log(where(there, slope, ones_like(slope))), lowest)
        total = _cumulative_logsumexp(
            math.subtract(logs, op.outputs[0]), axis, exclusive=exclusive, reverse=not reverse
        )
        return elementwise.exp(math.add(total, x))

    return math.subtract(part(dy), part(math.negative(dy))), None


_cumulative_logsumexp = defop(
    "CumulativeLogsumexp",
    "x: T, axis: host index -> T",
    doc="The logarithm of the sum of the exponentials so far, along an axis.",
    types={"T": "float16|float32|float64"},
    attrs={"exclusive": False, "reverse": False},
    shape=lambda op: op.inputs[0].shape,
    kernel=_running_log_sum,
    grad=_log_sum_grad,
)


def cumulative_logsumexp(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The logarithm of the sum of the exponentials of all elements so far, without overflow.

    Args:
        x: a floating-point tensor.
        axis: the axis to go along.
        exclusive: whether each element is left out of its own result; the first is then minus
            infinity.
        reverse: whether to go from the end.
        name: the op's name.
    """
    return _cumulative_logsumexp(
        x, whole(axis), exclusive=exclusive, reverse=reverse, name=name or "CumulativeLogsumexp"
    )
