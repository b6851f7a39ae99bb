"""Crops of images, resized to one size."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.errors import OutOfRangeError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import shape as shape_of
from pyengine.ops.declare import defop, old_names, whole
from pyengine.ops.math import cast
from pyengine.shape import TensorShape, unknown_shape

__all__ = ["crop_and_resize"]

_ATTRS = {"method": "bilinear", "extrapolation_value": 0.0}


def _crop_shape(op: Operation) -> TensorShape:
    image = op.inputs[0].shape.with_rank(4)
    boxes = op.inputs[1].shape.with_rank(2).merge_with([None, 4])
    count = boxes[:1].merge_with(op.inputs[2].shape.with_rank(1))
    op.inputs[3].shape.merge_with([2])
    size = static.shape_value(op.inputs[3])
    depth = image[3:4] if image.sizes is not None else unknown_shape(1)
    sizes = size if size.sizes is not None else unknown_shape(2)
    return count.concatenate(sizes).concatenate(depth)


def _lines(first: Any, last: Any, size: int, out: int) -> tuple[Any, Any]:
    """Where the lines of each crop lie in its image, and whether they do; [boxes, out]."""
    steps = np.arange(out, dtype=np.float32)
    high = np.float32(size - 1)
    if out > 1:
        scale = (last - first) * high / np.float32(out - 1)
        at = (first * high)[:, None] + steps * scale[:, None]
    else:
        at = np.float32(0.5) * (first + last)[:, None] * high
    return at, (at >= 0) & (at <= high)


def _geometry(sizes: Any, boxes: Any, crop: Any) -> tuple[Any, Any, Any]:
    """Rows, columns and whether both are inside, for each place of each crop."""
    y, y_in = _lines(boxes[:, 0], boxes[:, 2], sizes[1], crop[0])
    x, x_in = _lines(boxes[:, 1], boxes[:, 3], sizes[2], crop[1])
    return y, x, y_in[:, :, None] & x_in[:, None, :]


def _round(x: Any) -> Any:
    return np.where(x < 0, np.ceil(x - 0.5), np.floor(x + 0.5))


def _taps(at: Any, size: int, method: str) -> list[tuple[Any, Any]]:
    """The input lines that each line is made of, and their weights."""
    if method == "nearest":
        return [(np.clip(_round(at).astype(np.int64), 0, size - 1), np.ones_like(at))]
    low = np.floor(at)
    share = at - low
    first = np.clip(low.astype(np.int64), 0, size - 1)
    second = np.clip(np.ceil(at).astype(np.int64), 0, size - 1)
    return [(first, 1 - share), (second, share)]


def _check_boxes(batch: int, boxes: Any, box_ind: Any, crop: Any = (1, 1)) -> None:
    if len(boxes) != len(box_ind):
        raise ValueError(f"boxes and box_ind must be as many: {len(boxes)} vs {len(box_ind)}")
    if np.any((box_ind < 0) | (box_ind >= batch)):
        raise OutOfRangeError(None, None, f"box_index has values outside [0, {batch})")
    if min(crop) <= 0:
        raise ValueError(f"crop dimensions must be positive, got {list(crop)}")


def _crop_kernel(
    xp: Any, image: Any, boxes: Any, box_ind: Any, crop_size: Any, *, method: str,
    extrapolation_value: float,
) -> Any:  # fmt: skip
    _check_boxes(len(image), boxes, box_ind, crop_size)
    y, x, inside = _geometry(image.shape, boxes, crop_size)
    out = np.zeros((*inside.shape, image.shape[3]), np.float32)
    of = box_ind[:, None, None]
    for rows, row_weights in _taps(y, image.shape[1], method):
        for columns, weights in _taps(x, image.shape[2], method):
            w = row_weights[:, :, None] * weights[:, None, :]
            out += image[of, rows[:, :, None], columns[:, None, :]] * w[..., None]
    out[~inside] = extrapolation_value
    return out


def _image_grad_kernel(
    xp: Any, dy: Any, boxes: Any, box_ind: Any, image_size: Any, *, T: Any, method: str
) -> Any:
    _check_boxes(image_size[0], boxes, box_ind)
    y, x, inside = _geometry(image_size, boxes, dy.shape[1:3])
    dx = np.zeros(image_size, np.float32)
    masked = dy * inside[..., None]
    of = np.broadcast_to(box_ind[:, None, None], inside.shape)
    for rows, row_weights in _taps(y, image_size[1], method):
        for columns, weights in _taps(x, image_size[2], method):
            w = row_weights[:, :, None] * weights[:, None, :]
            at = (
                of,
                np.broadcast_to(rows[:, :, None], inside.shape),
                np.broadcast_to(columns[:, None, :], inside.shape),
            )
            np.add.at(dx, at, masked * w[..., None])
    return dx.astype(T.as_numpy_dtype, copy=False)


def _boxes_grad_kernel(
    xp: Any, dy: Any, image: Any, boxes: Any, box_ind: Any, *, method: str
) -> Any:
    """The derivative of the sampled value by the place, times that of the place by the box."""
    _check_boxes(len(image), boxes, box_ind)
    height, width = dy.shape[1:3]
    y, x, inside = _geometry(image.shape, boxes, (height, width))
    (top, _), (bottom, y_share) = _taps(y, image.shape[1], "bilinear")
    (left, _), (right, x_share) = _taps(x, image.shape[2], "bilinear")
    of = box_ind[:, None, None]

    def pixels(rows: Any, columns: Any) -> Any:
        return image[of, rows[:, :, None], columns[:, None, :]].astype(np.float32)

    corners = [[pixels(r, c) for c in (left, right)] for r in (top, bottom)]
    (tl, tr), (bl, br) = corners
    ys, xs = y_share[:, :, None, None], x_share[:, None, :, None]
    by_y = (bl - tl) * (1 - xs) + (br - tr) * xs
    by_x = (tr - tl) * (1 - ys) + (br - bl) * ys
    masked = dy * inside[..., None]
    sums_y = (masked * by_y).sum(axis=(2, 3)) * (image.shape[1] - 1)
    sums_x = (masked * by_x).sum(axis=(1, 3)) * (image.shape[2] - 1)
    return np.stack([*_ends(sums_y, height), *_ends(sums_x, width)], axis=-1)[
        :, [0, 2, 1, 3]
    ].astype(np.float32, copy=False)


def _ends(sums: Any, out: int) -> tuple[Any, Any]:
    """What the first and the last end of the box get of the slopes of the lines."""
    if out == 1:
        half = 0.5 * sums[:, 0]
        return half, half
    share = np.arange(out, dtype=np.float32) / np.float32(out - 1)
    return sums @ (1 - share), sums @ share


def _no_second_order(op: Operation, *_: Any) -> Any:
    raise LookupError(
        f"No gradient defined for operation '{op.name}' (op type: {op.type}): crop_and_resize has "
        f"first-order gradients only"
    )


_IMAGES = "uint8|uint16|int8|int16|int32|int64|float16|float32|float64"

_image_grad = defop(
    "CropAndResizeGradImage",
    "grads: float32, boxes: float32, box_ind: int32, image_size: host int32 -> @T",
    doc="The gradient of CropAndResize with respect to its images.",
    attrs={"T": None, "method": "bilinear"},
    shape=lambda op: static.shape_value(op.inputs[3]).merge_with(unknown_shape(4)),
    kernel=_image_grad_kernel,
    grad=_no_second_order,
)
_boxes_grad = defop(
    "CropAndResizeGradBoxes",
    "grads: float32, image: T, boxes: float32, box_ind: int32 -> float32",
    doc="The gradient of CropAndResize with respect to its boxes.",
    types={"T": _IMAGES},
    attrs={"method": "bilinear"},
    shape=lambda op: op.inputs[2].shape,
    kernel=_boxes_grad_kernel,
    grad=_no_second_order,
)


def _crop_grad(op: Operation, dy: Tensor) -> Any:
    image, boxes, box_ind = op.inputs[:3]
    d_image = None
    if image.dtype.is_floating:
        d_image = _image_grad(
            dy, boxes, box_ind, cast(shape_of(image), "int32"), T=image.dtype.base_dtype,
            method=op.attrs["method"],
        )  # fmt: skip
    # Where the box of a nearest pixel moves, nothing changes; TensorFlow takes the bilinear slope.
    return d_image, _boxes_grad(dy, image, boxes, box_ind), None, None


_crop_and_resize = defop(
    "CropAndResize",
    "image: T, boxes: float32, box_ind: int32, crop_size: host int32 -> float32",
    doc="Crops of images, resized to one size.",
    types={"T": _IMAGES},
    attrs=_ATTRS,
    shape=_crop_shape,
    kernel=_crop_kernel,
    grad=_crop_grad,
)


@old_names(box_indices="box_ind")
def crop_and_resize(
    image: Any,
    boxes: Any,
    box_ind: Any = None,
    crop_size: Any = None,
    method: str = "bilinear",
    extrapolation_value: float = 0,
    name: str | None = None,
) -> Tensor:
    """Crops of images, resized to one size.

    Args:
        image: images [batch, height, width, channels].
        boxes: float32 [boxes, 4]: the first and last row and column, y1, x1, y2, x2, as shares of
            the height and the width; a box may be turned over, and reach outside.
        box_ind: the image of each box, int32; also called `box_indices`.
        crop_size: height and width of the crops.
        method: "bilinear" or "nearest".
        extrapolation_value: what is outside of the image.
        name: the op's name.

    Returns:
        A float32 tensor [boxes, height, width, channels].

    Raises:
        ValueError: for another method, or shapes that do not fit.
    """
    if box_ind is None or crop_size is None:
        raise TypeError("crop_and_resize needs box_ind and crop_size")
    if method not in ("bilinear", "nearest"):
        raise ValueError(
            f"Value for attr 'method' of \"{method}\" is not in the list of allowed values: "
            f'"bilinear", "nearest"'
        )
    return _crop_and_resize(
        image,
        boxes,
        box_ind,
        whole(crop_size),
        method=method,
        extrapolation_value=float(extrapolation_value),
        name=name,
    )
