"""The op types that resize images, and their gradients.

All methods are linear, and treat height and width one after the other: each output line is a
weighted sum of a few input lines. Coordinates are float32, as in TensorFlow's kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import static
from pyengine.graph import Operation
from pyengine.ops.array import shape as shape_of
from pyengine.ops.declare import defop, missing_grad, own_attrs
from pyengine.shape import TensorShape

__all__ = ["resize_area_op", "resize_bicubic_op", "resize_bilinear_op", "resize_nearest_op"]

_ATTRS = {"align_corners": False, "half_pixel_centers": False}
Taps = tuple[list[Any], list[Any]]
"""For each of a few taps, the input line of each output line, and its weight."""


def _scale(size: int, out: int, align_corners: bool) -> Any:
    if align_corners and out > 1:
        return np.float32(size - 1) / np.float32(out - 1)
    return np.float32(size) / np.float32(out)


def _check_centres(align_corners: bool, half_pixel_centers: bool) -> None:
    if align_corners and half_pixel_centers:
        raise ValueError("If half_pixel_centers is True, align_corners must be False.")


def _sources(size: int, out: int, align_corners: bool, half_pixel_centers: bool) -> Any:
    """Where each output line lies in the input."""
    _check_centres(align_corners, half_pixel_centers)
    scale, places = _scale(size, out, align_corners), np.arange(out, dtype=np.float32)
    if half_pixel_centers:
        return (places + np.float32(0.5)) * scale - np.float32(0.5)
    return places * scale


def _bilinear_taps(size: int, out: int, **attrs: bool) -> Taps:
    at = _sources(size, out, **attrs)
    floor = np.floor(at)
    low = np.maximum(floor, 0).astype(np.int64)
    high = np.clip(np.ceil(at).astype(np.int64), 0, size - 1)
    share = at - floor
    return [np.minimum(low, size - 1), high], [1 - share, share]


def _nearest_taps(size: int, out: int, *, align_corners: bool, half_pixel_centers: bool) -> Taps:
    _check_centres(align_corners, half_pixel_centers)
    scale, places = _scale(size, out, align_corners), np.arange(out, dtype=np.float32)
    at = (places + np.float32(0.5)) * scale if half_pixel_centers else places * scale
    at = np.floor(at + np.float32(0.5)) if align_corners else np.floor(at)
    return [np.clip(at.astype(np.int64), 0, size - 1)], [np.ones(out, np.float32)]


def _cubic(x: Any, a: float) -> tuple[Any, Any]:
    """Keys' kernel at x and at x + 1, https://doi.org/10.1109/TASSP.1981.1163711"""
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = x + 1
    return near, ((a * far - 5 * a) * far + 8 * a) * far - 4 * a


def _bicubic_taps(size: int, out: int, *, align_corners: bool, half_pixel_centers: bool) -> Taps:
    _check_centres(align_corners, half_pixel_centers)
    at = _sources(size, out, align_corners, half_pixel_centers)
    floor = np.floor(at)
    # TensorFlow looks the kernel up in a table of 1024 steps.
    step = np.rint((at - floor) * np.float32(1024)).astype(np.float64) / 1024
    a = -0.5 if half_pixel_centers else -0.75
    (near_low, far_low), (near_high, far_high) = _cubic(step, a), _cubic(1 - step, a)
    weights = [w.astype(np.float32) for w in (far_low, near_low, near_high, far_high)]
    wanted = [floor.astype(np.int64) + k for k in (-1, 0, 1, 2)]
    indices = [np.clip(i, 0, size - 1) for i in wanted]
    if half_pixel_centers:  # what falls outside does not count
        weights = [np.where(i == w, v, 0) for i, w, v in zip(indices, wanted, weights)]
        total = np.sum(weights, axis=0)
        weights = [(v / total).astype(np.float32) for v in weights]
    return indices, weights


def _matrix(taps: Taps, size: int) -> Any:
    """The weights as a matrix [output lines, input lines]."""
    indices, weights = taps
    matrix = np.zeros((len(indices[0]), size), np.float32)
    for i, w in zip(indices, weights):
        np.add.at(matrix, (np.arange(len(i)), i), w)
    return matrix


def _apply(x: Any, taps: Taps, axis: int) -> Any:
    indices, weights = taps
    sizes = [1] * x.ndim
    sizes[axis] = -1
    total = None
    for i, w in zip(indices, weights):
        part = np.take(x, i, axis=axis) * w.reshape(sizes)
        total = part if total is None else total + part
    return total


def _check_sizes(x: Any, size: Any) -> tuple[int, int]:
    if len(size) != 2:
        raise ValueError(f"size must have two elements, got {list(size)}")
    height, width = size
    if height <= 0 or width <= 0:
        raise ValueError(f"output dimensions must be positive, got {[height, width]}")
    if x.shape[1] == 0 or x.shape[2] == 0:
        raise ValueError("input image must be of non-zero size")
    return height, width


def _resized_shape(op: Operation) -> TensorShape:
    images = op.inputs[0].shape.with_rank(4)
    op.inputs[1].shape.merge_with([2])
    size = static.shape_value(op.inputs[1])
    sizes = images.sizes or (None,) * 4
    return TensorShape.of((sizes[0], *(size.sizes or (None, None)), sizes[3]))


def _forward(taps_of: Callable[..., Taps]) -> Callable[..., Any]:
    def kernel(xp: Any, images: Any, size: Any, **attrs: bool) -> Any:
        height, width = _check_sizes(images, size)
        x = images.astype(np.float32, copy=False)
        x = _apply(x, taps_of(x.shape[2], width, **attrs), 2)
        return _apply(x, taps_of(x.shape[1], height, **attrs), 1)

    return kernel


