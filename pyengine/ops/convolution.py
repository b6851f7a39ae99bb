"""The public functions of convolution: one to three axes, dilated, depthwise and separable."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops import conv, window
from pyengine.ops.array import expand_dims, squeeze
from pyengine.ops.declare import old_names, whole
from pyengine.ops.depthwise import depthwise_conv2d_native as depthwise_op
from pyengine.ops.depthwise import (
    depthwise_conv2d_native_backprop_filter as depthwise_filter_op,
)
from pyengine.ops.depthwise import (
    depthwise_conv2d_native_backprop_input as depthwise_input_op,
)
from pyengine.scopes import name_scope

__all__ = [
    "atrous_conv2d", "conv1d", "conv2d", "conv2d_backprop_filter", "conv2d_backprop_input",
    "conv3d", "conv3d_backprop_filter", "conv3d_backprop_filter_v2", "convolution",
    "depthwise_conv2d", "depthwise_conv2d_backprop_filter", "depthwise_conv2d_backprop_input",
    "depthwise_conv2d_native", "depthwise_conv2d_native_backprop_filter",
    "depthwise_conv2d_native_backprop_input", "separable_conv2d",
]  # fmt: skip


def _needed(**values: Any) -> None:
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise TypeError(f"missing required argument: {', '.join(repr(m) for m in missing)}")


def _settings_2d(
    strides: Any, padding: Any, use_cudnn_on_gpu: bool, data_format: str | None, dilations: Any
) -> dict[str, Any]:
    layout = window.check_format(data_format, 2)
    name, explicit = window.split_padding(padding, layout, 2)
    return {
        "strides": window.full_list(strides, 2, layout, "strides"),
        "padding": name,
        "explicit_paddings": explicit,
        "use_cudnn_on_gpu": bool(use_cudnn_on_gpu),
        "data_format": layout,
        "dilations": window.full_list(dilations, 2, layout, "dilations"),
    }


def _settings_3d(
    strides: Any, padding: Any, data_format: str | None, dilations: Any
) -> dict[str, Any]:
    layout = window.check_format(data_format, 3)
    return {
        "strides": window.full_list(strides, 3, layout, "strides"),
        "padding": window.check_padding(padding),
        "data_format": layout,
        "dilations": window.full_list(dilations, 3, layout, "dilations"),
    }


@old_names(filters="filter")
def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The cross-correlation of images with a filter.

    Each output is the sum over a window of the image of its elements times those of the filter:
    `out[b, i, j, k] = sum over di, dj, q of input[b, s1 * i + di, s2 * j + dj, q] *
    filter[di, dj, q, k]`.

    Args:
        input: images of shape [batch, height, width, channels], or as `data_format` says.
        filter: a tensor [height, width, channels, outputs]; with fewer channels than the images
            have, which must be a multiple, the convolution is grouped.
        strides: the step of the window along each axis: a number, two, or four.
        padding: "SAME", "VALID", or a list of a pair (before, after) for each axis.
        use_cudnn_on_gpu: accepted.
        data_format: "NHWC" or "NCHW".
        dilations: the distance of the window's elements along each axis.
        name: the op's name.
        filters: another name of `filter`.

    Returns:
        A tensor in the layout and dtype of the images.

    Raises:
        ValueError: for shapes, strides or a padding that do not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.nn.conv2d(tf.zeros([1, 28, 28, 1]), tf.zeros([5, 5, 1, 32]), [1, 2, 2, 1],
        ...              "SAME").shape.as_list()
        [1, 14, 14, 32]
    """
    _needed(filter=filter)
    attrs = _settings_2d(strides, padding, use_cudnn_on_gpu, data_format, dilations)
    return conv.conv2d_op(input, filter, name=name, **attrs)


@old_names(filters="filter")
def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` with respect to its images.

    Args:
        input_sizes: the sizes of the images, four integers.
        filter: the filter.
        out_backprop: the gradient of the output.
        strides, padding, use_cudnn_on_gpu, data_format, dilations: as for `conv2d`.
        name: the op's name.
    """
    _needed(filter=filter, out_backprop=out_backprop)
    attrs = _settings_2d(strides, padding, use_cudnn_on_gpu, data_format, dilations)
    return conv.conv2d_backprop_input_op(input_sizes, filter, out_backprop, name=name, **attrs)


def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` with respect to its filter, of the sizes `filter_sizes`."""
    attrs = _settings_2d(strides, padding, use_cudnn_on_gpu, data_format, dilations)
    return conv.conv2d_backprop_filter_op(input, filter_sizes, out_backprop, name=name, **attrs)


@old_names(filters="filter")
def conv3d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The cross-correlation of volumes [batch, depth, height, width, channels] with a filter.

    Args:
        input: the volumes, in the layout `data_format`.
        filter: a tensor [depth, height, width, channels, outputs]; also called `filters`.
        strides: five numbers.
        padding: "SAME" or "VALID".
        data_format: "NDHWC" or "NCDHW".
        dilations: five numbers.
        name: the op's name.
    """
    _needed(filter=filter)
    attrs = _settings_3d(strides, padding, data_format, dilations)
    return conv.conv3d_op(input, filter, name=name, **attrs)


