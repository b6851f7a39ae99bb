"""Convolution and pooling on a GPU: see the package.

The geometry is that of the NumPy kernels, through the same classes. Images with their channels last
go to PyTorch as a permuted view ("channels_last"), which cuDNN has kernels for. Uneven padding,
TensorFlow's "SAME" has it after the image, is added before the kernel.
"""

from __future__ import annotations

import math
from typing import Any

from pyengine.device_kernels.kinds import FLOATS, any_true, kernels
from pyengine.ops import window
from pyengine.ops.conv import Geometry, check_batch_and_depth
from pyengine.ops.pool import Pool
from pyengine.ops.torch_kernels import _inside, _pool_pads, _split

_Sizes = tuple[int, ...]


def _images(x: Any, data_format: str) -> Any:
    """Images with the channels as the second axis."""
    return x if window.is_channels_first(data_format) else x.movedim(-1, 1)


def _as_format(x: Any, data_format: str) -> Any:
    return x if window.is_channels_first(data_format) else x.movedim(1, -1)


def _blank(torch: Any, shape: Any, like: Any, data_format: str) -> Any:
    """Images of which only the shape and the layout count."""
    if window.is_channels_first(data_format):
        return torch.empty(shape, dtype=like.dtype, device=like.device)
    batch, channels, *sizes = shape
    made = torch.empty((batch, *sizes, channels), dtype=like.dtype, device=like.device)
    return made.movedim(-1, 1)


# ---------------------------------------------------------------- convolution


class _Conv:
    """A convolution of images, given their shape as PyTorch has it, with a filter of a shape."""

    def __init__(self, attrs: dict[str, Any], images: Any, filter_shape: Any, depthwise: bool):
        check_batch_and_depth(attrs)
        self.geometry = Geometry(attrs)
        self.data_format = self.geometry.data_format
        self.sizes, self.kernel = tuple(images[2:]), tuple(filter_shape[:-2])
        channels, (seen, outputs) = images[1], filter_shape[-2:]
        if depthwise:
            self.groups, self.outputs = channels, channels * outputs
            self.fits = channels == seen
        else:
            self.groups, self.outputs = channels // max(seen, 1), outputs
            self.fits = seen > 0 and channels % seen == 0 and outputs % max(self.groups, 1) == 0
        self.depthwise = depthwise
        self.fits = self.fits and math.prod(images) > 0 and math.prod(filter_shape) > 0
        self.pads = self.geometry.pads(self.sizes, self.kernel) if self.fits else ()
        self.both, self.extra = _split(self.pads)

    def is_of(self, slopes: Any) -> bool:
        """Whether a gradient has the sizes of the output."""
        wanted = self.geometry.out_sizes(self.sizes, self.kernel)
        return self.fits and tuple(slopes.shape[1:]) == (self.outputs, *wanted)

    def filter(self, w: Any) -> Any:
        """`[*kernel, channels, outputs]` as `[outputs, channels, *kernel]`."""
        if self.depthwise:
            w = w.reshape(*self.kernel, 1, self.outputs)
        return w.movedim((-1, -2), (0, 1))

    def padded(self, torch: Any, images: Any) -> Any:
        return images if self.extra is None else torch.nn.functional.pad(images, self.extra)

    def backward(self, torch: Any, slopes: Any, images: Any, w: Any, image: bool) -> Any:
        """The gradient of the image, or of the filter."""
        found = torch.ops.aten.convolution_backward(
            slopes, images, w, None, self.geometry.strides, self.both, self.geometry.dilations,
            False, [0] * self.geometry.rank, self.groups, [image, not image, False],
        )  # fmt: skip
        return found[0 if image else 1]


def _shape_of_images(shape: Any, data_format: str) -> _Sizes:
    if window.is_channels_first(data_format):
        return tuple(shape)
    return (shape[0], shape[-1], *shape[1:-1])


def _conv(depthwise: bool) -> Any:
    def kernel(torch: Any, x: Any, w: Any, **attrs: Any) -> Any:
        images = _images(x, attrs["data_format"])
        conv = _Conv(attrs, images.shape, w.shape, depthwise)
        if not conv.fits:
            return NotImplemented
        run = torch.conv2d if conv.geometry.rank == 2 else torch.conv3d
        out = run(
            conv.padded(torch, images), conv.filter(w), None, conv.geometry.strides, conv.both,
            conv.geometry.dilations, conv.groups,
        )  # fmt: skip
        return _as_format(out, conv.data_format)

    return kernel


