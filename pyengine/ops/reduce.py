"""Reductions along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops import elementwise, math, torch_kernels
from pyengine.ops.declare import defop, no_grad, old_names, whole
from pyengine.scopes import (
    name_scope,
)
from pyengine.shape import UNKNOWN, TensorShape, unknown_shape

__all__ = [
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
]


def reduced_axes(axis: Any, rank: int) -> tuple[int, ...]:
    """Axes as a sorted tuple of distinct ints from 0; raises ValueError for one out of range."""
    given = (axis,) if isinstance(axis, int) else tuple(axis)
    for a in given:
        if not -rank <= a < rank:
            raise ValueError(f"Invalid reduction dimension {a} for input with {rank} dimensions")
    return tuple(sorted({a % rank for a in given}))


def reduced_shape(op: Operation) -> TensorShape:
    shape, axis = op.inputs[0].shape, static.constant_value(op.inputs[1])
    keep = op.attrs["keep_dims"]
    if shape.sizes is None:
        return UNKNOWN
    if axis is None:
        return unknown_shape(len(shape.sizes)) if keep else UNKNOWN
    axes = reduced_axes(static.host_value(axis), len(shape.sizes))
    sizes = (1 if i in axes else s for i, s in enumerate(shape.sizes) if keep or i not in axes)
    return TensorShape.of(tuple(sizes))


def _distinct_axes(axes: Any, rank: int) -> tuple[int, ...]:
    """`reduced_axes` for kernels, which refuse an axis that is named twice."""
    found = reduced_axes(axes, rank)
    if not isinstance(axes, int) and len(found) < len(axes):
        raise ValueError(f"Invalid reduction arguments: Axes contains a duplicate: {list(axes)}")
    return found


def _reduction(
    type: str, doc: str, numpy_name: str, grad: Any, types: str = "number", **options: Any
) -> Callable[..., Any]:
    """Declares a reduction whose kernel is a NumPy function of that name."""

    def kernel(xp: Any, x: Any, axes: Any, *, keep_dims: bool) -> Any:
        if axes == ():
            return x  # the gradient of an op that may broadcast has many of these
        how, at = numpy_name, _distinct_axes(axes, x.ndim)
        more = {"dtype": x.dtype} if options.get("widens") else {}  # NumPy widens small integers
        if not x.size and "empty" in options:
            how = options.get("if_empty", how)
            more = {"initial": options["empty"](as_dtype(x.dtype))}
            return getattr(xp, how)(x, axis=at, keepdims=keep_dims, **more).astype(x.dtype)
        return getattr(xp, how)(x, axis=at, keepdims=keep_dims, **more)

    return defop(
        type, "input: T, reduction_indices: host index -> T", doc=doc, types={"T": types},
        attrs={"keep_dims": False}, shape=reduced_shape, kernel=kernel, grad=grad,
        torch=options.get("torch"),
    )  # fmt: skip


def kept_shape(op: Operation) -> Any:
    """The input's shape with 1 for each reduced axis: as a list if it is known, else a tensor."""
    from pyengine.ops.array import shape

    x, axis = op.inputs[0], static.constant_value(op.inputs[1])
    if axis is not None and x.shape.sizes is not None:
        axes = reduced_axes(static.host_value(axis), len(x.shape.sizes))
        kept = [1 if i in axes else s for i, s in enumerate(x.shape.sizes)]
        if kept.count(None) <= 1:
            return [-1 if s is None else s for s in kept]
    return _kept_shape_op(shape(x), op.inputs[1])


_kept_shape_op = defop(
    "ReducedShape",
    "input_shape: host index, axes: host index -> int32",
    doc="A shape with 1 in place of the reduced sizes.",
    shape=lambda op: op.inputs[0].shape,
    kernel=lambda xp, shape, axes: np.array(
        [1 if i in reduced_axes(axes, len(shape)) else s for i, s in enumerate(shape)], np.int32
    ),
    grad=no_grad("a shape has no derivative"),
)


