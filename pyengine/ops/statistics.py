"""Counts, norms, variances and moments: what is made of the plain reductions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops import elementwise, math
from pyengine.ops.array import identity, reshape, shape, squeeze, transpose
from pyengine.ops.compare import not_equal
from pyengine.ops.declare import defop, old_names, whole
from pyengine.ops.filling import zeros_like
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.reduce import (
    all_axes,
    kept_shape,
    reduce_max,
    reduce_mean,
    reduce_prod,
    reduce_sum,
    reduced_axes,
    reduced_shape,
)
from pyengine.scopes import name_scope

__all__ = ["count_nonzero", "norm"]


def _euclidean_kernel(xp: Any, x: Any, axes: Any, *, keep_dims: bool) -> Any:
    square = xp.real(x * xp.conj(x)) if x.dtype.kind == "c" else xp.multiply(x, x)
    total = xp.sum(square, axis=reduced_axes(axes, x.ndim), keepdims=keep_dims, dtype=square.dtype)
    return xp.sqrt(total).astype(x.dtype, copy=False)


def _euclidean_grad(op: Operation, dy: Tensor) -> Any:
    y = op.outputs[0]
    if not op.attrs["keep_dims"]:
        kept = kept_shape(op)
        y, dy = reshape(y, kept), reshape(dy, kept)
    return math.truediv(op.inputs[0], math.truediv(y, dy)), None


_euclidean_norm = defop(
    "EuclideanNorm",
    "input: T, reduction_indices: host index -> T",
    doc="The root of the sum of squares over axes.",
    types={"T": "number"},
    attrs={"keep_dims": False},
    shape=reduced_shape,
    kernel=_euclidean_kernel,
    grad=_euclidean_grad,
)


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The root of the sum of squares along axes.

    Args:
        input_tensor: a numeric tensor.
        axis: an axis or a list of them; all by default.
        keepdims: whether reduced axes stay, with size 1.
        name: the op's name.
    """
    x = convert_to_tensor(input_tensor)
    axes = all_axes(x) if axis is None else whole(axis)
    y = _euclidean_norm(x, axes, keep_dims=bool(keepdims), name=name or "EuclideanNorm")
    if axis is None and not keepdims:
        y.set_shape(())
    return y


def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The variance along axes: the mean of the squared distances from the mean.

    Args:
        input_tensor: a floating-point or complex tensor.
        axis: an axis or a list of them; all by default.
        keepdims: whether reduced axes stay, with size 1.
        name: the name scope.

    Returns:
        A tensor without the reduced axes, real for complex numbers.

    Raises:
        TypeError: for integers.

    Example:
        >>> import pyengine as tf
        >>> float(tf.get_static_value(tf.math.reduce_variance([1.0, 3.0])))
        1.0
    """
    from pyengine.ops.complex import real

    with name_scope(name, "reduce_variance", [input_tensor]):
        x = convert_to_tensor(input_tensor)
        means = reduce_mean(x, axis=axis, keepdims=True)
        if x.dtype.is_integer:
            raise TypeError(f"Input must be either real or complex, got {x.dtype.name}")
        distance = math.subtract(x, means)
        if x.dtype.is_complex:
            squares = real(math.multiply(math.conj(distance), distance))
        else:
            squares = elementwise.square(distance)
        return reduce_mean(squares, axis=axis, keepdims=keepdims)


def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The standard deviation along axes, the root of `reduce_variance`; same arguments.

    Args:
        input_tensor: a tensor of a floating or complex type.
        axis: an axis or a list of them, negative from the end; all by default.
        keepdims: whether reduced axes stay, with size 1.
        name: the op's name.

    Returns:
        A tensor without the reduced axes; real for a complex one.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.math.reduce_std([1.0, 3.0])).tolist()
        1.0
    """
    with name_scope(name, "reduce_std", [input_tensor]):
        return elementwise.sqrt(reduce_variance(input_tensor, axis, keepdims))


