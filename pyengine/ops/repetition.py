"""Elements repeated along axes, and chosen from two tensors by a condition."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.executor.choosing import chosen
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import as_sizes, reshape, shape, size, transpose
from pyengine.ops.declare import defop, no_grad
from pyengine.shape import (
    TensorShape,
    unknown_shape,
)

__all__ = ["broadcast_to", "tile", "where"]


def _broadcast_shape(op: Operation) -> TensorShape:
    x, target = op.inputs[0].shape, static.shape_value(op.inputs[1])
    if x.sizes is not None and target.sizes is not None:
        lead = len(target.sizes) - len(x.sizes)
        fits = lead >= 0 and all(
            s in (None, 1) or t in (None, s) for s, t in zip(x.sizes, target.sizes[lead:])
        )
        if not fits:
            raise ValueError(f"Incompatible shapes for broadcasting: {x} and {target}")
    return target


def _broadcast_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.broadcasting import broadcast_gradient_args
    from pyengine.ops.reduce import reduce_sum

    axes, _ = broadcast_gradient_args(shape(op.inputs[0]), op.inputs[1])
    return reshape(reduce_sum(dy, axes), shape(op.inputs[0])), None


_broadcast_to = defop(
    "BroadcastTo",
    "input: T, shape: host index -> T",
    doc="A tensor repeated to a larger shape.",
    shape=_broadcast_shape,
    kernel=lambda xp, x, sizes: xp.broadcast_to(x, sizes),
    grad=_broadcast_grad,
)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor repeated along missing dimensions and those of size 1, to have `shape`.

    Args:
        input: a tensor of any dtype.
        shape: a vector of int32 or int64 that the shape of `input` broadcasts to.
        name: the op's name.

    Returns:
        A tensor of the dtype of `input`.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.broadcast_to([1, 2], [2, 2])).tolist()
        [[1, 2], [1, 2]]
    """
    return _broadcast_to(input, as_sizes(shape), name=name)


def _tile_shape(op: Operation) -> TensorShape:
    x, multiples = op.inputs[0].shape, static.shape_value(op.inputs[1]).sizes
    op.inputs[1].shape.with_rank(1)
    if multiples is None:
        return unknown_shape(x.ndims)
    if x.sizes is None:
        return unknown_shape(len(multiples))
    if len(multiples) != len(x.sizes):
        raise ValueError(f"multiples must have {len(x.sizes)} elements, got {len(multiples)}")
    return TensorShape.of(
        tuple(None if s is None or m is None else s * m for s, m in zip(x.sizes, multiples))
    )


def _tile_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.joining import stack
    from pyengine.ops.reduce import reduce_sum

    x, multiples = op.inputs
    # [m0, s0, m1, s1, ...]: each copy gets an axis of its own, and these are summed.
    split_shape = reshape(transpose(stack([multiples, shape(x)])), [-1])
    return reduce_sum(reshape(dy, split_shape), range_of(0, size(split_shape), 2)), None


tile = defop(
    "Tile",
    "input: T, multiples: host index -> T",
    doc="A tensor repeated `multiples[i]` times along each axis i.",
    example=("tf.tile([[1, 2]], [2, 2])", "[[1, 2, 1, 2], [1, 2, 1, 2]]"),
    shape=_tile_shape,
    kernel=lambda xp, x, multiples: xp.tile(x, multiples),
    grad=_tile_grad,
)


def _select_shape(op: Operation) -> TensorShape:
    condition, x, y = (t.shape for t in op.inputs)
    both = x.merge_with(y)
    if condition.ndims is not None and both.ndims is not None and condition.ndims == both.ndims:
        return both.merge_with(condition)
    if condition.ndims == 1 and both.ndims:
        both[:1].assert_is_compatible_with(condition)
    elif condition.ndims not in (0, None) and both.ndims is not None:
        raise ValueError(f"Shapes {condition} and {both} must have the same rank")
    return both


def _select_kernel(xp: Any, condition: Any, x: Any, y: Any) -> Any:
    condition = np.asarray(condition)
    if condition.ndim == 1 and np.ndim(x) > 1:  # a vector chooses whole rows
        condition = condition.reshape((-1,) + (1,) * (np.ndim(x) - 1))
    return chosen(condition, x, y)


def _select_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import zeros_like

    condition, zero = op.inputs[0], zeros_like(op.inputs[1])
    return None, _select(condition, dy, zero), _select(condition, zero, dy)


_select = defop(
    "Select",
    "condition: bool, t: T, e: T -> T",
    doc="Elements of one tensor or another.",
    shape=_select_shape,
    kernel=_select_kernel,
    grad=_select_grad,
)


def _positions_kernel(xp: Any, condition: Any) -> Any:
    if not np.ndim(condition):
        raise ValueError("WhereOp : Unhandled input dimensions: 0")
    return np.argwhere(condition).astype(np.int64)


_where_op = defop(
    "Where",
    "condition: T -> int64",
    doc="The positions of true elements.",
    types={"T": "number|bool"},
    shape=lambda op: [None, op.inputs[0].shape.ndims],
    kernel=_positions_kernel,
    grad=no_grad("positions have no derivative"),
)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """Elements of `x` where `condition` is true and of `y` where not; or the positions of the true.

    Args:
        condition: booleans: of the shape of x and y, a scalar, or a vector that chooses rows.
        x, y: tensors of one shape and dtype; both or neither.
        name: the op's name.

    Returns:
        A tensor like x; without x and y an int64 matrix with a row of indices per true element.

    Raises:
        ValueError: when only one of x and y is given.
    """
    if x is None and y is None:
        return _where_op(condition, name=name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return _select(condition, x, y, name=name)
