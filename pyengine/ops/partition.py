"""Rows dealt out and put together again: `dynamic_partition`, `dynamic_stitch`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import static
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, whole
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["dynamic_partition", "dynamic_stitch", "parallel_dynamic_stitch"]


def _partition_shape(op: Operation) -> list[Any]:
    data, ids, n = op.inputs[0].shape, op.inputs[1].shape, op.attrs["num_partitions"]
    if n < 1:
        raise ValueError(f"num_partitions must be at least 1, got {n}")
    if data.sizes is None or ids.sizes is None:
        return [UNKNOWN] * n
    data[: len(ids.sizes)].assert_is_compatible_with(ids)
    return [TensorShape.of((None, *data.sizes[len(ids.sizes) :]))] * n


def _partition_kernel(xp: Any, data: Any, ids: Any, *, num_partitions: int) -> Any:
    data, ids = np.asarray(data), np.asarray(ids)
    if data.shape[: ids.ndim] != ids.shape:
        raise ValueError(
            f"data.shape must start with partitions.shape, got data.shape = {list(data.shape)}, "
            f"partitions.shape = {list(ids.shape)}"
        )
    bad = (ids < 0) | (ids >= num_partitions)
    if bad.any():
        where = [int(i) for i in np.argwhere(bad)[0]] if ids.ndim else []
        raise InvalidArgumentError(
            None,
            None,
            f"partitions{where} = {ids[tuple(where)]} is not in [0, {num_partitions})",
        )
    parts = tuple(data[ids == i] for i in range(num_partitions))
    return parts[0] if num_partitions == 1 else parts


def _partition_grad(op: Operation, *grads: Tensor) -> Any:
    from pyengine.ops.array import reshape, shape
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.joining import concat
    from pyengine.ops.reduce import reduce_prod

    data, ids = op.inputs
    count = reduce_prod(shape(ids))
    numbers = reshape(range_of(0, count), shape(ids))
    places = _dynamic_partition(numbers, ids, num_partitions=op.attrs["num_partitions"])
    places = places if isinstance(places, list) else [places]
    rows = dynamic_stitch(places, list(grads))
    rows = reshape(rows, concat([shape(ids), shape(rows)[1:]], 0))
    return reshape(rows, shape(data)), None


_dynamic_partition = defop(
    "DynamicPartition",
    "data: T, partitions: int32 -> T*num_partitions",
    doc="The rows of a tensor dealt out by their number.",
    attrs={"num_partitions": REQUIRED},
    shape=_partition_shape,
    kernel=_partition_kernel,
    grad=_partition_grad,
)


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: Any, name: str | None = None
) -> list[Tensor]:
    """The rows of a tensor dealt out to several tensors.

    Args:
        data: a tensor.
        partitions: int32 numbers in [0, num_partitions), of shape `data.shape[:k]`.
        num_partitions: how many tensors there are.
        name: the op's name.

    Returns:
        A list of tensors of shape [n_i] + data.shape[k:].

    Raises:
        ValueError: when `data` does not start with the shape of `partitions`.
        tf.errors.InvalidArgumentError: at run time, for a number out of range.
    """
    return _dynamic_partition(
        data, whole(partitions), num_partitions=int(num_partitions), name=name
    )


def _stitch_shape(op: Operation) -> TensorShape:
    n = op.attrs["N"]
    rest, largest = UNKNOWN, -1
    for indices, data in zip(op.inputs[:n], op.inputs[n:]):
        if indices.shape.sizes is not None and data.shape.sizes is not None:
            k = len(indices.shape.sizes)
            data.shape[:k].assert_is_compatible_with(indices.shape)
            rest = rest.merge_with(data.shape[k:])
        value = static.constant_value(indices)
        known = value is not None and largest is not None
        largest = max([largest, *np.ravel(value).tolist()]) if known else None  # type: ignore[assignment]
    rows = None if largest is None else largest + 1
    return TensorShape.of((rows,)).concatenate(rest)


def _stitch_kernel(xp: Any, *inputs: Any, N: int) -> Any:
    all_indices, all_data = inputs[:N], inputs[N:]
    rest = all_data[0].shape[np.ndim(all_indices[0]) :]
    for indices, data in zip(all_indices, all_data):
        if data.shape != (*np.shape(indices), *rest):
            raise ValueError(
                f"data of shape {list(data.shape)} does not fit indices of shape "
                f"{list(np.shape(indices))} and rows of shape {list(rest)}"
            )
    flat = [np.ravel(i) for i in all_indices]
    low = min((i.min() for i in flat if i.size), default=0)
    if low < 0:
        raise InvalidArgumentError(None, None, f"indices must not be negative, got {low}")
    count = max((int(i.max()) + 1 for i in flat if i.size), default=0)
    result = np.zeros((count, *rest), all_data[0].dtype)
    if result.dtype == object:
        result[...] = b""
    for i, data in zip(flat, all_data):  # of two rows for one place the later one stays
        result[i] = data.reshape(-1, *rest)
    return result


def _stitch_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.gathering import gather

    n = op.attrs["N"]
    return [None] * n + [gather(dy, i) for i in op.inputs[:n]]


def _stitch(type: str) -> Callable[..., Any]:
    op = defop(
        type,
        "indices: int32*, data: T* -> T",
        doc="The rows of several tensors put into one.",
        attrs={"N": REQUIRED},
        shape=_stitch_shape,
        kernel=_stitch_kernel,
        grad=_stitch_grad,
    )

    def function(indices: Any, data: Any, name: str | None = None) -> Tensor:
        """The rows of several tensors put into one.

        Args:
            indices: a list of int32 tensors: where each row goes. Every place from 0 should be
                named; if one is twice, the last row stays.
            data: a list of tensors, of shape `indices[i].shape + rest`.
            name: the op's name.

        Returns:
            A tensor of shape [largest index + 1] + rest.

        Raises:
            ValueError: when the lists differ in length or the shapes do not fit.
        """
        if not isinstance(indices, (list, tuple)) or not isinstance(data, (list, tuple)):
            raise TypeError(f"Expected lists for 'indices' and 'data' of '{type}' Op")
        if len(indices) != len(data) or not indices:
            raise ValueError(
                f"List argument 'data' to '{type}' Op with length {len(data)} must match length "
                f"{len(indices)} of argument 'indices'."
            )
        whole_indices = [whole(i) for i in indices]
        result: Tensor = op(whole_indices, list(data), N=len(indices), name=name)
        return result

    return function


dynamic_stitch = _stitch("DynamicStitch")
parallel_dynamic_stitch = _stitch("ParallelDynamicStitch")
dynamic_stitch.__name__ = dynamic_stitch.__qualname__ = "dynamic_stitch"
parallel_dynamic_stitch.__name__ = "parallel_dynamic_stitch"
