"""Tensors counted out: `sequence_mask`, `meshgrid`, `repeat`, `unravel_index`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, reshape, shape, size
from pyengine.ops.compare import less
from pyengine.ops.declare import defop, no_grad, whole
from pyengine.ops.filling import range as range_of
from pyengine.ops.joining import stack
from pyengine.ops.math import cast, maximum, number
from pyengine.ops.repetition import broadcast_to
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["meshgrid", "repeat", "sequence_mask", "unravel_index"]


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool, name: str | None = None
) -> Tensor:
    """For each length n a row that is true in its first n places.

    Args:
        lengths: an integer tensor.
        maxlen: the length of the rows, a scalar; the largest length by default.
        dtype: the dtype of the result.
        name: the name scope.

    Returns:
        A tensor of shape `lengths.shape + [maxlen]`.

    Raises:
        ValueError: when `maxlen` is no scalar.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.sequence_mask([1, 2], 3, dtype=tf.int32)).tolist()
        [[1, 0, 0], [1, 1, 0]]
    """
    from pyengine.ops.reduce import reduce_max

    with name_scope(name, "SequenceMask", [lengths, maxlen]):
        lengths = convert_to_tensor(whole(lengths))
        if maxlen is None:
            longest = reduce_max(lengths)
            longest = maximum(number(0, longest), longest)
        else:
            longest = convert_to_tensor(whole(maxlen))
        if longest.shape.ndims not in (None, 0):
            raise ValueError(f"maxlen must be scalar for sequence_mask, got shape {longest.shape}")
        row = range_of(number(0, longest), longest, number(1, longest))
        mask = less(row, cast(expand_dims(lengths, -1), longest.dtype))
        return cast(mask, as_dtype(dtype)) if dtype is not None else mask


def meshgrid(*args: Any, indexing: str = "xy", name: str = "meshgrid") -> list[Tensor]:
    """The coordinates of a grid.

    Args:
        *args: a vector of coordinates for each axis.
        indexing: "xy": the first vector runs along the columns; "ij": along the rows.
        name: the name scope.

    Returns:
        A tensor for each vector, all of the shape of the grid.

    Raises:
        ValueError: for another `indexing`.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"indexing parameter must be either 'xy' or 'ij', got {indexing!r}")
    with name_scope(name, "meshgrid", args):
        n = len(args)
        if not n:
            return []
        vectors = [convert_to_tensor(x) for x in args]
        axes = list(range(n))
        if indexing == "xy" and n > 1:
            axes[:2] = [1, 0]
        sizes: list[Any] = [None] * n
        for x, a in zip(vectors, axes):
            count = x.shape.num_elements()
            sizes[a] = size(x) if count is None else count
        full = stack(sizes)
        first = vectors[0].dtype.base_dtype
        grid = []
        for x, a in zip(vectors, axes):
            if x.dtype.base_dtype is not first:
                raise TypeError(
                    f"the vectors of a grid must have one dtype, got {first.name} and "
                    f"{x.dtype.base_dtype.name}"
                )
            line = reshape(x, [-1 if i == a else 1 for i in range(n)])
            grid.append(broadcast_to(line, full))
        return grid


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """A tensor with its elements repeated.

    Args:
        input: a tensor.
        repeats: how often: a number for all, or a vector with one for each place along the axis.
        axis: the axis; by default the elements are taken as one vector.
        name: the name scope.

    Raises:
        ValueError: when `repeats` does not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.repeat([3, 4], [1, 2])).tolist()
        [3, 4, 4]
    """
    from pyengine.ops.cumulative import cumsum
    from pyengine.ops.gathering import gather
    from pyengine.ops.reduce import reduce_sum
    from pyengine.ops.sorting import searchsorted

    with name_scope(name, "Repeat", [input, repeats]):
        x = convert_to_tensor(input, name="data")
        times = cast(convert_to_tensor(whole(repeats), name="repeats"), dtypes.int32)
        times.shape.with_rank_at_most(1)
        if axis is None or x.shape.ndims == 0:
            x, axis = reshape(x, [-1]), 0 if axis is None else axis
        at = whole(axis)
        if x.shape.ndims is not None:
            if not -x.shape.ndims <= at < x.shape.ndims:
                raise ValueError(f"axis {at} is out of range for a tensor of rank {x.shape.ndims}")
            at %= x.shape.ndims
        count = shape(x)[at]
        once = times.shape.num_elements() == 1
        if times.shape.ndims == 1 and not once:
            x.shape[at : at + 1].assert_is_compatible_with(times.shape)
        each = broadcast_to(reshape(times, []) if once else times, [count])
        ends = cumsum(each)
        places = searchsorted(ends, range_of(0, reduce_sum(each)), side="right")
        result = gather(x, places, axis=at)
        known = static.constant_value(times)
        if known is not None and x.shape.sizes is not None:
            size_now = x.shape.sizes[at]
            total: int | None = int(np.sum(known))
            if once:  # the one number holds for every place
                total = None if size_now is None else size_now * total
            result.set_shape((*x.shape.sizes[:at], total, *x.shape.sizes[at + 1 :]))
        return result


# ---------------------------------------------------------------- positions


def _unravel_shape(op: Operation) -> TensorShape:
    indices, dims = op.inputs[0].shape, op.inputs[1].shape.with_rank(1)
    if indices.sizes is None:
        return UNKNOWN
    count = dims.sizes[0] if dims.sizes is not None else None
    if not indices.sizes:
        return TensorShape.of((count,))
    return TensorShape.of((count, indices.num_elements()))


def _unravel_kernel(xp: Any, indices: Any, dims: Any) -> Any:
    if np.ndim(indices) > 1:
        raise InvalidArgumentError(None, None, "The indices can only be scalar or vector.")
    total = int(np.prod(dims, dtype=np.int64))
    bad = (indices < 0) | (indices >= total)
    if np.any(bad):
        raise InvalidArgumentError(
            None, None, f"index is out of bound as with dims: {dims.tolist()}"
        )
    found = np.unravel_index(np.ravel(indices), dims)
    result = np.array(found, indices.dtype).reshape(len(dims), -1)
    return result[:, 0] if not np.ndim(indices) else result


_unravel_index = defop(
    "UnravelIndex",
    "indices: Tidx, dims: Tidx -> Tidx",
    doc="Positions in a flat tensor as index vectors.",
    types={"Tidx": "index"},
    shape=_unravel_shape,
    kernel=_unravel_kernel,
    grad=no_grad("positions have no derivative"),
)


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """Positions in a flat tensor as index vectors.

    Args:
        indices: int32 or int64 positions, a scalar or a vector.
        dims: a vector, the shape of the tensor.
        name: the op's name.

    Returns:
        A tensor of shape [len(dims)] or [len(dims), len(indices)]: its columns are the vectors.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for positions that are not there.
    """
    return _unravel_index(whole(indices), whole(dims), name=name)
