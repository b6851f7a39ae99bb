"""Transposed convolution: the gradient of a convolution, used as a layer."""

from __future__ import annotations

from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops import conv, window
from pyengine.ops.array import expand_dims, squeeze
from pyengine.ops.convolution import _layout_1d, _needed, _settings_2d, _settings_3d, _with_height
from pyengine.ops.declare import old_names, whole
from pyengine.ops.joining import concat
from pyengine.scopes import name_scope

__all__ = [
    "atrous_conv2d_transpose",
    "conv1d_transpose",
    "conv2d_transpose",
    "conv3d_transpose",
    "conv_transpose",
]


def _check_sizes(output_shape: Tensor, value: Tensor, w: Tensor, layout: str) -> None:
    """Raises ValueError where the wanted shape does not fit the filter and the value."""
    rank = len(layout)
    sizes = static.shape_value(output_shape)
    if sizes.ndims is not None and sizes.ndims != rank:
        raise ValueError(f"output_shape must have shape ({rank},), got ({sizes.ndims},)")
    axis = 1 if window.is_channels_first(layout) else -1
    if w.shape.ndims is not None and sizes.ndims is not None:
        got, seen = sizes[axis].value, w.shape[-2].value
        if got is not None and seen is not None and got != seen:
            raise ValueError(
                f"output_shape does not match filter's output channels, {got} != {seen}"
            )
    if w.shape.ndims is not None and value.shape.ndims is not None:
        got, seen = value.shape[axis].value, w.shape[-1].value
        if got is not None and seen is not None and got != seen:
            raise ValueError(
                f"input channels does not match filter's input channels, {got} != {seen}"
            )


@old_names(input="value", filters="filter")
def conv2d_transpose(
    value: Any = None,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """The transpose of `conv2d`: its gradient with respect to the images.

    Args:
        value: a tensor [batch, height, width, channels], or as `data_format` says.
        filter: a tensor [height, width, outputs, channels].
        output_shape: the shape of the result, four integers, as a list or a tensor.
        strides: four numbers, or one or two.
        padding: "SAME", "VALID", or a list of pairs.
        data_format: "NHWC" or "NCHW".
        name: the op's name.
        dilations: four numbers, or one or two.

    Raises:
        ValueError: when the shapes do not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.nn.conv2d_transpose(tf.zeros([1, 7, 7, 64]), tf.zeros([5, 5, 32, 64]),
        ...                        [1, 14, 14, 32], [1, 2, 2, 1]).shape.as_list()
        [1, 14, 14, 32]
    """
    _needed(value=value, filter=filter, output_shape=output_shape)
    with name_scope(name, "conv2d_transpose", [value, filter]) as scope:
        layout = window.check_format(data_format, 2)
        x, w = _pair(value, filter)
        sizes = convert_to_tensor(whole(output_shape), name="output_shape")
        _check_sizes(sizes, x, w, layout)
        attrs = _settings_2d(strides, padding, True, layout, dilations)
        return conv.conv2d_backprop_input_op(sizes, w, x, name=scope, **attrs)


def _pair(value: Any, filter: Any) -> tuple[Tensor, Tensor]:
    x = convert_to_tensor(value, name="value")
    dtype = x.dtype if not hasattr(filter, "graph") else None
    return x, convert_to_tensor(filter, dtype, name="filter")


@old_names(input="value", filters="filter")
def conv3d_transpose(
    value: Any,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """The transpose of `conv3d`; the filter is [depth, height, width, outputs, channels].

    Args:
        value, filter, output_shape, strides, padding, data_format, name, dilations: as for
            `conv2d_transpose`, with an axis more.
    """
    _needed(filter=filter, output_shape=output_shape)
    with name_scope(name, "conv3d_transpose", [value, filter]) as scope:
        layout = window.check_format(data_format, 3)
        x, w = _pair(value, filter)
        sizes = convert_to_tensor(whole(output_shape), name="output_shape")
        _check_sizes(sizes, x, w, layout)
        attrs = _settings_3d(strides, padding, layout, dilations)
        return conv.conv3d_backprop_input_op(sizes, w, x, name=scope, **attrs)


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of `conv1d`; the filter is [width, outputs, channels].

    Args:
        input: a tensor [batch, width, channels], or [batch, channels, width] for "NCW".
        output_shape: the shape of the result, three integers.
        strides: one number, or three.
        filters, padding, data_format, dilations, name: as for `conv1d`.
    """
    with name_scope(name, "conv1d_transpose", [input, filters, output_shape]) as scope:
        layout = _layout_1d(data_format)
        at = 2 if layout == "NCW" else 1
        x, w = _pair(input, filters)
        sizes = convert_to_tensor(whole(output_shape), name="output_shape")
        _check_sizes(sizes, x, w, layout)
        attrs = _settings_2d(
            _with_height(window.full_list(strides, 1, layout, "strides"), at),
            padding,
            True,
            "NCHW" if at == 2 else "NHWC",
            _with_height(window.full_list(dilations, 1, layout, "dilations"), at),
        )
        known = static.constant_value(sizes)
        wanted: Any = concat([sizes[:at], [1], sizes[at:]], 0)
        if known is not None:
            wanted = _with_height(known.tolist(), at)
        out = conv.conv2d_backprop_input_op(
            wanted, expand_dims(w, 0), expand_dims(x, at), name=scope, **attrs
        )
        return squeeze(out, [at])


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of `convolution`, over one, two or three axes, as many as `output_shape` has.

    Raises:
        ValueError: for another number of axes.
    """
    sizes = convert_to_tensor(whole(output_shape), name="output_shape")
    length = sizes.shape[0].value if sizes.shape.ndims == 1 else None
    if length not in (3, 4, 5):
        raise ValueError(f"output_shape must have 3, 4 or 5 elements, got {output_shape!r}")
    layout = window.check_format(data_format, length - 2)
    if length == 3:
        return conv1d_transpose(
            input, filters, sizes, strides, padding, layout, dilations, name or "conv_transpose"
        )
    transposed = conv2d_transpose if length == 4 else conv3d_transpose
    return transposed(
        input, filters, sizes, strides, padding, layout, name or "conv_transpose", dilations
    )


def atrous_conv2d_transpose(
    value: Any,
    filters: Any,
    output_shape: Any,
    rate: Any,
    padding: Any,
    name: str | None = None,
) -> Tensor:
    """The transpose of `atrous_conv2d`.

    Args:
        value: a tensor [batch, height, width, channels].
        filters: a tensor [height, width, outputs, channels].
        output_shape: the shape of the result, four integers.
        rate: the distance of the filter's elements.
        padding: "SAME" or "VALID".
        name: the op's name.
    """
    rate = whole(rate)
    if rate < 1:
        raise ValueError(f"rate {rate} cannot be less than one")
    return conv2d_transpose(
        value,
        filters,
        output_shape,
        [1, 1, 1, 1],
        padding,
        name=name or "atrous_conv2d_transpose",
        dilations=[1, rate, rate, 1],
    )
