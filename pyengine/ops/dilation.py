"""Grayscale dilation and erosion of images, and their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops import window
from pyengine.ops.declare import REQUIRED, defop, old_names
from pyengine.ops.math import negative
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["dilation2d", "erosion2d"]

_ATTRS: dict[str, Any] = {"strides": REQUIRED, "rates": REQUIRED, "padding": REQUIRED}


def _dilation_shape(op: Operation) -> TensorShape:
    x, w = window.ranked(op.inputs[0].shape, 4), window.ranked(op.inputs[1].shape, 3)
    channels = TensorShape.of(x[3:]).merge_with([w[2]])
    a = op.attrs
    sizes = tuple(
        window.output_size(n, k, s, r, a["padding"])
        for n, k, s, r in zip(x[1:3], w[:2], a["strides"][1:3], a["rates"][1:3])
    )
    return TensorShape.of((x[0], *sizes)).concatenate(channels)


class _Windows:
    """The places of a filter on images, its padding left out."""

    def __init__(self, x: Any, w: Any, strides: Any, rates: Any, padding: str) -> None:
        if x.shape[3] != w.shape[2]:
            raise ValueError(
                f"input and filter must have the same depth: {x.shape[3]} vs {w.shape[2]}"
            )
        self.kernel, self.strides, self.rates = w.shape[:2], strides[1:3], rates[1:3]
        self.sizes = x.shape[1:3]
        self.pads = window.pads_of(self.sizes, self.kernel, self.strides, self.rates, padding)
        self.out_sizes: tuple[Any, ...] = tuple(
            window.output_size(n, k, s, r, padding)
            for n, k, s, r in zip(self.sizes, self.kernel, self.strides, self.rates)
        )

    def __iter__(self) -> Iterator[tuple[Any, Any, Any]]:
        """Each place of the filter, with the slices of the output and the image it joins."""
        for at in np.ndindex(*self.kernel):
            outs, seen = [slice(None)], [slice(None)]
            for k, n, out, s, r, (before, _) in zip(
                at, self.sizes, self.out_sizes, self.strides, self.rates, self.pads
            ):
                first = max(-(-(before - k * r) // s), 0)
                last = min((n - 1 + before - k * r) // s, out - 1)
                if last < first:
                    break
                outs.append(slice(first, last + 1))
                start = first * s + k * r - before
                seen.append(slice(start, start + (last - first) * s + 1, s))
            else:
                yield at, tuple(outs), tuple(seen)


def _largest(x: Any, w: Any, places: _Windows) -> Any:
    lowest = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
    out = np.full((len(x), *places.out_sizes, x.shape[3]), lowest, x.dtype)
    for at, outs, seen in places:
        np.maximum(out[outs], x[seen] + w[at], out=out[outs])
    return out


def _dilation_kernel(xp: Any, x: Any, w: Any, **attrs: Any) -> Any:
    return _largest(x, w, _Windows(x, w, **attrs))


def _winners(x: Any, w: Any, dy: Any, attrs: dict[str, Any]) -> Iterator[Any]:
    """For each place of the filter, the gradients of the outputs whose maximum it made."""
    places = _Windows(x, w, **attrs)
    out = _largest(x, w, places)
    if out.shape != dy.shape:
        raise ValueError(f"out_backprop has the shape {dy.shape}, the output's is {out.shape}")
    free = np.ones(out.shape, bool)
    for at, outs, seen in places:
        won = (x[seen] + w[at] == out[outs]) & free[outs]
        free[outs] &= ~won
        yield at, seen, dy[outs] * won


def _input_grad_kernel(xp: Any, x: Any, w: Any, dy: Any, **attrs: Any) -> Any:
    dx = np.zeros(x.shape, x.dtype)
    for _, seen, share in _winners(x, w, dy, attrs):
        dx[seen] += share
    return dx


def _filter_grad_kernel(xp: Any, x: Any, w: Any, dy: Any, **attrs: Any) -> Any:
    dw = np.zeros(w.shape, w.dtype)
    for at, _, share in _winners(x, w, dy, attrs):
        dw[at] = share.sum(axis=(0, 1, 2), dtype=dw.dtype)
    return dw


def _no_second_order(op: Operation, *_: Any) -> Any:
    raise LookupError(
        f"No gradient defined for operation '{op.name}' (op type: {op.type}): a dilation has "
        f"first-order gradients only"
    )


_SIGNATURE = "input: T, filter: T, out_backprop: T -> T"

_dilation_input_grad = defop(
    "Dilation2DBackpropInput",
    _SIGNATURE,
    doc="The gradient of Dilation2D with respect to its images.",
    types={"T": "real"},
    attrs=_ATTRS,
    shape=lambda op: op.inputs[0].shape,
    kernel=_input_grad_kernel,
    grad=_no_second_order,
)
_dilation_filter_grad = defop(
    "Dilation2DBackpropFilter",
    _SIGNATURE,
    doc="The gradient of Dilation2D with respect to its filter.",
    types={"T": "real"},
    attrs=_ATTRS,
    shape=lambda op: op.inputs[1].shape,
    kernel=_filter_grad_kernel,
    grad=_no_second_order,
)
_dilation = defop(
    "Dilation2D",
    "input: T, filter: T -> T",
    doc="The largest sum of image and filter in each window.",
    types={"T": "real"},
    attrs=_ATTRS,
    shape=_dilation_shape,
    kernel=_dilation_kernel,
    grad=lambda op, dy: (
        _dilation_input_grad(*op.inputs, dy, **{n: op.attrs[n] for n in _ATTRS}),
        _dilation_filter_grad(*op.inputs, dy, **{n: op.attrs[n] for n in _ATTRS}),
    ),
)


@old_names(filters="filter", dilations="rates")
def dilation2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
) -> Tensor:
    """The grayscale dilation of images: the largest sum of image and filter in each window.

    `out[b, y, x, c] = max over dy, dx of input[b, s1 * y + r1 * dy, s2 * x + r2 * dx, c] +
    filter[dy, dx, c]`.

    Args:
        input: images [batch, height, width, channels].
        filter: a tensor [height, width, channels]; also called `filters`.
        strides: the step of the window, four numbers.
        rates: the distance of its elements, four numbers; also called `dilations`.
        padding: "SAME" or "VALID".
        name: the op's name.
    """
    if filter is None:
        raise TypeError("missing required argument: 'filter'")
    return _dilation(
        input,
        filter,
        strides=window.full_list(strides, 2, "NHWC", "strides"),
        rates=window.full_list(rates, 2, "NHWC", "rates"),
        padding=window.check_padding(padding),
        name=name,
    )


def erosion2d(
    value: Any, kernel: Any, strides: Any, rates: Any, padding: Any, name: str | None = None
) -> Tensor:
    """The grayscale erosion of images: the smallest difference of image and kernel in each window.

    Args:
        value: images [batch, height, width, channels].
        kernel: a tensor [height, width, channels].
        strides, rates, padding, name: as for `dilation2d`.
    """
    with name_scope(name, "erosion2d", [value, kernel]) as scope:
        x, w = convert_to_tensor(value), convert_to_tensor(kernel)
        largest = dilation2d(negative(x), w[::-1, ::-1], strides, rates, padding)
        return negative(largest, name=scope)
