"""Blocks of a tensor: `[`, `strided_slice`, `slice`. Single positions are in `gathering`."""

from __future__ import annotations

import builtins
import functools
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import CONST, convert_to_tensor
from pyengine.graph import Graph, Operation, Tensor, get_default_graph
from pyengine.ops.array import shape
from pyengine.ops.declare import defop, whole
from pyengine.ops.joining import stack
from pyengine.scopes import (
    name_scope,
)
from pyengine.shape import UNKNOWN, Dimension, TensorShape, unknown_shape

__all__ = ["newaxis", "slice", "strided_slice"]

newaxis = None

_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


@functools.lru_cache(maxsize=1024)  # most slices are the same in each run
def _index_of(
    begin: Any,
    end: Any,
    strides: Any,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> tuple[Any, ...]:
    """NumPy's index for a strided slice. The meaning of the masks is that of tf.strided_slice."""
    index: list[Any] = []
    for i in builtins.range(len(begin)):
        bit = 1 << i
        if ellipsis_mask & bit:
            index.append(Ellipsis)
        elif new_axis_mask & bit:
            index.append(None)
        elif shrink_axis_mask & bit:
            if strides[i] < 1:
                raise ValueError("only stride 1 allowed on non-range indexing.")
            index.append(begin[i])
        else:
            if strides[i] == 0:
                raise ValueError(f"strides[{i}] must be non-zero")
            start = None if begin_mask & bit else begin[i]
            stop = None if end_mask & bit else end[i]
            index.append(builtins.slice(start, stop, strides[i]))
    return tuple(index)


def _strided_slice_kernel(xp: Any, x: Any, begin: Any, end: Any, strides: Any, **masks: int) -> Any:
    try:
        return x[_index_of(begin, end, strides, **masks)]
    except IndexError as error:
        raise ValueError(f"slice index out of bounds: {error}") from None


def _strided_slice_shape(op: Operation) -> TensorShape:
    x, lengths = op.inputs[0].shape, op.inputs[1].shape
    vectors = [t.shape for t in op.inputs[2:4]]
    if any(v.sizes != lengths.sizes for v in vectors) or len(lengths.sizes or ()) != 1:
        lengths = lengths.with_rank(1)
        for vector in vectors:
            lengths = lengths.merge_with(vector)
    if x.sizes is None:
        return UNKNOWN
    masks = op.attrs
    values = [static.constant_value(t) for t in op.inputs[1:4]]
    if any(v is None for v in values):
        return _shape_of_unknown_slice(x, op.inputs[1].shape, masks)
    begin, end, strides = [tuple(v.tolist()) for v in values]
    index = _index_of(begin, end, strides, **{m: masks[m] for m in _MASKS})
    return TensorShape.of(_indexed_sizes(x.sizes, index))


def _shape_of_unknown_slice(
    x: TensorShape, begin: TensorShape, masks: dict[str, int]
) -> TensorShape:
    """The rank, and the sizes of what is kept whole, where the positions depend on the run."""
    count = begin[0].value if begin.ndims == 1 else None
    if count is None:
        return UNKNOWN
    kinds = ["range"] * count
    for kind, mask in (
        ("one", "shrink_axis_mask"),
        ("new", "new_axis_mask"),
        ("rest", "ellipsis_mask"),
    ):
        for i in range(count):
            if masks[mask] >> i & 1:
                kinds[i] = kind
    if "rest" not in kinds:
        kinds.append("rest")
    left = list(x.sizes or ())
    whole = len(left) - sum(kind in ("range", "one") for kind in kinds)
    if whole < 0:
        raise ValueError(f"{count} positions are too many for a tensor of shape {x}")
    sizes: list[int | None] = []
    for kind in kinds:
        if kind == "new":
            sizes.append(1)
        elif kind == "rest":
            sizes += [left.pop(0) for _ in range(whole)]
        else:
            left.pop(0)
            if kind == "range":
                sizes.append(None)
    return TensorShape.of(tuple(sizes))


def _indexed_sizes(sizes: tuple[int | None, ...], index: tuple[Any, ...]) -> tuple[int | None, ...]:
    used = sum(1 for i in index if i is not None and i is not Ellipsis)
    if used > len(sizes):
        raise ValueError(
            f"Index out of range using input dim {used - 1}; input has only {len(sizes)} dims"
        )
    if Ellipsis not in index:
        index = (*index, Ellipsis)
    result: list[int | None] = []
    at = 0
    for item in index:
        if item is None:
            result.append(1)
        elif item is Ellipsis:
            skip = len(sizes) - used
            result.extend(sizes[at : at + skip])
            at += skip
        elif isinstance(item, builtins.slice):
            s = sizes[at]
            if s is not None:
                result.append(len(builtins.range(*item.indices(s))))
            else:
                result.append(None)  # it may stop at an end that only a run knows
            at += 1
        else:
            s = sizes[at]
            if s is not None and not -s <= item < s:
                raise ValueError(f"slice index {item} of dimension {at} out of bounds")
            at += 1
    return tuple(result)


def _strided_slice_grad(op: Operation, dy: Tensor) -> Any:
    masks = {m: op.attrs[m] for m in _MASKS}
    x = op.inputs[0]
    return strided_slice_grad(shape(x), *op.inputs[1:4], dy, **masks), None, None, None


_slice_attrs = dict.fromkeys(_MASKS, 0)

_strided_slice = defop(
    "StridedSlice",
    "input: T, begin: host index, end: host index, strides: host index -> T",
    doc="Elements at regular positions.",
    attrs=_slice_attrs,
    shape=_strided_slice_shape,
    kernel=_strided_slice_kernel,
    grad=_strided_slice_grad,
)
_STRIDED_SLICE = _strided_slice.opdef  # type: ignore[attr-defined]
_INT32 = 2**31
_INT32_OUTPUT = (dtypes.int32,)


def _strided_slice_grad_kernel(
    xp: Any, sizes: Any, begin: Any, end: Any, strides: Any, dy: Any, **masks: int
) -> Any:
    result = xp.zeros(sizes, dtype=dy.dtype)
    result[_index_of(begin, end, strides, **masks)] = dy
    return result


strided_slice_grad = defop(
    "StridedSliceGrad",
    "shape: host index, begin: host index, end: host index, strides: host index, dy: T -> T",
    doc="The gradient of a strided slice: zeros but for the elements taken.",
    attrs=_slice_attrs,
    shape=lambda op: static.shape_value(op.inputs[0]),
    kernel=_strided_slice_grad_kernel,
    grad=lambda op, dy: (
        None, None, None, None,
        _strided_slice(dy, *op.inputs[1:4], **{m: op.attrs[m] for m in _MASKS}),
    ),
)  # fmt: skip


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """Elements at regular positions along each axis.

    Args:
        input_: a tensor.
        begin, end, strides: integer vectors: the first position, the one to stop before, the step.
        begin_mask, end_mask: bit i set means from the start, or to the end, of axis i.
        ellipsis_mask: the bit set stands for all axes that are not named.
        new_axis_mask: bit i set inserts an axis of size 1.
        shrink_axis_mask: bit i set takes one position and drops the axis.
        var: accepted for assignments to slices.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.strided_slice([1, 2, 3, 4, 5], [0], [5], [2])).tolist()
        [1, 3, 5]
    """
    if strides is None:
        strides = [1] * len(whole(begin))
    masks = {
        "begin_mask": begin_mask, "end_mask": end_mask, "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask, "shrink_axis_mask": shrink_axis_mask,
    }  # fmt: skip
    if type(input_) is Tensor:
        sliced = _slice_by_numbers(input_, (begin, end, strides), masks, name or "StridedSlice")
        if sliced is not None:
            return sliced
    return _strided_slice(
        input_, *(_as_positions(p) for p in (begin, end, strides)),
        **{k: int(v) for k, v in masks.items()}, name=name or "StridedSlice",
    )  # fmt: skip


def _slice_by_numbers(
    x: Tensor, vectors: tuple[Any, Any, Any], masks: dict[str, int], name: str
) -> Tensor | None:
    """The everyday case, lists of integers, in less than half the time; None for any other."""
    graph = x.op.graph
    if graph is not get_default_graph() or graph.outer_graph is not None or name.endswith("/"):
        return None
    count = len(vectors[0]) if type(vectors[0]) is list else 0
    for vector in vectors:
        if type(vector) is not list or len(vector) != count or not count:
            return None
        for v in vector:
            if type(v) is not int or not -_INT32 <= v < _INT32:
                return None
    for mask in masks.values():
        if type(mask) is not int:
            return None
    return _add_slice(graph, x, vectors, masks, name)


def _add_slice(
    graph: Graph, x: Tensor, vectors: tuple[Any, Any, Any], masks: dict[str, int], name: str
) -> Tensor:
    """Adds what `_strided_slice` adds: a scope of the op's name, and the constants in it."""
    scope = graph.scope_of(name)
    inputs = [x]
    for part, vector in zip(("begin/", "end/", "strides/"), vectors):
        value = np.array(vector, np.int32)
        value.setflags(write=False)
        attrs = {"value": value, "dtype": dtypes.int32}
        inputs.append(graph.add_op(CONST, (), attrs, _INT32_OUTPUT, scope + part).outputs[0])
    return _STRIDED_SLICE.build(graph, inputs, masks, scope).outputs[0]


def block(
    x: Any, begin: Any, end: Any, begin_mask: int, end_mask: int, shrink_axis_mask: int
) -> Tensor | None:
    """What R's `x[0:9, ]` means, for the R package's `[`: None where that is to look closer.

    Args:
        x: a tensor or a variable.
        begin, end: 32-bit integers, or lists of them: the first position, the one to stop before.
        begin_mask, end_mask, shrink_axis_mask: as for `strided_slice`.
    """
    if type(x) is not Tensor:
        x = convert_to_tensor(x)
    graph = x.op.graph
    if graph is not get_default_graph() or graph.outer_graph is not None:
        return None
    if type(begin) is int:
        begin, end = [begin], [end]
    sizes = x.shape.sizes
    if not begin or (sizes is not None and len(begin) > len(sizes)):
        return None
    masks = {
        "begin_mask": begin_mask, "end_mask": end_mask, "ellipsis_mask": 0,
        "new_axis_mask": 0, "shrink_axis_mask": shrink_axis_mask,
    }  # fmt: skip
    return _add_slice(graph, x, (begin, end, [1] * len(begin)), masks, "StridedSlice")


def _as_positions(value: Any) -> Any:
    value = whole(value)
    return [value] if isinstance(value, int) else value


def slice_helper(tensor: Any, item: Any) -> Tensor:
    """`tensor[item]`: integers, slices, `...`, `newaxis`, scalar tensors, and masks.

    Raises:
        TypeError: for an index of another kind.
    """
    if _is_mask(item):
        from pyengine.ops.gathering import boolean_mask

        return boolean_mask(tensor, item)
    items = item if isinstance(item, (list, tuple)) else [item]
    begin: list[Any] = []
    end: list[Any] = []
    strides: list[Any] = []
    masks = dict.fromkeys(_MASKS, 0)
    for i, s in enumerate(items):
        bit = 1 << i
        if isinstance(s, builtins.slice):
            begin.append(0 if s.start is None else _position(s.start))
            end.append(0 if s.stop is None else _position(s.stop))
            strides.append(1 if s.step is None else _position(s.step))
            masks["begin_mask"] |= bit * (s.start is None)
            masks["end_mask"] |= bit * (s.stop is None)
        elif s is Ellipsis or s is None:
            begin.append(0)
            end.append(0)
            strides.append(1)
            masks["ellipsis_mask" if s is Ellipsis else "new_axis_mask"] |= bit
        else:
            at = _position(s)
            begin.append(at)
            end.append(at + 1 if not isinstance(at, int) or at != -1 else 0)
            masks["end_mask"] |= bit * (isinstance(at, int) and at == -1)
            strides.append(1)
            masks["shrink_axis_mask"] |= bit
    with name_scope(None, "strided_slice", [tensor]) as scope:
        if not begin:
            return convert_to_tensor(tensor)
        vectors = [_positions(v) for v in (begin, end, strides)]
        return _strided_slice(tensor, *vectors, **masks, name=scope)


def _is_mask(item: Any) -> bool:
    if isinstance(item, np.ndarray):
        return item.dtype == bool
    return isinstance(item, bool) or (hasattr(item, "graph") and item.dtype == dtypes.bool)


def _position(value: Any) -> Any:
    value = whole(value)
    if isinstance(value, (Dimension, np.integer)) or _is_whole_array(value):
        value = int(value)
    if isinstance(value, bool) or not (isinstance(value, int) or _is_index_tensor(value)):
        raise TypeError(
            f"Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
            f"tf.int32/tf.int64 tensors are valid indices, got {value!r}"
        )
    return value


def _is_whole_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu"


def _is_index_tensor(value: Any) -> bool:
    # A vector would stand for one place a time along one axis: tf.gather() takes several.
    return (
        hasattr(value, "graph")
        and value.dtype.base_dtype in (dtypes.int16, dtypes.int32, dtypes.int64)
        and value.shape.ndims in (None, 0)
    )


def _positions(values: list[Any]) -> Any:
    if all(isinstance(v, int) for v in values):
        return convert_to_tensor(np.array(values, np.int32), name="stack")
    from pyengine.ops.math import cast

    return stack([cast(v, dtypes.int32) if hasattr(v, "graph") else v for v in values])


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """A block of a tensor.

    Args:
        input_: a tensor.
        begin: the first position along each axis.
        size: how many along each axis; -1 for all that follow.
        name: the op's name.

    Raises:
        ValueError: when the block does not lie inside the tensor.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [-1, 2])).tolist()
        [[2, 3], [5, 6]]
    """
    begin, size = whole(begin), whole(size)
    if hasattr(begin, "graph") != hasattr(size, "graph"):  # one of them tells the dtype of both
        dtype = begin.dtype if hasattr(begin, "graph") else size.dtype
        begin, size = convert_to_tensor(begin, dtype), convert_to_tensor(size, dtype)
    return _slice(input_, begin, size, name=name)


def _slice_shape(op: Operation) -> TensorShape:
    x, begin, sizes = op.inputs[0].shape, *(static.constant_value(t) for t in op.inputs[1:])
    lengths = op.inputs[1].shape.with_rank(1).merge_with(op.inputs[2].shape)
    if sizes is None:
        known = static.shape_value(op.inputs[2])
        if known.ndims is None:
            return unknown_shape(x.ndims if lengths[0].value is None else lengths[0].value)
        x.with_rank(known.ndims)
        return known
    x = x.with_rank(len(sizes))
    found: list[int | None] = []
    for i, (s, n) in enumerate(zip(x.sizes or (), sizes.tolist())):
        start = None if begin is None else int(begin[i])
        # Whether the block lies inside is left to the run, as in TensorFlow.
        if n >= 0:
            found.append(n)
        else:
            rest = None if s is None or start is None else s - start
            found.append(rest if rest is None or rest >= 0 else None)
    return TensorShape.of(tuple(found))


def _slice_kernel(xp: Any, x: Any, begin: Any, sizes: Any) -> Any:
    ends = []
    for i, (b, n) in enumerate(zip(begin, sizes)):
        end = x.shape[i] if n == -1 else b + n
        if not 0 <= b <= end <= x.shape[i]:
            raise ValueError(
                f"Expected begin[{i}] and size[{i}] inside [0, {x.shape[i]}], got {b} and {n}"
            )
        ends.append(end)
    return x[tuple(builtins.slice(b, e) for b, e in zip(begin, ends))]


def _slice_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import ones_like
    from pyengine.ops.math import add

    begin = op.inputs[1]
    ones, index = ones_like(begin), begin.dtype.base_dtype
    sizes = shape(op.inputs[0], out_type=index)
    return (
        strided_slice_grad(sizes, begin, add(begin, shape(dy, out_type=index)), ones, dy),
        None,
        None,
    )


_slice = defop(
    "Slice",
    "input: T, begin: host index, size: host index -> T",
    doc="A block of a tensor.",
    shape=_slice_shape,
    kernel=_slice_kernel,
    grad=_slice_grad,
)
