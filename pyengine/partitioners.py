"""Partitioners: functions of shape and dtype that say into how many parts to divide a variable."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pyengine import dtypes
from pyengine.dtypes import DType, as_dtype
from pyengine.shape import TensorShape

__all__ = [
    "fixed_size_partitioner", "min_max_variable_partitioner", "variable_axis_size_partitioner",
]  # fmt: skip


def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Callable[..., list[int]]:
    """A partitioner that makes a number of parts along an axis.

    Args:
        num_shards: how many; no more than the axis has.
        axis: the axis to divide.

    Returns:
        A function of shape and dtype, for `tf.get_variable`'s argument `partitioner`.
    """

    def partitioner(shape: TensorShape, **_: Any) -> list[int]:
        found = [1] * len(shape)
        found[axis] = min(num_shards, known_sizes(shape)[axis])
        return found

    return partitioner


def variable_axis_size_partitioner(
    max_shard_bytes: int,
    axis: int = 0,
    bytes_per_string_element: int = 16,
    max_shards: int | None = None,
) -> Callable[..., list[int]]:
    """A partitioner whose parts along an axis have at most a number of bytes.

    Args:
        max_shard_bytes: how large a part may be; a single row may be larger.
        axis: the axis to divide.
        bytes_per_string_element: how large a string is taken to be.
        max_shards: how many parts there may be; they are larger then. None for any number.

    Returns:
        A function of shape and dtype, for `tf.get_variable`'s argument `partitioner`.

    Raises:
        ValueError: when a size is not positive.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError("Both max_shard_bytes and bytes_per_string_element must be positive.")
    if max_shards and max_shards < 1:
        raise ValueError("max_shards must be positive.")

    def partitioner(shape: TensorShape, dtype: DType) -> list[int]:
        if not isinstance(shape, TensorShape):
            raise ValueError(f"shape is not a TensorShape: {shape}")
        sizes = known_sizes(shape)
        length = sizes[axis]
        row = (math.prod(sizes) / length) * _element_size(dtype, bytes_per_string_element)
        count = math.ceil(length / max(1, math.floor(max_shard_bytes / row)))
        found = [1] * len(shape)
        found[axis] = min(max_shards, count) if max_shards else count
        return found

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1,
    axis: int = 0,
    min_slice_size: int = 256 << 10,
    bytes_per_string_element: int = 16,
) -> Callable[..., list[int]]:
    """A partitioner whose parts along an axis have at least a number of bytes.

    Args:
        max_partitions: how many parts there may be.
        axis: the axis to divide.
        min_slice_size: how many bytes a part is to have at least.
        bytes_per_string_element: how large a string is taken to be.

    Returns:
        A function of shape and dtype, for `tf.get_variable`'s argument `partitioner`.
    """

    def partitioner(shape: TensorShape, dtype: DType) -> list[int]:
        if axis >= len(shape):
            raise ValueError(
                f"Cannot partition variable along axis {axis} when shape is only {shape}"
            )
        sizes = known_sizes(shape)
        size = math.prod(sizes) * _element_size(dtype, bytes_per_string_element)
        found = [1] * len(shape)
        found[axis] = max(1, min(sizes[axis], max_partitions, math.ceil(size / min_slice_size)))
        return found

    return partitioner


def known_sizes(shape: TensorShape) -> list[int]:
    """The sizes of a shape; ValueError where one is not known."""
    sizes = [size for size in shape.as_list() if size is not None]
    if len(sizes) != len(shape):
        raise ValueError(f"shape is not fully defined: {shape}")
    return sizes


def _element_size(dtype: Any, bytes_per_string: int) -> int:
    dtype = as_dtype(dtype).base_dtype
    return bytes_per_string if dtype is dtypes.string else dtype.size
