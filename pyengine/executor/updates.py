"""Large optimizer updates, block by block: parameter, slots and gradient pass the cache once.

An update rule is elementwise. Applied to whole arrays, each of its ten or so operations would go
through memory; applied to blocks, what lies between them stays in a core's cache. The results go to
buffers that the variable's cell keeps: the arrays that its value had before the last update.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.executor.runtime import Cell
from pyengine.executor.threads import in_parallel

_LEAST = 1 << 16
"""Elements from which on an update goes by blocks: a smaller one stays in the cache anyway."""

_BLOCK = 1 << 17
"""Elements of a block: smaller ones fit the second-level cache, larger ones need fewer calls."""

Rule = Callable[..., tuple[Any, ...]]


def updated_by_blocks(
    rule: Rule, cells: Sequence[Cell], before: Sequence[Any], rest: Sequence[Any], grad_at: int
) -> bool:
    """Updates cells block by block, if that is possible and pays.

    Args:
        rule: takes parts of the cells' values and of the gradient, and the other inputs as they
            are; returns the new parts.
        cells: the variable's cell and its slots'.
        before: their values.
        rest: the other inputs, the gradient among them.
        grad_at: the gradient's place in `rest`.

    Returns:
        Whether it was done; if not, nothing has changed.
    """
    gradient = rest[grad_at]
    flat = None if gradient.size < _LEAST else _flat_views((*before, gradient))
    if flat is None:
        return False
    scalars = list(rest)
    results = [cell.spare_like(value) for cell, value in zip(cells, before)]
    outs = [r.reshape(-1, order="A") for r in results]
    *values, slopes = flat

    def update(start: int, stop: int) -> None:
        part = slice(start, stop)
        inputs = scalars.copy()
        inputs[grad_at] = slopes[part]
        for out, new in zip(outs, rule(*[v[part] for v in values], *inputs)):
            out[part] = new

    in_parallel(update, gradient.size, _BLOCK)
    for cell, result in zip(cells, results):
        cell.replace(result)
    return True


def _flat_views(arrays: Sequence[Any]) -> list[Any] | None:
    """The arrays as vectors over the same memory, if all lie in memory in the same order."""
    if all(a.flags.c_contiguous for a in arrays):
        return [a.reshape(-1) for a in arrays]
    if all(a.flags.f_contiguous for a in arrays):
        return [a.reshape(-1, order="F") for a in arrays]
    shape = np.shape(arrays[0])
    if arrays[-1].shape == shape and all(a.flags.c_contiguous for a in arrays[:-1]):
        return [*(a.reshape(-1) for a in arrays[:-1]), np.ascontiguousarray(arrays[-1]).reshape(-1)]
    return None
