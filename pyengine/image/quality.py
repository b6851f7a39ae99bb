"""Edges and differences: gradients, total variation, PSNR and structural similarity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.image.color import convert_image_dtype
from pyengine.ops.array import reshape, shape
from pyengine.ops.convolution import depthwise_conv2d
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import abs, log, square
from pyengine.ops.filling import zeros
from pyengine.ops.joining import concat, stack
from pyengine.ops.math import add, cast, multiply, pow, realdiv, squared_difference, subtract
from pyengine.ops.nn import relu
from pyengine.ops.padding import pad
from pyengine.ops.pooling import avg_pool
from pyengine.ops.reduce import reduce_mean, reduce_prod, reduce_sum
from pyengine.ops.repetition import tile
from pyengine.ops.softmax import softmax
from pyengine.scopes import name_scope

__all__ = ["image_gradients", "psnr", "sobel_edges", "ssim", "ssim_multiscale", "total_variation"]


def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """The differences of pixels that follow each other: by row, and by column; 0 at the end.

    Args:
        image: images [batch, height, width, channels].

    Raises:
        ValueError: for a tensor of another rank.
    """
    x = convert_to_tensor(image)
    if x.shape.ndims != 4:
        raise ValueError(
            f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {x.shape}."
        )
    batch, height, width, depth = (shape(x)[i] for i in range(4))
    kind = x.dtype.base_dtype
    dy, dx = x[:, 1:] - x[:, :-1], x[:, :, 1:] - x[:, :, :-1]
    dy = reshape(concat([dy, zeros(stack([batch, 1, width, depth]), kind)], 1), shape(x))
    dx = reshape(concat([dx, zeros(stack([batch, height, 1, depth]), kind)], 2), shape(x))
    return dy, dx


_SOBEL = np.array(
    [[[-1, -2, -1], [0, 0, 0], [1, 2, 1]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]], np.float32
)


def sobel_edges(image: Any) -> Tensor:
    """The slopes of images by row and by column, with Sobel's filters.

    Args:
        image: images [batch, height, width, channels], float32.

    Returns:
        A tensor [batch, height, width, channels, 2].
    """
    x = convert_to_tensor(image)
    depth = shape(x)[-1]
    kernels = constant(_SOBEL.transpose(1, 2, 0)[:, :, None].astype(x.dtype.as_numpy_dtype))
    kernels = tile(kernels, stack([1, 1, depth, 1]), name="sobel_filters")
    wide = pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    out = depthwise_conv2d(wide, kernels, [1, 1, 1, 1], "VALID")
    out = reshape(out, concat([shape(x), [2]], 0))
    out.set_shape(x.shape.concatenate([2]))
    return out


def total_variation(images: Any, name: str | None = None) -> Tensor:
    """The sum of the absolute differences of neighbouring pixels: a number for each image.

    Args:
        images: an image [height, width, channels], or a batch of them.
        name: the name scope.

    Raises:
        ValueError: for a tensor of another rank.
    """
    with name_scope(name, "total_variation", [images]):
        x = convert_to_tensor(images)
        n = x.shape.ndims
        if n == 3:
            axes, rows, columns = None, x[1:] - x[:-1], x[:, 1:] - x[:, :-1]
        elif n == 4:
            axes = [1, 2, 3]
            rows, columns = x[:, 1:] - x[:, :-1], x[:, :, 1:] - x[:, :, :-1]
        else:
            raise ValueError("'images' must be either 3 or 4-dimensional.")
        return add(reduce_sum(abs(rows), axes), reduce_sum(abs(columns), axes))


def _pair(a: Any, b: Any, max_val: Any) -> tuple[Tensor, Tensor, Tensor]:
    """Two images and the largest value, as floats on the scale of [0, 1] for integers."""
    x, y = convert_to_tensor(a), convert_to_tensor(b)
    most = cast(max_val, x.dtype.base_dtype)
    most = convert_image_dtype(most, float32)
    x, y = convert_image_dtype(x, float32), convert_image_dtype(y, float32)
    if x.shape.ndims is not None and x.shape.ndims < 3:
        raise ValueError(f"images must be of rank 3 or more, got {x.shape}")
    if x.shape.sizes is not None and y.shape.sizes is not None:
        x.shape[-3:].assert_fits(y.shape[-3:], "the images must have the same size")
    return x, y, most


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Tensor:
    """The peak signal-to-noise ratio of two images, in decibels: a number for each pair.

    See https://en.wikipedia.org/wiki/Peak_signal-to-noise_ratio

    Args:
        a, b: images of one shape [..., height, width, channels].
        max_val: the range of their values, such as 255.
        name: the name scope.
    """
    with name_scope(name, "PSNR", [a, b]) as scope:
        x, y, most = _pair(a, b, max_val)
        error = reduce_mean(squared_difference(x, y), [-3, -2, -1])
        return subtract(
            realdiv(multiply(20.0, log(most)), np.float32(math.log(10.0))),
            multiply(np.float32(10 / math.log(10)), log(error)),
            name=scope,
        )


def _gaussian(size: int, sigma: float) -> Tensor:
    """A filter [size, size, 1, 1] whose weights fall off as a normal density, and sum to 1."""
    places = cast(np.arange(size), float32) - (size - 1) / 2.0
    fall = multiply(square(places), np.float32(-0.5 / sigma**2))
    weights = add(reshape(fall, [1, -1]), reshape(fall, [-1, 1]))
    return reshape(softmax(reshape(weights, [1, -1])), [size, size, 1, 1])


def _similarity(
    x: Tensor, y: Tensor, most: Tensor, size: int, sigma: float, k1: float, k2: float
) -> tuple[Tensor, Tensor]:
    """Structural similarity, and its part from contrast and structure, by channel.

    See Wang et al., https://doi.org/10.1109/TIP.2003.819861
    """
    c1, c2 = square(multiply(k1, most)), square(multiply(k2, most))
    kernel = tile(_gaussian(size, sigma), stack([1, 1, shape(x)[-1], 1]))

    def smooth(images: Tensor) -> Tensor:
        sizes = shape(images)
        flat = reshape(images, concat([[-1], sizes[-3:]], 0))
        out = depthwise_conv2d(flat, kernel, [1, 1, 1, 1], "VALID")
        return reshape(out, concat([sizes[:-3], shape(out)[1:]], 0))

    mean_x, mean_y = smooth(x), smooth(y)
    product = multiply(multiply(mean_x, mean_y), 2.0)
    squares = add(square(mean_x), square(mean_y))
    light = realdiv(add(product, c1), add(squares, c1))
    both = multiply(smooth(multiply(x, y)), 2.0)
    spread = smooth(add(square(x), square(y)))
    structure = realdiv(add(subtract(both, product), c2), add(subtract(spread, squares), c2))
    return multiply(light, structure), structure


def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The structural similarity of two images: a number for each pair, 1 if they are the same.

    See Wang et al., https://doi.org/10.1109/TIP.2003.819861

    Args:
        img1, img2: images of one shape [..., height, width, channels], at least as large as the
            filter.
        max_val: the range of their values, such as 255.
        filter_size, filter_sigma: of the Gaussian filter.
        k1, k2: the constants of the formula.
    """
    with name_scope(None, "SSIM", [img1, img2]):
        x, y, most = _pair(img1, img2, max_val)
        size = int(whole(filter_size))
        whole_map, _ = _similarity(x, y, most, size, filter_sigma, k1, k2)
        return reduce_mean(reduce_mean(whole_map, [-3, -2]), [-1])