def _conv_input_grad(depthwise: bool) -> Any:
    def kernel(torch: Any, input_sizes: Any, w: Any, dy: Any, **attrs: Any) -> Any:
        data_format = attrs["data_format"]
        if len(input_sizes) != dy.ndim or input_sizes[0] != dy.shape[0]:
            return NotImplemented
        shape, slopes = _shape_of_images(input_sizes, data_format), _images(dy, data_format)
        conv = _Conv(attrs, shape, w.shape, depthwise)
        if not conv.is_of(slopes):
            return NotImplemented
        sizes = conv.sizes
        if conv.extra is not None:
            sizes = tuple(n + sum(p) for n, p in zip(sizes, conv.pads))
        images = _blank(torch, (*shape[:2], *sizes), dy, data_format)
        dx = conv.backward(torch, slopes, images, conv.filter(w), True)
        if conv.extra is not None:
            dx = _inside(dx, conv.pads, conv.sizes)
        return _as_format(dx, data_format)

    return kernel


def _conv_filter_grad(depthwise: bool) -> Any:
    def kernel(torch: Any, x: Any, filter_sizes: Any, dy: Any, **attrs: Any) -> Any:
        data_format = attrs["data_format"]
        images, slopes = _images(x, data_format), _images(dy, data_format)
        conv = _Conv(attrs, images.shape, filter_sizes, depthwise)
        if not conv.is_of(slopes) or len(x) != len(dy):
            return NotImplemented
        stand_in = torch.empty(tuple(filter_sizes), dtype=dy.dtype, device=dy.device)
        dw = conv.backward(torch, slopes, conv.padded(torch, images), conv.filter(stand_in), False)
        return dw.movedim((0, 1), (-1, -2)).reshape(tuple(filter_sizes))

    return kernel


# ---------------------------------------------------------------- pooling


class _Pooling:
    """A pool over images of a shape as PyTorch has it."""

    def __init__(self, attrs: dict[str, Any], shape: Any) -> None:
        self.pool = Pool(attrs)
        self.data_format = self.pool.data_format
        self.sizes = tuple(shape[2:])
        self.pads = window.pads_of(
            self.sizes, self.pool.ksize, self.pool.strides, (1,) * len(self.sizes),
            self.pool.padding, self.pool.explicit,
        )  # fmt: skip
        self.both, self.extra = _pool_pads(self.pool, self.pads)
        self.rank = len(self.sizes)

    def is_of(self, slopes: Any, channels: int) -> bool:
        """Whether a gradient has the sizes of the output."""
        return tuple(slopes.shape[1:]) == (channels, *self.pool.out_sizes(self.sizes))

    def largest(self, torch: Any, images: Any) -> tuple[Any, Any, Any]:
        """The images as padded, the largest of each window, and where it is."""
        if self.extra is not None:
            images = torch.nn.functional.pad(images, self.extra, value=float("-inf"))
        found = torch.ops.aten.max_pool2d_with_indices if self.rank == 2 else (
            torch.ops.aten.max_pool3d_with_indices
        )  # fmt: skip
        return (images, *found(images, self.pool.ksize, self.pool.strides, self.both))


def _max_pool(torch: Any, x: Any, **attrs: Any) -> Any:
    images = _images(x, attrs.get("data_format", "NHWC"))
    if not x.numel() or any_true(torch.isnan(x)):
        return NotImplemented  # a NaN wins a window in PyTorch, and none in TensorFlow
    pooling = _Pooling(attrs, images.shape)
    return _as_format(pooling.largest(torch, images)[1], pooling.data_format)


