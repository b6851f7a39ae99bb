"""Glimpses: windows of images at given places, with noise where they reach beyond."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import static
from pyengine.executor.runtime import Runtime
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad, whole
from pyengine.shape import TensorShape

__all__ = ["extract_glimpse"]


def _window(offset: float, size: int, full: int, centered: bool, normalized: bool) -> int:
    """The first row or column of a window; halves are cut off towards zero, as in TensorFlow."""
    place = np.float32(offset) * np.float32(full) if normalized else np.float32(offset)
    if centered:
        place = place / np.float32(2) + np.float32(full / 2)
    return int(np.trunc(place - np.float32(size / 2)))


def _filler(image: Any, size: tuple[int, int], noise: str, generator: Any) -> Any:
    shape = (*size, image.shape[-1])
    if noise == "zero":
        return np.zeros(shape, np.float32)
    if noise == "uniform":
        low, high = image.min(axis=(0, 1)), image.max(axis=(0, 1))
        return (low + generator.random(shape) * (high - low)).astype(np.float32)
    mean, spread = image.mean(axis=(0, 1)), image.std(axis=(0, 1))
    return (mean + generator.standard_normal(shape) * spread).astype(np.float32)


def _bound(op: Operation, runtime: Runtime) -> Callable[..., Any]:
    centered, normalized = op.attrs["centered"], op.attrs["normalized"]
    noise = op.attrs["noise"]
    if not op.attrs["uniform_noise"] and noise == "uniform":
        noise = "gaussian"
    generator = runtime.state_of(op, lambda op: np.random.default_rng())

    def kernel(images: Any, size: Any, offsets: Any) -> Any:
        rows, columns = size
        if rows <= 0 or columns <= 0:
            raise ValueError(f"the size of a glimpse must be positive, got {list(size)}")
        if offsets.shape != (len(images), 2):
            raise ValueError(
                f"offsets must have shape [{len(images)}, 2], got {list(offsets.shape)}"
            )
        result = np.empty((len(images), rows, columns, images.shape[3]), np.float32)
        for i, image in enumerate(images):
            top, left = (
                _window(float(offsets[i, a]), size[a], image.shape[a], centered, normalized)
                for a in (0, 1)
            )
            first = max(top, 0), max(left, 0)
            last = min(top + rows, image.shape[0]), min(left + columns, image.shape[1])
            if first != (top, left) or last != (top + rows, left + columns):
                result[i] = _filler(image, (rows, columns), noise, generator)
            if first[0] < last[0] and first[1] < last[1]:
                result[i, first[0] - top : last[0] - top, first[1] - left : last[1] - left] = image[
                    first[0] : last[0], first[1] : last[1]
                ]
        return result

    return kernel


def _shape(op: Operation) -> TensorShape:
    x, offsets = op.inputs[0].shape.with_rank(4), op.inputs[2].shape.with_rank(2)
    offsets.assert_is_compatible_with([None, 2])
    size = static.constant_value(op.inputs[1])
    rows, columns = (None, None) if size is None else (int(s) for s in size)
    return TensorShape([x[0].merge_with(offsets[0]), rows, columns, x[3]])


_extract_glimpse = defop(
    "ExtractGlimpse",
    "input: float32, size: host int32, offsets: float32 -> float32",
    doc="Windows of images.",
    attrs={"centered": True, "normalized": True, "uniform_noise": True, "noise": "uniform"},
    shape=_shape,
    bind=_bound,
    grad=no_grad("TensorFlow takes it for not differentiable"),
)


def extract_glimpse(
    input: Any,
    size: Any,
    offsets: Any,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    name: str | None = None,
) -> Tensor:
    """A window of each image; where it reaches beyond the image there is noise.

    Args:
        input: float32 images [batch, height, width, channels].
        size: the height and width of the windows.
        offsets: float32 places of the windows' centers, y and x, [batch, 2].
        centered: whether (0, 0) is the center of the image rather than its upper left corner; the
            corners are then at -1 and 1.
        normalized: whether offsets are in image sizes rather than pixels.
        uniform_noise: whether the noise is uniform between the least and the largest value of the
            image, rather than Gaussian with its mean and variance.
        name: the op's name.

    Returns:
        A tensor [batch, size, channels].

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     image = tf.reshape(tf.range(9.0), [1, 3, 3, 1])
        ...     sess.run(tf.image.extract_glimpse(image, [1, 1], [[0.0, 0.0]])).item()
        4.0
    """
    return _extract_glimpse(
        input, whole(size), offsets, centered=bool(centered), normalized=bool(normalized),
        uniform_noise=bool(uniform_noise), name=name,
    )  # fmt: skip
