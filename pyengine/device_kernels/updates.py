"""Assignments to variables that live on a GPU, and the optimizers' updates: see the package.

A rule of `ops.training` is written for an array namespace; here that is PyTorch's, with the few
names that PyTorch has otherwise. New values are new tensors: whoever has read the old keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.device_kernels import DeviceKernel
from pyengine.device_kernels.kinds import ALL, COMPLEX, FLOATS, NUMBERS, kernels
from pyengine.executor.device_cell import DeviceCell
from pyengine.ops.training import RULES

_UNFIT = frozenset({"AdagradDA"})
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


KERNELS: dict[str, DeviceKernel] = {
    **kernels(ALL, {"Assign": _assign}),
    **kernels(NUMBERS, {"AssignAdd": _changed("add"), "AssignSub": _changed("sub")}),
    **kernels(
        FLOATS | COMPLEX,
        {f"Apply{name}": _update(*RULES[name]) for name in RULES if name not in _UNFIT},
    ),
}
