"""Tensors handed on, checked or joined as they are; shapes worked out before and during a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, missing_grad, no_grad, same_shape, whole
from pyengine.shape import (
    Dimension,
    TensorShape,
    as_shape,
    broadcast,
    broadcast_all,
    merge_all,
)

__all__ = [
    "broadcast_dynamic_shape", "broadcast_static_shape", "dimension_at_index", "dimension_value",
    "ensure_shape", "guarantee_const", "identity_n", "parallel_stack", "shape_n", "where_v2",
]  # fmt: skip

_identity_n = defop(
    "IdentityN",
    "input: any* -> @T*",
    doc="The inputs again.",
    attrs={"T": REQUIRED},
    shape=lambda op: [t.shape for t in op.inputs],
    kernel=lambda xp, *inputs, T: inputs if len(inputs) > 1 else inputs[0],
    grad=lambda op, *grads: list(grads),
)


def identity_n(input: Any, name: str | None = None) -> list[Tensor]:
    """Several tensors again; they all become available at once.

    Args:
        input: a list of tensors, of any dtypes.
        name: the op's name.
    """
    if not isinstance(input, (list, tuple)):
        raise TypeError(f"Expected list for 'input' argument to 'IdentityN' Op, not {input!r}.")
    if not input:
        raise ValueError("Attr 'T' of 'IdentityN' Op passed list of length 0 less than minimum 1.")
    tensors = [convert_to_tensor(x) for x in input]
    return _identity_n(tensors, T=[t.dtype.base_dtype for t in tensors], name=name or "IdentityN")


guarantee_const = defop(
    "GuaranteeConst",
    "input: T -> T",
    doc="The input again, which its maker says never changes.",
    shape=same_shape,
    kernel=lambda xp, x: x,
    grad=no_grad("it is taken as a constant"),
)


def _ensured_shape(op: Operation) -> TensorShape:
    return op.inputs[0].shape.merge_with(op.attrs["shape"])


def _ensure_kernel(xp: Any, x: Any, *, shape: TensorShape) -> Any:
    if not shape.is_compatible_with(np.shape(x)):
        raise InvalidArgumentError(
            None,
            None,
            f"Shape of tensor {list(np.shape(x))} is not compatible with expected shape {shape}.",
        )
    return x


_ensure_shape = defop(
    "EnsureShape",
    "input: T -> T",
    doc="The input again, if it has a shape.",
    attrs={"shape": REQUIRED},
    shape=_ensured_shape,
    kernel=_ensure_kernel,
    grad=lambda op, dy: dy,
)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor again, its shape known from now on and checked in each run.

    Args:
        x: a tensor.
        shape: what the shape must be, as far as that is known.
        name: the op's name.

    Raises:
        ValueError: when the shapes can never fit.
        tf.errors.InvalidArgumentError: at run time, when they do not.
    """
    return _ensure_shape(convert_to_tensor(x), shape=as_shape(shape), name=name)


# ---------------------------------------------------------------- joined


def _parallel_shape(op: Operation) -> TensorShape:
    wanted: TensorShape = op.attrs["shape"]
    for t in op.inputs:
        if not t.shape.is_fully_defined() or not t.shape.sizes or t.shape.sizes[0] != 1:
            raise ValueError("All input shapes must be fully defined, with a first size of 1.")
    merge_all([t.shape for t in op.inputs])
    return wanted


_parallel_concat = defop(
    "ParallelConcat",
    "values: T* -> T",
    doc="Tensors of one shape joined along the first dimension.",
    attrs={"N": REQUIRED, "shape": REQUIRED},
    shape=_parallel_shape,
    kernel=lambda xp, *values, N, shape: xp.concatenate(values, axis=0),
    grad=missing_grad("TensorFlow defines none"),
)


def parallel_stack(values: Sequence[Any], name: str = "parallel_stack") -> Tensor:
    """Tensors of one known shape stacked along a new first dimension; without a gradient.

    Args:
        values: a list of tensors.
        name: the name scope.

    Raises:
        TypeError: when the dtypes differ.
        ValueError: when a shape is not fully known, or they differ.
    """
    from pyengine.ops.array import expand_dims
    from pyengine.scopes import name_scope

    with name_scope(name, "parallel_stack", list(values)):
        first = convert_to_tensor(values[0])
        own = first.dtype.base_dtype
        rows = [convert_to_tensor(v, None if hasattr(v, "graph") else own) for v in values]
        if any(r.dtype.base_dtype is not own for r in rows):
            raise TypeError(
                f"Tensors in list passed to 'values' of 'ParallelConcat' Op have types "
                f"{[r.dtype.name for r in rows]} that don't all match."
            )
        one = merge_all([r.shape for r in rows])
        full = TensorShape([len(rows)]).concatenate(one)
        return _parallel_concat([expand_dims(r, 0) for r in rows], N=len(rows), shape=full)


# ---------------------------------------------------------------- shapes

_shape_n = defop(
    "ShapeN",
    "input: T* -> @out_type*N",
    doc="The sizes of several tensors.",
    attrs={"N": REQUIRED, "out_type": dtypes.int32},
    shape=lambda op: [[t.shape.ndims] for t in op.inputs],
    kernel=lambda xp, *inputs, N, out_type: _sizes_of(inputs, out_type),
    grad=no_grad("shapes have no derivative"),
)


