"""Dilated windows by `space_to_batch`: any op on images, as if its window had gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.array import shape
from pyengine.ops.blocks import (
    batch_to_space_nd,
    required_space_to_batch_paddings,
    space_to_batch_nd,
)
from pyengine.ops.declare import whole
from pyengine.ops.joining import stack

__all__ = ["with_space_to_batch"]


def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: str,
    op: Callable[[Tensor, int, str], Tensor],
    filter_shape: Any = None,
    spatial_dims: Iterable[int] | None = None,
    data_format: str | None = None,
) -> Tensor:
    """The result of an op on windows whose elements are `dilation_rate` apart.

    The images are taken apart into smaller ones, of every `dilation_rate`th pixel, which make a
    larger batch; what the op makes of them is put together again.

    Args:
        input: a tensor [batch, *sizes, channels], or channels second if `data_format` says so.
        dilation_rate: a number for each spatial axis.
        padding: "SAME" or "VALID".
        op: a function of the images, the number of spatial axes and the padding to use.
        filter_shape: the sizes of the window; needed for "SAME".
        spatial_dims: the spatial axes, by default those after the batch (or the channels).
        data_format: the layout.

    Raises:
        ValueError: for a rate below 1, another padding, or "SAME" without a filter's sizes.
    """
    x = convert_to_tensor(input, name="input")
    rates = [int(r) for r in whole(list(dilation_rate))]
    if any(r < 1 for r in rates):
        raise ValueError(f"dilation_rate must be positive, got {rates}")
    first = 2 if data_format is not None and data_format.startswith("NC") else 1
    axes = list(range(first, first + len(rates)) if spatial_dims is None else spatial_dims)
    if len(axes) != len(rates):
        raise ValueError(f"{len(axes)} spatial axes for {len(rates)} dilations")
    if all(r == 1 for r in rates):
        return op(x, len(rates), padding)
    border = _border(padding, rates, filter_shape)
    sizes: Any = [x.shape[a].value for a in axes]
    if None in sizes:
        sizes = stack([shape(x)[a] for a in axes])
    paddings, crops = required_space_to_batch_paddings(sizes, rates, base_paddings=border)
    # Axes between the batch and the spatial ones (the channels, second) are left as they are.
    lead = axes[0] - 1
    blocks = [1] * lead + rates
    taken = space_to_batch_nd(x, blocks, _with_lead(paddings, lead))
    made = op(taken, len(rates), "VALID")
    out = batch_to_space_nd(made, blocks, _with_lead(crops, lead))
    return out


def _with_lead(pairs: Any, lead: int) -> Any:
    from pyengine.ops.joining import concat

    return concat([[[0, 0]] * lead, pairs], 0) if lead else pairs


def _border(padding: str, rates: Sequence[int], filter_shape: Any) -> list[list[int]]:
    """The padding before and after each axis, of the images taken whole."""
    if padding == "VALID":
        return [[0, 0]] * len(rates)
    if padding != "SAME":
        raise ValueError(f"Invalid padding method {padding!r}: it is 'SAME' or 'VALID'")
    if filter_shape is None:
        raise ValueError("filter_shape must be specified for SAME padding")
    found = []
    for size, rate in zip(whole(list(filter_shape)), rates):
        extra = (int(size) - 1) * rate
        found.append([extra // 2, extra - extra // 2])
    return found
