"""Tensors with elements put at positions: `scatter_nd`, `tensor_scatter_nd_update` and kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import static
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import as_sizes, shape
from pyengine.ops.declare import defop, whole
from pyengine.ops.gathering import gather_nd, index_of_rows
from pyengine.shape import TensorShape

__all__ = [
    "scatter_nd", "tensor_scatter_add", "tensor_scatter_max", "tensor_scatter_min",
    "tensor_scatter_nd_add", "tensor_scatter_nd_max", "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub", "tensor_scatter_nd_update", "tensor_scatter_sub",
    "tensor_scatter_update",
]  # fmt: skip


def _check_updates(target: TensorShape, indices: TensorShape, updates: TensorShape) -> None:
    """Refuses updates that can never have shape `indices[:-1] + target[depth:]`."""
    if indices.sizes is None or not indices.sizes:
        if indices.sizes is not None:
            raise ValueError("Indices shape must have rank at least one")
        return
    depth = indices.sizes[-1]
    if target.sizes is None or depth is None:
        return
    if target.num_elements() == 0 and (indices.num_elements() or updates.num_elements()):
        raise ValueError("Indices and updates specified for empty input")
    # Whether the index vectors are too long, the run finds out, as in TensorFlow.
    wanted = indices[:-1].concatenate(target[depth:])
    if not updates.is_compatible_with(wanted):
        raise ValueError(f"Shapes {updates} of the updates and {wanted} must be equal")


def _checked_updates(indices: Any, updates: Any, sizes: Any) -> tuple[Any, ...]:
    at = index_of_rows(indices, sizes)
    wanted = (*indices.shape[:-1], *sizes[len(at) :])
    if updates.shape != wanted:
        raise ValueError(f"Must have updates.shape = {list(wanted)}, got {list(updates.shape)}")
    return at if at else (np.zeros(indices.shape[:-1], np.int64),)


def _scatter_nd_shape(op: Operation) -> TensorShape:
    target = static.shape_value(op.inputs[2])
    _check_updates(target, op.inputs[0].shape, op.inputs[1].shape)
    return target


def _scatter_nd_kernel(xp: Any, indices: Any, updates: Any, sizes: Any) -> Any:
    sizes = (sizes,) if isinstance(sizes, int) else sizes
    result = np.full(sizes, b"" if updates.dtype == object else 0, updates.dtype)
    at = _checked_updates(indices, updates, sizes)
    target = result if indices.shape[-1] else result[None]
    np.add.at(target, at, updates)
    return result


_scatter_nd = defop(
    "ScatterNd",
    "indices: Tindices, updates: T, shape: host index -> T",
    doc="Zeros with updates added at index vectors.",
    types={"T": "number|bool|string", "Tindices": "index"},
    shape=_scatter_nd_shape,
    kernel=_scatter_nd_kernel,
    grad=lambda op, dy: (None, gather_nd(dy, op.inputs[0]), None),
)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Zeros of a shape with updates added at the places that index vectors name.

    Args:
        indices: an int32 or int64 tensor whose last dimension holds index vectors.
        updates: a numeric tensor of shape `indices.shape[:-1] + shape[indices.shape[-1]:]`; those
            for one place add up.
        shape: the shape of the result, an integer vector.
        name: the op's name.

    Raises:
        ValueError: when the shapes do not fit.
        tf.errors.InvalidArgumentError: at run time, for an index outside of the shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.scatter_nd([[1], [3], [1]], [1, 2, 5], [4])).tolist()
        [0, 6, 0, 2]
    """
    return _scatter_nd(whole(indices), updates, as_sizes(shape), name=name)


# ---------------------------------------------------------------- into a tensor


def _tensor_scatter_shape(op: Operation) -> TensorShape:
    x = op.inputs[0].shape
    _check_updates(x, op.inputs[1].shape, op.inputs[2].shape)
    return x


def _put(target: Any, at: Any, updates: Any) -> None:
    target[at] = updates