def _max_pool_grad(torch: Any, x: Any, out: Any, dy: Any, **attrs: Any) -> Any:
    """A tie goes to the first of a window, as in TensorFlow."""
    if not x.numel() or any_true(torch.isnan(out)):
        return NotImplemented
    images = _images(x, attrs.get("data_format", "NHWC"))
    pooling = _Pooling(attrs, images.shape)
    slopes = _images(dy, pooling.data_format)
    padded, found, at = pooling.largest(torch, images)
    if slopes.shape != found.shape:
        return NotImplemented
    pool, ones = pooling.pool, [1] * pooling.rank
    back = torch.ops.aten.max_pool2d_with_indices_backward if pooling.rank == 2 else (
        torch.ops.aten.max_pool3d_with_indices_backward
    )  # fmt: skip
    dx = back(slopes, padded, pool.ksize, pool.strides, pooling.both, ones, False, at)
    if pooling.extra is not None:
        dx = _inside(dx, pooling.pads, pooling.sizes)
    return _as_format(dx, pooling.data_format)


def _counts(torch: Any, pooling: _Pooling, like: Any) -> Any:
    """How many elements of the image each window has: a window may reach over the border."""
    ones = torch.ones((1, 1, *pooling.sizes), dtype=like.dtype, device=like.device)
    return _sums(torch, pooling, ones)


def _average(torch: Any, pooling: _Pooling) -> Any:
    functional = torch.nn.functional
    return functional.avg_pool2d if pooling.rank == 2 else functional.avg_pool3d


def _sums(torch: Any, pooling: _Pooling, images: Any) -> Any:
    if pooling.extra is not None:
        images = torch.nn.functional.pad(images, pooling.extra)
    pool = pooling.pool
    return _average(torch, pooling)(
        images, pool.ksize, pool.strides, pooling.both, False, True, divisor_override=1
    )


def _avg_pool(torch: Any, x: Any, **attrs: Any) -> Any:
    if not x.numel():
        return NotImplemented
    images = _images(x, attrs.get("data_format", "NHWC"))
    pooling = _Pooling(attrs, images.shape)
    found = _sums(torch, pooling, images) / _counts(torch, pooling, x)
    return _as_format(found, pooling.data_format)


def _avg_pool_grad(torch: Any, input_shape: Any, dy: Any, **attrs: Any) -> Any:
    if not dy.numel() or len(input_shape) != dy.ndim or input_shape[0] != len(dy):
        return NotImplemented
    data_format = attrs.get("data_format", "NHWC")
    shape, slopes = _shape_of_images(input_shape, data_format), _images(dy, data_format)
    pooling = _Pooling(attrs, shape)
    if not pooling.is_of(slopes, shape[1]):
        return NotImplemented
    slopes = slopes / _counts(torch, pooling, dy)
    pool, sizes = pooling.pool, pooling.sizes
    if pooling.extra is not None:
        sizes = tuple(n + sum(p) for n, p in zip(sizes, pooling.pads))
    images = _blank(torch, (*shape[:2], *sizes), dy, data_format)
    back = torch.ops.aten.avg_pool2d_backward if pooling.rank == 2 else (
        torch.ops.aten.avg_pool3d_backward
    )  # fmt: skip
    dx = back(slopes, images, pool.ksize, pool.strides, pooling.both, False, True, 1)
    if pooling.extra is not None:
        dx = _inside(dx, pooling.pads, pooling.sizes)
    return _as_format(dx, data_format)


KERNELS = kernels(
    FLOATS,
    {
        "AvgPool": _avg_pool,
        "AvgPool3D": _avg_pool,
        "AvgPool3DGrad": _avg_pool_grad,
        "AvgPoolGrad": _avg_pool_grad,
        "Conv2D": _conv(False),
        "Conv2DBackpropFilter": _conv_filter_grad(False),
        "Conv2DBackpropInput": _conv_input_grad(False),
        "Conv3D": _conv(False),
        "Conv3DBackpropFilterV2": _conv_filter_grad(False),
        "Conv3DBackpropInputV2": _conv_input_grad(False),
        "DepthwiseConv2dNative": _conv(True),
        "DepthwiseConv2dNativeBackpropFilter": _conv_filter_grad(True),
        "DepthwiseConv2dNativeBackpropInput": _conv_input_grad(True),
        "MaxPool": _max_pool,
        "MaxPool3D": _max_pool,
        "MaxPool3DGrad": _max_pool_grad,
        "MaxPoolGrad": _max_pool_grad,
    },
)
