"""Brightness, contrast, colours, and the dtypes of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine import static
from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import as_dtype, float16, float32
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, identity, rank
from pyengine.ops.contraction import tensordot
from pyengine.ops.elementwise import rsqrt, sqrt, square
from pyengine.ops.filling import ones
from pyengine.ops.image_color import adjust_contrast_op, adjust_hue_op, adjust_saturation_op
from pyengine.ops.joining import concat
from pyengine.ops.math import (
    add,
    cast,
    floordiv,
    maximum,
    multiply,
    pow,
    realdiv,
    saturate_cast,
    subtract,
)
from pyengine.ops.nn import relu
from pyengine.ops.random import random_uniform
from pyengine.ops.reduce import reduce_mean, reduce_prod
from pyengine.ops.repetition import tile
from pyengine.scopes import name_scope

__all__ = [
    "adjust_brightness", "adjust_contrast", "adjust_gamma", "adjust_hue", "adjust_saturation",
    "convert_image_dtype", "grayscale_to_rgb", "per_image_standardization", "random_brightness",
    "random_contrast", "random_hue", "random_saturation", "rgb_to_grayscale", "rgb_to_yiq",
    "rgb_to_yuv", "yiq_to_rgb", "yuv_to_rgb",
]  # fmt: skip


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Tensor:
    """Images in another dtype, scaled to its range: [0, 1] for floats, [0, largest] for integers.

    Args:
        image: a tensor.
        dtype: the dtype wanted.
        saturate: whether what is out of range is cut off, instead of wrapping around.
        name: the op's name.
    """
    x, wanted = convert_to_tensor(image, name="image"), as_dtype(dtype)
    given = x.dtype.base_dtype
    if given is wanted:
        return identity(x, name=name)
    with name_scope(name, "convert_image", [x]) as scope:
        if given.is_integer and wanted.is_integer:
            return _between_integers(x, wanted, saturate, scope)
        if given.is_floating and wanted.is_floating:
            return cast(x, wanted, name=scope)
        if given.is_integer:
            return multiply(cast(x, wanted), 1.0 / given.max, name=scope)
        # Each integer gets the same share of the range.
        scaled = multiply(x, wanted.max + 0.5)
        if saturate:
            return saturate_cast(scaled, wanted, name=scope)
        return cast(scaled, wanted, name=scope)


def _between_integers(x: Tensor, wanted: Any, saturate: bool, name: str) -> Tensor:
    most, limit = int(x.dtype.base_dtype.max), int(wanted.max)
    if most > limit:
        scaled = floordiv(x, (most + 1) // (limit + 1))
        return (saturate_cast if saturate else cast)(scaled, wanted, name=name)
    larger = saturate_cast(x, wanted) if saturate else cast(x, wanted)
    return multiply(larger, (limit + 1) // (most + 1), name=name)


def _as_floats(image: Any) -> tuple[Tensor, Any, Tensor]:
    """Images, their dtype, and themselves as floats in [0, 1]."""
    x = convert_to_tensor(image, name="image")
    given = x.dtype.base_dtype
    wide = x if given in (float16, float32) else convert_image_dtype(x, float32)
    return x, given, wide


def _back(image: Tensor, dtype: Any) -> Tensor:
    return convert_image_dtype(image, dtype, saturate=True)


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """Images with `delta` added, on the scale of [0, 1].

    Args:
        image: images of any real dtype.
        delta: a number.
    """
    with name_scope(None, "adjust_brightness", [image, delta]):
        _, given, wide = _as_floats(image)
        return _back(add(wide, cast(delta, wide.dtype.base_dtype)), given)


def _draw_factor(lower: Any, upper: Any, seed: int | None) -> Tensor:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return random_uniform([], lower, upper, seed=seed)


def _draw_delta(max_delta: Any, seed: int | None) -> Tensor:
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return random_uniform([], -max_delta, max_delta, seed=seed)


def random_brightness(image: Any, max_delta: Any, seed: int | None = None) -> Tensor:
    """`adjust_brightness` by a delta in [-max_delta, max_delta).

    Args:
        image: a tensor of a real type, of any shape.
        max_delta: the most that is added or taken away, a number that is not negative.
        seed: the op's seed.

    Returns:
        A tensor of the dtype and shape of `image`.

    Raises:
        ValueError: for a negative `max_delta`.

    Example:
        >>> import pyengine as tf
        >>> tf.image.random_brightness(tf.zeros([8, 8, 3]), 0.2).shape.as_list()
        [8, 8, 3]
    """
    return adjust_brightness(image, _draw_delta(max_delta, seed))


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """(x - mean) * contrast_factor + mean, with the mean of each channel of each image.

    Args:
        images: images of any real dtype, of rank 3 or more.
        contrast_factor: a number.
    """
    with name_scope(None, "adjust_contrast", [images, contrast_factor]):
        _, given, wide = _as_floats(images)
        return _back(adjust_contrast_op(wide, contrast_factor), given)


def random_contrast(image: Any, lower: Any, upper: Any, seed: int | None = None) -> Tensor:
    """`adjust_contrast` by a factor in [lower, upper).

    Args:
        image: of shape [..., height, width, channels] and a real type.
        lower, upper: the bounds of the factor, numbers.
        seed: the op's seed.

    Returns:
        A tensor of the dtype and shape of `image`.

    Raises:
        ValueError: for an empty or negative range.

    Example:
        >>> import pyengine as tf
        >>> tf.image.random_contrast(tf.zeros([8, 8, 3]), 0.5, 1.5).shape.as_list()
        [8, 8, 3]
    """
    return adjust_contrast(image, _draw_factor(lower, upper, seed))


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """gain * x ** gamma, on the scale of [0, 1].

    See https://en.wikipedia.org/wiki/Gamma_correction

    Args:
        image: a tensor of a real type, of any shape.
        gamma: the exponent, a scalar that is not negative.
        gain: the factor, a scalar.

    Returns:
        A tensor of the dtype and shape of `image`.

    Raises:
        ValueError: for a negative gamma.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.image.adjust_gamma(tf.constant([0.5, 1.0]), 2.0)).tolist()
        [0.25, 1.0]
    """
    with name_scope(None, "adjust_gamma", [image, gamma, gain]):
        _, given, wide = _as_floats(image)
        known = gamma
        if hasattr(gamma, "graph"):
            known = static.constant_value(gamma)
        if known is not None and known < 0:
            raise ValueError("Gamma should be a non-negative real number.")
        dtype = wide.dtype.base_dtype
        return _back(multiply(cast(gain, dtype), pow(wide, cast(gamma, dtype))), given)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """Images of red, green and blue with the hue turned by `delta`, a share of the circle.

    Args:
        image: images of any real dtype, whose last axis has the size 3.
        delta: a number in [-1, 1].
        name: the name scope.
    """
    with name_scope(name, "adjust_hue", [image]):
        _, given, wide = _as_floats(image)
        return _back(adjust_hue_op(wide, delta), given)


def random_hue(image: Any, max_delta: Any, seed: int | None = None) -> Tensor:
    """`adjust_hue` by a delta in [-max_delta, max_delta).

    Args:
        image: of shape [..., 3] and a real type, in red, green and blue.
        max_delta: the most that the hue moves, a number from 0 to 0.5; 1 is once around.
        seed: the op's seed.

    Returns:
        A tensor of the dtype and shape of `image`.

    Raises:
        ValueError: for a `max_delta` outside of [0, 0.5].

    Example:
        >>> import pyengine as tf
        >>> tf.image.random_hue(tf.zeros([8, 8, 3]), 0.1).shape.as_list()
        [8, 8, 3]
    """
    if max_delta > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    return adjust_hue(image, _draw_delta(max_delta, seed))


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """Images of red, green and blue with the saturation multiplied by a factor.

    Args:
        image: images of any real dtype, whose last axis has the size 3.
        saturation_factor: a number.
        name: the name scope.
    """
    with name_scope(name, "adjust_saturation", [image]):
        _, given, wide = _as_floats(image)
        return _back(adjust_saturation_op(wide, saturation_factor), given)


def random_saturation(image: Any, lower: Any, upper: Any, seed: int | None = None) -> Tensor:
    """`adjust_saturation` by a factor in [lower, upper).

    Args:
        image: of shape [..., 3] and a real type, in red, green and blue.
        lower, upper: the bounds of the factor, numbers.
        seed: the op's seed.

    Returns:
        A tensor of the dtype and shape of `image`.

    Raises:
        ValueError: for an empty or negative range.

    Example:
        >>> import pyengine as tf
        >>> tf.image.random_saturation(tf.zeros([8, 8, 3]), 0.5, 1.5).shape.as_list()
        [8, 8, 3]
    """
    return adjust_saturation(image, _draw_factor(lower, upper, seed))


# ---------------------------------------------------------------- colour spaces

_GRAY = (0.2989, 0.5870, 0.1140)


def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """Images of red, green and blue as shades of gray, in the same dtype.

    Args:
        images: images whose last axis has the size 3.
        name: the name scope.
    """
    with name_scope(name, "rgb_to_grayscale", [images]) as scope:
        x = convert_to_tensor(images, name="images")
        given = x.dtype.base_dtype
        wide = convert_image_dtype(x, float32) if given is not float32 else x
        gray = expand_dims(tensordot(wide, constant(_GRAY), [[-1], [-1]]), -1)
        return convert_image_dtype(gray, given, name=scope)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Images of one channel with that channel three times.

    Args:
        images: images whose last axis has the size 1.
        name: the name scope.
    """
    with name_scope(name, "grayscale_to_rgb", [images]) as scope:
        x = convert_to_tensor(images, name="images")
        n = x.shape.ndims
        if n is not None:
            x.shape[-1:].assert_fits([1], "the last axis of a grayscale image has the size 1")
            times: Any = [1] * (n - 1) + [3]
        else:
            times = concat([ones([rank(x) - 1], "int32"), [3]], 0)
        out = tile(x, times, name=scope)
        if n is not None:
            out.set_shape(x.shape[:-1].concatenate([3]))
        return out