def _tensor_scatter(
    type: str, doc: str, combine: Callable[..., None], grad: Any, types: str = "number"
) -> Callable[..., Any]:
    """Declares an op that combines updates with a copy of a tensor."""

    def kernel(xp: Any, tensor: Any, indices: Any, updates: Any) -> Any:
        at = _checked_updates(indices, updates, tensor.shape)
        result = np.array(tensor, order="K")
        combine(result if indices.shape[-1] else result[None], at, updates)
        return result

    op = defop(
        type, "tensor: T, indices: Tindices, updates: T -> T", doc=doc,
        types={"T": types, "Tindices": "index"}, shape=_tensor_scatter_shape, kernel=kernel,
        grad=grad,
    )  # fmt: skip

    def function(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        result: Tensor = op(tensor, whole(indices), updates, name=name)
        return result

    function.__doc__ = f"""{doc}

    Args:
        tensor: a tensor; it is copied.
        indices: an int32 or int64 tensor whose last dimension holds index vectors.
        updates: a tensor of shape `indices.shape[:-1] + tensor.shape[indices.shape[-1]:]`.
        name: the op's name.

    Returns:
        A tensor like `tensor`.

    Raises:
        ValueError: when the shapes do not fit.
        tf.errors.InvalidArgumentError: at run time, for an index that is not there.
    """
    return function


def _update_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import zeros_like

    indices, updates = op.inputs[1], op.inputs[2]
    kept = tensor_scatter_nd_update(dy, indices, zeros_like(updates))
    return kept, None, gather_nd(dy, indices)


def _sub_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.math import negative

    return dy, None, negative(gather_nd(dy, op.inputs[1]))


def _extreme_grad(op: Operation, dy: Tensor) -> Any:
    """The gradient shared equally among the elements and updates that are the extreme."""
    from pyengine.ops.compare import equal
    from pyengine.ops.math import add, cast, multiply, realdiv

    x, indices, y = op.inputs
    result = op.outputs[0]
    mine = cast(equal(x, result), dy.dtype)
    theirs = cast(equal(y, gather_nd(result, indices)), dy.dtype)
    count = add(mine, scatter_nd(indices, theirs, shape(x, out_type=indices.dtype)))
    share = realdiv(dy, count)
    return multiply(share, mine), None, multiply(gather_nd(share, indices), theirs)


tensor_scatter_nd_update = tensor_scatter_update = _tensor_scatter(
    "TensorScatterUpdate",
    "A tensor with updates in place of its elements at index vectors.",
    _put,
    _update_grad,
    types="any",
)
tensor_scatter_nd_add = tensor_scatter_add = _tensor_scatter(
    "TensorScatterAdd",
    "A tensor with updates added to its elements at index vectors.",
    np.add.at,
    lambda op, dy: (dy, None, gather_nd(dy, op.inputs[1])),
)
tensor_scatter_nd_sub = tensor_scatter_sub = _tensor_scatter(
    "TensorScatterSub",
    "A tensor with updates subtracted from its elements at index vectors.",
    np.subtract.at,
    _sub_grad,
)
tensor_scatter_nd_max = tensor_scatter_max = _tensor_scatter(
    "TensorScatterMax",
    "A tensor with its elements at index vectors raised to updates.",
    np.maximum.at,
    _extreme_grad,
    types="real",
)
tensor_scatter_nd_min = tensor_scatter_min = _tensor_scatter(
    "TensorScatterMin",
    "A tensor with its elements at index vectors lowered to updates.",
    np.minimum.at,
    _extreme_grad,
    types="real",
)
for _function, _name in (
    (tensor_scatter_nd_update, "tensor_scatter_nd_update"),
    (tensor_scatter_nd_add, "tensor_scatter_nd_add"),
    (tensor_scatter_nd_sub, "tensor_scatter_nd_sub"),
    (tensor_scatter_nd_max, "tensor_scatter_nd_max"),
    (tensor_scatter_nd_min, "tensor_scatter_nd_min"),
):
    _function.__name__ = _function.__qualname__ = _name
