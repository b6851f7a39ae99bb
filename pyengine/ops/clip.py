"""Clipping by value and by norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops import elementwise, math
from pyengine.ops.array import identity, size
from pyengine.ops.compare import greater
from pyengine.ops.filling import ones_like
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.sums import add_n
from pyengine.scopes import (
    name_scope,
)

__all__ = [
    "clip_by_average_norm",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
]


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """Each element moved into the range from `clip_value_min` to `clip_value_max`.

    Args:
        t: a real tensor.
        clip_value_min, clip_value_max: scalars or tensors that broadcast to the shape of `t`.
        name: the name scope.

    Raises:
        ValueError: when a bound does not broadcast to the shape of `t`.
    """
    with name_scope(name, "clip_by_value", [t]) as scope:
        values = convert_to_tensor(t, name="t")
        low = math.minimum(values, clip_value_max)
        values.shape.merge_with(low.shape)
        high = math.maximum(low, clip_value_min, name=scope)
        values.shape.merge_with(high.shape)
        return high


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The tensor scaled down to an L2 norm of at most `clip_norm`, over `axes` or over all.

    Args:
        t: a tensor of a floating type.
        clip_norm: the largest norm, a positive scalar.
        axes: the axes to take the norm over; all by default.
        name: the op's name.

    Returns:
        A tensor of the dtype and shape of `t`.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.clip_by_norm([3.0, 4.0], 2.5)).tolist()
        [1.5, 2.0]
    """
    with name_scope(name, "clip_by_norm", [t]) as scope:
        values = convert_to_tensor(t, name="t")
        # No norm is below zero.
        limit: Any = clip_norm
        if not np.isscalar(clip_norm):
            limit = math.maximum(clip_norm, 0)
        elif limit < 0:
            limit = 0
        square = reduce_sum(math.multiply(values, values), axes, keepdims=True)
        positive = greater(square, 0)
        # The square root has no derivative at zero: take it of one there.
        root = elementwise.sqrt(where(positive, square, ones_like(square)))
        norm = where(positive, root, square)
        scaled = math.realdiv(math.multiply(values, limit), math.maximum(norm, limit))
        return identity(scaled, name=scope)


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """The L2 norm of several tensors taken as one; None among them counts as nothing.

    Args:
        t_list: tensors of a floating type, or `IndexedSlices`; None is passed over.
        name: the op's name.

    Returns:
        A scalar.

    Raises:
        TypeError: for anything but a list.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.global_norm([[3.0], [[4.0]]])).tolist()
        5.0
    """
    if not isinstance(t_list, (list, tuple)):
        raise TypeError("t_list should be a sequence")
    with name_scope(name, "global_norm", [t for t in t_list if t is not None]) as scope:
        parts = [
            t.values if isinstance(t, IndexedSlices) else convert_to_tensor(t)
            for t in t_list
            if t is not None
        ]
        squares = [reduce_sum(elementwise.square(p)) for p in parts]
        total = add_n(squares) if squares else convert_to_tensor(0.0)
        return elementwise.sqrt(total, name=scope)


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Several tensors scaled down together, to a global norm of at most `clip_norm`.

    Args:
        t_list: tensors, `IndexedSlices` or None.
        clip_norm: the largest norm.
        use_norm: the global norm, if it is known already.
        name: the name scope.

    Returns:
        The scaled tensors (None where None was given), and the global norm before.
    """
    norm = global_norm(t_list) if use_norm is None else use_norm
    with name_scope(name, "clip_by_global_norm", [t for t in t_list if t is not None]):
        norm = convert_to_tensor(norm)
        one = ones_like(norm)
        least = math.minimum(math.realdiv(one, norm), math.realdiv(one, clip_norm))
        # An infinite norm makes all NaN, which tells of it.
        scale = math.add(math.multiply(clip_norm, least), math.subtract(norm, norm))
        return [_scaled(t, scale) for t in t_list], norm


def _scaled(t: Any, scale: Tensor) -> Any:
    if t is None:
        return None
    if isinstance(t, IndexedSlices):
        return IndexedSlices(math.multiply(t.values, scale), t.indices, t.dense_shape)
    return math.multiply(t, scale)


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Tensor:
    """The tensor scaled down to an L2 norm per element of at most `clip_norm`.

    Args:
        t: a floating-point tensor.
        clip_norm: the largest norm divided by the number of elements, a positive scalar.
        name: the name scope.
    """
    with name_scope(name, "clip_by_average_norm", [t]) as scope:
        values = convert_to_tensor(t, name="t")
        count = math.cast(size(values), values.dtype)
        limit = convert_to_tensor(
            clip_norm, None if hasattr(clip_norm, "graph") else values.dtype.base_dtype
        )
        inverse = elementwise.rsqrt(reduce_sum(math.multiply(values, values)))
        one = math.realdiv(math.number(1, limit), limit)
        scale = math.minimum(math.multiply(inverse, count), one)
        return math.multiply(math.multiply(values, limit), scale, name=scope)
