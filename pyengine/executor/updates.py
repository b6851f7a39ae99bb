"""Large optimizer updates, block by block and in place: each array passes the cache once.

An update rule is elementwise. Applied to whole arrays, each of its ten or so operations would go
through memory; applied to blocks, what lies between them stays in a core's cache. The results go to
where the old values were, unless somebody still holds those. A gradient that is a product of
matrices may be made block by block as well.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pyengine.executor.runtime import Cell
from pyengine.executor.threads import in_parallel

_LEAST = 1 << 16
"""Elements from which on an update goes by blocks: a smaller one stays in the cache anyway."""

_BLOCK = 1 << 17
"""Elements of a block: with smaller ones the threads wait for Python's lock at each operation."""

Rule = Callable[..., None]


class Product:
    """A gradient that is a product of two matrices, to be made whole or a few rows at a time.

    Args:
        multiply: makes the product of two matrices, or of some rows of the first with the second.
        a, b: the matrices.
        transpose_a, transpose_b: whether `multiply` transposes them.
    """

    def __init__(
        self, multiply: Callable[[Any, Any], Any], a: Any, b: Any, transpose_a: bool,
        transpose_b: bool,
    ) -> None:  # fmt: skip
        self._multiply, self._a, self._b = multiply, a, b
        self._transposed = transpose_a
        left, right = np.shape(a)[:: -1 if transpose_a else 1], np.shape(b)
        right = right[:: -1 if transpose_b else 1]
        self.shape = (*left[:-1], *right[1:])
        self.size = math.prod(self.shape)
        self.is_large = self.size >= _LEAST and len(left) == len(right) == 2
        self.is_large &= left[-1:] == right[:1]  # else `multiply` says what is wrong

    def whole(self) -> Any:
        """The product."""
        return self._multiply(self._a, self._b)

    def rows(self, start: int, stop: int) -> Any:
        """Rows of the product."""
        a = self._a[:, start:stop] if self._transposed else self._a[start:stop]
        return self._multiply(a, self._b)


def whole(value: Any) -> Any:
    """A value as it is, or the product that it stands for."""
    return value.whole() if isinstance(value, Product) else value


def updated_by_blocks(
    rule: Rule, cells: Sequence[Cell], rest: Sequence[Any], grad_at: int, block: int = 0
) -> bool:
    """Updates cells block by block, if that is possible and pays.

    Args:
        rule: takes parts of the cells' arrays, which it writes to, of the gradient, and the other
            inputs as they are.
        cells: the variable's cell, whose lock the caller holds, and its slots'.
        rest: the other inputs, the gradient among them; that may be a `Product`.
        grad_at: the gradient's place in `rest`.
        block: the elements of a block, if the rule would have another number of them.

    Returns:
        Whether it was done; if not, nothing has changed.
    """
    gradient = rest[grad_at]
    if gradient.size < _LEAST or len({id(cell) for cell in cells}) < len(cells):
        return False
    with _taken(cells) as arrays:
        parted = _parted(arrays, gradient)
        if parted is None:
            return False
        flat, slope, row = parted

        def update(start: int, stop: int) -> None:
            inputs = list(rest)
            inputs[grad_at] = slope(start, stop)
            rule(*[v[start:stop] for v in flat], *inputs)

        in_parallel(update, gradient.size, max((block or _BLOCK) // row, 1) * row)
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


def _parted(
    arrays: Sequence[Any], gradient: Any
) -> tuple[list[Any], Callable[[int, int], Any], int] | None:
    """The arrays as vectors over the same memory, if all lie in memory in the same order.

    Returns:
        Them, what gives the gradient's elements from one place to another, and how many of these
        must stay together; None if the orders differ.
    """
    if isinstance(gradient, Product):
        if not all(a.flags.c_contiguous for a in arrays):
            return None
        columns = gradient.shape[1]
        return (
            [a.reshape(-1) for a in arrays],
            lambda start, stop: gradient.rows(start // columns, stop // columns).reshape(-1),
            columns,
        )
    flat = _flat_views((*arrays, gradient))
    if flat is None:
        return None
    *others, slopes = flat
    return others, lambda start, stop: slopes[start:stop], 1


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
