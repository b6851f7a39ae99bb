"""Joining tensors and taking them apart: `concat`, `stack`, `split`, `unstack`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, whole
from pyengine.shape import UNKNOWN, TensorShape, merge_all, unknown_shape

__all__ = ["concat", "pack", "split", "stack", "unpack", "unstack"]


def _axis_in(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} is out of range for rank {rank}: [{-rank}, {rank})")
    return axis % rank


def _concat_shape(op: Operation) -> TensorShape:
    parts, axis = [t.shape for t in op.inputs[:-1]], static.constant_value(op.inputs[-1])
    known = [p for p in parts if p.sizes is not None]
    if not known:
        return UNKNOWN
    rank = len(known[0])
    for p in known:
        known[0].assert_same_rank(p)
    if axis is None:
        return unknown_shape(rank)
    at = _axis_in(int(axis), rank)
    rest = merge_all([p[:at].concatenate([None]).concatenate(p[at + 1 :]) for p in known])
    along = [p.sizes[at] if p.sizes is not None else None for p in parts]
    total = None if None in along else sum(along)  # type: ignore[arg-type]
    sizes = rest.sizes or ()
    return TensorShape.of((*sizes[:at], total, *sizes[at + 1 :]))


def _concat_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.array import shape

    parts, axis = op.inputs[:-1], op.inputs[-1]
    if len(parts) == 1:
        return dy, None
    at = static.constant_value(axis)
    sizes: Any = None
    if at is not None and all(p.shape.sizes is not None for p in parts):
        sizes = [p.shape.sizes[int(at)] for p in parts]  # type: ignore[index]
    if sizes is None or None in sizes:
        sizes = stack([shape(p)[axis] for p in parts])
    return [*_split_v(dy, sizes, axis, num_split=len(parts)), None]


_concat = defop(
    "ConcatV2",
    "values: T*, axis: host index -> T",
    doc="Tensors joined along an axis.",
    attrs={"N": REQUIRED},
    shape=_concat_shape,
    kernel=lambda xp, *inputs, N: xp.concatenate(inputs[:-1], axis=inputs[-1]),
    grad=_concat_grad,
)


def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """Tensors joined along an existing axis.

    Args:
        values: a list of tensors of one dtype whose other sizes agree.
        axis: the axis.
        name: the op's name.

    Raises:
        ValueError: when the shapes do not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.concat([[1, 2], [3]], 0)).tolist()
        [1, 2, 3]
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if not values:
        raise ValueError("concat needs a list of one tensor or more, got none")
    if len(values) == 1:
        from pyengine.ops.array import identity

        return identity(values[0], name=name)
    return _concat(list(values), whole(axis), N=len(values), name=name)


def _pack_shape(op: Operation) -> TensorShape:
    one = merge_all([t.shape for t in op.inputs])
    if one.sizes is None:
        return UNKNOWN
    at = _axis_in(op.attrs["axis"], len(one.sizes) + 1)
    return TensorShape.of((*one.sizes[:at], len(op.inputs), *one.sizes[at:]))


_pack = defop(
    "Pack",
    "values: T* -> T",
    doc="Tensors of one shape stacked along a new axis.",
    attrs={"N": REQUIRED, "axis": 0},
    shape=_pack_shape,
    kernel=lambda xp, *values, N, axis: xp.stack(values, axis=axis),
    grad=lambda op, dy: unstack(dy, num=op.attrs["N"], axis=op.attrs["axis"]),
)


def stack(values: Sequence[Any], axis: Any = 0, name: str = "stack") -> Tensor:
    """Tensors of one shape stacked along a new axis.

    Args:
        values: a list of tensors, or what converts to them.
        axis: where the new axis goes.
        name: the op's name.

    Raises:
        ValueError: when the shapes differ or the axis is out of range.
    """
    if axis == 0 and not any(hasattr(v, "graph") for v in values):
        try:
            return convert_to_tensor(list(values), name=name)
        except (TypeError, ValueError):
            pass  # nested tensors, or shapes for `Pack` to compare and refuse
    return _pack(list(values), N=len(values), axis=whole(axis), name=name)


pack = stack


def _unpack_shape(op: Operation) -> list[Any]:
    x, n = op.inputs[0].shape, op.attrs["num"]
    if x.sizes is None:
        return [UNKNOWN] * n
    at = _axis_in(op.attrs["axis"], len(x.sizes))
    if x.sizes[at] not in (None, n):
        raise ValueError(f"Dimension must be {n} but is {x.sizes[at]}")
    return [TensorShape.of((*x.sizes[:at], *x.sizes[at + 1 :]))] * n


def _unpack_kernel(xp: Any, x: Any, *, num: int, axis: int) -> Any:
    if x.shape[axis] != num:
        raise ValueError(f"Input shape axis {axis} must equal {num}, got shape {list(x.shape)}")
    parts = tuple(xp.moveaxis(x, axis, 0))
    return parts[0] if num == 1 else parts


_unpack = defop(
    "Unpack",
    "value: T -> T*num",
    doc="The slices of a tensor along an axis.",
    attrs={"num": REQUIRED, "axis": 0},
    shape=_unpack_shape,
    kernel=_unpack_kernel,
    grad=lambda op, *grads: stack(list(grads), axis=op.attrs["axis"]),
)


