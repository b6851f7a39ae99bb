"""Sliding windows: the sizes, strides, dilations and padding of convolutions and pools.

Layouts: the batch axis comes first; the channels are last ("NHWC"), or second ("NCHW"). Kernels are
written for channels last, and see the other layout through a transposed view.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine.ops.declare import whole
from pyengine.shape import TensorShape

Sizes = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]

FORMATS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}
"""The names of the two layouts, channels last and channels second, by the number of axes."""


def is_channels_first(data_format: str) -> bool:
    """Whether the channels are the second axis."""
    return data_format.startswith("NC") and data_format != "NC"


def check_format(data_format: str | None, rank: int) -> str:
    """The layout's name, channels last by default.

    Raises:
        ValueError: for a name that is none of the two layouts of `rank` spatial axes.
    """
    allowed = FORMATS[rank]
    if data_format is None:
        return allowed[0]
    if data_format not in allowed:
        raise ValueError(
            f"Value for attr 'data_format' of \"{data_format}\" is not in the list of allowed "
            f'values: "{allowed[0]}", "{allowed[1]}"'
        )
    return data_format


def check_padding(padding: Any, explicit: bool = False) -> str:
    """The padding's name: "SAME" or "VALID", "EXPLICIT" where that is possible.

    Raises:
        ValueError: for another name.
        TypeError: for what is no name.
    """
    allowed = ("SAME", "VALID", "EXPLICIT") if explicit else ("SAME", "VALID")
    if isinstance(padding, bytes):
        padding = padding.decode()
    if not isinstance(padding, str):
        raise TypeError(f"Expected string for argument 'padding' not {padding!r}.")
    if padding not in allowed:
        names = ", ".join(f'"{n}"' for n in allowed)
        raise ValueError(
            f"Value for attr 'padding' of \"{padding}\" is not in the list of allowed values: "
            f"{names}"
        )
    return str(padding)


def full_list(value: Any, rank: int, data_format: str, name: str) -> Sizes:
    """A stride, dilation or window size for each axis, from one number or a list of 1, n or n + 2.

    Raises:
        ValueError: for a list of another length, or a number below 1.
    """
    value = whole(value)
    given = [1] if value is None else value
    given = [int(v) for v in (given if isinstance(given, (list, tuple, np.ndarray)) else [given])]
    if len(given) == 1:
        given = given * rank
    if len(given) == rank:
        given = [1, 1, *given] if is_channels_first(data_format) else [1, *given, 1]
    if len(given) != rank + 2:
        raise ValueError(f"{name} should be of length 1, {rank} or {rank + 2} but was {len(given)}")
    if any(v < 1 for v in given):
        raise ValueError(f"{name} must all be positive, got {given}")
    return tuple(given)


def spatial(values: Sequence[Any], data_format: str) -> tuple[Any, ...]:
    """The entries of the spatial axes, of a list with one for each axis."""
    return tuple(values[2:]) if is_channels_first(data_format) else tuple(values[1:-1])


def explicit_pads(paddings: Sequence[int], data_format: str) -> Pads:
    """The padding before and after each spatial axis, of a flat list for all axes."""
    pairs = [(paddings[i], paddings[i + 1]) for i in range(0, len(paddings), 2)]
    return spatial(pairs, data_format)


def split_padding(padding: Any, data_format: str, rank: int) -> tuple[str, Sizes]:
    """The attributes `padding` and `explicit_paddings` of a padding argument.

    Args:
        padding: a name, or a list of a pair (before, after) for each axis.

    Raises:
        ValueError: for pairs that are none, negative, or not 0 for the batch and the channels.
    """
    if isinstance(padding, (str, bytes)):
        name = check_padding(padding, explicit=True)
        if name == "EXPLICIT":
            raise ValueError(
                '"EXPLICIT" is not a valid value for the padding parameter. To use explicit '
                "padding, the padding parameter must be a list."
            )
        return name, ()
    if padding is None:
        raise TypeError("Expected string for argument 'padding' not None.")
    pairs = [tuple(whole(list(p))) for p in padding]
    if len(pairs) != rank + 2 or any(len(p) != 2 for p in pairs):
        raise ValueError(
            f"When padding is a list, it must be of length {rank + 2} and hold pairs, got "
            f"{padding!r}"
        )
    if any(p < 0 for pair in pairs for p in pair):
        raise ValueError(f"All elements of explicit_paddings must be nonnegative, got {padding!r}")
    channel = 1 if is_channels_first(data_format) else -1
    if any(pairs[0]) or any(pairs[channel]):
        raise ValueError(
            f"Nonzero explicit padding in the batch or depth dimensions is not supported, got "
            f"{padding!r}"
        )
    return "EXPLICIT", tuple(p for pair in pairs for p in pair)


def ranked(shape: TensorShape, rank: int) -> tuple[int | None, ...]:
    """The sizes of a shape of that rank; all unknown where the rank is.

    Raises:
        ValueError: for another rank.
    """
    return shape.with_rank(rank).sizes or (None,) * rank


def reach(kernel: int, dilation: int) -> int:
    """How many elements a window spans."""
    return (kernel - 1) * dilation + 1


def output_size(
    size: int | None,
    kernel: int | None,
    stride: int,
    dilation: int = 1,
    padding: str = "VALID",
    explicit: tuple[int, int] = (0, 0),
) -> int | None:
    """How many places a window has along an axis; None where that is not known.

    Raises:
        ValueError: when the window does not fit at all.
    """
    if size is None:
        return None
    if padding == "SAME":
        return -(-size // stride)
    if kernel is None:
        return None
    total, span = size + sum(explicit), reach(kernel, dilation)
    if total < span:
        raise ValueError(f"Negative dimension size caused by subtracting {span} from {total}")
    return (total - span) // stride + 1


def pads_of(
    sizes: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: str,
    explicit: Pads = (),
) -> Pads:
    """The padding before and after each spatial axis.

    "SAME" puts the odd element after: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    if padding == "EXPLICIT":
        return explicit
    if padding == "VALID":
        return ((0, 0),) * len(sizes)
    found = []
    for size, k, stride, dilation in zip(sizes, kernel, strides, dilations):
        needed = max((-(-size // stride) - 1) * stride + reach(k, dilation) - size, 0)
        found.append((needed // 2, needed - needed // 2))
    return tuple(found)


def channels_last(xp: Any, x: Any, data_format: str) -> Any:
    """A view of an array with its channels last."""
    return xp.moveaxis(x, 1, -1) if is_channels_first(data_format) else x


def as_format(xp: Any, x: Any, data_format: str) -> Any:
    """An array with channels last as a view in a layout."""
    return xp.moveaxis(x, -1, 1) if is_channels_first(data_format) else x


def shape_as_format(
    batch: int | None, sizes: Sequence[int | None], channels: int | None, data_format: str
) -> TensorShape:
    """The static shape of an output."""
    if is_channels_first(data_format):
        return TensorShape.of((batch, channels, *sizes))
    return TensorShape.of((batch, *sizes, channels))