def conv3d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv3d` with respect to its filter, of the sizes `filter_sizes`."""
    attrs = _settings_3d(strides, padding, data_format, dilations)
    return conv.conv3d_backprop_filter_op(input, filter_sizes, out_backprop, name=name, **attrs)


conv3d_backprop_filter_v2 = conv3d_backprop_filter


@old_names(input="value")
def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """The cross-correlation of sequences with a filter, made by `conv2d` on images of height 1.

    Args:
        value: sequences [batch, width, channels], or [batch, channels, width] for "NCW".
        filters: a tensor [width, channels, outputs].
        stride: the step of the window.
        padding: "SAME" or "VALID".
        use_cudnn_on_gpu: accepted.
        data_format: "NWC" (also "NHWC"), the default, or "NCW" (also "NCHW").
        name: the name scope.
        dilations: the distance of the window's elements.
    """
    _needed(filters=filters)
    with name_scope(name, "conv1d", [value, filters]) as scope:
        layout = _layout_1d(data_format)
        steps = window.full_list(stride, 1, layout, "stride")
        gaps = window.full_list(dilations, 1, layout, "dilations")
        at = 2 if layout == "NCW" else 1
        out = conv2d(
            expand_dims(value, at),
            expand_dims(filters, 0),
            _with_height(steps, at),
            padding if isinstance(padding, (str, bytes)) else _with_height(padding, at, (0, 0)),
            use_cudnn_on_gpu is not False,
            "NCHW" if layout == "NCW" else "NHWC",
            _with_height(gaps, at),
            name=scope,
        )
        return squeeze(out, [at])


def _layout_1d(data_format: str | None) -> str:
    """The layout of sequences: it may be called by the name of that of images."""
    if data_format in (None, "NHWC", "NWC"):
        return "NWC"
    if data_format in ("NCHW", "NCW"):
        return "NCW"
    raise ValueError(f'data_format must be "NWC" or "NCW". Received: data_format={data_format}')


def _with_height(values: Any, at: int, one: Any = 1) -> Any:
    """A list for the axes of sequences, with an entry for the height put in."""
    return None if values is None else [*values[:at], one, *values[at:]]


def convolution(
    input: Any,
    filter: Any,
    padding: Any,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The cross-correlation with a filter over one, two or three axes.

    Args:
        input: a tensor [batch, *sizes, channels], or channels second if `data_format` says so.
        filter: a tensor [*kernel, channels, outputs]; also called `filters`.
        padding: "SAME" or "VALID".
        strides: a number for each spatial axis, 1 by default.
        dilation_rate: a number for each spatial axis, 1 by default; also called `dilations`.
        name: the op's name.
        data_format: None, "NWC", "NHWC", "NDHWC", "NCW", "NCHW" or "NCDHW".

    Raises:
        ValueError: for another number of axes, or strides and dilations above 1 together.
    """
    if filters is not None:
        filter = filters
    if dilations is not None:
        dilation_rate = dilations
    return convolve(
        input, filter, padding, strides, dilation_rate, data_format, name, "convolution"
    )


def convolve(
    input: Any,
    filter: Any,
    padding: Any,
    strides: Any,
    dilation_rate: Any,
    data_format: str | None,
    name: str | None,
    default_name: str,
) -> Tensor:
    """`convolution`, with the name to use where none is given."""
    w = convert_to_tensor(filter, name="filter")
    x = convert_to_tensor(input, w.dtype if not hasattr(input, "graph") else None, name="input")
    rank = w.shape.ndims if w.shape.ndims is not None else x.shape.ndims
    if rank is None:
        raise ValueError("convolution needs the rank of its input or its filter to be known")
    rank -= 2
    if rank not in (1, 2, 3):
        raise ValueError(f"`num_spatial_dims` must be 1, 2, or 3. Received: {rank}.")
    x.shape.with_rank(rank + 2)
    layout = window.check_format(data_format, rank)
    steps = window.full_list(strides, rank, layout, "strides")
    gaps = window.full_list(dilation_rate, rank, layout, "dilation_rate")
    if any(s > 1 for s in steps) and any(g > 1 for g in gaps):
        raise ValueError("strides > 1 not supported in conjunction with dilation_rate > 1")
    name = name or default_name
    if rank == 1:
        return conv1d(x, w, steps, padding, None, layout, name, dilations=gaps)
    if rank == 2:
        return conv2d(x, w, steps, padding, True, layout, gaps, name)
    return conv3d(x, w, steps, padding, layout, gaps, name)


def atrous_conv2d(
    value: Any, filters: Any, rate: Any, padding: Any, name: str | None = None
) -> Tensor:
    """`conv2d` with a filter whose elements are `rate` apart.

    Args:
        value: images [batch, height, width, channels].
        filters: a tensor [height, width, channels, outputs].
        rate: a positive integer.
        padding: "SAME" or "VALID".
        name: the op's name.
    """
    rate = whole(rate)
    if rate < 1:
        raise ValueError(f"rate {rate} cannot be less than one")
    return convolution(value, filters, padding, dilation_rate=[rate, rate], name=name)


# ---------------------------------------------------------------- depthwise


def _settings_depthwise(
    strides: Any, padding: Any, data_format: str | None, dilations: Any
) -> dict[str, Any]:
    attrs = _settings_2d(strides, padding, True, data_format, dilations)
    del attrs["use_cudnn_on_gpu"]
    return attrs


def depthwise_conv2d_native(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Convolves each channel with filters of its own; as `depthwise_conv2d`."""
    attrs = _settings_depthwise(strides, padding, data_format, dilations)
    return depthwise_op(input, filter, name=name, **attrs)


def depthwise_conv2d_native_backprop_input(
    input_sizes: Any,
    filter: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of a depthwise convolution with respect to its images."""
    attrs = _settings_depthwise(strides, padding, data_format, dilations)
    return depthwise_input_op(input_sizes, filter, out_backprop, name=name, **attrs)


def depthwise_conv2d_native_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of a depthwise convolution with respect to its filter."""
    attrs = _settings_depthwise(strides, padding, data_format, dilations)
    return depthwise_filter_op(input, filter_sizes, out_backprop, name=name, **attrs)


depthwise_conv2d_backprop_input = depthwise_conv2d_native_backprop_input
depthwise_conv2d_backprop_filter = depthwise_conv2d_native_backprop_filter


@old_names(dilations="rate")
def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Convolves each channel of images with filters of its own.

    Args:
        input: images [batch, height, width, channels], or as `data_format` says.
        filter: a tensor [height, width, channels, multiplier]; channel c of the images makes the
            channels c * multiplier and following of the output.
        strides: four numbers.
        padding: "SAME", "VALID", or a list of a pair for each axis.
        rate: two dilations; above 1 all strides must be 1. Also called `dilations`.
        name: the op's name.
        data_format: "NHWC", the default, or "NCHW".

    Returns:
        A tensor with `channels * multiplier` channels.
    """
    layout = window.check_format(data_format, 2)
    with name_scope(name, "depthwise", [input, filter]) as scope:
        x = convert_to_tensor(input, name="tensor_in")
        w = convert_to_tensor(
            filter, x.dtype if not hasattr(filter, "graph") else None, name="filter_in"
        )
        gaps = window.full_list(rate, 2, layout, "rate")
        _one_of_both(strides, gaps)
        return depthwise_conv2d_native(x, w, strides, padding, layout, gaps, name=scope)


def _one_of_both(strides: Any, gaps: window.Sizes) -> None:
    if any(g > 1 for g in gaps) and any(s != 1 for s in whole(list(strides))):
        raise ValueError("strides > 1 not supported in conjunction with dilation_rate > 1")


@old_names(dilations="rate")
def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """A depthwise convolution, whose channels a 1x1 convolution then mixes.

    Args:
        input: images [batch, height, width, channels], or as `data_format` says.
        depthwise_filter: a tensor [height, width, channels, multiplier].
        pointwise_filter: a tensor [1, 1, channels * multiplier, outputs].
        strides, padding, rate, data_format: of the depthwise convolution.
        name: the op's name.

    Raises:
        ValueError: when the filters do not fit each other.
    """
    layout = window.check_format(data_format, 2)
    with name_scope(name, "separable_conv2d", [input, depthwise_filter, pointwise_filter]) as scope:
        x = convert_to_tensor(input, name="tensor_in")
        d = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        p = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        p.shape.with_rank(4)
        for axis in (0, 1):
            p.shape[axis].assert_is_compatible_with(1)
        made = d.shape.with_rank(4)
        if made[2].value is not None and made[3].value is not None:
            p.shape[2].assert_is_compatible_with(made[2].value * made[3].value)
        gaps = window.full_list(rate, 2, layout, "rate")
        _one_of_both(strides, gaps)
        each = depthwise_conv2d_native(x, d, strides, padding, layout, gaps, name="depthwise")
        return conv2d(each, p, [1, 1, 1, 1], "VALID", data_format=layout, name=scope)
