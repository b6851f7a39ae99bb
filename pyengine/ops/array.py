"""Copies of tensors, their shapes as values, and other shapes for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad, old_names, same_shape, whole
from pyengine.shape import (
    SCALAR,
    UNKNOWN,
    Dimension,
    TensorShape,
    unknown_shape,
)

__all__ = [
    "expand_dims",
    "identity",
    "invert_permutation",
    "rank",
    "reshape",
    "shape",
    "size",
    "squeeze",
    "stop_gradient",
    "transpose",
]

# ---------------------------------------------------------------- copies

_identity = defop(
    "Identity",
    "input: T -> T",
    doc="The input again.",
    shape=same_shape,
    kernel=lambda xp, x: x,
    grad=lambda op, dy: dy,
)


def identity(input: Any, name: str | None = None) -> Tensor:
    """A tensor with the value of another; of a variable, its value when this op runs.

    Args:
        input: a tensor.
        name: the op's name.
    """
    return _identity(input, name=name)


stop_gradient = defop(
    "StopGradient",
    "input: T -> T",
    doc="The input again, taken as a constant by `tf.gradients`.",
    shape=same_shape,
    kernel=lambda xp, x: x,
    grad=no_grad("that is what it is for"),
)

# ---------------------------------------------------------------- shapes as values

_shape_op = defop(
    "Shape",
    "input: T -> @out_type",
    doc="The sizes of a tensor.",
    attrs={"out_type": dtypes.int32},
    shape=lambda op: [op.inputs[0].shape.ndims],
    kernel=lambda xp, x, *, out_type: np.array(np.shape(x), out_type.as_numpy_dtype),
    grad=no_grad("a shape has no derivative"),
)
_size_op = defop(
    "Size",
    "input: T -> @out_type",
    doc="How many elements a tensor has.",
    attrs={"out_type": dtypes.int32},
    shape=lambda op: SCALAR,
    kernel=lambda xp, x, *, out_type: out_type.as_numpy_dtype(np.size(x)),
    grad=no_grad("a size has no derivative"),
)
_rank_op = defop(
    "Rank",
    "input: T -> int32",
    doc="How many dimensions a tensor has.",
    shape=lambda op: SCALAR,
    kernel=lambda xp, x: np.int32(np.ndim(x)),
    grad=no_grad("a rank has no derivative"),
)


def _size_type(given: Any) -> dtypes.DType:
    out = as_dtype(given)
    if out not in (dtypes.int32, dtypes.int64):
        raise TypeError(
            f"Value passed to parameter 'out_type' has DataType {out.name} not in list of allowed "
            f"values: int32, int64"
        )
    return out


def shape(input: Any, name: str | None = None, out_type: Any = dtypes.int32) -> Tensor:
    """The sizes of a tensor at run time, as a vector; a constant where they are known.

    Args:
        input: a tensor.
        name: the op's name.
        out_type: int32 or int64.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.shape(tf.zeros([2, 3]))).tolist()
        [2, 3]
    """
    if hasattr(input, "_sizes_as"):  # a sparse tensor, which holds its shape
        return input._sizes_as(out_type, name)
    x, out = convert_to_tensor(input), _size_type(out_type)
    if x.shape.is_fully_defined():
        sizes = np.array(x.shape.as_list(), out.as_numpy_dtype)
        with x.graph.as_default():
            return constant(sizes, out, name=name or "Shape")
    return _shape_op(x, out_type=out, name=name)


def size(input: Any, name: str | None = None, out_type: Any = dtypes.int32) -> Tensor:
    """How many elements a tensor has at run time; a constant where that is known.

    Args:
        input: a tensor, or a `SparseTensor`.
        name: the op's name.
        out_type: int32 or int64.

    Returns:
        A scalar.

    Example:
        >>> import pyengine as tf
        >>> int(tf.get_static_value(tf.size(tf.zeros([2, 3]))))
        6
    """
    if hasattr(input, "_sizes_as"):
        from pyengine.ops.reduce import reduce_prod

        return reduce_prod(input._sizes_as(out_type, None), name=name)
    x, out = convert_to_tensor(input), _size_type(out_type)
    count = x.shape.num_elements()
    if count is not None:
        with x.graph.as_default():
            return constant(count, out, name=name or "Size")
    return _size_op(x, out_type=out, name=name)


def rank(input: Any, name: str | None = None) -> Tensor:
    """How many dimensions a tensor has at run time; a constant where that is known.

    Args:
        input: a tensor, or a `SparseTensor`.
        name: the op's name.

    Returns:
        An int32 scalar.

    Example:
        >>> import pyengine as tf
        >>> int(tf.get_static_value(tf.rank(tf.zeros([2, 3]))))
        2
    """
    if hasattr(input, "_sizes_as"):
        return size(input.dense_shape, name=name or "Rank")
    x = convert_to_tensor(input)
    if x.shape.ndims is not None:
        with x.graph.as_default():
            return constant(x.shape.ndims, dtypes.int32, name=name or "Rank")
    return _rank_op(x, name=name)


def _reshaped(op: Operation) -> TensorShape:
    source, target = op.inputs[0].shape, static.shape_value(op.inputs[1])
    if target.sizes is None:
        return UNKNOWN
    wanted = static.constant_value(op.inputs[1])
    if wanted is None:
        return target
    if (np.asarray(wanted) < -1).any():
        raise ValueError(f"Invalid value in tensor used for shape: {np.min(wanted)}")
    if (np.asarray(wanted) == -1).sum() > 1:
        return target  # the run refuses it
    count = source.num_elements()
    if count is None:
        return _check_known_part(source, target)
    rest = 1
    for s in target.sizes:
        rest *= 1 if s is None else s
    if None not in target.sizes:
        if rest != count:
            raise ValueError(f"Cannot reshape a tensor with {count} elements to shape {target}")
        return target
    if rest == 0 and count == 0:
        return target  # the run finds what -1 stands for
    if rest == 0 or count % rest:
        raise ValueError(
            f"Cannot reshape a tensor with {count} elements to shape {target}: {count} is no "
            f"multiple of {rest}"
        )
    return TensorShape.of(tuple(count // rest if s is None else s for s in target.sizes))


def _check_known_part(source: TensorShape, target: TensorShape) -> TensorShape:
    """Refuses a full target that no number of the source's unknown sizes can fill."""
    if source.sizes is None or target.sizes is None or None in target.sizes:
        return target
    known = math.prod(s for s in source.sizes if s is not None)
    wanted = target.num_elements()
    if known and wanted and wanted % known:
        raise ValueError(f"Dimension size must be evenly divisible by {known} but is {wanted}")
    return target