def _space(name: str, doc: str, matrix: Any) -> Callable[[Any], Tensor]:
    """A linear change of colours: pixels times a matrix."""

    def function(images: Any) -> Tensor:
        x = convert_to_tensor(images, name="images")
        kernel = convert_to_tensor(matrix, x.dtype.base_dtype, name="kernel")
        n = x.shape.ndims
        return tensordot(x, kernel, [[-1 if n is None else n - 1], [0]])

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""{doc}

Args:
    images: a tensor of shape [..., 3] and a floating type.

Returns:
    A tensor of the same dtype and shape.
"""
    return function


rgb_to_yiq = _space(
    "rgb_to_yiq",
    "The luma and chroma Y, I and Q (NTSC) of images of red, green and blue in [0, 1].",
    [[0.299, 0.59590059, 0.2115], [0.587, -0.27455667, -0.52273617],
     [0.114, -0.32134392, 0.31119955]],
)  # fmt: skip
yiq_to_rgb = _space(
    "yiq_to_rgb",
    "The red, green and blue of images of Y, I and Q.",
    [[1.0, 1.0, 1.0], [0.95598634, -0.27201283, -1.10674021],
     [0.6208248, -0.64720424, 1.70423049]],
)  # fmt: skip
rgb_to_yuv = _space(
    "rgb_to_yuv",
    "The luma and chroma Y, U and V (PAL) of images of red, green and blue in [0, 1].",
    [[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512],
     [0.114, 0.43601035, -0.10001026]],
)  # fmt: skip
yuv_to_rgb = _space(
    "yuv_to_rgb",
    "The red, green and blue of images of Y, U and V.",
    [[1.0, 1.0, 1.0], [0.0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0.0]],
)


def per_image_standardization(image: Any) -> Tensor:
    """(x - mean) / max(deviation, 1 / sqrt(elements)), for each image by itself.

    Args:
        image: a tensor [height, width, channels], with any axes before.

    Returns:
        A float32 tensor.
    """
    with name_scope(None, "per_image_standardization", [image]) as scope:
        x = convert_to_tensor(image, name="image")
        x.shape.with_rank_at_least(3)
        count: Any = x.shape[-3:].num_elements() if x.shape.ndims is not None else None
        if count is None:
            from pyengine.ops.array import shape

            count = reduce_prod(shape(x)[-3:])
        x = cast(x, float32)
        axes = [-1, -2, -3]
        mean = reduce_mean(x, axes, keepdims=True)
        spread = relu(subtract(reduce_mean(square(x), axes, keepdims=True), square(mean)))
        least = rsqrt(cast(count, float32))
        return realdiv(subtract(x, mean), maximum(sqrt(spread), least), name=scope)
