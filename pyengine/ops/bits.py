"""Integers as bits: the functions of `tf.bitwise`, and `bitcast`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, binary, defop, no_grad, unary
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["bitcast"]

_NONE = no_grad("integers have no derivative")


def _bitwise(
    type: str, doc: str, kernel: Callable[..., Any], example: tuple[str, str]
) -> Callable[..., Any]:
    return binary(type, doc=doc, types="int", kernel=kernel, grad=_NONE, example=example)


def _clamped(y: Any) -> Any:
    """Shift counts inside of the width: what others mean is left open by C++."""
    return np.clip(y, 0, y.dtype.itemsize * 8 - 1)


bitwise_and = _bitwise(
    "BitwiseAnd",
    "x & y, elementwise.",
    lambda xp, x, y: xp.bitwise_and(x, y),
    ("tf.bitwise.bitwise_and([12], [10])", "[8]"),
)
bitwise_or = _bitwise(
    "BitwiseOr",
    "x | y, elementwise.",
    lambda xp, x, y: xp.bitwise_or(x, y),
    ("tf.bitwise.bitwise_or([12], [10])", "[14]"),
)
bitwise_xor = _bitwise(
    "BitwiseXor",
    "x ^ y, elementwise.",
    lambda xp, x, y: xp.bitwise_xor(x, y),
    ("tf.bitwise.bitwise_xor([12], [10])", "[6]"),
)
left_shift = _bitwise(
    "LeftShift",
    "x * 2^y, elementwise, without the bits that leave the width.",
    lambda xp, x, y: xp.left_shift(x, _clamped(y)),
    ("tf.bitwise.left_shift([1, -1], 4)", "[16, -16]"),
)
right_shift = _bitwise(
    "RightShift",
    "x / 2^y rounded down, elementwise.",
    lambda xp, x, y: xp.right_shift(x, _clamped(y)),
    ("tf.bitwise.right_shift([17, -17], 4)", "[1, -2]"),
)
invert = unary(
    "Invert",
    doc="Each bit the other way round, elementwise.",
    example=("tf.bitwise.invert([0, 5])", "[-1, -6]"),
    types="int",
    kernel=lambda xp, x: xp.invert(x),
    grad=_NONE,
)


def _count_of_ones(xp: Any, x: Any) -> Any:
    octets = np.asarray(x, order="C")[..., None].view(np.uint8)
    return np.unpackbits(octets, axis=-1).sum(-1, dtype=np.uint8)


# TensorFlow has no public function for it, but graphs that are imported may hold it.
population_count = defop(
    "PopulationCount",
    "x: T -> uint8",
    doc="How many bits of an integer are set, elementwise.",
    types={"T": "int"},
    shape=lambda op: op.inputs[0].shape,
    kernel=_count_of_ones,
    grad=_NONE,
)


def _bitcast_shape(op: Operation) -> TensorShape:
    x, old, new = op.inputs[0].shape, op.inputs[0].dtype.size, op.attrs["type"].size
    if x.sizes is None:
        return UNKNOWN
    if old == new:
        return x
    if old > new:
        return x.concatenate([old // new])
    if not x.sizes or x.sizes[-1] not in (None, new // old):
        raise ValueError(
            f"Cannot bitcast due to shape. {None if not x.sizes else x.sizes[-1]} does not match "
            f"{new // old}"
        )
    return x[:-1]


def _bitcast_kernel(xp: Any, x: Any, *, type: Any) -> Any:
    target = np.dtype(type.as_numpy_dtype)
    x = np.ascontiguousarray(x).reshape(np.shape(x))  # the former makes a scalar a vector
    if x.dtype.itemsize == target.itemsize:
        return x.view(target)
    if x.dtype.itemsize > target.itemsize:
        return x[..., None].view(target)
    if x.shape[-1:] != (target.itemsize // x.dtype.itemsize,):
        raise ValueError(f"Cannot bitcast from shape {list(x.shape)} to {type.name}")
    return x.view(target)[..., 0]


_bitcast = defop(
    "Bitcast",
    "input: T -> @type",
    doc="The bits of the elements taken for another dtype.",
    types={"T": "number|qint8|quint8|qint16|quint16|qint32"},
    attrs={"type": REQUIRED},
    shape=_bitcast_shape,
    kernel=_bitcast_kernel,
    grad=no_grad("bits have no derivative"),
)


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The bits of the elements taken for another dtype, without conversion.

    Args:
        input: a numeric tensor. To a wider dtype, its last dimension must be the ratio of the
            widths, and goes; to a narrower one, a last dimension of that ratio is added.
        type: the dtype wanted.
        name: the op's name.

    Raises:
        ValueError: when the last dimension does not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.bitcast(1.0, tf.int32)).item() == 0x3F800000
        True
    """
    return _bitcast(input, type=as_dtype(type).base_dtype, name=name)
