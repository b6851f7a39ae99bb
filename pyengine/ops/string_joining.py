"""Strings joined: elementwise, along axes, and by segments."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, old_names, whole
from pyengine.ops.strings import each
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["reduce_join", "string_join"]

_TEXT = no_grad("strings have no derivatives")


def _join_shape(op: Operation) -> TensorShape:
    shape = TensorShape(())
    for tensor in op.inputs:
        if tensor.shape.ndims == 0:
            continue
        if tensor.shape.ndims is None or shape.ndims is None:
            shape = UNKNOWN if shape.ndims in (0, None) else shape
            continue
        shape = tensor.shape if shape.ndims == 0 else shape.merge_with(tensor.shape)
    return shape


def _join_kernel(xp: Any, *parts: Any, N: int, separator: str) -> Any:
    shapes = {np.shape(p) for p in parts} - {()}
    if len(shapes) > 1:
        raise ValueError(f"Input shapes do not match: {sorted(shapes)}")
    if not parts:
        return b""
    between = separator.encode()
    return each(lambda *texts: between.join(texts), *parts)


_string_join = defop(
    "StringJoin",
    "inputs: string* -> string",
    doc="Strings joined, elementwise.",
    attrs={"N": REQUIRED, "separator": ""},
    shape=_join_shape,
    kernel=_join_kernel,
    grad=_TEXT,
)


def string_join(inputs: Sequence[Any], separator: str = "", name: str | None = None) -> Tensor:
    """The strings of several tensors joined, elementwise.

    Args:
        inputs: string tensors of one shape; scalars go with each element.
        separator: what to put between them.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.string_join([["a", "b"], "c"], "-")).tolist()
        [b'a-c', b'b-c']
    """
    parts = list(inputs)
    return _string_join(parts, N=len(parts), separator=separator, name=name)


def _reduce_join_shape(op: Operation) -> TensorShape:
    shape, axes = op.inputs[0].shape, static.constant_value(op.inputs[1])
    if shape.sizes is None or axes is None:
        return UNKNOWN
    dropped = _axes(static.host_value(axes), len(shape.sizes))
    if op.attrs["keep_dims"]:
        return TensorShape([1 if i in dropped else s for i, s in enumerate(shape.sizes)])
    return TensorShape([s for i, s in enumerate(shape.sizes) if i not in dropped])


def _axes(axes: Any, rank: int) -> list[int]:
    """Axes in the order given, from 0."""
    given = [axes] if isinstance(axes, int) else list(axes)
    for a in given:
        if not -rank <= a < rank:
            raise ValueError(f"Invalid reduction dimension {a}, must be in [-{rank}, {rank})")
    found = [a % rank for a in given]
    if len(set(found)) < len(found):
        raise ValueError(f"Duplicate reduction dimension in {given}")
    return found


def _reduce_join_kernel(xp: Any, x: Any, axes: Any, *, keep_dims: bool, separator: str) -> Any:
    dropped = _axes(axes, x.ndim)
    kept = [i for i in builtins.range(x.ndim) if i not in dropped]
    # The first axis is joined first, so it goes innermost.
    moved = x.transpose([*kept, *dropped[::-1]])
    many = int(np.prod([x.shape[i] for i in kept], dtype=np.int64))
    rows = moved.reshape(many, x.size // many if many else 0)
    between = separator.encode()
    result = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        result[i] = between.join(row)
    sizes = [1 if i in dropped else s for i, s in enumerate(x.shape)]
    return result.reshape(sizes if keep_dims else [x.shape[i] for i in kept])


_reduce_join = defop(
    "ReduceJoin",
    "inputs: string, reduction_indices: host int32 -> string",
    doc="Strings joined along axes.",
    attrs={"keep_dims": False, "separator": ""},
    shape=_reduce_join_shape,
    kernel=_reduce_join_kernel,
    grad=_TEXT,
)


@old_names(reduction_indices="axis", keepdims="keep_dims")
def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
) -> Tensor:
    """The strings along some axes joined.

    Args:
        inputs: a string tensor.
        axis: the axes, joined one after the other; all from the last by default. Also called
            `reduction_indices`.
        keep_dims: whether to keep the axes, with size 1.
        separator: what to put between the strings.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.reduce_join([["a", "b"], ["c", "d"]], 0)).tolist()
        [b'ac', b'bd']
    """
    x = convert_to_tensor(inputs, dtypes.string, name="inputs")
    axes = whole(axis)
    if axes is None:
        from pyengine.ops.array import rank
        from pyengine.ops.filling import range as sequence

        if x.shape.ndims is None:
            axes = sequence(rank(x) - 1, -1, -1)
        else:
            axes = list(builtins.range(x.shape.ndims))[::-1]
    if isinstance(axes, (list, tuple)):
        axes = np.array(axes, np.int32)
    return _reduce_join(
        x, axes, keep_dims=bool(keep_dims), separator=separator, name=name or "ReduceJoin"
    )


def _segment_join_kernel(xp: Any, x: Any, ids: Any, count: int, *, separator: str) -> Any:
    if x.shape[: ids.ndim] != ids.shape:
        raise ValueError(f"segment_ids of shape {ids.shape} do not fit inputs of shape {x.shape}")
    if np.any((ids < 0) | (ids >= count)):
        raise ValueError(f"segment_ids must be in [0, {count}), got {ids.tolist()}")
    rest = x.shape[ids.ndim :]
    rows = x.reshape(ids.size, -1)
    groups: list[list[list[bytes]]] = [[[] for _ in builtins.range(rows.shape[1])]
                                       for _ in builtins.range(count)]  # fmt: skip
    for i, row in zip(ids.reshape(-1), rows):
        for store, text in zip(groups[i], row):
            store.append(text)
    result = np.empty((count, rows.shape[1]), object)
    for at in np.ndindex(result.shape):
        result[at] = separator.encode().join(groups[at[0]][at[1]])
    return result.reshape((count, *rest))


def _segment_join_shape(op: Operation) -> TensorShape:
    x, ids, count = op.inputs[0].shape, op.inputs[1].shape, static.constant_value(op.inputs[2])
    if x.sizes is None or ids.sizes is None:
        return UNKNOWN
    return TensorShape([None if count is None else int(count), *x.sizes[len(ids.sizes) :]])


_segment_join = defop(
    "UnsortedSegmentJoin",
    "inputs: string, segment_ids: Tindices, num_segments: host Tnumsegments -> string",
    doc="Strings of equal ids joined.",
    types={"Tindices": "index", "Tnumsegments": "index"},
    attrs={"separator": ""},
    shape=_segment_join_shape,
    kernel=_segment_join_kernel,
    grad=_TEXT,
)


def unsorted_segment_join(
    inputs: Any, segment_ids: Any, num_segments: Any, separator: str = "", name: str | None = None
) -> Tensor:
    """The strings with equal ids joined, in the order in which they stand.

    Args:
        inputs: a string tensor.
        segment_ids: integers of shape `inputs.shape[:k]`.
        num_segments: how many results there are.
        separator: what to put between the strings.
        name: the op's name.
    """
    return _segment_join(inputs, segment_ids, whole(num_segments), separator=separator, name=name)
