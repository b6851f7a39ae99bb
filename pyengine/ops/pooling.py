"""The public functions of pooling."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype, int64
from pyengine.graph import Tensor
from pyengine.ops import pool as ops
from pyengine.ops import window
from pyengine.ops.array import expand_dims, squeeze
from pyengine.ops.convolution import _layout_1d, _with_height
from pyengine.ops.declare import old_names, whole
from pyengine.scopes import name_scope

__all__ = [
    "avg_pool", "avg_pool1d", "avg_pool2d", "avg_pool3d", "avg_pool_v2", "max_pool", "max_pool1d",
    "max_pool2d", "max_pool3d", "max_pool_v2", "max_pool_with_argmax", "pool",
]  # fmt: skip


class MaxPoolWithArgmax(NamedTuple):
    """What `max_pool_with_argmax` gives."""

    output: Tensor
    argmax: Tensor


def _settings(
    rank: int, ksize: Any, strides: Any, padding: Any, data_format: str | None, explicit: bool
) -> dict[str, Any]:
    layout = window.check_format(data_format, rank)
    attrs: dict[str, Any] = {
        "ksize": window.full_list(ksize, rank, layout, "ksize"),
        "strides": window.full_list(strides, rank, layout, "strides"),
        "data_format": layout,
    }
    if explicit:
        attrs["padding"], attrs["explicit_paddings"] = window.split_padding(padding, layout, rank)
    else:
        attrs["padding"] = window.check_padding(padding)
    return attrs


@old_names(input="value")
def max_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The largest element of each window of images.

    Args:
        value: images [batch, height, width, channels], or as `data_format` says; also `input`.
        ksize: the window's size along each axis: a number, two, or four.
        strides: the window's step along each axis.
        padding: "SAME", "VALID", or a list of a pair for each axis.
        data_format: "NHWC" or "NCHW".
        name: the name scope, "MaxPool" by default.

    Raises:
        ValueError: for a tensor of another rank, or windows that do not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.nn.max_pool(tf.zeros([1, 28, 28, 32]), [1, 2, 2, 1], [1, 2, 2, 1],
        ...                "SAME").shape.as_list()
        [1, 14, 14, 32]
    """
    with name_scope(name, "MaxPool", [value]) as scope:
        attrs = _settings(2, ksize, strides, padding, data_format, explicit=True)
        return ops.max_pool_op(value, name=scope, **attrs)


@old_names(input="value")
def avg_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of images; padding does not count.

    Args:
        value, ksize, strides, data_format, name: as for `max_pool`.
        padding: "SAME" or "VALID".
    """
    with name_scope(name, "AvgPool", [value]) as scope:
        attrs = _settings(2, ksize, strides, padding, data_format, explicit=False)
        return ops.avg_pool_op(value, name=scope, **attrs)


def max_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """As `max_pool`."""
    return max_pool(input, ksize, strides, padding, data_format, name or "MaxPool2d")


@old_names(input="value")
def avg_pool2d(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """As `avg_pool`."""
    return avg_pool(value, ksize, strides, padding, data_format, name)


def max_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The largest element of each window of volumes [batch, depth, height, width, channels].

    Args:
        input, ksize, strides, padding, data_format, name: as for `max_pool`, with an axis more;
            "NDHWC" or "NCDHW".
    """
    with name_scope(name, "MaxPool3D", [input]) as scope:
        attrs = _settings(3, ksize, strides, padding, data_format, explicit=False)
        return ops.max_pool3d_op(input, name=scope, **attrs)


def avg_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of volumes; arguments as for `max_pool3d`."""
    with name_scope(name, "AvgPool3D", [input]) as scope:
        attrs = _settings(3, ksize, strides, padding, data_format, explicit=False)
        return ops.avg_pool3d_op(input, name=scope, **attrs)


def _pool_1d(
    function: Any, input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None,
    name: str,
) -> Tensor:  # fmt: skip
    layout = _layout_1d(data_format)
    at = 2 if layout == "NCW" else 1
    with name_scope(name, None, [input]) as scope:
        out = function(
            expand_dims(input, at),
            _with_height(window.full_list(ksize, 1, layout, "ksize"), at),
            _with_height(window.full_list(strides, 1, layout, "strides"), at),
            padding if isinstance(padding, (str, bytes)) else _with_height(padding, at, (0, 0)),
            "NCHW" if at == 2 else "NHWC",
            scope,
        )
        return squeeze(out, [at])


def max_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """The largest element of each window of sequences [batch, width, channels]."""
    return _pool_1d(max_pool, input, ksize, strides, padding, data_format, name or "MaxPool1d")


def avg_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of sequences [batch, width, channels]."""
    return _pool_1d(avg_pool, input, ksize, strides, padding, data_format, name or "AvgPool1D")


