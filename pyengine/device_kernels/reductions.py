"""Reductions, cumulative sums and products of matrices on a GPU: see the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.device_kernels.kinds import (
    ALL,
    COMPLEX,
    FLOATS,
    NUMBERS,
    REAL,
    kernels,
    torch_dtype,
)
from pyengine.ops.reduce import _distinct_axes

Reduce = Callable[[Any, Any, tuple[int, ...], bool], Any]


def _along(reduce: Reduce) -> Callable[..., Any]:
    """The kernel of `reduce(torch, x, axes, keep)`, which is given one axis at least.

    Of no axes PyTorch would reduce all.
    """

    def kernel(torch: Any, x: Any, axes: Any, *, keep_dims: bool) -> Any:
        if axes == ():
            return x
        at = _distinct_axes(axes, x.ndim)
        return reduce(torch, x, at, keep_dims) if at else x

    return kernel


def _product(torch: Any, x: Any, axes: tuple[int, ...], keep: bool) -> Any:
    for axis in reversed(axes):
        x = torch.prod(x, axis, keepdim=keep, dtype=x.dtype)
    return x


def _extreme(name: str) -> Reduce:
    def reduce(torch: Any, x: Any, axes: tuple[int, ...], keep: bool) -> Any:
        return getattr(torch, name)(x, axes, keepdim=keep) if x.numel() else NotImplemented

    return reduce


def _norm(torch: Any, x: Any, axes: Any, *, keep_dims: bool) -> Any:
    return torch.sqrt(_SUM(torch, x * x, axes, keep_dims=keep_dims))


def _arg_extreme(name: str, worst: float) -> Callable[..., Any]:
    def kernel(torch: Any, x: Any, axis: int, *, output_type: Any) -> Any:
        if not -x.ndim <= axis < x.ndim or not x.shape[axis]:
            return NotImplemented
        if x.is_floating_point():  # NaN is never the extreme
            x = torch.where(torch.isnan(x), torch.full_like(x, worst), x)
        elif x.dtype == torch.bool:
            x = x.to(torch.uint8)
        return getattr(torch, name)(x, axis).to(torch_dtype(torch, output_type))

    return kernel


def _cumulative(name: str, start: int) -> Callable[..., Any]:
    def kernel(torch: Any, x: Any, axis: int, *, exclusive: bool, reverse: bool) -> Any:
        if not -x.ndim <= axis < x.ndim:
            return NotImplemented
        x = torch.flip(x, (axis,)) if reverse else x
        total = getattr(torch, name)(x, axis, dtype=x.dtype)
        if exclusive and x.shape[axis]:
            first = torch.full_like(total.narrow(axis, 0, 1), start)
            total = torch.cat([first, total.narrow(axis, 0, x.shape[axis] - 1)], axis)
        return torch.flip(total, (axis,)) if reverse else total

    return kernel


# ---------------------------------------------------------------- products of matrices


def _matmul(torch: Any, a: Any, b: Any, *, transpose_a: bool, transpose_b: bool) -> Any:
    if a.ndim != 2 or b.ndim != 2:
        return NotImplemented
    left, right = a.T if transpose_a else a, b.T if transpose_b else b
    return torch.mm(left, right) if left.shape[1] == right.shape[0] else NotImplemented


def _batch_matmul(torch: Any, x: Any, y: Any, *, adj_x: bool, adj_y: bool) -> Any:
    if x.ndim < 2 or y.ndim < 2:
        return NotImplemented
    return torch.matmul(x.mH if adj_x else x, y.mH if adj_y else y)


def _einsum(torch: Any, *inputs: Any, N: int, equation: str) -> Any:
    return torch.einsum(equation, *inputs)


_SUM = _along(lambda torch, x, at, keep: torch.sum(x, at, keep, dtype=x.dtype))

KERNELS = {
    **kernels(
        NUMBERS,
        {
            "Cumprod": _cumulative("cumprod", 1),
            "Cumsum": _cumulative("cumsum", 0),
            "Prod": _along(_product),
            "Sum": _SUM,
        },
    ),
    **kernels(
        FLOATS | COMPLEX,
        {
            "BatchMatMulV2": _batch_matmul,
            "Einsum": _einsum,
            "MatMul": _matmul,
            "Mean": _along(lambda torch, x, at, keep: torch.mean(x, at, keep)),
        },
    ),
    **kernels(FLOATS, {"EuclideanNorm": _norm}),
    **kernels(REAL, {"Max": _along(_extreme("amax")), "Min": _along(_extreme("amin"))}),
    **kernels(
        frozenset({"bool"}),
        {
            "All": _along(lambda torch, x, at, keep: torch.all(x, at, keep)),
            "Any": _along(lambda torch, x, at, keep: torch.any(x, at, keep)),
        },
    ),
    **kernels(
        ALL - COMPLEX,
        {
            "ArgMax": _arg_extreme("argmax", float("-inf")),
            "ArgMin": _arg_extreme("argmin", float("inf")),
        },
    ),
}