def _transposed(dy: Any, sizes: Any, taps_of: Callable[..., Taps], attrs: dict[str, bool]) -> Any:
    """The gradient of the images, of the spatial sizes `sizes`, from that of the output."""
    rows = _matrix(taps_of(sizes[0], dy.shape[1], **attrs), sizes[0])
    columns = _matrix(taps_of(sizes[1], dy.shape[2], **attrs), sizes[1])
    wide = np.float64 if dy.dtype == np.float64 else np.float32
    return np.einsum("bhwc,hy,wx->byxc", dy.astype(wide, copy=False), rows, columns, optimize=True)


def _backward(taps_of: Callable[..., Taps]) -> Callable[..., Any]:
    def kernel(xp: Any, dy: Any, image: Any, **attrs: bool) -> Any:
        dx = _transposed(dy, image.shape[1:3], taps_of, attrs)
        return np.ascontiguousarray(dx).astype(image.dtype, copy=False)

    return kernel


def _nearest_kernel(xp: Any, images: Any, size: Any, **attrs: bool) -> Any:
    height, width = _check_sizes(images, size)
    rows = _nearest_taps(images.shape[1], height, **attrs)[0][0]
    columns = _nearest_taps(images.shape[2], width, **attrs)[0][0]
    return images[:, rows[:, None], columns]


def _nearest_grad_kernel(xp: Any, dy: Any, size: Any, **attrs: bool) -> Any:
    dx = _transposed(dy, size, _nearest_taps, attrs)
    return np.ascontiguousarray(dx).astype(dy.dtype, copy=False)


def _area_matrix(size: int, out: int, align_corners: bool) -> Any:
    """How much of each input line each output line covers, by its height."""
    scale = _scale(size, out, align_corners)
    start = np.arange(out, dtype=np.float32) * scale
    end = np.arange(1, out + 1, dtype=np.float32) * scale
    matrix = np.zeros((out, size), np.float32)
    for row, (first, last) in enumerate(zip(start, end)):
        for i in range(int(np.floor(first)), int(np.ceil(last))):
            matrix[row, min(i, size - 1)] += min(last, i + 1) - max(first, i)
    return matrix / scale


def _area_kernel(xp: Any, images: Any, size: Any, *, align_corners: bool) -> Any:
    height, width = _check_sizes(images, size)
    x = images.astype(np.float32, copy=False)
    rows = _area_matrix(x.shape[1], height, align_corners)
    columns = _area_matrix(x.shape[2], width, align_corners)
    out = np.einsum("byxc,hy,wx->bhwc", x, rows, columns, optimize=True)
    return np.ascontiguousarray(out)


def _no_second_order(op: Operation, *_: Any) -> Any:
    raise LookupError(
        f"No gradient defined for operation '{op.name}' (op type: {op.type}): resizing has a "
        f"first-order gradient only"
    )


_IMAGES = "int8|uint8|int16|uint16|int32|int64|float16|bfloat16|float32|float64"


def _float_grad(back: Callable[..., Any]) -> Callable[..., Any]:
    """The gradient of a resizing op to float32: None for images of dtypes that it does not take."""
    allowed = back.opdef.inputs[1].allowed  # type: ignore[attr-defined]

    def grad(op: Operation, dy: Any) -> Any:
        if op.inputs[0].dtype.base_dtype not in allowed:
            return None, None
        return back(dy, op.inputs[0], **own_attrs(op)), None

    return grad


def _family(name: str, what: str, taps_of: Callable[..., Taps], types: str) -> Any:
    back = defop(
        f"{name}Grad",
        "grads: float32, original_image: T -> T",
        doc=f"The gradient of {name}.",
        types={"T": types},
        attrs=_ATTRS,
        shape=lambda op: op.inputs[1].shape,
        kernel=_backward(taps_of),
        grad=_no_second_order,
    )
    return defop(
        name,
        "images: T, size: host int32 -> float32",
        doc=f"Images resized {what}.",
        types={"T": _IMAGES},
        attrs=_ATTRS,
        shape=_resized_shape,
        kernel=_forward(taps_of),
        grad=_float_grad(back),
    )


resize_bilinear_op = _family(
    "ResizeBilinear",
    "by bilinear interpolation",
    _bilinear_taps,
    "float16|bfloat16|float32|float64",
)
resize_bicubic_op = _family(
    "ResizeBicubic", "by bicubic interpolation", _bicubic_taps, "float32|float64"
)
_nearest_grad = defop(
    "ResizeNearestNeighborGrad",
    "grads: T, size: host int32 -> T",
    doc="The gradient of ResizeNearestNeighbor.",
    types={"T": "uint8|int8|int32|float16|bfloat16|float32|float64"},
    attrs=_ATTRS,
    shape=_resized_shape,
    kernel=_nearest_grad_kernel,
    grad=lambda op, d: (resize_nearest_op(d, shape_of(op.inputs[0])[1:3], **own_attrs(op)), None),
)
resize_nearest_op = defop(
    "ResizeNearestNeighbor",
    "images: T, size: host int32 -> T",
    doc="Images resized by taking the nearest pixel.",
    types={"T": _IMAGES},
    attrs=_ATTRS,
    shape=_resized_shape,
    kernel=_nearest_kernel,
    grad=lambda op, dy: (_nearest_grad(dy, shape_of(op.inputs[0])[1:3], **own_attrs(op)), None),
)
resize_area_op = defop(
    "ResizeArea",
    "images: T, size: host int32 -> float32",
    doc="Images resized by taking the mean over areas.",
    types={"T": _IMAGES},
    attrs={"align_corners": False},
    shape=_resized_shape,
    kernel=_area_kernel,
    grad=missing_grad("TensorFlow has none either"),
)