@old_names(reduction_indices="axis", keep_dims="keepdims", input="input_tensor")
def count_nonzero(
    input_tensor: Any = None,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """How many elements are not zero (not False, not empty), along axes.

    Args:
        input_tensor: a numeric, boolean or string tensor.
        axis: an axis or a list of them; all by default.
        keepdims: whether reduced axes stay, with size 1.
        dtype: the dtype of the counts.
        name: the name scope.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.count_nonzero([[0, 2], [3, 4]], axis=1)).tolist()
        [1, 2]
    """
    with name_scope(name, "count_nonzero", [input_tensor]):
        x = convert_to_tensor(input_tensor, name="input")
        if x.dtype.base_dtype is dtypes.bool:
            there = x
        else:
            zero = constant(b"") if x.dtype.base_dtype is dtypes.string else math.number(0, x)
            there = not_equal(x, zero)
        total = reduce_sum(math.cast(there, dtypes.int64), axis=axis, keepdims=keepdims)
        return math.cast(total, as_dtype(dtype))


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """The share of zeros among the elements of a tensor, a float32; NaN if it has none.

    Args:
        value: a numeric tensor.
        name: the name scope.
    """
    from pyengine.ops.array import size

    with name_scope(name, "zero_fraction", [value]):
        x = convert_to_tensor(value, name="value")
        count = size(x, out_type=dtypes.int64)
        zeros = math.subtract(count, count_nonzero(x))
        share = math.realdiv(math.cast(zeros, "float32"), math.cast(count, "float32"))
        return identity(share, name="fraction")


# ---------------------------------------------------------------- norms


def _check_norm(ord: Any, axis: Any) -> bool:
    """Whether it is a matrix norm; refuses what is neither."""
    is_text = isinstance(ord, str)
    if axis is None or isinstance(axis, int):
        if (is_text and ord != "euclidean") or not (is_text or (np.isreal(ord) and ord > 0)):
            raise ValueError(f"'ord' must be a supported vector norm, got {ord}")
        return False
    if len(axis) != 2 or not all(isinstance(a, int) for a in axis) or axis[0] == axis[1]:
        raise ValueError(
            f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}"
        )
    if ord not in ("euclidean", "fro", 1, 2, np.inf):
        raise ValueError(
            f"'ord' must be a supported matrix norm in ['euclidean', 'fro', 1, 2, inf], got {ord}"
        )
    return True


@old_names(keep_dims="keepdims")
def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
) -> Tensor:
    """The norm of vectors or matrices.

    Args:
        tensor: a floating-point or complex tensor.
        ord: "euclidean", 1, 2, `np.inf` or another positive number; for matrices "fro",
            "euclidean", 1, 2 or `np.inf`.
        axis: the axis of the vectors, or a pair of axes: those of the matrices; all elements as
            one vector by default.
        keepdims: whether reduced axes stay, with size 1.
        name: the name scope.

    Returns:
        A tensor without the reduced axes.

    Raises:
        ValueError: for a norm that there is not.

    Example:
        >>> import pyengine as tf
        >>> float(tf.get_static_value(tf.norm([3.0, 4.0])))
        5.0
    """
    axis = whole(list(axis) if isinstance(axis, tuple) else axis)
    if isinstance(axis, (list, np.ndarray)):
        axis = [int(a) if isinstance(a, np.integer) else a for a in axis]
    is_matrix = _check_norm(ord, axis)
    axes = axis if axis is None or is_matrix else [axis]
    with name_scope(name, "norm", [tensor]):
        x = convert_to_tensor(tensor)
        if ord in ("fro", "euclidean", 2):
            if is_matrix and ord == 2:
                result = _spectral_norm(x, axis)
            else:
                squares = reduce_sum(math.multiply(x, math.conj(x)), axes, keepdims=True)
                result = elementwise.sqrt(squares)
        else:
            result = _other_norm(elementwise.abs(x), ord, axes, is_matrix)
        if keepdims:
            return result
        return reshape(result, []) if axes is None else squeeze(result, axes)


def _other_norm(sizes: Tensor, ord: Any, axes: Any, is_matrix: bool) -> Tensor:
    """Norms made of absolute values; reduced axes are kept."""
    if ord == 1:
        total = reduce_sum(sizes, None if axes is None else axes[0], keepdims=True)
        return reduce_max(total, axes[1], keepdims=True) if is_matrix else total
    if ord == np.inf:
        if is_matrix:
            sizes = reduce_sum(sizes, axes[1], keepdims=True)
        return reduce_max(sizes, None if axes is None else axes[0], keepdims=True)
    powers = reduce_sum(math.pow(sizes, math.number(ord, sizes)), axes, keepdims=True)
    return math.pow(powers, math.number(1.0 / ord, sizes))


