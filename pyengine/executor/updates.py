"""Large optimizer updates, block by block and in place: each array passes the cache once.

An update rule is elementwise. Applied to whole arrays, each of its ten or so operations would go
through memory; applied to blocks, what lies between them stays in a core's cache. The results go to
where the old values were, unless somebody still holds those.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pyengine.executor.runtime import Cell
from pyengine.executor.threads import in_parallel

_LEAST = 1 << 16
"""Elements from which on an update goes by blocks: a smaller one stays in the cache anyway."""

_BLOCK = 1 << 16
"""Elements of a block: smaller ones would spend the time on calls."""

Rule = Callable[..., None]


def updated_by_blocks(
    rule: Rule, cells: Sequence[Cell], rest: Sequence[Any], grad_at: int, block: int = 0
) -> bool:
    """Updates cells block by block, if that is possible and pays.

    Args:
        rule: takes parts of the cells' arrays, which it writes to, of the gradient, and the other
            inputs as they are.
        cells: the variable's cell, whose lock the caller holds, and its slots'.
        rest: the other inputs, the gradient among them.
        grad_at: the gradient's place in `rest`.
        block: the elements of a block, if the rule would have another number of them.

    Returns:
        Whether it was done; if not, nothing has changed.
    """
    gradient = rest[grad_at]
    if gradient.size < _LEAST or len({id(cell) for cell in cells}) < len(cells):
        return False
    with _taken(cells) as arrays:
        flat = _flat_views((*arrays, gradient))
        if flat is None:
            return False

        def update(start: int, stop: int) -> None:
            part = slice(start, stop)
            inputs = list(rest)
            inputs[grad_at] = flat[-1][part]
            rule(*[v[part] for v in flat[:-1]], *inputs)

        in_parallel(update, gradient.size, block or _BLOCK)
    return True


@contextlib.contextmanager
def _taken(cells: Sequence[Cell]) -> Iterator[list[Any]]:
    """The cells' arrays, to be written to; they are back in the cells after."""
    with contextlib.ExitStack() as locks:
        for cell in cells:  # the variable first, then its slots: the same order for all updates
            locks.enter_context(cell.lock)
        arrays = [cell.take() for cell in cells]
        try:
            yield arrays
        finally:
            for cell, array in zip(cells, arrays):
                cell.value = array


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