def unstack(value: Any, num: Any = None, axis: Any = 0, name: str = "unstack") -> list[Tensor]:
    """The slices of a tensor along an axis, as a list.

    Args:
        value: a tensor.
        num: how many; found from the static shape by default.
        axis: the axis.
        name: the op's name.

    Raises:
        ValueError: when the number is neither given nor known.
    """
    x = convert_to_tensor(value)
    if num is None:
        if x.shape.sizes is not None:
            num = x.shape.sizes[_axis_in(axis, len(x.shape.sizes))]
        if num is None:
            raise ValueError(f"Cannot infer argument `num` from shape {x.shape}")
    if num < 0:
        raise ValueError(f"Attr 'num' of 'Unpack' Op passed {num} less than minimum 0.")
    return _unpack(x, num=num, axis=whole(axis), name=name)


unpack = unstack


def _split_shape(op: Operation) -> list[Any]:
    axis, x, n = static.constant_value(op.inputs[0]), op.inputs[1].shape, op.attrs["num_split"]
    if x.sizes is None or axis is None:
        return [unknown_shape(x.ndims)] * n
    at = _axis_in(int(axis), len(x.sizes))
    whole_size = x.sizes[at]
    if whole_size is not None and whole_size % n:
        raise ValueError(f"Dimension size must be evenly divisible by {n} but is {whole_size}")
    part = None if whole_size is None else whole_size // n
    return [TensorShape.of((*x.sizes[:at], part, *x.sizes[at + 1 :]))] * n


def _split_kernel(xp: Any, axis: int, x: Any, *, num_split: int) -> Any:
    size = x.shape[axis]
    if size % num_split:
        raise ValueError(f"size {size} cannot be split into {num_split} equal parts")
    if num_split == 1:
        return x
    part, before = size // num_split, (slice(None),) * (axis % x.ndim)
    parts = [slice(i * part, (i + 1) * part) for i in range(num_split)]
    return tuple([x[before + (piece,)] for piece in parts])


_split = defop(
    "Split",
    "axis: host int32, value: T -> T*num_split",
    doc="A tensor in equal parts.",
    attrs={"num_split": REQUIRED},
    shape=_split_shape,
    kernel=_split_kernel,
    grad=lambda op, *grads: (None, concat(list(grads), op.inputs[0])),
)


def _split_v_shape(op: Operation) -> list[Any]:
    x, sizes, axis = (
        op.inputs[0].shape,
        static.constant_value(op.inputs[1]),
        static.constant_value(op.inputs[2]),
    )
    n = op.attrs["num_split"]
    if x.sizes is None or sizes is None or axis is None:
        return [unknown_shape(x.ndims)] * n
    at = _axis_in(int(axis), len(x.sizes))
    parts = _settled(sizes.tolist(), x.sizes[at])
    return [TensorShape.of((*x.sizes[:at], p, *x.sizes[at + 1 :])) for p in parts]


def _settled(sizes: Sequence[int], total: int | None) -> list[Any]:
    """Part sizes with -1 replaced by what is left; raises ValueError if they do not add up."""
    known = sum(s for s in sizes if s >= 0)
    if total is None:
        return [None if s < 0 else s for s in sizes]
    if list(sizes).count(-1) == 1:
        sizes = [total - known if s == -1 else s for s in sizes]
    if sum(sizes) != total or min(sizes, default=0) < 0:
        raise ValueError(f"the sizes {list(sizes)} of the parts do not add up to {total}")
    return list(sizes)


def _split_v_kernel(xp: Any, x: Any, sizes: Any, axis: int, *, num_split: int) -> Any:
    parts = _settled(sizes, x.shape[axis])
    found = tuple(xp.split(x, np.cumsum(parts)[:-1], axis))
    return found[0] if num_split == 1 else found


_split_v = defop(
    "SplitV",
    "value: T, size_splits: host index, axis: host int32 -> T*num_split",
    doc="A tensor in parts of given sizes.",
    attrs={"num_split": REQUIRED},
    shape=_split_v_shape,
    kernel=_split_v_kernel,
    grad=lambda op, *grads: (concat(list(grads), op.inputs[2]), None, None),
)


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str = "split"
) -> list[Tensor]:
    """A tensor taken apart along an axis.

    Args:
        value: a tensor.
        num_or_size_splits: the number of equal parts, or a list of their sizes (one may be -1).
        axis: the axis.
        num: the number of parts where the sizes are a tensor of unknown length.
        name: the op's name.

    Returns:
        A list of tensors.

    Raises:
        ValueError: when the parts do not add up.

    Example:
        >>> import pyengine as tf
        >>> [part.shape.as_list() for part in tf.split(tf.zeros([6, 2]), [1, 2, -1])]
        [[1, 2], [2, 2], [3, 2]]
    """
    parts = whole(num_or_size_splits)
    if isinstance(parts, (int, np.integer)):
        if parts < 1:
            raise ValueError(f"Attr 'num_split' of 'Split' Op passed {parts} less than minimum 1.")
        return _split(whole(axis), value, num_split=int(parts), name=name)
    sizes = convert_to_tensor(parts)
    count = num if num is not None else sizes.shape[0].value
    if count is None:
        raise ValueError("Cannot infer num from shape of num_or_size_splits; give `num`")
    return _split_v(value, sizes, whole(axis), num_split=int(count), name=name)
