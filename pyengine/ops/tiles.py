"""Maximum pooling by windows that cover images, one beside the other: a compiled pass for each way.

On the way there it can note which element of its window each result is, in a byte; the gradient
then needs nothing else of the image. PyTorch's pooling makes that an integer of 8 bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.compiled import LANES, WHOLE, dense, kernels
from pyengine.executor.threads import in_parallel
from pyengine.ops.window import Sizes

_BLOCK = 1 << 18
"""Elements of images that are worth a thread."""
_MOST = 255
"""Places that a byte tells apart."""


def fit(x: Any, ksize: Sizes) -> bool:
    """Whether images, channels last, whose windows cover them, can be pooled here."""
    return bool(
        LANES
        and x.ndim == 4
        and x.size
        and x.dtype == np.float32
        and x.shape[-1] % WHOLE == 0
        and ksize[0] * ksize[1] <= _MOST
    )


def largest(x: Any, ksize: Sizes) -> Any:
    """The largest elements of windows: `[batch, rows, columns, channels]`; None if one is NaN."""
    return _pooled(x, ksize, None)


def largest_with_places(x: Any, ksize: Sizes) -> tuple[Any, Any] | None:
    """The largest elements, and their places in their windows, uint8; None if one is NaN.

    Of equal elements the first is taken.
    """
    places = np.empty(_windows(x, ksize), np.uint8)
    found = _pooled(x, ksize, places)
    return None if found is None else (found, places)


def _windows(x: Any, ksize: Sizes) -> Sizes:
    return len(x), x.shape[1] // ksize[0], x.shape[2] // ksize[1], x.shape[3]


def _pooled(x: Any, ksize: Sizes, places: Any) -> Any:
    images, out = dense(x), np.empty(_windows(x, ksize), np.float32)
    without_nan: list[bool] = []

    def work(start: int, stop: int) -> None:
        some = slice(start, stop)
        at = None if places is None else places[some]
        without_nan.append(kernels.largest_into(images[some], out[some], at, LANES))

    _by_images(work, images)
    return out if all(without_nan) else None


def share_out(places: Any, slopes: Any, ksize: Sizes) -> Any:
    """The gradient of such a pooling: images that are 0 but for each slope in its place.

    Args:
        places: what `largest_with_places` gave.
        slopes: the gradient of the pooled images, of the same shape.
        ksize: a window's sizes.

    Raises:
        ValueError: if the shapes differ.
    """
    if places.shape != slopes.shape:
        raise ValueError(
            f"the gradient is of shape {slopes.shape}, the pooled image {places.shape}"
        )
    slopes = dense(slopes)
    batch, rows, columns, channels = slopes.shape
    images = np.empty((batch, rows * ksize[0], columns * ksize[1], channels), np.float32)

    def work(start: int, stop: int) -> None:
        some = slice(start, stop)
        kernels.share_out_into(places[some], slopes[some], images[some], LANES)

    _by_images(work, images)
    return images


def _by_images(work: Any, images: Any) -> None:
    in_parallel(work, len(images), max(_BLOCK * len(images) // images.size, 1))
