"""The op types of convolution and of its gradients, over two and three axes.

`convolution` has the public functions, `conv_kernels` the computation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine import static
from pyengine.graph import Operation, Tensor
from pyengine.ops import conv_kernels, torch_kernels, window
from pyengine.ops.array import shape
from pyengine.ops.declare import REQUIRED, defop, own_attrs
from pyengine.shape import TensorShape, unknown_shape

__all__ = [
    "conv2d_backprop_filter_op",
    "conv2d_backprop_input_op",
    "conv2d_op",
    "conv3d_backprop_filter_op",
    "conv3d_backprop_input_op",
    "conv3d_op",
]

_2D: dict[str, Any] = {
    "strides": REQUIRED,
    "use_cudnn_on_gpu": True,
    "padding": REQUIRED,
    "explicit_paddings": (),
    "data_format": "NHWC",
    "dilations": (1, 1, 1, 1),
}
_3D: dict[str, Any] = {
    "strides": REQUIRED,
    "padding": REQUIRED,
    "data_format": "NDHWC",
    "dilations": (1, 1, 1, 1, 1),
}


class Geometry:
    """The settings of a convolution's spatial axes, out of its attributes."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        self.data_format: str = attrs["data_format"]
        self.padding: str = attrs["padding"]
        self.strides = window.spatial(attrs["strides"], self.data_format)
        self.dilations = window.spatial(attrs["dilations"], self.data_format)
        given = attrs.get("explicit_paddings") or ()
        self.explicit = window.explicit_pads(given, self.data_format) if given else ()

    @property
    def rank(self) -> int:
        return len(self.strides)

    def pads(self, sizes: window.Sizes, kernel: window.Sizes) -> window.Pads:
        return window.pads_of(
            sizes, kernel, self.strides, self.dilations, self.padding, self.explicit
        )

    def out_sizes(self, sizes: Any, kernel: Any) -> tuple[int | None, ...]:
        """The output's sizes, of sizes that may be unknown."""
        none = ((0, 0),) * self.rank
        return tuple(
            window.output_size(size, k, stride, dilation, self.padding, pads)
            for size, k, stride, dilation, pads in zip(
                sizes, kernel, self.strides, self.dilations, self.explicit or none
            )
        )


def check_batch_and_depth(attrs: dict[str, Any]) -> None:
    """Windows move along the spatial axes only.

    Raises:
        NotImplementedError: for a stride or dilation of the batch or the channels.
    """
    data_format = attrs["data_format"]
    channel = 1 if window.is_channels_first(data_format) else -1
    for name in ("strides", "dilations"):
        value = attrs.get(name)
        if value is not None and (value[0] != 1 or value[channel] != 1):
            raise NotImplementedError(
                f"Current implementation does not yet support {name} in the batch and depth "
                f"dimensions: {list(value)}. Take 1 there, and a slice of the input or the result"
            )


def _conv_shape(op: Operation) -> TensorShape:
    geometry = Geometry(op.attrs)
    rank = geometry.rank
    x, w = (window.ranked(t.shape, rank + 2) for t in op.inputs)
    channels = x[1] if window.is_channels_first(geometry.data_format) else x[-1]
    _check_depth(channels, w[-2], w[-1])
    sizes = geometry.out_sizes(window.spatial(x, geometry.data_format), w[:rank])
    return window.shape_as_format(x[0], sizes, w[-1], geometry.data_format)


def _check_depth(channels: int | None, seen: int | None, outputs: int | None) -> None:
    """Raises ValueError where the filter does not fit the image's channels."""
    if channels is None or seen is None:
        return
    if seen == 0:
        raise ValueError("Filter must not have zero input depth")
    if channels % seen:
        raise ValueError(
            f"Depth of input ({channels}) is not a multiple of input depth of filter ({seen})"
        )
    groups = channels // seen
    if outputs is not None and groups and outputs % groups:
        raise ValueError(
            f"Depth of output ({outputs}) is not a multiple of the number of groups ({groups})"
        )


