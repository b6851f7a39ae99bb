"""Tensors with their elements in another order: `reverse`, `reverse_sequence`, `roll`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, old_names, whole
from pyengine.shape import TensorShape

__all__ = ["reverse", "reverse_sequence", "reverse_v2", "roll"]


def _checked_axes(axes: Any, rank: int) -> tuple[int, ...]:
    """Axes counted from 0; raises ValueError for one that is not there or is named twice."""
    axes = (axes,) if isinstance(axes, int) else axes
    for a in axes:
        if not -rank <= a < rank:
            raise ValueError(f"axis {a} is out of valid range [{-rank}, {rank})")
    found = tuple(a % rank for a in axes)
    if len(set(found)) < len(found):
        raise ValueError(f"an axis is specified more than once: {list(axes)}")
    return found


def _reverse_shape(op: Operation) -> TensorShape:
    x, axes = op.inputs[0].shape, static.constant_value(op.inputs[1])
    op.inputs[1].shape.with_rank(1)
    if axes is not None and x.sizes is not None:
        _checked_axes(static.host_value(axes), len(x.sizes))
    return x


_reverse = defop(
    "ReverseV2",
    "tensor: T, axis: host index -> T",
    doc="A tensor backwards along axes.",
    shape=_reverse_shape,
    kernel=lambda xp, x, axes: xp.flip(x, _checked_axes(axes, x.ndim)) if axes else x,
    grad=lambda op, dy: (_reverse(dy, op.inputs[1]), None),
)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """A tensor backwards along axes.

    Args:
        tensor: a tensor.
        axis: a list of axes, negative ones counted from the end.
        name: the op's name.

    Raises:
        ValueError: for an axis that is not there, or is named twice.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.reverse([[1, 2], [3, 4]], axis=[1])).tolist()
        [[2, 1], [4, 3]]
    """
    return _reverse(tensor, whole(axis), name=name or "ReverseV2")


reverse_v2 = reverse


def _sequence_shape(op: Operation) -> TensorShape:
    x, lengths = op.inputs[0].shape, op.inputs[1].shape.with_rank(1)
    seq, batch = op.attrs["seq_dim"], op.attrs["batch_dim"]
    if x.sizes is None:
        return x
    for what, at in (("seq_dim", seq), ("batch_dim", batch)):
        if at >= len(x.sizes):
            raise ValueError(f"{what} must be < input rank: {at} vs. {len(x.sizes)}")
    if min(seq, batch) < 0:
        return x  # the run refuses it
    one = x[batch : batch + 1].merge_with(lengths)
    return x[:batch].concatenate(one).concatenate(x[batch + 1 :])


def _sequence_kernel(xp: Any, x: Any, lengths: Any, *, seq_dim: int, batch_dim: int) -> Any:
    if batch_dim == seq_dim:
        raise ValueError(f"batch_dim == seq_dim == {seq_dim}")
    if min(batch_dim, seq_dim) < 0:
        raise ValueError(f"Invalid seq_dim {seq_dim} or batch_dim {batch_dim}")
    n, batch = x.shape[seq_dim], x.shape[batch_dim]
    if lengths.shape != (batch,):
        raise ValueError(f"len(seq_lens) != input.dims({batch_dim}), ({len(lengths)} vs. {batch})")
    if ((lengths < 0) | (lengths > n)).any():
        raise ValueError(f"seq_lens must be in [0, {n}], got {lengths.tolist()}")
    steps = np.arange(n)
    within = steps < lengths[:, None]
    places = np.where(within, lengths[:, None] - 1 - steps, steps)
    moved = np.moveaxis(x, (batch_dim, seq_dim), (0, 1))
    found = moved[np.arange(batch)[:, None], places]
    return np.moveaxis(found, (0, 1), (batch_dim, seq_dim))


_reverse_sequence = defop(
    "ReverseSequence",
    "input: T, seq_lengths: Tlen -> T",
    doc="The first elements of each sequence backwards.",
    types={"Tlen": "index"},
    attrs={"seq_dim": REQUIRED, "batch_dim": 0},
    shape=_sequence_shape,
    kernel=_sequence_kernel,
    grad=lambda op, dy: (
        _reverse_sequence(
            dy, op.inputs[1], seq_dim=op.attrs["seq_dim"], batch_dim=op.attrs["batch_dim"]
        ),
        None,
    ),
)


@old_names(seq_dim="seq_axis", batch_dim="batch_axis")
def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: Any = None,
    batch_axis: Any = None,
    name: str | None = None,
) -> Tensor:
    """The first `seq_lengths[i]` elements of each sequence i backwards, the others as they are.

    Args:
        input: a tensor.
        seq_lengths: an int32 or int64 vector, a length for each sequence.
        seq_axis: the axis along which a sequence runs; also called `seq_dim`.
        batch_axis: the axis that tells the sequences apart, the first by default; also called
            `batch_dim`.
        name: the op's name.

    Raises:
        TypeError: when there is no `seq_axis`.
        ValueError: when the axes or lengths do not fit.
    """
    if seq_axis is None:
        raise TypeError("Expected int for argument 'seq_dim' not None: reverse_sequence needs it")
    return _reverse_sequence(
        input, whole(seq_lengths), seq_dim=int(seq_axis), batch_dim=int(batch_axis or 0), name=name
    )


def _roll_shape(op: Operation) -> TensorShape:
    x = op.inputs[0].shape.with_rank_at_least(1)
    op.inputs[1].shape.with_rank_at_most(1)
    op.inputs[2].shape.with_rank_at_most(1)
    op.inputs[1].shape.assert_is_compatible_with(op.inputs[2].shape)
    return x


def _roll_kernel(xp: Any, x: Any, shift: Any, axis: Any) -> Any:
    for a in (axis,) if isinstance(axis, int) else axis:
        if not -x.ndim <= a < x.ndim:
            raise ValueError(f"axis {a} is out of range for a tensor of rank {x.ndim}")
    return xp.roll(x, shift, axis)


def _roll_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.math import negative

    return _roll(dy, negative(op.inputs[1]), op.inputs[2]), None, None


_roll = defop(
    "Roll",
    "input: T, shift: host Tshift, axis: host Taxis -> T",
    doc="The elements moved along axes, those that leave at the end coming in at the start.",
    types={"Tshift": "index", "Taxis": "index"},
    shape=_roll_shape,
    kernel=_roll_kernel,
    grad=_roll_grad,
)


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """The elements moved along axes, those that leave at the end coming in at the start.

    Args:
        input: a tensor of rank 1 or more.
        shift: by how many places to move, an int or one for each axis.
        axis: the axis or axes; an axis named twice is moved by the sum.
        name: the op's name.

    Raises:
        ValueError: when `shift` and `axis` differ in length.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.roll([0, 1, 2, 3], shift=1, axis=0)).tolist()
        [3, 0, 1, 2]
    """
    return _roll(convert_to_tensor(input), whole(shift), whole(axis), name=name)
