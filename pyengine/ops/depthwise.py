"""Depthwise convolution, each channel with filters of its own, and its gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pyengine.graph import Operation
from pyengine.ops import window
from pyengine.ops.array import shape
from pyengine.ops.conv import Geometry, check_batch_and_depth, like_shape
from pyengine.ops.conv_kernels import padded
from pyengine.ops.declare import REQUIRED, defop, own_attrs
from pyengine.shape import TensorShape

__all__ = [
    "depthwise_conv2d_native",
    "depthwise_conv2d_native_backprop_filter",
    "depthwise_conv2d_native_backprop_input",
]

_ATTRS: dict[str, Any] = {
    "strides": REQUIRED,
    "padding": REQUIRED,
    "explicit_paddings": (),
    "data_format": "NHWC",
    "dilations": (1, 1, 1, 1),
}


def _depthwise_shape(op: Operation) -> TensorShape:
    geometry = Geometry(op.attrs)
    x, w = (window.ranked(t.shape, 4) for t in op.inputs)
    first = window.is_channels_first(geometry.data_format)
    seen = TensorShape.of((x[1] if first else x[-1],)).merge_with([w[2]])[0].value
    channels = None if seen is None or w[3] is None else seen * w[3]
    sizes = geometry.out_sizes(window.spatial(x, geometry.data_format), w[:2])
    return window.shape_as_format(x[0], sizes, channels, geometry.data_format)


def _half(*arrays: Any) -> tuple[Any, ...]:
    """Half floats as float32: sums are taken in that."""
    if arrays[0].dtype.itemsize == 2:
        return tuple(a.astype(np.float32) for a in arrays)
    return arrays


def _seen(geometry: Geometry, kernel: Any, out_sizes: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of the kernel, and the slices of the padded image that it is laid on."""
    for at in np.ndindex(*kernel):
        seen = [slice(None)]
        for k, d, n, s in zip(at, geometry.dilations, out_sizes, geometry.strides):
            seen.append(slice(k * d, k * d + (n - 1) * s + 1, s))
        yield at, tuple(seen)


def _depthwise_kernel(xp: Any, x: Any, w: Any, **attrs: Any) -> Any:
    check_batch_and_depth(attrs)
    geometry, dtype = Geometry(attrs), x.dtype
    x, w = _half(window.channels_last(xp, x, geometry.data_format), w)
    if x.shape[-1] != w.shape[2]:
        raise ValueError(
            f"input and filter must have the same depth: {x.shape[-1]} vs {w.shape[2]}"
        )
    sizes, kernel, (channels, each) = x.shape[1:-1], w.shape[:2], w.shape[2:]
    out_sizes = geometry.out_sizes(sizes, kernel)
    wide = padded(x, geometry.pads(sizes, kernel))
    out = np.zeros((len(x), *out_sizes, channels, each), x.dtype)
    part = np.empty_like(out)
    for at, seen in _seen(geometry, kernel, out_sizes):
        np.multiply(wide[seen][..., None], w[at], out=part)
        out += part
    out = out.reshape(*out.shape[:3], channels * each).astype(dtype, copy=False)
    return window.as_format(xp, out, geometry.data_format)


def _input_grad_kernel(xp: Any, input_sizes: Any, w: Any, dy: Any, **attrs: Any) -> Any:
    check_batch_and_depth(attrs)
    geometry, dtype = Geometry(attrs), dy.dtype
    w, dy = _half(w, window.channels_last(xp, dy, geometry.data_format))
    sizes, kernel, (channels, each) = (
        window.spatial(input_sizes, geometry.data_format),
        w.shape[:2],
        w.shape[2:],
    )
    _check_gradient(geometry, sizes, kernel, channels * each, dy)
    pads = geometry.pads(sizes, kernel)
    wide = np.zeros((len(dy), *(n + sum(p) for n, p in zip(sizes, pads)), channels), dy.dtype)
    slopes = dy.reshape(*dy.shape[:3], channels, each)
    for at, seen in _seen(geometry, kernel, dy.shape[1:3]):
        wide[seen] += np.sum(slopes * w[at], axis=-1)
    inside = (slice(None), *(slice(b, b + n) for n, (b, _) in zip(sizes, pads)))
    dx = np.ascontiguousarray(wide[inside]).astype(dtype, copy=False)
    return window.as_format(xp, dx, geometry.data_format)


