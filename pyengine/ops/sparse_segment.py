"""Reductions over segments of rows picked by position: `sparse_segment_sum` and kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import static
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, whole
from pyengine.ops.gathering import check_in_range
from pyengine.ops.segment import check_sorted, counts_of, reduce_sorted
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["sparse_segment_mean", "sparse_segment_sqrt_n", "sparse_segment_sum"]

_TYPES = {
    "T": "real",
    "Tidx": "index",
    "Tnumsegments": "index",
    "Tsegmentids": "index",
}


def _shape(op: Operation) -> TensorShape:
    data = op.inputs[0].shape.with_rank_at_least(1)
    indices, ids = op.inputs[1].shape.with_rank(1), op.inputs[2].shape.with_rank(1)
    indices.assert_is_compatible_with(ids)
    if data.sizes is None:
        return UNKNOWN
    count = static.constant_value(op.inputs[3]) if len(op.inputs) > 3 else None
    if count is not None and int(count) < 0:
        raise ValueError(f"num_segments must not be negative, got {int(count)}")
    return TensorShape.of((None if count is None else int(count), *data.sizes[1:]))


def _divisor(how: str, ids: Any, count: int, like: Any) -> Any:
    counts = counts_of(ids, count, like)
    return np.sqrt(counts) if how == "SqrtN" else counts


def _reduced(how: str, data: Any, indices: Any, ids: Any, count: int | None) -> Any:
    if indices.shape != ids.shape:
        raise ValueError("segment_ids and indices should have same size.")
    check_sorted(ids, count)
    check_in_range(indices, len(data))
    if count is None:
        count = int(ids[-1]) + 1 if ids.size else 0
    total = reduce_sorted(np.add, data[indices], ids, count, 0)
    return total if how == "Sum" else total / _divisor(how, ids, count, total)


def _grad_kernel(how: str) -> Callable[..., Any]:
    def kernel(xp: Any, dy: Any, indices: Any, ids: Any, rows: int) -> Any:
        check_sorted(ids, len(dy))
        check_in_range(indices, rows)
        if how != "Sum":
            dy = dy / _divisor(how, ids, len(dy), dy)
        order = np.argsort(indices, kind="stable")
        return reduce_sorted(np.add, dy[ids][order], indices[order], rows, 0)

    return kernel


def _grad_shape(op: Operation) -> TensorShape:
    dy, rows = op.inputs[0].shape, static.constant_value(op.inputs[3])
    if dy.sizes is None:
        return UNKNOWN
    return TensorShape.of((None if rows is None else int(rows), *dy.sizes[1:]))


def _declare(how: str, doc: str) -> Callable[..., Any]:
    """Declares the op with and without `num_segments` and that of its gradient."""
    types = _TYPES if how == "Sum" else {**_TYPES, "T": "float"}
    type, signature = f"SparseSegment{how}", "data: T, indices: Tidx, segment_ids: Tsegmentids"

    def grad_of_grad(op: Operation, ddx: Tensor) -> Any:
        from pyengine.ops.array import shape

        count = shape(op.inputs[0])[0]
        return sized(ddx, op.inputs[1], op.inputs[2], count), None, None, None

    gradient = defop(
        f"{type}Grad",
        "grad: T, indices: Tidx, segment_ids: Tsegmentids, output_dim0: host int32 -> T",
        doc=f"The gradient of {type}.", types=types, shape=_grad_shape, kernel=_grad_kernel(how),
        grad=grad_of_grad,
    )  # fmt: skip

    def grad(op: Operation, dy: Tensor) -> Any:
        from pyengine.ops.array import shape

        rest = [None] * (len(op.inputs) - 1)
        return [gradient(dy, op.inputs[1], op.inputs[2], shape(op.inputs[0])[0]), *rest]

    plain = defop(
        type, signature + " -> T", doc=doc, types=types, shape=_shape, grad=grad,
        kernel=lambda xp, data, indices, ids: _reduced(how, data, indices, ids, None),
    )  # fmt: skip
    sized = defop(
        f"{type}WithNumSegments", signature + ", num_segments: host Tnumsegments -> T", doc=doc,
        types=types, shape=_shape, grad=grad,
        kernel=lambda xp, data, indices, ids, count: _reduced(how, data, indices, ids, count),
    )  # fmt: skip

    def function(
        data: Any,
        indices: Any,
        segment_ids: Any,
        name: str | None = None,
        num_segments: Any = None,
    ) -> Tensor:
        result: Tensor
        if num_segments is None:
            result = plain(data, whole(indices), whole(segment_ids), name=name)
        else:
            result = sized(data, whole(indices), whole(segment_ids), whole(num_segments), name=name)
        return result

    function.__name__ = function.__qualname__ = plain.__name__
    function.__doc__ = f"""{doc}

    Args:
        data: a floating-point tensor.
        indices: int32 or int64 positions of rows of `data`.
        segment_ids: an id for each position: sorted, from 0.
        name: the op's name.
        num_segments: how many segments there are; up to the last id by default.

    Returns:
        A tensor with a row for each id, zeros for an id without rows.

    Raises:
        ValueError: when `indices` and `segment_ids` differ in length.
        tf.errors.InvalidArgumentError: at run time, for a position that is not there, or ids that
            are negative, too large or not sorted.
    """
    return function


sparse_segment_sum = _declare("Sum", "The sums of the rows at given positions with equal ids.")
sparse_segment_mean = _declare("Mean", "The means of the rows at given positions with equal ids.")
sparse_segment_sqrt_n = _declare(
    "SqrtN",
    "The sums of the rows at given positions with equal ids, over the root of how many there are.",
)
