"""The kernels of ops on a GPU, written for PyTorch's tensors.

A module has them by op type in its `KERNELS`: `kernel(torch, *inputs, **attrs)` takes tensors of
one GPU, for `host` inputs Python ints or tuples, for variables their cells; it returns tensors of
the declared dtypes and shapes, writes into none of its inputs, and what only the values can tell (a
position that is not there) it looks at before. It returns NotImplemented for arguments that it
leaves to the CPU; the op's NumPy kernel also says what is wrong with those that no kernel takes.

They stand apart from the declarations of the ops, since nobody loads them who has no GPU.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import NamedTuple

from pyengine.graph import Operation

MODULES = (
    "arrays", "elementwise", "images", "layers", "matrices", "positions", "reductions", "rows",
    "updates",
)  # fmt: skip


class DeviceKernel(NamedTuple):
    """A kernel, and the names of the dtypes it takes and gives."""

    kernel: Callable[..., object]
    dtypes: frozenset[str]


@functools.cache
def table() -> dict[str, DeviceKernel]:
    """All kernels, by op type."""
    found: dict[str, DeviceKernel] = {}
    for name in MODULES:
        module = importlib.import_module(f"{__name__}.{name}")
        found.update(module.KERNELS)
    return found


def device_kernel(op: Operation) -> Callable[..., object] | None:
    """The kernel of an op on a GPU; None where there is none for its dtypes."""
    entry = table().get(op.type)
    if entry is None:
        return None
    hosts = op.opdef.hosts_of(op)
    tensors = [t for i, t in enumerate(op.inputs) if i not in hosts]
    names = {t.dtype.base_dtype.name for t in (*tensors, *op.outputs)}
    return entry.kernel if names <= entry.dtypes else None
