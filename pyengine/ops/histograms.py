"""Counting: `bincount`, `histogram_fixed_width`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import size
from pyengine.ops.declare import defop, missing_grad, no_grad, whole
from pyengine.ops.math import cast, maximum, minimum
from pyengine.scopes import name_scope

__all__ = ["bincount", "histogram_fixed_width", "histogram_fixed_width_bins"]


def _bincount_kernel(xp: Any, arr: Any, size: int, weights: Any) -> Any:
    arr = np.ravel(arr)
    if size < 0:
        raise ValueError(f"size ({size}) must be non-negative")
    if arr.size and arr.min() < 0:
        raise InvalidArgumentError(None, None, "Input arr must be non-negative!")
    inside = arr < size
    if not weights.size:
        return np.bincount(arr[inside], minlength=size).astype(weights.dtype)
    if weights.size != arr.size:
        raise ValueError(f"weights have shape {list(weights.shape)}, arr {arr.size} elements")
    result = np.zeros(size, weights.dtype)
    np.add.at(result, arr[inside], np.ravel(weights)[inside])
    return result


_bincount = defop(
    "Bincount",
    "arr: int32, size: host int32, weights: T -> T",
    doc="How often each number is there, or the sum of its weights.",
    types={"T": "int32|int64|float32|float64"},
    shape=lambda op: [None if (n := static.constant_value(op.inputs[1])) is None else int(n)],
    kernel=_bincount_kernel,
    grad=missing_grad("TensorFlow defines none"),
)


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
) -> Tensor:
    """How often each number from 0 to the largest occurs.

    Args:
        arr: an int32 tensor of numbers that are not negative.
        weights: what each element counts, a tensor in the shape of `arr`; 1 by default.
        minlength: the least length of the result.
        maxlength: its largest length; numbers from there on are not counted.
        dtype: the dtype of the counts where there are no weights.

    Returns:
        A vector; of the dtype of `weights`, if they are given.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for negative numbers.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.bincount([1, 1, 3])).tolist()
        [0, 2, 0, 1]
    """
    from pyengine.ops.compare import greater
    from pyengine.ops.reduce import reduce_max

    with name_scope(None, "bincount", [arr, weights]):
        arr = cast(convert_to_tensor(whole(arr), name="arr"), dtypes.int32)
        there = cast(greater(size(arr), 0), dtypes.int32)
        count = there * (reduce_max(arr) + 1)  # of no numbers the largest is the lowest int32
        if minlength is not None:
            count = maximum(convert_to_tensor(whole(minlength), dtypes.int32), count)
        if maxlength is not None:
            count = minimum(convert_to_tensor(whole(maxlength), dtypes.int32), count)
        if weights is None:
            counted = constant(np.zeros(0, as_dtype(dtype).as_numpy_dtype))
        else:
            counted = convert_to_tensor(weights, name="weights")
        return _bincount(arr, count, counted)


# ---------------------------------------------------------------- histograms


def _histogram_kernel(xp: Any, values: Any, limits: Any, bins: int, *, dtype: Any) -> Any:
    low, high = np.ravel(limits)
    if bins <= 0:
        raise ValueError(f"nbins should be a positive number, but got '{bins}'")
    if not low < high:
        raise ValueError(
            f"value_range should satisfy value_range[0] < value_range[1], but got [{low}, {high}]"
        )
    places = _places_of(values, low, high, bins)
    return np.bincount(np.ravel(places), minlength=bins).astype(dtype.as_numpy_dtype)


def _places_of(values: Any, low: Any, high: Any, bins: int) -> Any:
    step = float(high - low) / bins
    scaled = (np.maximum(values, low) - low).astype(np.float64) / step
    return np.minimum(scaled, bins - 1).astype(np.int64)


def _bins_known(op: Operation) -> Any:
    op.inputs[1].shape.assert_is_compatible_with([2])
    bins = static.constant_value(op.inputs[2])
    if bins is not None and int(bins) <= 0:
        raise ValueError(f"Requires nbins > 0, got {int(bins)}")
    return [None if bins is None else int(bins)]


_histogram = defop(
    "HistogramFixedWidth",
    "values: T, value_range: T, nbins: host int32 -> @dtype",
    doc="How many values are in each of several ranges of one width.",
    types={"T": "int32|int64|float32|float64"},
    attrs={"dtype": dtypes.int32},
    shape=_bins_known,
    kernel=_histogram_kernel,
    grad=no_grad("counts have no derivative"),
)


def histogram_fixed_width(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """How many values are in each of several ranges of one width.

    Args:
        values: a real tensor.
        value_range: a vector of two numbers of its dtype, where the first range starts and the last
            one ends; values beyond count for the first and the last range.
        nbins: how many ranges there are.
        dtype: int32 or int64.
        name: the op's name.

    Returns:
        A vector of `nbins` counts.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a range that is empty.
    """
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return _histogram(values, value_range, whole(nbins), dtype=as_dtype(dtype), name=scope)


def histogram_fixed_width_bins(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """For each value the number of its range, as `histogram_fixed_width` counts them.

    Args:
        values, value_range, nbins, name: as in `histogram_fixed_width`.
        dtype: int32 or int64.

    Returns:
        A tensor in the shape of `values`.
    """
    from pyengine.ops.clip import clip_by_value
    from pyengine.ops.elementwise import floor
    from pyengine.ops.math import multiply, subtract, truediv

    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = convert_to_tensor(values, name="values")
        limits = convert_to_tensor(
            value_range, None if hasattr(value_range, "graph") else values.dtype.base_dtype
        )
        bins = convert_to_tensor(whole(nbins), dtypes.int32, name="nbins")
        known = static.constant_value(bins)
        if known is not None and int(known) <= 0:
            raise ValueError(f"nbins must be positive, got {int(known)}")
        scaled = truediv(subtract(values, limits[0]), subtract(limits[1], limits[0]))
        places = floor(multiply(cast(bins, scaled.dtype), scaled))
        last = cast(bins - 1, scaled.dtype)
        return cast(clip_by_value(places, cast(0, scaled.dtype), last), as_dtype(dtype))