def _sizes_of(inputs: Any, out_type: Any) -> Any:
    found = tuple(np.array(np.shape(x), out_type.as_numpy_dtype) for x in inputs)
    return found if len(found) > 1 else found[0]


def shape_n(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> list[Tensor]:
    """The sizes of several tensors of one dtype at run time, a vector for each.

    Args:
        input: a list of tensors.
        out_type: int32 or int64.
        name: the op's name.

    Returns:
        A list of vectors of `out_type`.

    Example:
        >>> import pyengine as tf
        >>> [s.shape.as_list() for s in tf.shape_n([tf.zeros([2, 3]), tf.zeros([])])]
        [[2], [0]]
    """
    tensors = [convert_to_tensor(x) for x in input]
    return _shape_n(tensors, N=len(tensors), out_type=as_dtype(out_type), name=name)


def _broadcast_args_kernel(xp: Any, s0: Any, s1: Any) -> Any:
    sizes = np.broadcast_shapes(tuple(s0.tolist()), tuple(s1.tolist()))
    return np.array(sizes, s0.dtype)


def _broadcast_args_shape(op: Operation) -> Any:
    a, b = (t.shape.with_rank(1).sizes for t in op.inputs)
    if a is None or b is None or a[0] is None or b[0] is None:
        return [None]
    return [max(a[0], b[0])]


_broadcast_args = defop(
    "BroadcastArgs",
    "s0: T, s1: T -> T",
    doc="The shape of the sum of two tensors of given shapes.",
    types={"T": "index"},
    shape=_broadcast_args_shape,
    kernel=_broadcast_args_kernel,
    grad=no_grad("shapes have no derivative"),
)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape, found at run time, of the sum of two tensors of given shapes.

    Args:
        shape_x, shape_y: integer vectors.

    Raises:
        tf.errors.InvalidArgumentError: at run time, when there is none.
    """
    return _broadcast_args(whole(shape_x), whole(shape_y))


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The static shape of the sum of two tensors of given static shapes.

    Args:
        shape_x, shape_y: `TensorShape`s.

    Raises:
        ValueError: when there is none.

    Example:
        >>> import pyengine as tf
        >>> tf.broadcast_static_shape(tf.TensorShape([2, 1]), tf.TensorShape([3])).as_list()
        [2, 3]
    """
    return broadcast(as_shape(shape_x), as_shape(shape_y))


def dimension_value(dimension: Any) -> int | None:
    """The size that a `Dimension` or an int stands for, None where it is unknown.

    Args:
        dimension: a `tf.Dimension`, an integer, or None.

    Returns:
        The size, or None where it is unknown.

    Example:
        >>> import pyengine as tf
        >>> tf.dimension_value(tf.zeros([2, 3]).shape[1])
        3
    """
    if isinstance(dimension, Dimension):
        return dimension.value
    return None if dimension is None else int(dimension)


def dimension_at_index(shape: Any, index: int) -> Dimension:
    """A `TensorShape`'s dimension, unknown where the rank is.

    Args:
        shape: a `tf.TensorShape`.
        index: the axis, negative from the end.

    Returns:
        A `tf.Dimension`, an unknown one for a shape of unknown rank.

    Example:
        >>> import pyengine as tf
        >>> tf.dimension_at_index(tf.TensorShape([2, 3]), 1)
        Dimension(3)
    """
    shape = as_shape(shape)
    return Dimension(None) if shape.ndims is None else shape[index]


# ---------------------------------------------------------------- choice


def _select_v2_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import zeros_like

    condition, zero = op.inputs[0], zeros_like(dy)
    left = _select_v2(condition, dy, zero), _select_v2(condition, zero, dy)
    return None, *[_unbroadcast_one(op, t, g) for t, g in zip(op.inputs[1:], left)]


def _unbroadcast_one(op: Operation, x: Tensor, gradient: Tensor) -> Tensor:
    """A gradient in the shape of the output summed to that of an input."""
    from pyengine.ops.array import reshape, shape
    from pyengine.ops.broadcasting import broadcast_gradient_args
    from pyengine.ops.reduce import reduce_sum

    y = op.outputs[0]
    if x.shape.is_fully_defined() and x.shape.sizes == y.shape.sizes:
        return gradient
    axes, _ = broadcast_gradient_args(shape(x), shape(y))
    return reshape(reduce_sum(gradient, axes), shape(x))


_select_v2 = defop(
    "SelectV2",
    "condition: bool, t: T, e: T -> T",
    doc="Elements of one tensor or another, broadcast against each other.",
    shape=lambda op: broadcast_all([t.shape for t in op.inputs]),
    kernel=lambda xp, condition, x, y: xp.where(condition, x, y),
    grad=_select_v2_grad,
)


def where_v2(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """`where` whose three arguments are broadcast against each other.

    Args:
        condition: booleans.
        x, y: tensors of one dtype; both or neither.
        name: the op's name.

    Returns:
        Elements of x where `condition` is true and of y where not; without x and y the positions
        of the true elements, as `where` gives them.

    Raises:
        ValueError: when only one of x and y is given.
    """
    from pyengine.ops.repetition import where

    if x is None and y is None:
        return where(condition, name=name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return _select_v2(condition, x, y, name=name or "SelectV2")
