"""Tensors with borders added: `pad`, by a constant or mirrored."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import shape
from pyengine.ops.declare import REQUIRED, defop, whole
from pyengine.shape import TensorShape, unknown_shape

__all__ = ["pad"]


def _pairs(op: Operation) -> tuple[TensorShape, Any]:
    """The input's shape, its rank found by that of the paddings too, and the known paddings."""
    rows = op.inputs[1].shape.with_rank(2)
    rows = rows.merge_with([op.inputs[0].shape.ndims, 2])
    x = op.inputs[0].shape
    if x.sizes is None and rows.sizes is not None and rows.sizes[0] is not None:
        x = unknown_shape(rows.sizes[0])
    return x, static.constant_value(op.inputs[1])


def _padded_shape(op: Operation) -> TensorShape:
    x, pairs = _pairs(op)
    if x.sizes is None:
        return x
    if pairs is None:
        return _padded_in_part(x, op.inputs[1].op)
    if (pairs < 0).any():
        raise ValueError(f"Paddings must be non-negative: {pairs.tolist()}")
    # Whether a mirror image is large enough is left to the run, as in TensorFlow.
    return TensorShape.of(
        tuple(None if s is None else s + int(sum(p)) for s, p in zip(x.sizes, pairs))
    )


def _padded_in_part(x: TensorShape, paddings: Operation) -> TensorShape:
    """The shape for paddings packed from pairs of which some are known."""
    if paddings.type != "Pack" or paddings.attrs["axis"] != 0 or len(paddings.inputs) != x.ndims:
        return unknown_shape(x.ndims)
    pairs = [static.shape_value(pair).sizes or (None,) for pair in paddings.inputs]
    return TensorShape.of(
        tuple(
            None if s is None or None in pair else s + sum(n or 0 for n in pair)
            for s, pair in zip(x.sizes or (), pairs)
        )
    )


def _check_pairs(x: Any, pairs: Any) -> None:
    if len(pairs) != x.ndim:
        raise ValueError(
            f"The first dimension of paddings must be the rank of inputs [{len(pairs)},2] "
            f"{list(x.shape)}"
        )
    if any(n < 0 for pair in pairs for n in pair):
        raise ValueError(f"Paddings must be non-negative: {pairs}")


def _pad_kernel(xp: Any, x: Any, pairs: Any, value: Any = 0) -> Any:
    _check_pairs(x, pairs)
    sizes = [s + a + b for s, (a, b) in zip(x.shape, pairs)]
    if x.dtype == object and value == 0:
        value = b""
    result = np.full(sizes, value, x.dtype)
    result[tuple(slice(a, a + s) for s, (a, _) in zip(x.shape, pairs))] = x
    return result


def _pad_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.indexing import slice as block

    x, pairs = op.inputs[0], op.inputs[1]
    inside = block(dy, pairs[:, 0], shape(x))
    return [inside, None, None] if len(op.inputs) == 3 else [inside, None]


_pad = defop(
    "Pad",
    "input: T, paddings: host index -> T",
    doc="A tensor with zeros around it.",
    shape=_padded_shape,
    kernel=_pad_kernel,
    grad=_pad_grad,
)
_pad_v2 = defop(
    "PadV2",
    "input: T, paddings: host index, constant_values: T -> T",
    doc="A tensor with a value around it.",
    shape=_padded_shape,
    kernel=_pad_kernel,
    grad=_pad_grad,
)


def _mirror_kernel(xp: Any, x: Any, pairs: Any, *, mode: str) -> Any:
    _check_pairs(x, pairs)
    for s, pair in zip(x.shape, pairs):
        limit = s if mode == "SYMMETRIC" else s - 1
        if max(pair) > limit:
            raise ValueError(
                f"paddings must be no greater than the dimension size: {pair[0]}, {pair[1]} "
                f"greater than {limit}"
            )
    return x[np.ix_(*_mirror_places(x.shape, pairs, mode))]


def _mirror_places(sizes: Any, pairs: Any, mode: str) -> list[Any]:
    """For each axis of the padded tensor, where in the tensor each of its elements is."""
    name = "symmetric" if mode == "SYMMETRIC" else "reflect"
    return [np.pad(np.arange(s), pair, name) for s, pair in zip(sizes, pairs)]  # type: ignore[call-overload]


def _mirror_grad_kernel(xp: Any, dy: Any, pairs: Any, *, mode: str) -> Any:
    result = dy
    for axis, (a, b) in enumerate(pairs):
        size = result.shape[axis] - a - b
        places = _mirror_places([size], [(a, b)], mode)[0]
        moved = np.moveaxis(result, axis, 0)
        total = moved[a : a + size].copy()
        for at in [*range(a), *range(a + size, a + size + b)]:
            total[places[at]] += moved[at]
        result = np.moveaxis(total, 0, axis)
    return result


def _cropped_shape(op: Operation) -> TensorShape:
    dy, pairs = _pairs(op)
    if dy.sizes is None or pairs is None:
        return unknown_shape(dy.ndims)
    return TensorShape.of(
        tuple(None if s is None else s - int(sum(p)) for s, p in zip(dy.sizes, pairs))
    )


_mirror_pad_grad = defop(
    "MirrorPadGrad",
    "input: T, paddings: host index -> T",
    doc="The gradient of a mirrored border: it is added where it was taken.",
    types={"T": "number"},
    attrs={"mode": REQUIRED},
    shape=_cropped_shape,
    kernel=_mirror_grad_kernel,
    grad=lambda op, dy: (_mirror_pad(dy, op.inputs[1], mode=op.attrs["mode"]), None),
)
_mirror_pad = defop(
    "MirrorPad",
    "input: T, paddings: host index -> T",
    doc="A tensor with its mirror image around it.",
    attrs={"mode": REQUIRED},
    shape=_padded_shape,
    kernel=_mirror_kernel,
    grad=lambda op, dy: (_mirror_pad_grad(dy, op.inputs[1], mode=op.attrs["mode"]), None),
)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    name: str | None = None,
    constant_values: Any = 0,
) -> Tensor:
    """A tensor with borders added.

    Args:
        tensor: a tensor of rank n.
        paddings: an integer matrix of shape [n, 2]: how many to add before and after, by axis.
        mode: "CONSTANT", "REFLECT" (the edge itself is not repeated) or "SYMMETRIC" (it is), in
            any case.
        name: the op's name.
        constant_values: the scalar to fill with in mode "CONSTANT".

    Raises:
        ValueError: for another mode, paddings that are negative or do not fit the rank, or
            mirrored ones that are larger than the tensor.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.pad([1, 2, 3], [[1, 2]], "SYMMETRIC")).tolist()
        [1, 1, 2, 3, 3, 2]
    """
    paddings = whole(paddings.tolist() if isinstance(paddings, np.ndarray) else paddings)
    kind = mode.upper()
    if kind == "CONSTANT":
        if isinstance(constant_values, Tensor) or not _is_zero(constant_values):
            x = convert_to_tensor(tensor)
            return _pad_v2(x, paddings, constant_values, name=name)
        return _pad(tensor, paddings, name=name)
    if kind not in ("REFLECT", "SYMMETRIC"):
        raise ValueError(f"Unknown padding mode: {mode}")
    return _mirror_pad(tensor, paddings, mode=kind, name=name)


def _is_zero(value: Any) -> bool:
    return not isinstance(value, (str, bytes)) and np.ndim(value) == 0 and value == 0