def _reshape_kernel(xp: Any, x: Any, sizes: Any) -> Any:
    sizes = (sizes,) if isinstance(sizes, int) else sizes
    if sizes.count(-1) > 1 or min(sizes, default=0) < -1:
        raise ValueError(f"a shape may have one -1 and no other negative size, got {list(sizes)}")
    if -1 in sizes and 0 in sizes and not x.size:
        # Any number would do; TensorFlow takes what is left without the zeros.
        left = math.prod(s for s in x.shape if s) // math.prod(s for s in sizes if s > 0)
        sizes = [left if s == -1 else s for s in sizes]
    # Elements are counted row by row, whatever the memory order.
    try:
        # A method takes less than NumPy's function; a scalar string has none.
        return x.reshape(sizes) if hasattr(x, "reshape") else xp.reshape(x, sizes)
    except (ValueError, RuntimeError):  # NumPy's and PyTorch's
        known = math.prod(s for s in sizes if s != -1)
        wanted = f"a multiple of {known}" if -1 in sizes else known
        raise ValueError(
            f"Input to reshape is a tensor with {math.prod(x.shape)} values, but the requested "
            f"shape {list(sizes)} has {wanted}"
        ) from None


_reshape = defop(
    "Reshape",
    "tensor: T, shape: host index -> T",
    doc="The elements in another shape.",
    shape=_reshaped,
    kernel=_reshape_kernel,
    grad=lambda op, dy: (reshape(dy, _shape_like(op.inputs[0])), None),
)