def _filter_grad_kernel(xp: Any, x: Any, filter_sizes: Any, dy: Any, **attrs: Any) -> Any:
    check_batch_and_depth(attrs)
    geometry, dtype = Geometry(attrs), x.dtype
    x = window.channels_last(xp, x, geometry.data_format)
    x, dy = _half(x, window.channels_last(xp, dy, geometry.data_format))
    *kernel, channels, each = filter_sizes
    _check_gradient(geometry, x.shape[1:-1], kernel, channels * each, dy)
    wide = padded(x, geometry.pads(x.shape[1:-1], tuple(kernel)))
    slopes = dy.reshape(*dy.shape[:3], channels, each)
    dw = np.empty(filter_sizes, x.dtype)
    for at, seen in _seen(geometry, kernel, dy.shape[1:3]):
        dw[at] = np.sum(wide[seen][..., None] * slopes, axis=(0, 1, 2))
    return dw.astype(dtype, copy=False)


def _check_gradient(geometry: Geometry, sizes: Any, kernel: Any, channels: int, dy: Any) -> None:
    wanted = (*geometry.out_sizes(sizes, kernel), channels)
    if wanted != dy.shape[1:]:
        raise ValueError(
            f"out_backprop has the sizes {list(dy.shape[1:])}, the output's are {list(wanted)}"
        )


def _grad(op: Operation, dy: Any) -> Any:
    x, w = op.inputs
    return (
        depthwise_conv2d_native_backprop_input(shape(x), w, dy, **own_attrs(op)),
        depthwise_conv2d_native_backprop_filter(x, shape(w), dy, **own_attrs(op)),
    )


def _input_grad_grad(op: Operation, ddx: Any) -> Any:
    w, dy = op.inputs[1:]
    return (
        None,
        depthwise_conv2d_native_backprop_filter(ddx, shape(w), dy, **own_attrs(op)),
        depthwise_conv2d_native(ddx, w, **own_attrs(op)),
    )


def _filter_grad_grad(op: Operation, ddw: Any) -> Any:
    x, _, dy = op.inputs
    return (
        depthwise_conv2d_native_backprop_input(shape(x), ddw, dy, **own_attrs(op)),
        None,
        depthwise_conv2d_native(x, ddw, **own_attrs(op)),
    )


depthwise_conv2d_native = defop(
    "DepthwiseConv2dNative",
    "input: T, filter: T -> T",
    doc="Images with filters for each channel alone: `[height, width, channels, multiplier]`.",
    types={"T": "float"},
    attrs=_ATTRS,
    shape=_depthwise_shape,
    kernel=_depthwise_kernel,
    grad=_grad,
)
depthwise_conv2d_native_backprop_input = defop(
    "DepthwiseConv2dNativeBackpropInput",
    "input_sizes: host int32, filter: T, out_backprop: T -> T",
    doc="The gradient of a depthwise convolution with respect to its images.",
    types={"T": "float"},
    attrs=_ATTRS,
    shape=like_shape(0),
    kernel=_input_grad_kernel,
    grad=_input_grad_grad,
)
depthwise_conv2d_native_backprop_filter = defop(
    "DepthwiseConv2dNativeBackpropFilter",
    "input: T, filter_sizes: host int32, out_backprop: T -> T",
    doc="The gradient of a depthwise convolution with respect to its filter.",
    types={"T": "float"},
    attrs=_ATTRS,
    shape=like_shape(1),
    kernel=_filter_grad_kernel,
    grad=_filter_grad_grad,
)