def _conv_kernel(xp: Any, x: Any, w: Any, **attrs: Any) -> Any:
    check_batch_and_depth(attrs)
    geometry = Geometry(attrs)
    x = window.channels_last(xp, x, geometry.data_format)
    _check_depth(x.shape[-1], w.shape[-2], w.shape[-1])
    sizes, kernel = x.shape[1:-1], w.shape[:-2]
    out_sizes: Any = geometry.out_sizes(sizes, kernel)
    pads = geometry.pads(sizes, kernel)
    out = conv_kernels.conv(x, w, geometry.strides, geometry.dilations, pads, out_sizes)
    return window.as_format(xp, out, geometry.data_format)


def like_shape(position: int) -> Callable[[Operation], TensorShape]:
    """The shape rule of a gradient: what the input that holds its sizes says."""

    def rule(op: Operation) -> TensorShape:
        rank = len(op.attrs["strides"])
        for i, t in enumerate(op.inputs):
            if i != position:
                t.shape.with_rank(rank)
        given = static.shape_value(op.inputs[position])
        if given.ndims is not None and given.ndims != rank:
            return unknown_shape(rank)
        return given.merge_with(unknown_shape(rank))

    return rule


def _input_grad_shape(op: Operation) -> TensorShape:
    """The batch and the channels are known from the gradient too, the former only from there."""
    w, dy = (window.ranked(t.shape, 4) for t in op.inputs[1:])
    data_format = op.attrs["data_format"]
    first = window.is_channels_first(data_format)
    TensorShape.of((dy[1 if first else -1],)).assert_is_compatible_with(w[3:])
    given = static.shape_value(op.inputs[0])
    if given.sizes is None:
        return window.shape_as_format(dy[0], (None, None), None, data_format)
    if len(given.sizes) == 2:
        return window.shape_as_format(dy[0], given.sizes, w[2], data_format)
    if len(given.sizes) != 4:
        raise ValueError(f"input_sizes must have 2 or 4 elements, got {len(given.sizes)}")
    return TensorShape.of((dy[0], *given.sizes[1:]))


def _checked_gradient(
    geometry: Geometry, sizes: window.Sizes, kernel: window.Sizes, dy: Any
) -> None:
    """Raises ValueError where a gradient is not of the output's sizes."""
    wanted = geometry.out_sizes(sizes, kernel)
    if wanted != dy.shape[1:-1]:
        raise ValueError(
            f"the gradient of the output has the spatial sizes {list(dy.shape[1:-1])}, an image of "
            f"{list(sizes)} and a filter of {list(kernel)} make {list(wanted)}"
        )


def _input_grad_kernel(xp: Any, input_sizes: Any, w: Any, dy: Any, **attrs: Any) -> Any:
    check_batch_and_depth(attrs)
    geometry = Geometry(attrs)
    first = window.is_channels_first(geometry.data_format)
    dy = window.channels_last(xp, dy, geometry.data_format)
    if len(input_sizes) == geometry.rank:  # the spatial sizes alone
        sizes, channels, batch = tuple(input_sizes), w.shape[-2], len(dy)
    else:
        sizes = window.spatial(input_sizes, geometry.data_format)
        channels, batch = input_sizes[1] if first else input_sizes[-1], input_sizes[0]
    _check_depth(channels, w.shape[-2], w.shape[-1])
    if batch != len(dy) or w.shape[-1] != dy.shape[-1]:
        raise ValueError(
            f"an image of the sizes {list(input_sizes)} and a filter of {list(w.shape)} have no "
            f"output of the sizes {list(dy.shape)}"
        )
    kernel = w.shape[:-2]
    _checked_gradient(geometry, sizes, kernel, dy)
    pads = geometry.pads(sizes, kernel)
    dx = conv_kernels.conv_input_grad(
        w, dy, sizes, channels, geometry.strides, geometry.dilations, pads
    )
    return window.as_format(xp, dx, geometry.data_format)


