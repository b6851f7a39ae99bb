"""What is known of values while the graph is built: constants, and shapes held in tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.graph import Operation, Tensor
from pyengine.registry import settings_of
from pyengine.shape import UNKNOWN, TensorShape, unknown_shape

_LARGEST = 4096
"""The most elements that a value worked out for a shape rule may have."""


def constant_value(tensor: Tensor, partial: bool = False) -> Any:
    """The value that a tensor has in every run, or None if it depends on the run.

    Args:
        tensor: a `Tensor`.
        partial: whether of stacked tensors those that are known will do; the result is then an
            array of objects, with None for the others.

    Returns:
        A NumPy array, read-only, or None.

    Example:
        >>> import pyengine as tf
        >>> constant_value(tf.constant([1, 2]) + 1).tolist()
        [2, 3]
    """
    op = tensor.op
    if partial and op.type == "Pack" and op.attrs["axis"] == 0:
        known = [constant_value(x, partial) for x in op.inputs]
        if any(value is None for value in known):
            parts = np.empty(len(known), object)
            for i, value in enumerate(known):
                parts[i] = value
            return parts
    if op.type == "Const":
        return op.attrs["value"]
    known = _from_static_shape(op)
    if known is not None:
        return known
    if op.type == "PlaceholderWithDefault":
        return None  # it may be fed
    if op.type == "StridedSlice":
        size = _picked_size(op)
        if size is not None:
            return np.array(size, tensor.dtype.as_numpy_dtype)
    if not _is_small(tensor) or op.opdef.stateful or op.opdef.kernel is None or not op.inputs:
        return None
    values, hosts = [], op.opdef.hosts_of(op)
    for i, x in enumerate(op.inputs):
        value = constant_value(x) if _is_small(x) else None
        if value is None:
            return None
        values.append(host_value(value) if i in hosts else value)
    attrs = settings_of(op)
    try:
        with np.errstate(all="ignore"):
            result = op.opdef.kernel(np, *values, **attrs)
    except (ArithmeticError, ValueError, TypeError, IndexError, LookupError):
        return None  # the error belongs to the run, which names the op
    if len(op.outputs) > 1:
        result = result[tensor.value_index]
    return np.asarray(result)


def _is_small(tensor: Tensor) -> bool:
    count = tensor.shape.num_elements()
    return count is not None and count <= _LARGEST


def _from_static_shape(op: Operation) -> Any:
    """Shape, Size and Rank depend on an input's shape alone, not on its value."""
    if op.type not in ("Shape", "Size", "Rank"):
        return None
    shape = op.inputs[0].shape
    if op.type == "Rank":
        return None if shape.ndims is None else np.int32(shape.ndims)
    if not shape.is_fully_defined():
        return None
    dtype = op.outputs[0].dtype.as_numpy_dtype
    return np.array(shape.as_list() if op.type == "Shape" else shape.num_elements(), dtype)


def host_value(value: Any) -> Any:
    """An array as the Python value that a kernel's `host` input gets: an int, or a tuple."""
    items = value.tolist()
    return _tuple(items) if isinstance(items, list) else items


def _tuple(items: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuple(i) if isinstance(i, list) else i for i in items)


def shape_value(tensor: Tensor) -> TensorShape:
    """The shape that an integer vector describes: its sizes as far as they are known, -1 unknown.

    Used by shape rules for inputs that hold shapes, such as that of Reshape and Fill.
    """
    sizes = _sizes(tensor)
    return UNKNOWN if sizes is None else TensorShape.of(sizes)


def _sizes(tensor: Tensor) -> tuple[int | None, ...] | None:
    value = constant_value(tensor)
    if value is not None:
        if value.ndim > 1:
            raise ValueError(f"a shape must be a vector, not of rank {value.ndim}")
        return tuple(None if v < 0 else int(v) for v in np.atleast_1d(value))
    op = tensor.op
    if op.type == "Shape":
        return op.inputs[0].shape.sizes
    if op.type == "Cast":
        return _sizes(op.inputs[0])
    if op.type == "Pack":
        return tuple(_one_size(t) for t in op.inputs)
    if op.type == "ConcatV2":
        parts = [_sizes(t) for t in op.inputs[:-1]]
        if any(p is None for p in parts):
            return None
        return tuple(s for part in parts for s in part or ())
    if op.type == "StridedSlice":
        return _sliced_sizes(op)
    rank = tensor.shape.sizes
    if rank is not None and len(rank) == 1 and rank[0] is not None:
        return unknown_shape(rank[0]).sizes
    return None


def _one_size(tensor: Tensor) -> int | None:
    value = constant_value(tensor)
    if value is not None:
        return None if int(value) < 0 else int(value)
    return None


def _picked_size(op: Operation) -> int | None:
    """`tf.shape(x)[i]` is known where that one size of x is."""
    if op.attrs["shrink_axis_mask"] == 1 and op.inputs[0].dtype.is_integer:
        if op.inputs[0].shape.ndims != 1 or op.inputs[0].op.type == "Const":
            return None
        sizes, begin = _sizes(op.inputs[0]), constant_value(op.inputs[1])
        if sizes is not None and begin is not None and -len(sizes) <= int(begin[0]) < len(sizes):
            return sizes[int(begin[0])]
    return None


def _sliced_sizes(op: Operation) -> tuple[int | None, ...] | None:
    sizes = _sizes(op.inputs[0])
    begin, end, strides = (constant_value(t) for t in op.inputs[1:4])
    masks = op.attrs
    if sizes is None or begin is None or end is None or strides is None or len(begin) != 1:
        return None
    if masks["ellipsis_mask"] or masks["new_axis_mask"] or masks["shrink_axis_mask"]:
        return None
    start = None if masks["begin_mask"] else int(begin[0])
    stop = None if masks["end_mask"] else int(end[0])
    return sizes[start : stop : int(strides[0])]
