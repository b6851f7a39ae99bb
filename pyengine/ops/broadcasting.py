"""Gradients under broadcasting: a broadcast operand's gradient is summed back to its own shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import constant
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad
from pyengine.shape import TensorShape, as_shape, broadcast

__all__ = [
    "broadcast_dynamic_shape",
    "broadcast_gradient_args",
    "broadcast_static_shape",
    "unbroadcast",
]


def _reduced_axes(xp: Any, s0: tuple[int, ...], s1: tuple[int, ...]) -> tuple[Any, Any]:
    rank = max(len(s0), len(s1))
    a = (1,) * (rank - len(s0)) + tuple(s0)
    b = (1,) * (rank - len(s1)) + tuple(s1)
    lead0, lead1 = rank - len(s0), rank - len(s1)
    r0 = [i for i in range(rank) if i < lead0 or (a[i] == 1 and b[i] != 1)]
    r1 = [i for i in range(rank) if i < lead1 or (b[i] == 1 and a[i] != 1)]
    return np.array(r0, np.int32), np.array(r1, np.int32)


broadcast_gradient_args = defop(
    "BroadcastGradientArgs",
    "s0: host index, s1: host index -> int32, int32",
    doc="The axes over which the gradients of two broadcast operands are summed.",
    shape=lambda op: [[None], [None]],
    kernel=_reduced_axes,
    grad=no_grad("axes have no derivative"),
)


def unbroadcast(op: Operation, dx: Any, dy: Any) -> tuple[Any, Any]:
    """The gradients of a binary op's inputs, in the shapes of the inputs.

    Args:
        op: the op; its two inputs were broadcast against each other.
        dx, dy: the gradients in the op's output shape, or None.

    Returns:
        Two tensors, or None where None was given.
    """
    x, y = op.inputs[0], op.inputs[1]
    if x.shape.sizes == y.shape.sizes and x.shape.is_fully_defined():
        return dx, dy
    axes = _static_axes(x.shape, y.shape), _static_axes(y.shape, x.shape)
    if axes[0] is None or axes[1] is None:
        from pyengine.ops.array import shape

        found = broadcast_gradient_args(shape(x), shape(y))
        return _summed(dx, x, found[0]), _summed(dy, y, found[1])
    return _summed_statically(dx, x, axes[0]), _summed_statically(dy, y, axes[1])


def _static_axes(mine: TensorShape, other: TensorShape) -> list[int] | None:
    """The axes of the output over which my gradient is summed, None if only a run can tell."""
    if mine.sizes is None or other.sizes is None:
        return None
    rank = max(len(mine.sizes), len(other.sizes))
    lead = rank - len(mine.sizes)
    a = (1,) * lead + mine.sizes
    b = (1,) * (rank - len(other.sizes)) + other.sizes
    axes = list(range(lead))
    for i in range(lead, rank):
        if b[i] == 1 or (a[i] is not None and a[i] != 1):
            continue  # the other is stretched here, or mine is wide already
        if a[i] is None or b[i] is None:
            return None
        axes.append(i)
    return axes


def _summed_statically(gradient: Any, x: Tensor, axes: list[int]) -> Any:
    if gradient is None or not axes:
        return gradient
    from pyengine.ops.array import reshape, shape
    from pyengine.ops.reduce import reduce_sum

    total = reduce_sum(gradient, constant(np.array(axes, np.int32)))
    lead_only = axes == list(range(len(axes))) and total.shape.ndims == x.shape.ndims
    if lead_only:
        return total
    return reshape(total, x.shape if x.shape.is_fully_defined() else shape(x))


def _summed(gradient: Any, x: Tensor, axes: Any) -> Any:
    if gradient is None:
        return None
    from pyengine.ops.array import reshape, shape
    from pyengine.ops.reduce import reduce_sum

    known = static.constant_value(axes)
    if known is not None and not known.size:
        return gradient
    return reshape(reduce_sum(gradient, axes), shape(x))


def _broadcast_args_kernel(xp: Any, s0: Any, s1: Any) -> Any:
    try:
        found = np.broadcast_shapes(tuple(s0), tuple(s1))
    except ValueError:
        raise InvalidArgumentError(
            None, None, f"Incompatible shapes: {list(map(int, s0))} vs. {list(map(int, s1))}"
        ) from None
    return np.array(found, s0.dtype)


def _broadcast_args_shape(op: Operation) -> Any:
    ranks = [t.shape.with_rank(1).sizes for t in op.inputs]
    sizes = [None if r is None else r[0] for r in ranks]
    return [None if None in sizes else max(s or 0 for s in sizes)]


_broadcast_args = defop(
    "BroadcastArgs",
    "s0: T, s1: T -> T",
    doc="The shape that results where tensors of two shapes are broadcast.",
    types={"T": "index"},
    shape=_broadcast_args_shape,
    kernel=_broadcast_args_kernel,
    grad=no_grad("a shape has no derivative"),
)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape that results where tensors of two shapes are broadcast, as a tensor.

    Args:
        shape_x: a rank 1 integer tensor.
        shape_y: a rank 1 integer tensor of the same dtype.

    Returns:
        A rank 1 tensor of that dtype.

    Raises:
        InvalidArgumentError: in a run, when the shapes do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.broadcast_dynamic_shape([3, 1], [4])).tolist()
        [3, 4]
    """
    return _broadcast_args(shape_x, shape_y)


def broadcast_static_shape(shape_x: TensorShape, shape_y: TensorShape) -> TensorShape:
    """The static shape that results where tensors of two static shapes are broadcast.

    Args:
        shape_x: a `TensorShape`.
        shape_y: a `TensorShape`.

    Raises:
        ValueError: when the shapes can never fit.

    Example:
        >>> str(broadcast_static_shape(TensorShape([3, 1]), TensorShape([None])))
        '(3, ?)'
    """
    x, y = as_shape(shape_x), as_shape(shape_y)
    try:
        return broadcast(x, y)
    except ValueError:
        raise ValueError(f"Incompatible shapes for broadcasting: {x} and {y}") from None
