"""Reductions over segments of rows: `segment_sum`, `unsorted_segment_sum` and kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, whole
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__ = [
    "segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum",
    "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min",
    "unsorted_segment_prod", "unsorted_segment_sqrt_n", "unsorted_segment_sum",
]  # fmt: skip

# ---------------------------------------------------------------- sorted ids


def _sorted_shape(op: Operation) -> TensorShape:
    data = op.inputs[0].shape.with_rank_at_least(1)
    op.inputs[1].shape.with_rank(1)
    if data.sizes is None:
        return UNKNOWN
    return TensorShape.of((None, *data.sizes[1:]))


def check_sorted(ids: Any, limit: int | None = None) -> None:
    """Refuses segment ids that are negative, decrease, or reach `limit`."""
    if not ids.size:
        return
    falls = np.flatnonzero(ids[1:] < ids[:-1])
    if falls.size:
        raise InvalidArgumentError(
            None,
            None,
            f"segment ids are not increasing: at {int(falls[0]) + 1}. Sort the rows "
            f"by them, or use the unsorted form of the op",
        )
    if ids[0] < 0 or (limit is not None and ids[-1] >= limit):
        bad = int(ids[0] if ids[0] < 0 else ids[-1])
        wanted = "negative" if limit is None else f"out of range [0, {limit})"
        raise InvalidArgumentError(None, None, f"segment id {bad} is {wanted}")


def reduce_sorted(ufunc: Any, data: Any, ids: Any, count: int, empty: Any) -> Any:
    """A ufunc's reduction of the rows of each segment; `empty` for a segment without rows."""
    result = np.full((count, *data.shape[1:]), empty, data.dtype)
    if ids.size and data.size:
        starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]])
        result[ids[starts]] = ufunc.reduceat(data, starts, axis=0, dtype=data.dtype)
    return result


def counts_of(ids: Any, count: int, like: Any) -> Any:
    """How many rows each segment has (at least 1), in a shape that divides `like`."""
    n = np.maximum(np.bincount(ids, minlength=count), 1)
    return n.astype(like.dtype).reshape(-1, *(1,) * (like.ndim - 1))


def _sorted_kernel(ufunc: Any, empty: Any, mean: bool = False) -> Callable[..., Any]:
    def kernel(xp: Any, data: Any, ids: Any) -> Any:
        if data.shape[:1] != ids.shape:
            raise ValueError("segment_ids should be the same size as dimension 0 of input.")
        check_sorted(ids)
        count = int(ids[-1]) + 1 if ids.size else 0
        total = reduce_sorted(ufunc, data, ids, count, empty)
        return _quotient(total, counts_of(ids, count, total)) if mean else total

    return kernel


def _quotient(total: Any, counts: Any) -> Any:
    if total.dtype.kind in "iu":  # C++'s division, towards zero
        quotient = np.abs(total) // counts
        return np.where(total < 0, -quotient, quotient).astype(total.dtype)
    return total / counts


def _segment_sum_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.gathering import gather

    return gather(dy, op.inputs[1]), None


def _segment_mean_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.array import rank, reshape
    from pyengine.ops.filling import fill, ones_like
    from pyengine.ops.gathering import gather
    from pyengine.ops.joining import concat
    from pyengine.ops.math import cast, realdiv

    data, ids = op.inputs
    counts = segment_sum(cast(ones_like(ids), dy.dtype), ids)
    extra = fill(reshape(rank(data) - 1, [1]), 1)
    counts = reshape(counts, concat([[-1], extra], 0))
    # An empty segment has no rows to hand its gradient to, so its count of 0 does no harm.
    return realdiv(gather(dy, ids), gather(counts, ids)), None


def _segment_prod_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.gathering import gather

    ids = op.inputs[1]
    return _prod_grad(
        op, dy, lambda t: segment_sum(t, ids), lambda t: segment_prod(t, ids),
        lambda t: gather(t, ids),
    ), None  # fmt: skip