def _shape_like(x: Tensor) -> Any:
    """The shape of a tensor for `reshape`: its static shape if that says enough."""
    sizes = x.shape.sizes
    if sizes is not None and sizes.count(None) <= 1 and 0 not in sizes:
        return constant(np.array([-1 if s is None else s for s in sizes], np.int32))
    return shape(x)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The elements of a tensor, in row-major order, in another shape.

    Args:
        tensor: a tensor.
        shape: the sizes; one of them may be -1, which takes what is left.
        name: the op's name.

    Raises:
        ValueError: when the number of elements can never fit.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.reshape([1, 2, 3, 4], [2, -1])).tolist()
        [[1, 2], [3, 4]]
    """
    return _reshape(tensor, as_sizes(shape), name=name)


def as_sizes(given: Any) -> Any:
    """A shape argument as ints or a tensor; `None` in a list is an error that says so."""
    if isinstance(given, TensorShape):
        return constant(np.array(given.as_list(), np.int32)) if given.is_fully_defined() else given
    if isinstance(given, (list, tuple)):
        plain = [int(s) if isinstance(s, Dimension) else s for s in whole(given)]
        if all(isinstance(s, (int, np.integer)) for s in plain):
            return constant(np.array(plain, np.int32 if _fits(plain) else np.int64), name="shape")
        return plain
    return whole(given)


def _fits(sizes: Sequence[int]) -> bool:
    return all(-(2**31) <= s < 2**31 for s in sizes)


def _expanded(op: Operation) -> TensorShape:
    x, axis = op.inputs[0].shape, static.constant_value(op.inputs[1])
    if x.sizes is None:
        return UNKNOWN
    if axis is None:
        return unknown_shape(len(x.sizes) + 1)
    at, n = int(np.asarray(axis).reshape(-1)[0]), len(x.sizes)
    if not -n - 1 <= at <= n:
        raise ValueError(f"dim {at} not in the interval [{-n - 1}, {n}].")
    at = at + n + 1 if at < 0 else at
    return TensorShape.of(x.sizes[:at] + (1,) + x.sizes[at:])


def _expand_kernel(xp: Any, x: Any, axis: Any) -> Any:
    at = axis if isinstance(axis, int) else axis[0]
    n = getattr(x, "ndim", 0)
    if not -n - 1 <= at <= n:
        raise ValueError(f"dim {at} not in the interval [{-n - 1}, {n}].")
    if type(x) is not np.ndarray:
        return xp.expand_dims(x, at)
    return x[(slice(None),) * (at % (n + 1)) + (None,)]


_expand_dims = defop(
    "ExpandDims",
    "input: T, dim: host index -> T",
    doc="A tensor with one more dimension, of size 1.",
    shape=_expanded,
    kernel=_expand_kernel,
    grad=lambda op, dy: (reshape(dy, _shape_like(op.inputs[0])), None),
)


@old_names(dim="axis")
def expand_dims(input: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """A tensor with a dimension of size 1 inserted at `axis`; also called `dim`.

    Args:
        input: a tensor of rank n.
        axis: where the dimension will be, from -(n + 1) to n.
        name: the op's name.

    Raises:
        ValueError: for an axis out of range, or without one.

    Example:
        >>> import pyengine as tf
        >>> tf.expand_dims(tf.zeros([2, 3]), -1).shape.as_list()
        [2, 3, 1]
    """
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return _expand_dims(input, whole(axis), name=name)


def _squeezed(op: Operation) -> TensorShape:
    x, axes = op.inputs[0].shape, op.attrs["squeeze_dims"]
    if x.sizes is None:
        return UNKNOWN
    if not axes:
        return UNKNOWN if None in x.sizes else TensorShape.of(tuple(s for s in x.sizes if s != 1))
    n = len(x.sizes)
    for a in axes:
        if not -n <= a < n:
            raise ValueError(f"squeeze_dims[{a}] not in [{-n},{n}).")
        if x.sizes[a] not in (1, None):
            raise ValueError(
                f"Can not squeeze dim[{a}], expected a dimension of 1, got {x.sizes[a]}"
            )
    gone = {a % n for a in axes}
    return TensorShape.of(tuple(s for i, s in enumerate(x.sizes) if i not in gone))


_squeeze = defop(
    "Squeeze",
    "input: T -> T",
    doc="A tensor without dimensions of size 1.",
    attrs={"squeeze_dims": ()},
    shape=_squeezed,
    kernel=lambda xp, x, *, squeeze_dims: xp.squeeze(x, axis=squeeze_dims or None),
    grad=lambda op, dy: reshape(dy, _shape_like(op.inputs[0])),
)


@old_names(squeeze_dims="axis")
def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """A tensor without its dimensions of size 1: those at `axis` (one or a list), or all.

    Args:
        input: a tensor.
        axis: the dimensions to drop, counted from 0, negative from the end; also called
            `squeeze_dims`.
        name: the op's name.

    Raises:
        ValueError: for a dimension of another size.

    Example:
        >>> import pyengine as tf
        >>> tf.squeeze(tf.zeros([1, 2, 1]), 0).shape.as_list()
        [2, 1]
    """
    axes = () if axis is None else whole(axis)
    axes = tuple(axes) if isinstance(axes, (list, tuple)) else (int(axes),)
    return _squeeze(input, squeeze_dims=axes, name=name)


def _transposed(op: Operation) -> TensorShape:
    x, perm = op.inputs[0].shape, static.constant_value(op.inputs[1])
    if perm is None:
        return unknown_shape(x.ndims if x.ndims is not None else op.inputs[1].shape[0].value)
    axes = perm.tolist()
    sizes = x.with_rank(len(axes)).sizes or (None,) * len(axes)
    for a in axes:
        if not -len(axes) <= a < max(len(axes), 1):
            raise ValueError(f"perm dim {a} is out of range of input rank {len(axes)}")
    return TensorShape.of(tuple(sizes[a] for a in axes))  # the run refuses axes named twice


def _transpose_kernel(xp: Any, x: Any, perm: Any) -> Any:
    if min(perm, default=0) < 0:  # which NumPy would count from the end
        raise ValueError(f"{min(perm)} is out of range [0 .. {len(perm)})")
    return xp.transpose(x, perm)


_transpose = defop(
    "Transpose",
    "x: T, perm: host index -> T",
    doc="A tensor with its dimensions in another order.",
    shape=_transposed,
    kernel=_transpose_kernel,
    grad=lambda op, dy: (_transpose(dy, _inverse_permutation(op.inputs[1])), None),
)


def _invert_kernel(xp: Any, x: Any) -> Any:
    n = len(x)
    inverse = np.full(n, -1, x.dtype)
    if ((x < 0) | (x >= n)).any():
        raise InvalidArgumentError(None, None, f"{x.tolist()} is not between 0 and {n}")
    inverse[x] = np.arange(n, dtype=x.dtype)
    if (inverse < 0).any():
        raise InvalidArgumentError(None, None, f"{x.tolist()} names a position twice")
    return inverse


invert_permutation = defop(
    "InvertPermutation",
    "x: T -> T",
    doc="The inverse of a permutation: `y[x[i]] = i`.",
    example=("tf.invert_permutation([2, 0, 1])", "[1, 2, 0]"),
    types={"T": "index"},
    shape=lambda op: op.inputs[0].shape.with_rank(1),
    kernel=_invert_kernel,
    grad=no_grad("positions have no derivative"),
)


def _inverse_permutation(perm: Tensor) -> Tensor:
    known = static.constant_value(perm)
    return (
        invert_permutation(perm) if known is None else constant(np.argsort(known).astype(np.int32))
    )


def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Tensor:
    """A tensor with its dimensions in another order.

    Args:
        a: a tensor.
        perm: the axes in their new order; reversed by default.
        name: the op's name.
        conjugate: whether to take the complex conjugate as well.
    """
    from pyengine.ops.math import conj, subtract

    x = convert_to_tensor(a, name="a")
    if conjugate and x.dtype.is_complex:
        x = conj(x)
    if perm is None:
        if x.shape.ndims is not None:
            perm = constant(np.arange(x.shape.ndims, dtype=np.int32)[::-1])
        else:
            from pyengine.ops.filling import range as range_of

            perm = subtract(subtract(rank(x), 1), range_of(0, rank(x)))
    return _transpose(x, whole(perm), name=name)
