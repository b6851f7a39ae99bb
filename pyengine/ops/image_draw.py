"""Boxes drawn on images."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad
from pyengine.shape import TensorShape

__all__ = ["draw_bounding_boxes"]

# The colours that boxes take in turn, red, green, blue and alpha: those of TensorFlow.
_COLORS = np.array(
    [[1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1], [0.5, 0, 0.5, 1], [0.5, 0.5, 0, 1],
     [0.5, 0, 0, 1], [0, 0, 0.5, 1], [0, 1, 1, 1], [1, 0, 1, 1]],
    np.float32,
)  # fmt: skip
_DRAWN = no_grad("TensorFlow takes it for not differentiable")


def _draw(image: Any, box: Any, color: Any) -> None:
    """Draws the border of a box, as far as it is on the image, into it."""
    height, width = image.shape[:2]
    top, left, bottom, right = (
        int(np.float32(share) * np.float32(size - 1))
        for share, size in zip(box, (height, width, height, width))
    )
    if top > bottom or left > right:
        return
    if top >= height or bottom < 0 or left >= width or right < 0:
        return
    rows = slice(max(top, 0), min(bottom, height - 1) + 1)
    columns = slice(max(left, 0), min(right, width - 1) + 1)
    for row in (top, bottom):
        if 0 <= row < height:
            image[row, columns] = color
    for column in (left, right):
        if 0 <= column < width:
            image[rows, column] = color


def _kernel(xp: Any, images: Any, boxes: Any, colors: Any = None) -> Any:
    depth = images.shape[3]
    if depth not in (1, 3, 4):
        raise ValueError(f"images must have 1, 3 or 4 channels (Channel depth), got {depth}")
    if len(images) != len(boxes):
        raise ValueError(f"The batch sizes should be the same: {len(images)} and {len(boxes)}")
    table = _COLORS if colors is None or not colors.size else colors
    if table.shape[1] < depth:
        raise ValueError(f"colors have {table.shape[1]} channels, the images {depth}")
    if depth == 1 and table is _COLORS:
        table = np.ones_like(_COLORS)
    out = np.array(images, order="C")
    for image, its_boxes in zip(out, boxes):
        for i, box in enumerate(its_boxes):
            _draw(image, box, table[i % len(table), :depth].astype(out.dtype))
    return out


def _shape(op: Operation) -> TensorShape:
    images = op.inputs[0].shape.with_rank(4)
    op.inputs[1].shape.with_rank(3).merge_with([None, None, 4])
    return images


_draw_plain = defop(
    "DrawBoundingBoxes",
    "images: T, boxes: float32 -> T",
    doc="Images with the borders of boxes drawn on them, in colours of their own.",
    types={"T": "float16|float32"},
    shape=_shape,
    kernel=_kernel,
    grad=_DRAWN,
)
_draw_colored = defop(
    "DrawBoundingBoxesV2",
    "images: T, boxes: float32, colors: float32 -> T",
    doc="Images with the borders of boxes drawn on them, in given colours.",
    types={"T": "float16|float32"},
    shape=_shape,
    kernel=_kernel,
    grad=_DRAWN,
)


def draw_bounding_boxes(
    images: Any, boxes: Any, name: str | None = None, colors: Any = None
) -> Tensor:
    """Images with the borders of boxes drawn on them.

    Args:
        images: images [batch, height, width, channels] of 1, 3 or 4 channels, float32 or float16.
        boxes: float32 [batch, boxes, 4]: the first and last row and column, y1, x1, y2, x2, as
            shares of height and width.
        name: the op's name.
        colors: float32 [colors, channels], taken in turn; ten of TensorFlow's by default.
    """
    if colors is None:
        return _draw_plain(images, boxes, name=name)
    return _draw_colored(images, boxes, convert_to_tensor(colors, float32), name=name)