def _by_rank(kind: str, input: Any, args: Any, data_format: str | None, name: str | None) -> Tensor:
    x = convert_to_tensor(input, name="input")
    rank = len(data_format) - 2 if data_format is not None else None
    if rank is None and x.shape.ndims is not None:
        rank = x.shape.ndims - 2
    functions: dict[Any, Any] = {
        ("max", 1): max_pool1d, ("max", 2): max_pool, ("max", 3): max_pool3d,
        ("avg", 1): avg_pool1d, ("avg", 2): avg_pool, ("avg", 3): avg_pool3d,
    }  # fmt: skip
    if rank is None or (kind, rank) not in functions:
        raise ValueError(f"Input tensor must be of rank 3, 4 or 5 but was {x.shape.ndims}.")
    return functions[kind, rank](x, *args, data_format or window.FORMATS[rank][0], name)


def max_pool_v2(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Maximum pooling over as many axes as the tensor has between batch and channels."""
    return _by_rank("max", input, (ksize, strides, padding), data_format, name)


def avg_pool_v2(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Average pooling over as many axes as the tensor has between batch and channels."""
    return _by_rank("avg", input, (ksize, strides, padding), data_format, name)


@old_names(Targmax="output_dtype")
def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    output_dtype: Any = None,
    name: str | None = None,
    include_batch_in_index: bool = False,
) -> MaxPoolWithArgmax:
    """The largest element of each window, and its flat index in its image.

    Args:
        input: images [batch, height, width, channels].
        ksize, strides: as for `max_pool`.
        padding: "SAME" or "VALID".
        data_format: "NHWC".
        output_dtype: int64, the default, or int32; also called `Targmax`.
        name: the op's name.
        include_batch_in_index: whether indices count through the whole batch.

    Returns:
        The maxima, and the indices `(y * width + x) * channels + channel`.
    """
    if data_format != "NHWC":
        raise ValueError(
            f'data_format values other than "NHWC" are not supported. Received: {data_format}'
        )
    attrs = _settings(2, ksize, strides, padding, data_format, explicit=False)
    del attrs["data_format"]
    outputs = ops.max_pool_with_argmax_op(
        input,
        Targmax=int64 if output_dtype is None else as_dtype(output_dtype),
        include_batch_in_index=bool(include_batch_in_index),
        name=name,
        **attrs,
    )
    return MaxPoolWithArgmax(*outputs)


@old_names(dilations="dilation_rate")
def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    padding: str,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Pooling over one, two or three axes.

    Args:
        input: a tensor [batch, *sizes, channels], or channels second if `data_format` says so.
        window_shape: the window's size along each spatial axis.
        pooling_type: "MAX" or "AVG".
        padding: "SAME" or "VALID".
        dilation_rate: the distance of a window's elements, 1 by default.
        strides: the window's step along each axis, 1 by default.
        name: the name scope, "max_pool" or "avg_pool" by default.
        data_format: the layout, channels last by default.

    Raises:
        ValueError: for another kind of pooling or number of axes, for steps longer than the
            window, and for dilations with steps or with "SAME".
    """
    sizes = list(whole(window_shape))
    rank = len(sizes)
    if rank not in (1, 2, 3):
        raise ValueError(f"`len(window_shape)` must be 1, 2, or 3. Received: {rank}")
    if pooling_type not in ("MAX", "AVG"):
        raise ValueError(f"{rank}-D {pooling_type} pooling is not supported.")
    layout = window.check_format(data_format, rank)
    for what, given in (("strides", strides), ("dilation_rate", dilation_rate)):
        if given is not None and len(whole(given)) != rank:
            raise ValueError(f"`len({what})` should be {rank}. Received: {what}={given}")
    steps = window.spatial(window.full_list(strides, rank, layout, "strides"), layout)
    gaps = window.spatial(window.full_list(dilation_rate, rank, layout, "dilation_rate"), layout)
    if any(g > 1 for g in gaps):
        if any(s > 1 for s in steps):
            raise ValueError("strides > 1 not supported in conjunction with dilation_rate > 1")
        if padding == "SAME":
            raise ValueError(
                "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1"
            )
    if any(s > w for s, w in zip(steps, sizes)):
        raise ValueError(
            "`strides` > `window_shape` not supported due to inconsistency between CPU and GPU "
            "implementations."
        )
    one_more = {"MAX": max_pool_v2, "AVG": avg_pool_v2}[pooling_type]
    with name_scope(name, f"{pooling_type.lower()}_pool", [input]) as scope:
        x = convert_to_tensor(input, name="input")
        x.shape.with_rank(rank + 2)
        if all(g == 1 for g in gaps):
            return one_more(x, sizes, list(steps), padding, layout, name=scope)
        from pyengine.ops.batches import with_space_to_batch

        first = 2 if window.is_channels_first(layout) else 1
        return with_space_to_batch(
            x,
            gaps,
            padding,
            lambda t, _, pad: one_more(t, sizes, list(steps), pad, layout),
            filter_shape=sizes,
            spatial_dims=range(first, first + rank),
        )