def _segment_extreme_grad(op: Operation, dy: Tensor) -> Any:
    """The gradient shared equally among the elements that are their segment's extreme."""
    from pyengine.ops.compare import equal
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.gathering import gather
    from pyengine.ops.math import cast, realdiv
    from pyengine.ops.repetition import where

    data, ids = op.inputs
    selected = equal(data, gather(op.outputs[0], ids))
    count = segment_sum(cast(selected, dy.dtype), ids)
    share = gather(realdiv(dy, count), ids)
    return where(selected, share, zeros_like(share)), None


def _prod_grad(
    op: Operation,
    dy: Tensor,
    add_up: Callable[[Tensor], Tensor],
    multiply_up: Callable[[Tensor], Tensor],
    spread: Callable[[Tensor], Tensor],
) -> Tensor:
    """The gradient of products of segments, exact where an element is zero.

    A segment with one zero has a gradient there only, the product of its other elements; one with
    two or more has none.
    """
    from pyengine.ops.compare import equal, greater
    from pyengine.ops.filling import ones_like, zeros_like
    from pyengine.ops.math import cast, multiply, realdiv
    from pyengine.ops.repetition import where

    data = op.inputs[0]
    is_zero = equal(data, zeros_like(data))
    zeros = add_up(cast(is_zero, dtypes.int32))
    dy = where(greater(zeros, ones_like(zeros)), zeros_like(dy), dy)
    filled = where(is_zero, ones_like(data), data)
    others = spread(multiply_up(filled))
    partial = where(is_zero, others, realdiv(spread(op.outputs[0]), filled))
    return multiply(spread(dy), partial)