def _spread(op: Operation, gradient: Tensor) -> Tensor:
    """A gradient in the reduced shape, repeated over the reduced axes."""
    from pyengine.ops.array import reshape, shape
    from pyengine.ops.repetition import broadcast_to

    x = op.inputs[0]
    kept = gradient if op.attrs["keep_dims"] else reshape(gradient, kept_shape(op))
    return broadcast_to(kept, x.shape if x.shape.is_fully_defined() else shape(x))


def _mean_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.array import size

    x, y = op.inputs[0], op.outputs[0]
    many, few = x.shape.num_elements(), y.shape.num_elements()
    if many is not None and few is not None:
        return _spread(op, math.realdiv(dy, math.number(many // max(few, 1), dy))), None
    factor = math.floordiv(size(x), math.maximum(size(y), 1))
    return _spread(op, math.realdiv(dy, math.cast(factor, dy.dtype))), None


def _extreme_grad(op: Operation, dy: Tensor) -> Any:
    """The gradient shared equally among the places where the extreme is."""
    from pyengine.ops.array import reshape
    from pyengine.ops.compare import equal

    x, y = op.inputs[0], op.outputs[0]
    if not op.attrs["keep_dims"]:
        kept = kept_shape(op)
        y, dy = reshape(y, kept), reshape(dy, kept)
    there = math.cast(equal(y, x), dy.dtype)
    count = reduce_sum(there, op.inputs[1], keepdims=True)
    return math.multiply(math.realdiv(there, count), dy), None


def _prod_grad(op: Operation, dy: Tensor) -> Any:
    """The products of all others, by products from both ends: exact where elements are zero."""
    from pyengine.ops.array import invert_permutation, rank, reshape, shape, transpose
    from pyengine.ops.cumulative import cumprod
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.gathering import gather
    from pyengine.ops.joining import concat
    from pyengine.ops.uniqueness import setdiff1d

    x = op.inputs[0]
    # The reduced axes come first, and are one for the cumulative products.
    n = rank(x)
    reduced = math.floormod(math.cast(reshape(op.inputs[1], [-1]), n.dtype), n)
    others, _ = setdiff1d(range_of(0, n), reduced)
    perm = concat([reduced, others], 0)
    moved = transpose(x, perm)
    front = shape(moved)
    flat = reshape(
        moved, [reduce_prod(gather(shape(x), reduced)), reduce_prod(gather(shape(x), others))]
    )
    left = cumprod(flat, axis=0, exclusive=True)
    right = cumprod(flat, axis=0, exclusive=True, reverse=True)
    rest = reshape(math.multiply(math.conj(left), math.conj(right)), front)
    spread = math.multiply(_spread(op, dy), transpose(rest, invert_permutation(perm)))
    return reshape(spread, shape(x)), None


_sum = _reduction(
    "Sum", "The sum over axes.", "sum", lambda op, dy: (_spread(op, dy), None), widens=True,
    torch=torch_kernels.total,
)  # fmt: skip
_mean = _reduction(
    "Mean", "The mean over axes.", "mean", _mean_grad, widens=True, if_empty="sum",
    empty=lambda dtype: 0 if dtype.is_integer else np.nan,
)  # fmt: skip
_prod = _reduction("Prod", "The product over axes.", "prod", _prod_grad, widens=True)
_max = _reduction(
    "Max", "The largest element over axes.", "amax", _extreme_grad, types="real",
    empty=lambda dtype: dtype.min if dtype.is_integer else -np.inf,
)  # fmt: skip
_min = _reduction(
    "Min", "The smallest element over axes.", "amin", _extreme_grad, types="real",
    empty=lambda dtype: dtype.max if dtype.is_integer else np.inf,
)  # fmt: skip

_BOOLEAN = no_grad("its output is boolean")
_all = _reduction("All", "Whether all are true over axes.", "all", _BOOLEAN, types="bool")
_any = _reduction("Any", "Whether any is true over axes.", "any", _BOOLEAN, types="bool")


def _reducer(op: Callable[..., Any], default: str, what: str) -> Callable[..., Any]:
    """The public function of a reduction."""

    @old_names(reduction_indices="axis", keep_dims="keepdims")
    def function(
        input_tensor: Any, axis: Any = None, keepdims: bool | None = None, name: str | None = None
    ) -> Tensor:
        x = convert_to_tensor(input_tensor, name="input_tensor")
        axes = all_axes(x) if axis is None else axis
        result: Tensor = op(x, whole(axes), keep_dims=bool(keepdims), name=name or default)
        if axis is None and not keepdims:
            result.set_shape(())  # all axes, whatever the rank is
        return result

    function.__doc__ = f"""{what} along axes.

    Args:
        input_tensor: a tensor.
        axis: an axis or a list of them, counted from 0, negative from the end; all by default.
            Also called `reduction_indices`.
        keepdims: whether reduced axes stay, with size 1. Also called `keep_dims`.
        name: the op's name.

    Returns:
        A tensor without the reduced axes.

    Raises:
        ValueError: for an axis that the tensor does not have.
    """
    return function


def all_axes(x: Tensor) -> Any:
    if x.shape.ndims is not None:
        return constant(np.arange(x.shape.ndims, dtype=np.int32))
    from pyengine.ops.array import rank
    from pyengine.ops.filling import range as range_of

    return range_of(0, rank(x))


reduce_sum = _reducer(_sum, "Sum", "The sum")
reduce_mean = _reducer(_mean, "Mean", "The mean")
reduce_prod = _reducer(_prod, "Prod", "The product")
reduce_max = _reducer(_max, "Max", "The largest element")
reduce_min = _reducer(_min, "Min", "The smallest element")
reduce_all = _reducer(_all, "All", "Whether all elements are true,")
reduce_any = _reducer(_any, "Any", "Whether any element is true,")
for _function, _name in (
    (reduce_sum, "reduce_sum"), (reduce_mean, "reduce_mean"), (reduce_prod, "reduce_prod"),
    (reduce_max, "reduce_max"), (reduce_min, "reduce_min"), (reduce_all, "reduce_all"),
    (reduce_any, "reduce_any"),
):  # fmt: skip
    _function.__name__ = _function.__qualname__ = _name


@old_names(reduction_indices="axis", keep_dims="keepdims")
def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool | None = None, name: str | None = None
) -> Tensor:
    """log(sum(exp(x))) along axes, without overflow; arguments as in `reduce_sum`.

    Args:
        input_tensor: a tensor of a floating type.
        axis: an axis or a list of them, negative from the end; all by default.
        keepdims: whether reduced axes stay, with size 1.
        name: the op's name.

    Returns:
        A tensor of the dtype of `input_tensor` without the reduced axes.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.reduce_logsumexp([0.0, float("-inf")])).tolist()
        0.0
    """
    from pyengine.ops.array import reshape, shape, stop_gradient
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.repetition import where

    with name_scope(name, "ReduceLogSumExp", [input_tensor]) as scope:
        x = convert_to_tensor(input_tensor, name="input_tensor")
        peak = reduce_max(x, axis=axis, keepdims=True)
        # An infinite peak would give infinity minus infinity.
        peak = stop_gradient(where(elementwise.is_finite(peak), peak, zeros_like(peak)))
        total = elementwise.log(reduce_sum(elementwise.exp(x - peak), axis=axis, keepdims=keepdims))
        if not keepdims:
            peak = reshape(peak, shape(total))
        return math.add(total, peak, name=scope)


# ---------------------------------------------------------------- positions of extremes


def _arg_shape(op: Operation) -> TensorShape:
    shape, axis = op.inputs[0].shape, static.constant_value(op.inputs[1])
    if shape.sizes is None:
        return UNKNOWN
    rank = len(shape.sizes)
    if rank <= 1:
        return TensorShape.of(())  # as in TensorFlow, the run checks the axis of these
    if axis is None:
        return unknown_shape(rank - 1)
    if not -rank <= int(axis) < rank:
        raise ValueError(f"Dimension {int(axis)} is out of range for a tensor of rank {rank}")
    drop = int(axis) % rank
    return TensorShape.of(shape.sizes[:drop] + shape.sizes[drop + 1 :])


def _arg_extreme(type: str, doc: str, numpy_name: str) -> Callable[..., Any]:
    def kernel(xp: Any, x: Any, axis: int, *, output_type: Any) -> Any:
        if not -x.ndim <= axis < x.ndim:
            raise ValueError(f"Expected dimension in the range [{-x.ndim}, {x.ndim}), got {axis}")
        if x.shape[axis] == 0:
            raise ValueError(f"Reduction axis {axis} is empty in shape {list(x.shape)}")
        found = getattr(xp, numpy_name)(x, axis=axis)
        # NaN is never the extreme; NumPy gives the position of the first one.
        if x.dtype.kind == "f" and np.isnan(x.sum()) and np.isnan(x).any():
            x = xp.where(np.isnan(x), -np.inf if numpy_name == "argmax" else np.inf, x)
            found = getattr(xp, numpy_name)(x, axis=axis)
        return found.astype(output_type.as_numpy_dtype)

    allowed = ("int32", "int64", *(("int16", "uint16") if type == "ArgMax" else ()))
    op = defop(
        type, "input: T, dimension: host index -> @output_type", doc=doc,
        types={"T": "real|bool"}, attrs={"output_type": dtypes.int64}, shape=_arg_shape,
        kernel=kernel, grad=no_grad("a position has no derivative"),
    )  # fmt: skip

    def function(
        input: Any,
        axis: Any = None,
        name: str | None = None,
        dimension: Any = None,
        output_type: Any = dtypes.int64,
    ) -> Tensor:
        if dimension is not None:
            if axis is not None:
                raise ValueError("Cannot specify both 'axis' and 'dimension'")
            axis = dimension
        found = as_dtype(output_type)
        if found.name not in allowed:
            raise TypeError(
                f"Value passed to parameter 'output_type' has DataType {found.name} not in list "
                f"of allowed values: {', '.join(allowed)}"
            )
        result: Tensor = op(input, 0 if axis is None else whole(axis), output_type=found, name=name)
        return result

    function.__doc__ = f"""{doc}

    Args:
        input: a tensor.
        axis: the axis to look along, counted from 0, negative from the end; the first by default.
        name: the op's name.
        dimension: the former name of `axis`.
        output_type: int64 or int32.

    Returns:
        Positions, counted from 0, in a tensor without that axis.

    Raises:
        ValueError: for an axis that the tensor does not have.
    """
    return function


argmax = _arg_extreme(
    "ArgMax",
    "The position of the largest element along an axis, the first of equal ones.",
    "argmax",
)
argmin = _arg_extreme(
    "ArgMin",
    "The position of the smallest element along an axis, the first of equal ones.",
    "argmin",
)
argmax.__name__, argmin.__name__ = "argmax", "argmin"


def arg_max(
    input: Any, dimension: Any, output_type: Any = dtypes.int64, name: str | None = None
) -> Tensor:
    """`argmax` with its arguments in the order of older releases.

    Args:
        input: a tensor of a number type.
        dimension: the axis, a scalar; negative from the end.
        output_type: int32 or int64.
        name: the op's name.

    Returns:
        A tensor of `output_type` without the axis.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.arg_max([[1, 9], [8, 2]], 1)).tolist()
        [1, 0]
    """
    return argmax(input, dimension, name=name, output_type=output_type)


def arg_min(
    input: Any, dimension: Any, output_type: Any = dtypes.int64, name: str | None = None
) -> Tensor:
    """`argmin` with its arguments in the order of older releases.

    Args:
        input: a tensor of a number type.
        dimension: the axis, a scalar; negative from the end.
        output_type: int32 or int64.
        name: the op's name.

    Returns:
        A tensor of `output_type` without the axis.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.arg_min([[1, 9], [8, 2]], 1)).tolist()
        [0, 1]
    """
    return argmin(input, dimension, name=name, output_type=output_type)
