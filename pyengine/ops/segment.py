"""Sums over segments of rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, whole
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["unsorted_segment_sum"]


def _unsorted_shape(op: Operation) -> TensorShape:
    data, ids, count = op.inputs[0].shape, op.inputs[1].shape, static.constant_value(op.inputs[2])
    if data.sizes is None or ids.sizes is None:
        return UNKNOWN
    data[: len(ids.sizes)].assert_is_compatible_with(ids)
    rows = None if count is None else int(count)
    return TensorShape.of((rows, *data.sizes[len(ids.sizes) :]))


def _unsorted_sum_kernel(xp: Any, data: Any, ids: Any, count: int) -> Any:
    if np.any(ids >= count):
        where = [int(i) for i in np.argwhere(np.atleast_1d(ids >= count))[0]]
        raise InvalidArgumentError(
            None, None, f"segment_ids{where} = {ids[tuple(where)]} is out of range [0, {count})"
        )
    result = xp.zeros((count, *data.shape[ids.ndim :]), dtype=data.dtype)
    kept = ids >= 0  # a negative id drops its row
    np.add.at(result, ids[kept], data[kept])
    return result


def _unsorted_sum_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.array import where
    from pyengine.ops.compare import greater_equal
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.indexing import gather
    from pyengine.ops.math import maximum

    ids = op.inputs[1]
    rows = gather(dy, maximum(ids, zeros_like(ids)))
    if ids.shape.ndims != 1:
        return rows, None, None
    return where(greater_equal(ids, zeros_like(ids)), rows, zeros_like(rows)), None, None


_unsorted_segment_sum = defop(
    "UnsortedSegmentSum",
    "data: T, segment_ids: Tindices, num_segments: host index -> T",
    doc="The sums of the rows with equal ids.",
    types={"T": "number", "Tindices": "index"},
    shape=_unsorted_shape,
    kernel=_unsorted_sum_kernel,
    grad=_unsorted_sum_grad,
)


def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the rows of `data` that have the same id.

    Args:
        data: a numeric tensor.
        segment_ids: ids of the rows, of shape `data.shape[:k]`, in any order; a row with a negative
            id is left out.
        num_segments: how many sums there are.
        name: the op's name.

    Returns:
        A tensor of shape `[num_segments] + data.shape[k:]`.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for an id that is not below `num_segments`.
    """
    return _unsorted_segment_sum(data, segment_ids, whole(num_segments), name=name)
