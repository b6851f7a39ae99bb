"""The op types of colours: conversion between RGB and HSV, contrast, hue and saturation."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.compare import logical_and
from pyengine.ops.declare import defop, no_grad
from pyengine.ops.elementwise import square
from pyengine.shape import TensorShape

__all__ = [
    "adjust_contrast_op",
    "adjust_hue_op",
    "adjust_saturation_op",
    "hsv_to_rgb",
    "rgb_to_hsv",
]


def _three_channels(op: Operation) -> TensorShape:
    images = op.inputs[0].shape.with_rank_at_least(1)
    if images.sizes is None:
        return images
    return images[:-1].concatenate(images[-1:].merge_with([3]))


def _at_least_images(op: Operation) -> TensorShape:
    return op.inputs[0].shape.with_rank_at_least(3)


def _wide(x: Any) -> Any:
    return x.astype(np.float32) if x.dtype.itemsize == 2 else x


def _to_hsv(x: Any) -> Any:
    """Hue in [0, 1), saturation and value of red, green and blue.

    See https://en.wikipedia.org/wiki/HSL_and_HSV#From_RGB
    """
    red, green, blue = (x[..., i] for i in range(3))
    value = x.max(axis=-1)
    span = value - x.min(axis=-1)
    saturation = np.where(value > 0, span / np.where(value > 0, value, 1), 0)
    part = 1 / (6 * np.where(span > 0, span, 1))
    hue = np.where(
        red == value,
        part * (green - blue),
        np.where(green == value, part * (blue - red) + 2.0 / 6.0, part * (red - green) + 4.0 / 6.0),
    )
    hue = np.where(span > 0, hue, 0)
    hue = np.where(hue < 0, hue + 1, hue)
    return np.stack([hue, saturation, value], axis=-1).astype(x.dtype, copy=False)


def _to_rgb(x: Any) -> Any:
    hue, saturation, value = (x[..., i : i + 1] for i in range(3))
    distance = hue * 6
    pure = np.concatenate(
        [
            np.abs(distance - 3) - 1,
            2 - np.abs(distance - 2),
            2 - np.abs(distance - 4),
        ],
        axis=-1,
    )
    pure = np.clip(pure, 0, 1)
    return ((1 - saturation + saturation * pure) * value).astype(x.dtype, copy=False)


def _check_channels(x: Any) -> None:
    if x.shape[-1] != 3:
        raise ValueError(f"input must have 3 channels but instead has {x.shape[-1]} channels.")


def _hsv_kernel(xp: Any, x: Any) -> Any:
    _check_channels(x)
    return _to_hsv(_wide(x)).astype(x.dtype, copy=False)


def _rgb_kernel(xp: Any, x: Any) -> Any:
    _check_channels(x)
    return _to_rgb(_wide(x)).astype(x.dtype, copy=False)


def _contrast_kernel(xp: Any, x: Any, factor: Any) -> Any:
    wide = _wide(x)
    mean = wide.mean(axis=(-3, -2), keepdims=True, dtype=wide.dtype)
    return ((wide - mean) * factor + mean).astype(x.dtype, copy=False)


def _hue_kernel(xp: Any, x: Any, delta: Any) -> Any:
    _check_channels(x)
    hsv = _to_hsv(_wide(x))
    hsv[..., 0] = (hsv[..., 0] + delta) % 1
    return _to_rgb(hsv).astype(x.dtype, copy=False)


def _saturation_kernel(xp: Any, x: Any, scale: Any) -> Any:
    _check_channels(x)
    hsv = _to_hsv(_wide(x))
    hsv[..., 1] = np.clip(hsv[..., 1] * scale, 0, 1)
    return _to_rgb(hsv).astype(x.dtype, copy=False)


def _no_gradient(op: Operation, *_: Any) -> Any:
    raise LookupError(f"No gradient defined for operation '{op.name}' (op type: {op.type})")


def _hsv_grad(op: Operation, dy: Tensor) -> Tensor:
    """The derivatives of hue, saturation and value by each channel, as TensorFlow has them.

    Which channel is the largest and which the smallest is settled for equal ones too: of the
    largest it is the first, of the smallest the last.
    """
    from pyengine.ops.joining import stack
    from pyengine.ops.math import cast
    from pyengine.ops.nonan import div_no_nan

    x, dtype = op.inputs[0], op.inputs[0].dtype
    c = [x[..., i] for i in range(3)]
    saturation, value = op.outputs[0][..., 1], op.outputs[0][..., 2]
    ones = convert_to_tensor(1.0, dtype)

    def flag(*conditions: Tensor) -> Tensor:
        return cast(functools.reduce(logical_and, conditions), dtype)

    def inverse(t: Tensor) -> Tensor:
        return div_no_nan(ones, t)

    red, green, blue = c
    big = [
        flag(red >= blue, red >= green),
        flag(green > red, green >= blue),
        flag(blue > red, blue > green),
    ]
    small = [
        flag(red < blue, red < green),
        flag(green <= red, green < blue),
        flag(blue <= red, blue <= green),
    ]
    positive = [cast(t > 0, dtype) for t in c]
    squared = inverse(square(saturation)) * inverse(square(value))
    slopes = []
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        by_saturation = positive[i] * (
            big[i] * (small[j] * c[j] + small[k] * c[k]) * inverse(square(c[i]))
            - small[i] * inverse(big[j] * c[j] + big[k] * c[k])
        )
        step = c[k] - c[j]
        by_hue = (
            positive[i] * big[i] * step * squared
            + positive[j] * big[j] * small[i] * step * inverse(square(c[i] - c[j]))
            + positive[j] * big[j] * small[k] * inverse(step)
            + positive[k] * big[k] * small[i] * step * inverse(square(c[k] - c[i]))
            + positive[k] * big[k] * small[j] * inverse(step)
        ) / 6
        slopes.append(by_hue * dy[..., 0] + by_saturation * dy[..., 1] + big[i] * dy[..., 2])
    return stack(slopes, axis=-1)


_CHANGED = no_grad("TensorFlow 1.x takes it for not differentiable")
rgb_to_hsv_op = defop(
    "RGBToHSV",
    "images: T -> T",
    doc="The hue in [0, 1), saturation and value of images of red, green and blue in [0, 1].",
    types={"T": "float16|bfloat16|float32|float64"},
    shape=_three_channels,
    kernel=_hsv_kernel,
    grad=_hsv_grad,
)
hsv_to_rgb_op = defop(
    "HSVToRGB",
    "images: T -> T",
    doc="The red, green and blue of images of hue, saturation and value in [0, 1].",
    types={"T": "float16|bfloat16|float32|float64"},
    shape=_three_channels,
    kernel=_rgb_kernel,
    grad=_CHANGED,
)
adjust_contrast_op = defop(
    "AdjustContrastv2",
    "images: T, contrast_factor: float32 -> T",
    doc="(x - mean) * factor + mean, with the mean of each channel of each image.",
    types={"T": "float16|float32"},
    shape=_at_least_images,
    kernel=_contrast_kernel,
    grad=_no_gradient,
)
adjust_hue_op = defop(
    "AdjustHue",
    "images: T, delta: float32 -> T",
    doc="Images whose hue is turned by delta.",
    types={"T": "float16|float32"},
    shape=_at_least_images,
    kernel=_hue_kernel,
    grad=_no_gradient,
)
adjust_saturation_op = defop(
    "AdjustSaturation",
    "images: T, scale: float32 -> T",
    doc="Images whose saturation is scaled.",
    types={"T": "float16|float32"},
    shape=_at_least_images,
    kernel=_saturation_kernel,
    grad=_no_gradient,
)


def rgb_to_hsv(images: Any, name: str | None = None) -> Any:
    """Hue, saturation and value of images of red, green and blue in [0, 1], all in [0, 1].

    Args:
        images: a floating-point tensor whose last axis has the size 3.
        name: the op's name.
    """
    return rgb_to_hsv_op(images, name=name)


def hsv_to_rgb(images: Any, name: str | None = None) -> Any:
    """Red, green and blue of images of hue, saturation and value in [0, 1], all in [0, 1].

    Args:
        images: a floating-point tensor whose last axis has the size 3.
        name: the op's name.
    """
    return hsv_to_rgb_op(images, name=name)
