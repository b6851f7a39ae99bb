"""Changes to rows of variables on a GPU: scattering, and the optimizers' sparse updates.

A row that is named twice is changed in turns by the CPU's kernels; here only sums can do that, so
other changes of such rows are left to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.device_kernels import DeviceKernel
from pyengine.device_kernels.kinds import ALL, COMPLEX, FLOATS, NUMBERS, REAL, kernels
from pyengine.device_kernels.positions import _is_inside
from pyengine.device_kernels.updates import _RESOURCE, _UNFIT, _Namespace, _writing
from pyengine.executor.device_cell import DeviceCell
from pyengine.ops.training import RULES
from pyengine.registry import OPS

Change = Callable[[Any, Any, Any, Any], Any]
"""`change(torch, value, rows, updates)`: the value with rows changed; `rows` is a vector."""


def _are_once(torch: Any, rows: Any) -> bool:
    """Whether no row is named twice."""
    return bool(torch.unique(rows).numel() == rows.numel())


def _scatter(change: Change) -> Callable[..., Any]:
    def kernel(
        torch: Any, cell: DeviceCell, indices: Any, updates: Any, *, use_locking: bool
    ) -> Any:
        value = cell.read_there()
        if not value.ndim or not _is_inside(indices, value.shape[0]):
            return NotImplemented
        if updates.ndim and updates.shape != (*indices.shape, *value.shape[1:]):
            return NotImplemented
        rows = indices.reshape(-1)
        updates = updates.reshape(-1, *value.shape[1:]) if updates.ndim else updates
        updates = updates.expand(rows.numel(), *value.shape[1:])
        changed = change(torch, value, rows, updates)
        if changed is NotImplemented:
            return changed
        cell.put_there(changed)
        return cell

    return kernel


def _add(torch: Any, value: Any, rows: Any, updates: Any) -> Any:
    return value.index_add(0, rows, updates)


def _subtract(torch: Any, value: Any, rows: Any, updates: Any) -> Any:
    return value.index_add(0, rows, updates, alpha=-1)


def _combined(name: str) -> Change:
    """What PyTorch's function of that name makes of a row and its update."""

    def change(torch: Any, value: Any, rows: Any, updates: Any) -> Any:
        if not _are_once(torch, rows):
            return NotImplemented
        return _replaced(torch, value, rows, getattr(torch, name)(value[rows], updates))

    return change


def _replaced(torch: Any, value: Any, rows: Any, updates: Any) -> Any:
    return value.index_copy(0, rows.to(torch.int64), updates)


def _put(torch: Any, value: Any, rows: Any, updates: Any) -> Any:
    return _replaced(torch, value, rows, updates) if _are_once(torch, rows) else NotImplemented


def _sparse_update(rule: Callable[..., Any], slots: int, grad_at: int) -> Callable[..., Any]:
    def kernel(torch: Any, *inputs: Any, use_locking: bool, **attrs: Any) -> Any:
        cells, grad, rows = inputs[:slots], inputs[grad_at], inputs[grad_at + 1]
        current = [cell.read_there() for cell in cells]
        shape = current[0].shape
        fits = all(value.shape == shape for value in current) and rows.ndim == 1
        if not fits or not shape or grad.shape != (rows.numel(), *shape[1:]):
            return NotImplemented
        if not _is_inside(rows, shape[0]) or not _are_once(torch, rows):
            return NotImplemented
        rest = [*inputs[slots:grad_at], grad, *inputs[grad_at + 2 :]]
        changed = rule(_Namespace(torch), *[value[rows] for value in current], *rest, **attrs)
        for cell, value, new in zip(cells, current, changed):
            cell.put_there(_replaced(torch, value, rows, new))
        return cells[0]

    return kernel


_SCATTERS: dict[str, tuple[Change, frozenset[str]]] = {
    "Add": (_add, NUMBERS),
    "Div": (_combined("true_divide"), FLOATS | COMPLEX | {"int32", "int64"}),
    "Max": (_combined("maximum"), REAL),
    "Min": (_combined("minimum"), REAL),
    "Mul": (_combined("mul"), NUMBERS),
    "Sub": (_subtract, NUMBERS),
    "Update": (_put, ALL),
}


def _sparse_updates() -> dict[str, DeviceKernel]:
    found: dict[str, DeviceKernel] = {}
    dtypes = FLOATS | COMPLEX | {"int32", "int64"}
    for name, rule in RULES.items():
        sparse = name.replace("Apply", "SparseApply")
        if sparse not in OPS or name in _UNFIT:
            continue
        kernel = _sparse_update(*rule)
        if sparse.startswith("Resource"):
            found[sparse] = DeviceKernel(_writing(kernel), dtypes | _RESOURCE)
        else:
            found[sparse] = DeviceKernel(kernel, dtypes)
    return found


KERNELS = _sparse_updates()
for _name, (_change, _dtypes) in _SCATTERS.items():
    KERNELS |= kernels(_dtypes, {f"Scatter{_name}": _scatter(_change)})
    KERNELS |= kernels(
        _dtypes | _RESOURCE,
        {f"ResourceScatter{_name}": _writing(_scatter(_change), use_locking=True)},
    )
