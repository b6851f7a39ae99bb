"""Rows and batches: stacking and padding what queues and datasets collect, and drawing from it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine.shape import TensorShape


class RandomWords:
    """TensorFlow's stream of 32-bit numbers for two seeds, one at a time; random for two zeros."""

    def __init__(self, seed: int, seed2: int) -> None:
        # Imported here: ops need the executor to declare themselves.
        from pyengine.ops.philox import Philox

        if seed == 0 and seed2 == 0:
            seed, seed2 = (int.from_bytes(os.urandom(8), "little") for _ in range(2))
        self._philox = Philox(seed, seed2)
        self._words: list[int] = []
        self._blocks = 1

    def __iter__(self) -> RandomWords:
        return self

    def __next__(self) -> int:
        if not self._words:
            start = self._philox.reserve(self._blocks)
            numbers = np.arange(start, start + self._blocks, dtype=np.uint64)
            self._words = self._philox.blocks(numbers).reshape(-1).tolist()[::-1]
            self._blocks = min(2 * self._blocks, 1024)
        return self._words.pop()


def stacked(values: Sequence[Any], dtype: Any, shape: TensorShape) -> Any:
    """Values of one shape as the rows of an array; `shape` is theirs where there is none."""
    if not values:
        return np.zeros((0, *(s or 0 for s in shape.sizes or ())), dtype)
    result = np.empty((len(values), *np.shape(values[0])), dtype)
    if result.ndim == 1:
        result[:] = values
    else:
        for row, value in zip(result, values):
            row[...] = value
    return result


def padded(
    values: Sequence[Any],
    dtype: Any,
    shape: TensorShape,
    fill: Any = None,
) -> Any:
    """Values as rows, padded at their ends to the sizes of `shape`, or of the largest if unknown.

    Args:
        values: arrays of one rank.
        dtype: the NumPy dtype.
        shape: the shape of a row.
        fill: what to pad with; zero, or the empty string.
    """
    wanted = shape.sizes or ()
    if values:
        largest = np.array([np.shape(v) for v in values], np.int64).reshape(len(values), -1)
        sizes = tuple(
            int(m) if s is None else s for s, m in zip(wanted, largest.max(axis=0, initial=0))
        )
        if (largest == sizes).all():
            return stacked(values, dtype, shape)
    else:
        sizes = tuple(s or 0 for s in wanted)
    if fill is None:
        fill = b"" if dtype.kind == "O" else dtype.type(0)
    result = np.full((len(values), *sizes), fill, dtype)
    for row, value in zip(result, values):
        row[tuple(slice(0, n) for n in np.shape(value))] = value
    return result
