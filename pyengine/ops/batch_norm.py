"""Batch normalization in one op, and its gradient: FusedBatchNorm in its three versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.gradients import gradients
from pyengine.graph import Operation, Tensor
from pyengine.ops import window
from pyengine.ops.array import reshape
from pyengine.ops.declare import defop
from pyengine.ops.elementwise import rsqrt, square
from pyengine.ops.math import cast
from pyengine.ops.reduce import reduce_mean, reduce_sum
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["fused_batch_norm", "fused_batch_norm_v3"]


def _channels(op: Operation, x: TensorShape) -> TensorShape:
    """The shape of a vector with an element for each channel."""
    sizes = x.sizes
    if sizes is None:
        return TensorShape.of((None,))
    return TensorShape.of((sizes[1 if _first(op.attrs) else -1],))


def _first(attrs: dict[str, Any]) -> bool:
    return window.is_channels_first(attrs["data_format"])


def _rank(attrs: dict[str, Any]) -> int:
    return len(attrs["data_format"])


def _shape(op: Operation) -> list[TensorShape]:
    x = op.inputs[0].shape.with_rank(_rank(op.attrs))
    each = _channels(op, x)
    for t in op.inputs[1:] if not op.attrs["is_training"] else op.inputs[1:3]:
        each = each.merge_with(t.shape.with_rank(1))
    if x.sizes is not None:
        known = list(x.sizes)
        known[1 if _first(op.attrs) else -1] = each[0].value
        x = TensorShape.of(tuple(known))
    return [x, each, each, each, each, UNKNOWN][: len(op.opdef.outputs)]


def _statistics(x: Any) -> tuple[Any, Any, int]:
    """Mean, variance and number of the elements of each channel."""
    rows = x.reshape(-1, x.shape[-1])
    count = len(rows)
    mean = rows.mean(axis=0, dtype=np.float32) if count else np.zeros(x.shape[-1], np.float32)
    centred = rows - mean
    variance = np.einsum("ij,ij->j", centred, centred) / max(count, 1)
    return mean, variance.astype(np.float32, copy=False), count


def _kernel(
    xp: Any,
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any,
    variance: Any,
    *,
    epsilon: float,
    data_format: str,
    is_training: bool,
    exponential_avg_factor: float = 1.0,
) -> Any:
    first = window.is_channels_first(data_format)
    wide = (xp.moveaxis(x, 1, -1) if first else x).astype(np.float32, copy=False)
    if is_training:
        batch_mean, batch_variance, count = _statistics(wide)
        # The variance handed out is the unbiased one, that used here is not.
        new_mean = batch_mean
        new_variance = batch_variance * np.float32(count / max(count - 1, 1))
        if exponential_avg_factor != 1.0:
            f = np.float32(exponential_avg_factor)
            new_mean = (1 - f) * mean + f * new_mean
            new_variance = (1 - f) * variance + f * new_variance
    else:
        batch_mean, batch_variance = new_mean, new_variance = mean, variance
    slope = scale / np.sqrt(batch_variance + np.float32(epsilon))
    y = (wide * slope + (offset - batch_mean * slope)).astype(x.dtype, copy=False)
    y = xp.moveaxis(y, -1, 1) if first else y
    return y, new_mean, new_variance, batch_mean, batch_variance, np.zeros((), np.float32)


def _grad_kernel(
    xp: Any,
    dy: Any,
    x: Any,
    scale: Any,
    mean: Any,
    variance: Any,
    *_: Any,
    epsilon: float,
    data_format: str,
    is_training: bool,
) -> Any:
    first, dtype = window.is_channels_first(data_format), dy.dtype
    dy, x = (
        (xp.moveaxis(t, 1, -1) if first else t).astype(np.float32, copy=False) for t in (dy, x)
    )
    inverse = 1 / np.sqrt(variance + np.float32(epsilon))
    normal = (x - mean) * inverse
    axes = tuple(range(x.ndim - 1))
    d_offset = dy.sum(axis=axes, dtype=np.float32)
    d_scale = (dy * normal).sum(axis=axes, dtype=np.float32)
    slope = scale * inverse
    if is_training:
        count = np.float32(max(x.size // max(x.shape[-1], 1), 1))
        dx = slope * (dy - d_offset / count - normal * (d_scale / count))
    else:
        dx = slope * dy
    dx = dx.astype(dtype, copy=False)
    none = np.zeros(0, np.float32)
    return xp.moveaxis(dx, -1, 1) if first else dx, d_scale, d_offset, none, none


def _composite(
    dy: Tensor, x: Tensor, scale: Tensor, mean: Any, variance: Any, attrs: dict[str, Any]
) -> list[Tensor]:
    """The gradients as a graph of plain ops, which can be differentiated again."""
    first, rank = _first(attrs), _rank(attrs)
    axes = [i for i in range(rank) if i != (1 if first else rank - 1)]
    sizes = [-1 if i not in axes else 1 for i in range(rank)]
    dtype = x.dtype
    x, dy = cast(x, float32), cast(dy, float32)
    if attrs["is_training"]:
        mean = reduce_mean(x, axes, keepdims=True)
        variance = reduce_mean(square(x - mean), axes, keepdims=True)
    else:
        mean, variance = reshape(mean, sizes), reshape(variance, sizes)
    inverse = rsqrt(variance + attrs["epsilon"])
    normal = (x - mean) * inverse
    d_offset = reduce_sum(dy, axes)
    d_scale = reduce_sum(dy * normal, axes)
    slope = reshape(scale, sizes) * inverse
    if attrs["is_training"]:
        middle = reduce_mean(dy, axes, keepdims=True)
        along = reduce_mean(dy * normal, axes, keepdims=True)
        dx = slope * (dy - middle - normal * along)
    else:
        dx = slope * dy
    return [cast(dx, dtype), d_scale, d_offset]


def _second(op: Operation, *d: Any) -> Any:
    dy, x, scale, mean, variance = op.inputs[:5]
    made = _composite(dy, x, scale, mean, variance, op.attrs)
    # Not beyond the inputs: they may depend on each other.
    sources = [dy, x, scale]
    found = gradients(made, sources, list(d[:3]), stop_gradients=sources)
    return [*found, *[None] * (len(op.inputs) - 3)]


def _family(version: str) -> Callable[..., Any]:
    third = version == "V3"
    scale_type = "U" if version else "T"
    x_types = "float16|bfloat16|float32" if version else "float32"
    attrs = {
        "epsilon": 0.0001,
        "exponential_avg_factor": 1.0,
        "data_format": "NHWC",
        "is_training": True,
    }
    back_attrs = {k: v for k, v in attrs.items() if k != "exponential_avg_factor"}
    types = {"T": x_types, "U": "float32"}
    u = scale_type

    def grad(op: Operation, *d: Any) -> Any:
        x, scale = op.inputs[:2]
        kept = list(op.outputs[3:]) if op.attrs["is_training"] else list(op.inputs[3:5])
        if third and not op.attrs["is_training"]:
            kept.append(op.outputs[5])
        own = {name: op.attrs[name] for name in back_attrs}
        found = back(d[0], x, scale, *kept, **own)
        return [*found[:3], None, None]

    def back_shape(op: Operation) -> list[Any]:
        x = op.inputs[0].shape.merge_with(op.inputs[1].shape).with_rank(_rank(op.attrs))
        each = _channels(op, x).merge_with(op.inputs[2].shape)
        return [x, each, each, [0], [0]]

    forward = defop(
        f"FusedBatchNorm{version}",
        f"x: T, scale: {u}, offset: {u}, mean: {u}, variance: {u} -> T, {u}, {u}, {u}, {u}"
        + (f", {u}" if third else ""),
        doc="Batch normalization: (x - mean) / sqrt(variance + epsilon) * scale + offset.",
        types=types,
        attrs=attrs,
        shape=_shape,
        kernel=_kernel if third else lambda *args, **kwargs: _kernel(*args, **kwargs)[:5],
        grad=grad,
    )
    back = defop(
        f"FusedBatchNormGrad{version}",
        f"y_backprop: T, x: T, scale: {'float32' if version else 'T'}, reserve_space_1: {u}, "
        f"reserve_space_2: {u}"
        + (f", reserve_space_3: {u}" if third else "")
        + f" -> T, {u}, {u}, {u}, {u}",
        doc="The gradient of batch normalization.",
        types=types,
        attrs=back_attrs,
        shape=back_shape,
        kernel=_grad_kernel,
        grad=_second,
    )
    return forward


fused_batch_norm_v1 = _family("")
fused_batch_norm_v2 = _family("V2")
fused_batch_norm_v3 = _family("V3")


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
    exponential_avg_factor: float = 1.0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Batch normalization of images, in one op.

    Args:
        x: images [batch, height, width, channels], or as `data_format` says.
        scale, offset: float32 vectors with an element for each channel.
        mean, variance: the statistics to use where `is_training` is False.
        epsilon: a small number added to the variance.
        data_format: "NHWC" or "NCHW"; "NDHWC" or "NCDHW" for volumes.
        is_training: whether to take the statistics of the batch.
        name: the op's name.
        exponential_avg_factor: the weight of the batch's statistics in those returned; the rest
            has `mean` and `variance`.

    Returns:
        The normalized images, the mean, and the unbiased variance.

    Raises:
        ValueError: where `mean` and `variance` are needed and not given.
    """
    if (not is_training or exponential_avg_factor != 1.0) and (mean is None or variance is None):
        raise ValueError(
            "Both `mean` and `variance` must be a 1D tensor when `is_training` is False or "
            f"`exponential_avg_factor` != 1.0. Received: `mean` {mean!r} and `variance` "
            f"{variance!r}"
        )
    window.check_format(data_format, len(data_format) - 2 if len(data_format) in (4, 5) else 2)
    none: Any = np.zeros(0, np.float32)
    y, new_mean, new_variance, *_ = fused_batch_norm_v3(
        convert_to_tensor(x, name="input"),
        convert_to_tensor(scale, name="scale"),
        convert_to_tensor(offset, name="offset"),
        convert_to_tensor(none if mean is None else mean),
        convert_to_tensor(none if variance is None else variance),
        # What cuDNN asks for, and TensorFlow with it.
        epsilon=max(float(epsilon), 1.001e-5),
        exponential_avg_factor=float(exponential_avg_factor),
        data_format=data_format,
        is_training=bool(is_training),
        name=name,
    )
    return y, new_mean, new_variance