def _sorted(
    type: str, doc: str, ufunc: Any, empty: Any, grad: Any, types: str, mean: bool = False
) -> Callable[..., Any]:
    op = defop(
        type, "data: T, segment_ids: Tindices -> T", doc=doc,
        types={"T": types, "Tindices": "index"}, shape=_sorted_shape,
        kernel=_sorted_kernel(ufunc, empty, mean), grad=grad,
    )  # fmt: skip

    def function(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
        result: Tensor = op(data, whole(segment_ids), name=name)
        return result

    function.__name__ = function.__qualname__ = op.__name__
    function.__doc__ = f"""{doc}

    Args:
        data: a numeric tensor.
        segment_ids: an int32 or int64 vector, an id for each row of `data`: sorted, from 0.
        name: the op's name.

    Returns:
        A tensor with a row for each id up to the last one; for ids without rows {empty}.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for ids that are negative or not sorted, or
            when `data` and `segment_ids` differ in length.
    """
    return function


segment_sum = _sorted(
    "SegmentSum", "The sums of the rows with equal ids.", np.add, 0, _segment_sum_grad, "number"
)
segment_mean = _sorted(
    "SegmentMean", "The means of the rows with equal ids.", np.add, 0, _segment_mean_grad,
    "number", mean=True,
)  # fmt: skip
segment_prod = _sorted(
    "SegmentProd", "The products of the rows with equal ids.", np.multiply, 1, _segment_prod_grad,
    "number",
)  # fmt: skip
segment_max = _sorted(
    "SegmentMax", "The largest elements of the rows with equal ids.", np.maximum, 0,
    _segment_extreme_grad, "real",
)  # fmt: skip
segment_min = _sorted(
    "SegmentMin", "The smallest elements of the rows with equal ids.", np.minimum, 0,
    _segment_extreme_grad, "real",
)  # fmt: skip

# ---------------------------------------------------------------- ids in any order


def _unsorted_shape(op: Operation) -> TensorShape:
    data, ids, count = op.inputs[0].shape, op.inputs[1].shape, static.constant_value(op.inputs[2])
    if count is not None and int(count) < 0:
        raise ValueError(f"num_segments must not be negative, got {int(count)}")
    if data.sizes is None or ids.sizes is None:
        return UNKNOWN
    data[: len(ids.sizes)].assert_is_compatible_with(ids)
    rows = None if count is None else int(count)
    return TensorShape.of((rows, *data.sizes[len(ids.sizes) :]))


def _unsorted_kernel(ufunc: Any, empty: Callable[[Any], Any]) -> Callable[..., Any]:
    def kernel(xp: Any, data: Any, ids: Any, count: int) -> Any:
        ids = np.asarray(ids)
        if np.shape(data)[: ids.ndim] != ids.shape:
            raise ValueError(
                f"data.shape = {list(np.shape(data))} does not start with segment_ids.shape = "
                f"{list(ids.shape)}"
            )
        if np.any(ids >= count):
            where = [int(i) for i in np.argwhere(ids >= count)[0]] if ids.ndim else []
            raise InvalidArgumentError(
                None, None, f"segment_ids{where} = {ids[tuple(where)]} is out of range [0, {count})"
            )
        kept = ids >= 0  # a negative id drops its row
        ids, rows = ids[kept], data[kept]
        if rows.ndim == 1:
            result = np.full(count, empty(data.dtype), data.dtype)
            ufunc.at(result, ids, rows)
            return result
        order = np.argsort(ids, kind="stable")  # `ufunc.at` is slow for whole rows
        return reduce_sorted(ufunc, rows[order], ids[order], count, empty(data.dtype))

    return kernel


def _lowest(dtype: Any) -> Any:
    return dtypes.as_dtype(dtype).min


def _highest(dtype: Any) -> Any:
    return dtypes.as_dtype(dtype).max


def _rows_or_zero(t: Tensor, op: Operation) -> Tensor:
    """The row of `t` for each id, zeros for a negative one."""
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.gathering import gather
    from pyengine.ops.math import maximum
    from pyengine.ops.repetition import where

    ids = op.inputs[1]
    rows = gather(t, maximum(ids, zeros_like(ids)))
    return where(_is_kept(op, rows), rows, zeros_like(rows))


def _is_kept(op: Operation, like: Tensor) -> Tensor:
    """Whether each element of `like`, shaped as the data, has an id that is not negative."""
    from pyengine.ops.array import rank, reshape, shape
    from pyengine.ops.compare import greater_equal
    from pyengine.ops.filling import fill, zeros_like
    from pyengine.ops.joining import concat
    from pyengine.ops.repetition import broadcast_to

    ids = op.inputs[1]
    kept = greater_equal(ids, zeros_like(ids))
    if ids.shape.ndims == like.shape.ndims and ids.shape.ndims is not None:
        return kept
    extra = fill(reshape(rank(like) - rank(ids), [1]), 1)
    return broadcast_to(reshape(kept, concat([shape(ids), extra], 0)), shape(like))


def _unsorted_prod_grad(op: Operation, dy: Tensor) -> Any:
    ids, count = op.inputs[1], op.inputs[2]
    return _prod_grad(
        op, dy, lambda t: unsorted_segment_sum(t, ids, count),
        lambda t: unsorted_segment_prod(t, ids, count), lambda t: _rows_or_zero(t, op),
    ), None, None  # fmt: skip


def _unsorted_extreme_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.compare import equal, logical_and
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.math import cast, realdiv
    from pyengine.ops.repetition import where

    data, ids, count = op.inputs
    there = equal(data, _rows_or_zero(op.outputs[0], op))
    there = logical_and(there, _is_kept(op, data))
    shared = unsorted_segment_sum(cast(there, dy.dtype), ids, count)
    share = _rows_or_zero(realdiv(dy, shared), op)
    return where(there, share, zeros_like(share)), None, None


def _unsorted(
    type: str, doc: str, ufunc: Any, empty: Callable[[Any], Any], grad: Any, types: str
) -> Callable[..., Any]:
    op = defop(
        type, "data: T, segment_ids: Tindices, num_segments: host index -> T", doc=doc,
        types={"T": types, "Tindices": "index"}, shape=_unsorted_shape,
        kernel=_unsorted_kernel(ufunc, empty), grad=grad,
    )  # fmt: skip

    def function(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
        result: Tensor = op(data, whole(segment_ids), whole(num_segments), name=name)
        return result

    function.__name__ = function.__qualname__ = op.__name__
    function.__doc__ = f"""{doc}

    Args:
        data: a numeric tensor.
        segment_ids: ids of the rows, of shape `data.shape[:k]`, in any order; a row with a negative
            id is left out.
        num_segments: how many segments there are.
        name: the op's name.

    Returns:
        A tensor of shape `[num_segments] + data.shape[k:]`.

    Raises:
        ValueError: when `segment_ids` does not have the first sizes of `data`.
        tf.errors.InvalidArgumentError: at run time, for an id that is not below `num_segments`.
    """
    return function


unsorted_segment_sum = _unsorted(
    "UnsortedSegmentSum", "The sums of the rows with equal ids.", np.add, lambda dtype: 0,
    lambda op, dy: (_rows_or_zero(dy, op), None, None), "number",
)  # fmt: skip
unsorted_segment_prod = _unsorted(
    "UnsortedSegmentProd", "The products of the rows with equal ids; 1 for an id without rows.",
    np.multiply, lambda dtype: 1, _unsorted_prod_grad, "number",
)  # fmt: skip
unsorted_segment_max = _unsorted(
    "UnsortedSegmentMax",
    "The largest elements of the rows with equal ids; the lowest number for an id without rows.",
    np.maximum, _lowest, _unsorted_extreme_grad, "real",
)  # fmt: skip
unsorted_segment_min = _unsorted(
    "UnsortedSegmentMin",
    "The smallest elements of the rows with equal ids; the highest number for an id without rows.",
    np.minimum, _highest, _unsorted_extreme_grad, "real",
)  # fmt: skip


def _unsorted_counts(ids: Any, count: Any, total: Tensor) -> Tensor:
    """How many rows each segment has (at least 1), in a shape that divides `total`."""
    from pyengine.ops.array import rank, reshape
    from pyengine.ops.filling import fill, ones_like
    from pyengine.ops.joining import concat
    from pyengine.ops.math import cast, maximum, number

    counts = unsorted_segment_sum(cast(ones_like(ids), total.dtype), ids, count)
    if not total.dtype.is_complex:
        counts = maximum(counts, number(1, counts))
    else:
        counts = cast(maximum(cast(counts, total.dtype.real_dtype), 1.0), total.dtype)
    return reshape(counts, concat([[-1], fill(reshape(rank(total) - 1, [1]), 1)], 0))


def unsorted_segment_mean(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The means of the rows with equal ids, 0 for an id without rows.

    Args:
        data, segment_ids, num_segments, name: as in `unsorted_segment_sum`.
    """
    return _scaled_sum(data, segment_ids, num_segments, name, "UnsortedSegmentMean", False)


def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the rows with equal ids, each divided by the root of how many there are.

    Args:
        data, segment_ids, num_segments, name: as in `unsorted_segment_sum`.
    """
    return _scaled_sum(data, segment_ids, num_segments, name, "UnsortedSegmentSqrtN", True)


def _scaled_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None, default: str, root: bool
) -> Tensor:
    from pyengine.convert import convert_to_tensor
    from pyengine.ops.elementwise import sqrt
    from pyengine.ops.math import truediv

    with name_scope(name, default, [data, segment_ids, num_segments]):
        data = convert_to_tensor(data, name="data")
        ids = convert_to_tensor(whole(segment_ids), name="segment_ids")
        total = unsorted_segment_sum(data, ids, num_segments)
        counts = _unsorted_counts(ids, num_segments, total)
        return truediv(total, sqrt(counts) if root else counts)
