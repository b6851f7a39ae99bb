"""Assignments to variables that live on a GPU, and the optimizers' updates: see the package.

A rule of `ops.training` is written for an array namespace; here that is PyTorch's, with the few
names that PyTorch has otherwise. New values are new tensors: whoever has read the old keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.device_kernels import DeviceKernel
from pyengine.device_kernels.kinds import ALL, COMPLEX, FLOATS, NUMBERS, kernels
from pyengine.device_kernels.positions import _gather
from pyengine.executor.device_cell import DeviceCell
from pyengine.ops import resource  # noqa: F401 (it adds its rules to the others)
from pyengine.ops.training import RULES

_UNFIT = frozenset({"ApplyAdagradDA", "ResourceApplyAdagradDA"})
"""Rules that look at the global step as an array."""


class _Namespace:
    """PyTorch under the names that the rules call NumPy's functions by."""

    def __init__(self, torch: Any) -> None:
        self.abs, self.exp, self.power = torch.abs, torch.exp, torch.pow
        self.sign, self.sqrt, self.multiply = torch.sign, torch.sqrt, torch.mul
        self._torch = torch

    @staticmethod
    def asarray(x: Any) -> Any:
        return x

    @staticmethod
    def ndim(x: Any) -> int:
        return int(x.ndim)

    def subtract(self, x: Any, y: Any, out: Any = None) -> Any:
        return self._torch.sub(x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        return self._torch.clamp(x, min=y) if isinstance(y, int) else self._torch.maximum(x, y)

    def clip(self, x: Any, low: Any, high: Any) -> Any:
        return self._torch.clamp(x, low, high)


def _assign(
    torch: Any, cell: DeviceCell, value: Any, *, validate_shape: bool, use_locking: bool = True
) -> Any:
    if validate_shape and not cell.op.attrs["shape"].is_compatible_with(tuple(value.shape)):
        return NotImplemented  # the CPU's kernel refuses it
    # A copy of a part, lest the variable hold the whole of what it is a part of.
    cell.put_there(value.contiguous() if value._base is None else value.clone())
    return cell


def _changed(name: str) -> Callable[..., Any]:
    def kernel(torch: Any, cell: DeviceCell, value: Any, *, use_locking: bool = True) -> Any:
        current = cell.read_there()
        if current.shape != value.shape:
            return NotImplemented
        cell.put_there(getattr(torch, name)(current, value))
        return cell

    return kernel


def _update(rule: Callable[..., Any], slots: int, grad_at: int) -> Callable[..., Any]:
    def kernel(torch: Any, *inputs: Any, use_locking: bool, **attrs: Any) -> Any:
        cells, rest = inputs[:slots], inputs[slots:]
        current = [cell.read_there() for cell in cells]
        if any(value.shape != inputs[grad_at].shape for value in current):
            return NotImplemented
        for cell, value in zip(cells, rule(_Namespace(torch), *current, *rest, **attrs)):
            cell.put_there(value)
        return cells[0]

    return kernel


# ---------------------------------------------------------------- by the variable's handle


def _writing(kernel: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
    """The kernel of a reference variable's op for a resource variable: it has no output."""

    def write(torch: Any, cell: DeviceCell, *inputs: Any, **attrs: Any) -> Any:
        with cell.lock:
            result = kernel(torch, cell, *inputs, **attrs, **fixed)
        return result if result is NotImplemented else None

    return write


def _read_rows(
    torch: Any, cell: DeviceCell, indices: Any, *, dtype: Any, batch_dims: int,
    validate_indices: bool,
) -> Any:  # fmt: skip
    return _gather(torch, cell.read_there(), indices, batch_dims, batch_dims=batch_dims)


_RESOURCE = frozenset({"resource"})

KERNELS: dict[str, DeviceKernel] = {
    **kernels(ALL, {"Assign": _assign}),
    **kernels(NUMBERS, {"AssignAdd": _changed("add"), "AssignSub": _changed("sub")}),
    **kernels(
        FLOATS | COMPLEX,
        {
            name: _update(*RULES[name])
            for name in RULES
            if name.startswith("Apply") and name not in _UNFIT
        },
    ),
    **kernels(
        FLOATS | COMPLEX | _RESOURCE,
        {
            name: _writing(_update(*RULES[name]))
            for name in RULES
            if name.startswith("Resource") and name not in _UNFIT
        },
    ),
    **kernels(
        ALL | _RESOURCE,
        {
            "AssignAddVariableOp": _writing(_changed("add")),
            "AssignSubVariableOp": _writing(_changed("sub")),
            "AssignVariableOp": _writing(_assign),
            "ReadVariableOp": lambda torch, cell, *, dtype: cell.read_there(),
            "ResourceGather": _read_rows,
        },
    ),
}