def _filter_grad_kernel(xp: Any, x: Any, filter_sizes: Any, dy: Any, **attrs: Any) -> Any:
    check_batch_and_depth(attrs)
    geometry = Geometry(attrs)
    x = window.channels_last(xp, x, geometry.data_format)
    dy = window.channels_last(xp, dy, geometry.data_format)
    *kernel, channels, outputs = filter_sizes
    _check_depth(x.shape[-1], channels, outputs)
    if len(x) != len(dy) or outputs != dy.shape[-1]:
        raise ValueError(
            f"an image of the sizes {list(x.shape)} and a filter of {list(filter_sizes)} have no "
            f"output of the sizes {list(dy.shape)}"
        )
    _checked_gradient(geometry, x.shape[1:-1], tuple(kernel), dy)
    pads = geometry.pads(x.shape[1:-1], tuple(kernel))
    return conv_kernels.conv_filter_grad(
        x, dy, tuple(kernel), channels, geometry.strides, geometry.dilations, pads
    )


def _family(rank: int) -> tuple[Callable[..., Any], ...]:
    """The ops of one number of axes: the convolution, and its gradients by image and filter.

    All three are linear in two inputs, so the gradient of each is made of the other two.
    """
    attrs, version = (_2D, "") if rank == 2 else (_3D, "V2")
    types = {"T": "float|int32" if rank == 2 else "float"}

    def both(op: Operation, x: Tensor, w: Tensor, dy: Tensor) -> tuple[Tensor, Tensor]:
        """The gradients of a convolution of x and w."""
        sizes, wanted = shape(x), shape(w)
        return (
            to_input(sizes, w, dy, **own_attrs(op)),
            to_filter(x, wanted, dy, **own_attrs(op)),
        )

    def input_grad(op: Operation, ddx: Tensor) -> Any:
        w, dy = op.inputs[1:]
        return None, to_filter(ddx, shape(w), dy, **own_attrs(op)), forward(ddx, w, **own_attrs(op))

    def filter_grad(op: Operation, ddw: Tensor) -> Any:
        x, _, dy = op.inputs
        return to_input(shape(x), ddw, dy, **own_attrs(op)), None, forward(x, ddw, **own_attrs(op))

    forward = defop(
        f"Conv{rank}D",
        "input: T, filter: T -> T",
        doc=f"The cross-correlation of images with a filter, over {rank} axes.",
        types=types,
        attrs=attrs,
        shape=_conv_shape,
        kernel=_conv_kernel,
        torch=torch_kernels.conv,
        grad=lambda op, dy: both(op, op.inputs[0], op.inputs[1], dy),
    )
    to_input = defop(
        f"Conv{rank}DBackpropInput{version}",
        "input_sizes: host index, filter: T, out_backprop: T -> T",
        doc=f"The gradient of Conv{rank}D with respect to its images.",
        types=types,
        attrs=attrs,
        shape=_input_grad_shape if rank == 2 else like_shape(0),
        kernel=_input_grad_kernel,
        torch=torch_kernels.conv_input_grad,
        grad=input_grad,
    )
    to_filter = defop(
        f"Conv{rank}DBackpropFilter{version}",
        "input: T, filter_sizes: host int32, out_backprop: T -> T",
        doc=f"The gradient of Conv{rank}D with respect to its filter.",
        types=types,
        attrs=attrs,
        shape=like_shape(1),
        kernel=_filter_grad_kernel,
        torch=torch_kernels.conv_filter_grad,
        grad=filter_grad,
    )
    return forward, to_input, to_filter


conv2d_op, conv2d_backprop_input_op, conv2d_backprop_filter_op = _family(2)
conv3d_op, conv3d_backprop_input_op, conv3d_backprop_filter_op = _family(3)
