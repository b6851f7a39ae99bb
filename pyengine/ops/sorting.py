"""Order: `sort`, `argsort`, `searchsorted`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import reshape, shape, transpose
from pyengine.ops.declare import defop, no_grad, whole
from pyengine.ops.joining import concat
from pyengine.ops.math import negative, number, subtract
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["argsort", "searchsorted", "sort"]


def sort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """A tensor with its elements in order along an axis.

    Args:
        values: a real tensor of rank 1 or more.
        axis: the axis, a constant.
        direction: "ASCENDING" or "DESCENDING".
        name: the name scope.

    Raises:
        ValueError: for another direction, or an axis that is not constant.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.sort([3, 1, 2], direction="DESCENDING")).tolist()
        [3, 2, 1]
    """
    with name_scope(name, "sort", [values]):
        return _ordered(values, axis, direction, False)


def argsort(
    values: Any,
    axis: Any = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The positions, int32, that put the elements of a tensor in order along an axis.

    Args:
        values: a real tensor of rank 1 or more.
        axis: the axis, a constant.
        direction: "ASCENDING" or "DESCENDING".
        stable: accepted; of equal elements the first always comes first.
        name: the name scope.

    Raises:
        ValueError: for another direction, or an axis that is not constant.
    """
    with name_scope(name, "argsort", [values]):
        return _ordered(values, axis, direction, True)


def _ordered(values: Any, axis: Any, direction: str, places: bool) -> Tensor:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"Unknown direction: {direction}, should be one of ASCENDING, DESCENDING")
    at = static.constant_value(convert_to_tensor(whole(axis), name="axis"))
    if at is None or at.ndim:
        raise ValueError("axis must be a constant scalar")
    x = convert_to_tensor(values, name="values")
    if direction == "DESCENDING":
        return _largest_first(x, int(at), places)
    dtype = x.dtype.base_dtype
    if dtype.is_integer:  # -1 - x turns the order round without overflow
        turned = subtract(number(dtype.max if dtype.is_unsigned else -1, x), x)
    else:
        turned = negative(x)
    found = _largest_first(turned, int(at), places)
    if places:
        return found
    if dtype.is_integer:
        return subtract(number(dtype.max if dtype.is_unsigned else -1, x), found)
    return negative(found)


def _largest_first(x: Tensor, axis: int, places: bool) -> Tensor:
    from pyengine.ops.nn import top_k

    n = x.shape.ndims
    last = axis in (-1, None if n is None else n - 1)
    if last:
        found = top_k(x, shape(x)[-1])[int(places)]
        found.set_shape(x.shape)
        return found
    if n is None:
        raise ValueError("sorting along an axis but the last needs a tensor of known rank")
    if not -n <= axis < n:
        raise ValueError(f"axis {axis} is out of range for a tensor of rank {n}")
    perm = [*range(n)]
    perm[axis], perm[-1] = perm[-1], perm[axis]
    moved = transpose(x, perm)
    found = transpose(top_k(moved, shape(moved)[-1])[int(places)], perm)
    found.set_shape(x.shape)
    return found


# ---------------------------------------------------------------- places in order


def _bound_shape(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(2)
    return op.inputs[1].shape.with_rank(2)


def _bound(type: str, side: Any, doc: str) -> Callable[..., Any]:
    def kernel(xp: Any, rows: Any, values: Any, *, out_type: Any) -> Any:
        if len(rows) != len(values):
            raise ValueError(
                f"Leading dim_size of both tensors must match: {len(rows)} and {len(values)}"
            )
        result = np.empty(values.shape, out_type.as_numpy_dtype)
        for i, row in enumerate(rows):
            result[i] = np.searchsorted(row, values[i], side)
        return result

    return defop(
        type,
        "sorted_inputs: T, values: T -> @out_type",
        doc=doc,
        attrs={"out_type": dtypes.int32},
        shape=_bound_shape,
        kernel=kernel,
        grad=no_grad("positions have no derivative"),
    )


_lower_bound = _bound("LowerBound", "left", "Where values go before their equals.")
_upper_bound = _bound("UpperBound", "right", "Where values go after their equals.")


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Where values would have to be inserted to keep sequences in order.

    Args:
        sorted_sequence: sequences in ascending order, in the last dimension.
        values: what to look for; all but the last dimension as in `sorted_sequence`.
        side: "left": before equal elements; "right": after them.
        out_type: int32 or int64.
        name: the name scope.

    Returns:
        Positions in the shape of `values`.

    Raises:
        ValueError: for another side.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.searchsorted([1, 3, 5], [3, 4])).tolist()
        [1, 2]
    """
    if side not in ("left", "right"):
        raise ValueError(f"side must be either 'right' or 'left'.  Saw: {side}.")
    with name_scope(name, "searchsorted", [sorted_sequence, values]):
        rows = convert_to_tensor(sorted_sequence, name="sorted_sequence")
        wanted = convert_to_tensor(
            values, None if hasattr(values, "graph") else rows.dtype.base_dtype, name="values"
        )
        bound = _lower_bound if side == "left" else _upper_bound
        # Every sequence becomes a row; an empty one too, so the number of rows is not left open.
        flat = _as_rows(rows), _as_rows(wanted)
        found = bound(*flat, out_type=as_dtype(out_type))
        result = reshape(found, shape(wanted))
        result.set_shape(wanted.shape)
        return result


def _as_rows(x: Tensor) -> Tensor:
    from pyengine.ops.reduce import reduce_prod

    sizes = shape(x)
    return reshape(x, concat([[reduce_prod(sizes[:-1])], sizes[-1:]], 0))
