"""Vectors as sets of elements: `unique`, `unique_with_counts`, `setdiff1d`."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation
from pyengine.ops.declare import defop, missing_grad

__all__ = ["listdiff", "setdiff1d", "unique", "unique_with_counts"]

UniqueWithCounts = collections.namedtuple("UniqueWithCounts", ["y", "idx", "count"])
Unique = collections.namedtuple("Unique", ["y", "idx"])
ListDiff = collections.namedtuple("ListDiff", ["out", "idx"])


def _distinct(x: Any) -> tuple[Any, Any, Any]:
    """The elements in the order of their appearance, each one's place among them, and counts."""
    _, first, inverse, counts = np.unique(
        x, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)  # NumPy sorts by value
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return x[first[order]], position[inverse.reshape(-1)], counts[order]


def _unique_kernel(xp: Any, x: Any, *, out_idx: Any) -> Any:
    y, index, _ = _distinct(x)
    return y, index.astype(out_idx.as_numpy_dtype)


def _with_counts_kernel(xp: Any, x: Any, *, out_idx: Any) -> Any:
    y, index, counts = _distinct(x)
    return y, index.astype(out_idx.as_numpy_dtype), counts.astype(out_idx.as_numpy_dtype)


_NO_GRADIENT = missing_grad("positions have no derivative")

_unique = defop(
    "Unique",
    "x: T -> T, @out_idx",
    doc="The distinct elements of a vector in the order of their first appearance.",
    attrs={"out_idx": dtypes.int32},
    shape=lambda op: [[None], op.inputs[0].shape.with_rank(1)],
    kernel=_unique_kernel,
    grad=_NO_GRADIENT,
)
_unique_with_counts = defop(
    "UniqueWithCounts",
    "x: T -> T, @out_idx, @out_idx",
    doc="The distinct elements of a vector, and how often each is there.",
    attrs={"out_idx": dtypes.int32},
    shape=lambda op: [[None], op.inputs[0].shape.with_rank(1), [None]],
    kernel=_with_counts_kernel,
    grad=_NO_GRADIENT,
)


def unique(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> Any:
    """The distinct elements of a vector, and for each element the position of its like.

    Args:
        x: a vector.
        out_idx: the dtype of the positions.
        name: the op's name.

    Returns:
        Two tensors, `y` and `idx`, with `x[i] == y[idx[i]]`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     y, idx = sess.run(tf.unique([5, 3, 5]))
        >>> y.tolist(), idx.tolist()
        ([5, 3], [0, 1, 0])
    """
    return Unique(*_unique(x, out_idx=as_dtype(out_idx), name=name))


def unique_with_counts(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> Any:
    """As `unique`, with a third tensor `count`: how often each element of `y` is in `x`.

    Args:
        x: a vector of any dtype.
        out_idx: the dtype of indices and counts, int32 or int64.
        name: the op's name.

    Returns:
        A named tuple: `y`, the elements without repetitions; `idx`, where in `y` each element of
        `x` is; `count`, how often each of `y` occurs.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     [part.tolist() for part in sess.run(tf.unique_with_counts([5, 7, 5]))]
        [[5, 7], [0, 1, 0], [2, 1]]
    """
    return UniqueWithCounts(*_unique_with_counts(x, out_idx=as_dtype(out_idx), name=name))


def _list_diff_kernel(xp: Any, x: Any, y: Any, *, out_idx: Any) -> Any:
    kept = np.flatnonzero(~np.isin(x, y))
    return x[kept], kept.astype(out_idx.as_numpy_dtype)


def _list_diff_shape(op: Operation) -> Any:
    for t in op.inputs:
        t.shape.with_rank(1)
    return [[None], [None]]


_list_diff = defop(
    "ListDiff",
    "x: T, y: T -> T, @out_idx",
    doc="The elements of one vector that are not in another, and their positions.",
    attrs={"out_idx": dtypes.int32},
    shape=_list_diff_shape,
    kernel=_list_diff_kernel,
    grad=_NO_GRADIENT,
)


def setdiff1d(x: Any, y: Any, index_dtype: Any = dtypes.int32, name: str | None = None) -> Any:
    """The elements of one vector that are not in another, in their order and with repetitions.

    Args:
        x, y: vectors of one dtype.
        index_dtype: the dtype of the positions, int32 or int64.
        name: the op's name.

    Returns:
        Two vectors, `out` and `idx`, with `out[i] == x[idx[i]]`.
    """
    return ListDiff(*_list_diff(x, y, out_idx=as_dtype(index_dtype), name=name))


def listdiff(x: Any, y: Any, out_idx: Any = None, name: str | None = None) -> Any:
    """The former name of `setdiff1d`.

    Args:
        x: a vector of any dtype.
        y: a vector of the same dtype.
        out_idx: the dtype of the indices, int32 or int64.
        name: the op's name.

    Returns:
        A named tuple: `out`, the elements of `x` that are not in `y`; `idx`, their indices in `x`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     [part.tolist() for part in sess.run(tf.listdiff([1, 2, 3, 4], [2, 4]))]
        [[1, 3], [0, 2]]
    """
    return setdiff1d(x, y, dtypes.int32 if out_idx is None else out_idx, name)