_POWERS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Any = _POWERS,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The structural similarity of two images over several scales, each half of the one before.

    See Wang et al., https://doi.org/10.1109/ACSSC.2003.1292216

    Args:
        power_factors: the weight of each scale.
        img1, img2, max_val, filter_size, filter_sigma, k1, k2: as for `ssim`.
    """
    with name_scope(None, "MS-SSIM", [img1, img2]):
        x, y, most = _pair(img1, img2, max_val)
        parts: list[Tensor] = []
        last: Any = None
        for step in range(len(power_factors)):
            if step:
                x, y = _halved(x), _halved(y)
            whole_map, structure = _similarity(
                x, y, most, int(whole(filter_size)), filter_sigma, k1, k2
            )
            parts.append(relu(reduce_mean(structure, [-3, -2])))
            last = reduce_mean(whole_map, [-3, -2])
        parts[-1] = relu(last)
        powers = constant([float(p) for p in power_factors])
        return reduce_mean(reduce_prod(pow(stack(parts, axis=-1), powers), [-1]), [-1])


def _halved(images: Tensor) -> Tensor:
    """Images of half the size; an odd last line is doubled first."""
    sizes = shape(images)
    flat = reshape(images, concat([[-1], sizes[-3:]], 0))
    odd = sizes[-3:-1] % 2
    borders = stack([[0, 0], stack([0, odd[0]]), stack([0, odd[1]]), [0, 0]])
    out = avg_pool(pad(flat, borders, mode="SYMMETRIC"), [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    return reshape(out, concat([sizes[:-3], shape(out)[1:]], 0))
