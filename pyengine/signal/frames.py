"""Signals cut into frames and put together again; spectra with zero in their middle."""

from __future__ import annotations

from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, rank, reshape, shape, transpose
from pyengine.ops.declare import whole
from pyengine.ops.filling import range as range_of
from pyengine.ops.gathering import gather
from pyengine.ops.joining import concat
from pyengine.ops.math import add, floordiv, maximum, multiply, negative
from pyengine.ops.padding import pad
from pyengine.ops.reversing import roll
from pyengine.ops.segment import unsorted_segment_sum
from pyengine.scopes import name_scope

__all__ = ["fftshift", "frame", "ifftshift", "overlap_and_add"]


def _number(value: Any, name: str) -> Any:
    """An int where it is known, else an int32 scalar tensor."""
    tensor = convert_to_tensor(whole(value), name=name)
    tensor.shape.assert_has_rank(0)
    known = static.constant_value(tensor)
    return tensor if known is None else int(known)


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: Any = -1,
    name: str | None = None,
) -> Tensor:
    """Frames of a signal, each `frame_step` after the one before.

    Args:
        signal: a tensor of known rank.
        frame_length: how long each frame is.
        frame_step: from the start of one frame to that of the next.
        pad_end: whether the end is continued by `pad_value`, so that nothing is left over.
        pad_value: the scalar to continue with.
        axis: the axis of the signal.
        name: the name scope.

    Returns:
        A tensor with [frames, frame_length] in place of the axis.

    Raises:
        ValueError: for an axis that is not there.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.signal.frame([1, 2, 3, 4, 5], 3, 2)).tolist()
        [[1, 2, 3], [3, 4, 5]]
    """
    with name_scope(name, "frame", [signal, frame_length, frame_step, pad_value]):
        x = convert_to_tensor(signal, name="signal")
        length, step = _number(frame_length, "frame_length"), _number(frame_step, "frame_step")
        n = len(x.shape)
        at = int(whole(axis))
        if not -n <= at < n:
            raise ValueError(f"axis {at} is out of range for a tensor of rank {n}")
        at %= n
        size: Any = x.shape[at].value
        size = shape(x)[at] if size is None else size
        if pad_end:
            count = maximum(0, negative(floordiv(negative(size), step)))
            missing = maximum(0, add(length, multiply(step, count - 1)) - size)
            pairs = [[0, 0]] * at + [[0, missing]] + [[0, 0]] * (n - at - 1)
            fill = convert_to_tensor(pad_value, x.dtype.base_dtype)
            x = pad(x, pairs, constant_values=fill)
        else:
            count = maximum(0, 1 + floordiv(size - length, step))
        starts = expand_dims(multiply(range_of(0, count), step), 1)
        frames = gather(x, add(starts, range_of(0, length)), axis=at)
        known = static.constant_value(count)
        frames.set_shape([
            *signal_sizes(x, 0, at), None if known is None else int(known),
            length if isinstance(length, int) else None, *signal_sizes(x, at + 1, n),
        ])  # fmt: skip
        return frames


def signal_sizes(x: Tensor, start: int, stop: int) -> list[int | None]:
    """Some of the static sizes of a tensor."""
    return list(x.shape.as_list()[start:stop])


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Tensor:
    """Frames put together to a signal; where they overlap they add up.

    Args:
        signal: a tensor of shape [..., frames, frame_length].
        frame_step: an int32 scalar, from the start of one frame to that of the next.
        name: the name scope.

    Returns:
        A tensor of shape [..., (frames - 1) * frame_step + frame_length].

    Raises:
        ValueError: when the rank is below 2, or `frame_step` is no int32 scalar.
    """
    with name_scope(name, "overlap_and_add", [signal, frame_step]):
        x = convert_to_tensor(signal, name="signal")
        x.shape.with_rank_at_least(2)
        step = convert_to_tensor(whole(frame_step), name="frame_step")
        step.shape.assert_has_rank(0)
        if not step.dtype.is_integer:
            raise ValueError(f"frame_step must be an integer. Got {step.dtype.name}")
        sizes = shape(x)
        frames, length = sizes[-2], sizes[-1]
        starts = expand_dims(multiply(range_of(0, frames), step), 1)
        places = reshape(add(starts, range_of(0, length)), [-1])
        total = add(multiply(frames - 1, step), length)
        rows = transpose(reshape(x, concat([[-1], [frames * length]], 0)))
        found = transpose(unsorted_segment_sum(rows, places, total))
        result = reshape(found, concat([sizes[:-2], [total]], 0))
        known = static.constant_value(total)
        if x.shape.ndims is not None:
            result.set_shape(x.shape[:-2].concatenate([None if known is None else int(known)]))
        return result


# ---------------------------------------------------------------- spectra


def _shifted(x: Any, axes: Any, name: str | None, default: str, back: bool) -> Tensor:
    with name_scope(name, default, [x]):
        x = convert_to_tensor(x)
        axes = whole(axes)
        if axes is None:
            n = x.shape.ndims
            axes = range_of(0, rank(x)) if n is None else list(range(n))
        at = convert_to_tensor(axes, "int32")
        half = floordiv(gather(shape(x), _positive(at, x)), 2)
        if back:
            half = negative(half)
        return roll(x, half, at)


def _positive(axes: Tensor, x: Tensor) -> Tensor:
    from pyengine.ops.math import floormod

    return floormod(axes, rank(x))


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """A spectrum with the frequency zero moved to the middle.

    Args:
        x: a tensor.
        axes: the axis or axes to shift; all by default.
        name: the name scope.
    """
    return _shifted(x, axes, name, "fftshift", False)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The inverse of `fftshift`.

    Args:
        x: a tensor of any dtype.
        axes: an axis or a list of them; all by default.
        name: the scope of the ops.

    Returns:
        A tensor of the same dtype and shape.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.signal.ifftshift([-1, 0, 1])).tolist()
        [0, 1, -1]
    """
    return _shifted(x, axes, name, "ifftshift", True)