def _spectral_norm(x: Tensor, axis: Sequence[int]) -> Tensor:
    """The largest singular value; reduced axes are kept."""
    from pyengine.ops.array import expand_dims
    from pyengine.ops.decompositions import svd

    n = x.shape.ndims
    if n is None:
        raise ValueError("the 2-norm of matrices needs a tensor of known rank")
    pair = [a % n for a in axis]
    moved = transpose(x, [i for i in range(n) if i not in pair] + pair)
    largest = reduce_max(svd(moved, compute_uv=False), -1)
    for a in sorted(pair):
        largest = expand_dims(largest, a)
    return largest


# ---------------------------------------------------------------- moments


@old_names(keep_dims="keepdims")
def sufficient_statistics(
    x: Any,
    axes: Any,
    shift: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """What the mean and the variance along axes can be computed of.

    Args:
        x: a floating-point tensor.
        axes: a list of axes.
        shift: a value near the mean to subtract first, for exactness; none by default.
        keepdims: whether reduced axes stay, with size 1.
        name: the name scope.

    Returns:
        The number of elements, their sum, the sum of their squares (both after the shift), and the
        shift (None if there is none).
    """
    from pyengine.ops.gathering import gather

    axes = sorted(set(whole(list(axes))))
    with name_scope(name, "sufficient_statistics", [x, shift]):
        x = convert_to_tensor(x, name="x")
        sizes = x.shape.sizes
        along = [None] if sizes is None else [sizes[a] for a in axes]
        if None in along:
            from pyengine.ops.array import rank

            dims = math.cast(shape(x), x.dtype)
            positive = math.floormod(constant(axes, dtypes.int32), rank(x))
            count = reduce_prod(gather(dims, positive), name="count")
        else:
            sizes_along = [float(s) for s in along if s is not None]
            count = constant(np.prod(sizes_along), x.dtype.base_dtype)
        if shift is not None:
            shift = convert_to_tensor(shift, x.dtype.base_dtype, name="shift")
            first, second = math.subtract(x, shift), math.squared_difference(x, shift)
        else:
            first, second = x, elementwise.square(x)
        mean_ss = reduce_sum(first, axes, keepdims=keepdims, name="mean_ss")
        var_ss = reduce_sum(second, axes, keepdims=keepdims, name="var_ss")
        return count, mean_ss, var_ss, shift


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance of `sufficient_statistics`.

    Args:
        counts, mean_ss, variance_ss, shift: what `sufficient_statistics` returns.
        name: the name scope.
    """
    with name_scope(name, "normalize", [counts, mean_ss, variance_ss, shift]):
        divisor = elementwise.reciprocal(counts, name="divisor")
        shifted = math.multiply(mean_ss, divisor, name="mean" if shift is None else "shifted_mean")
        mean = shifted if shift is None else math.add(shifted, shift, name="mean")
        variance = math.subtract(
            math.multiply(variance_ss, divisor), elementwise.square(shifted), name="variance"
        )
        return mean, variance


@old_names(keep_dims="keepdims")
def weighted_moments(
    x: Any,
    axes: Any,
    frequency_weights: Any,
    name: str | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """The weighted mean and variance along axes.

    Args:
        x: a floating-point tensor.
        axes: a list of axes.
        frequency_weights: weights that broadcast with x.
        name: the name scope.
        keepdims: whether reduced axes stay, with size 1.

    Returns:
        The mean and the variance.
    """
    with name_scope(name, "weighted_moments", [x, frequency_weights, axes]):
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(
            frequency_weights,
            None if hasattr(frequency_weights, "dtype") else x.dtype.base_dtype,
            name="frequency_weights",
        )
        narrow = x.dtype.base_dtype is dtypes.float16  # sums are kept in float32
        if narrow:
            x = math.cast(x, dtypes.float32)
        weights = math.cast(weights, x.dtype)
        total = reduce_sum(
            math.multiply(weights, x), axes, keepdims=True, name="weighted_input_sum"
        )
        full = math.add(weights, zeros_like(x))
        weight = reduce_sum(full, axes, keepdims=True, name="sum_of_weights")
        mean = div_no_nan(total, weight)
        distances = math.multiply(weights, math.squared_difference(x, mean))
        spread = reduce_sum(distances, axes, keepdims=True, name="weighted_distsq")
        variance = div_no_nan(spread, weight)
        if not keepdims:
            mean, variance = squeeze(mean, axes), squeeze(variance, axes)
        if narrow:
            mean, variance = math.cast(mean, "float16"), math.cast(variance, "float16")
        return mean, variance
