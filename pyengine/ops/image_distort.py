"""`sample_distorted_bounding_box`: random crops that keep enough of an object in an image.

The crops are TensorFlow's own for equal seeds (core/kernels/image/
sample_distorted_bounding_box_op.cc).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad
from pyengine.ops.philox import Philox, uniform_floats
from pyengine.ops.random import _drawing, get_seed
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["sample_distorted_bounding_box", "sample_distorted_bounding_box_v2"]

_f = np.float32


class _Sampled(NamedTuple):
    begin: Tensor
    size: Tensor
    bboxes: Tensor


class _Box(NamedTuple):
    """Pixels from (left, top) to (right, bottom), these excluded."""

    left: int
    top: int
    right: int
    bottom: int

    def area(self) -> int:
        return max(self.right - self.left, 0) * max(self.bottom - self.top, 0)

    def common(self, other: _Box) -> _Box:
        return _Box(
            max(self.left, other.left), max(self.top, other.top), min(self.right, other.right),
            min(self.bottom, other.bottom),
        )  # fmt: skip


class _Numbers:
    """Single words of a stream, one after the other."""

    def __init__(self, generator: Philox, blocks: int) -> None:
        self._generator, self._next = generator, generator.reserve(blocks)
        self._words: list[int] = []

    def word(self) -> int:
        if not self._words:
            numbers = np.arange(self._next, self._next + 8, dtype=np.uint64)
            self._words = self._generator.blocks(numbers).reshape(-1).tolist()[::-1]
            self._next += 8
        return self._words.pop()

    def unit(self) -> Any:
        """A float32 in [0, 1)."""
        return uniform_floats(np.array([self.word()], np.uint32), np.float32)[0]

    def below(self, n: int) -> int:
        """An integer in [0, n), each as likely; n is positive."""
        if n & (n - 1) == 0:
            return self.word() & (n - 1)
        least = 0xFFFFFFFF % n + 1
        while True:
            word = self.word()
            if word >= least:
                return word % n


def _round(x: Any) -> int:
    return int(np.rint(x))


def _crop(width: int, height: int, areas: Any, ratio: Any, numbers: _Numbers) -> _Box | None:
    """A random crop of an aspect ratio with an area in bounds; None where that fails."""
    low, high = _f(areas[0]), _f(areas[1])
    if high <= 0 or ratio <= 0 or width <= 0 or height <= 0 or low > high:
        return None
    least, most = low * _f(width) * _f(height), high * _f(width) * _f(height)
    tall, tallest = _round(np.sqrt(least / ratio)), _round(np.sqrt(most / ratio))
    if _round(_f(tallest) * ratio) > width:
        tallest = int((width + 0.5 - _f(1e-7)) / ratio)
        if _round(_f(tallest) * ratio) > width:
            tallest -= 1
    tallest = min(tallest, height)
    tall = min(tall, tallest)
    if tall < tallest:
        tall += numbers.below(tallest - tall + 1)
    wide = _round(_f(tall) * ratio)
    if _f(wide * tall) < least:  # rounding: try one more, or one less
        tall += 1
        wide = _round(_f(tall) * ratio)
    if _f(wide * tall) > most:
        tall -= 1
        wide = _round(_f(tall) * ratio)
    if not (least <= _f(wide * tall) <= most and 0 < wide <= width and 0 < tall <= height):
        return None
    top = numbers.below(height - tall) if tall < height else 0
    left = numbers.below(width - wide) if wide < width else 0
    return _Box(left, top, left + wide, top + tall)


def _check_settings(attrs: dict[str, Any]) -> None:
    for what, top in (("aspect_ratio_range", np.inf), ("area_range", 1.0)):
        low, high = attrs[what]
        if not (0 < low <= top and 0 < high <= top):
            raise ValueError(f"{what} must be positive and at most {top}, got {[low, high]}")
    if attrs["max_attempts"] <= 0:
        raise ValueError(f"Max attempts must be positive: {attrs['max_attempts']}")


def _is_covered(crop: _Box, boxes: list[_Box], share: Any) -> bool:
    """Whether the crop has enough of one of the objects."""
    if crop.area() < 1:
        return False
    return any(
        _f(crop.common(box).area()) / _f(box.area()) >= share for box in boxes if box.area() >= 1
    )


def _objects(boxes: Any, width: int, height: int, image: _Box, use_image: bool) -> list[_Box]:
    if boxes.ndim != 3 or boxes.shape[-1] != 4:
        raise ValueError(
            f"bounding boxes must have shape [batch, N, 4] but is instead {list(boxes.shape)}"
        )
    if not boxes.size:
        if not use_image:
            raise ValueError(
                "No bounding boxes provided as input. One must enable "
                "use_image_if_no_bounding_boxes if you wish to not provide any bounding boxes."
            )
        return [image]
    flat = boxes.reshape(-1, 4)
    if not np.isfinite(flat).all() or (flat < 0).any() or (flat > 1).any():
        raise ValueError("All bounding box coordinates must be in [0.0, 1.0]")
    scaled = (flat * np.array([height, width, height, width], np.float32)).astype(np.int32)
    return [_Box(int(x0), int(y0), int(x1), int(y1)) for y0, x0, y1, x1 in scaled]


def _sampled(
    generator: Philox, attrs: dict[str, Any], size: Any, boxes: Any, min_object_covered: Any
) -> Any:
    _check_settings(attrs)
    if size.shape != (3,):
        raise ValueError(f"image_size must contain 3 elements, got shape {list(size.shape)}")
    if min_object_covered < 0:
        raise ValueError(f"Min object covered must be non-negative: {min_object_covered}")
    height, width = int(size[0]), int(size[1])
    if height <= 0 or width <= 0:
        raise ValueError(f"Image height and width must be positive, got {height} and {width}")
    image = _Box(0, 0, width, height)
    objects = _objects(boxes, width, height, image, attrs["use_image_if_no_bounding_boxes"])
    low, high = (_f(r) for r in attrs["aspect_ratio_range"])
    numbers = _Numbers(generator, attrs["max_attempts"])
    crop = image
    for _ in range(attrs["max_attempts"]):
        ratio = numbers.unit() * (high - low) + low
        found = _crop(width, height, attrs["area_range"], ratio, numbers)
        if found is not None and _is_covered(found, objects, _f(min_object_covered)):
            crop = found
            break
    sides = np.array([crop.top, crop.left, crop.bottom, crop.right], np.float32)
    box = sides / np.array([height, width, height, width], np.float32)
    return (
        np.array([crop.top, crop.left, 0], size.dtype),
        np.array([crop.bottom - crop.top, crop.right - crop.left, -1], size.dtype),
        box.reshape(1, 1, 4),
    )


def _shapes(op: Operation) -> list[TensorShape]:
    op.inputs[0].shape.with_rank(1).merge_with([3])
    op.inputs[1].shape.with_rank(3)
    if len(op.inputs) > 2:
        op.inputs[2].shape.with_rank(0)
    return [TensorShape([3]), TensorShape([3]), TensorShape([1, 1, 4])]


_COMMON: dict[str, Any] = {
    "aspect_ratio_range": (0.75, 1.33), "area_range": (0.05, 1.0), "max_attempts": 100,
    "use_image_if_no_bounding_boxes": False,
}  # fmt: skip
_INTEGERS = {"T": "uint8|int8|int16|int32|int64"}
_DRAW = no_grad("a random draw does not depend on its inputs")

_sample_v1 = defop(
    "SampleDistortedBoundingBox",
    "image_size: T, bounding_boxes: float32 -> T, T, float32",
    doc="A random crop of an image.",
    attrs={"seed": 0, "seed2": 0, "min_object_covered": 0.1, **_COMMON},
    types=_INTEGERS,
    shape=_shapes,
    bind=_drawing(
        lambda generator, attrs, size, boxes: _sampled(
            generator, attrs, size, boxes, attrs["min_object_covered"]
        )
    ),
    grad=_DRAW,
)

_sample = defop(
    "SampleDistortedBoundingBoxV2",
    "image_size: T, bounding_boxes: float32, min_object_covered: float32 -> T, T, float32",
    doc="A random crop of an image.",
    attrs={"seed": 0, "seed2": 0, **_COMMON},
    types=_INTEGERS,
    shape=_shapes,
    bind=_drawing(_sampled),
    grad=_DRAW,
)


def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: int | None = None,
    seed2: int | None = None,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: int | None = None,
    use_image_if_no_bounding_boxes: bool | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """A random crop of an image that has a share of one of its objects.

    Args:
        image_size: an integer vector [height, width, channels].
        bounding_boxes: the objects, a float tensor [batch, N, 4] of [top, left, bottom, right] as
            parts of the image's size.
        seed, seed2: the op's seeds; both zero or None for another crop at each run.
        min_object_covered: the share of an object that must be in the crop, or more.
        aspect_ratio_range: the bounds of width / height; [0.75, 1.33] by default.
        area_range: the bounds of the share of the image; [0.05, 1] by default.
        max_attempts: how many crops are tried before all of the image is taken; 100 by default.
        use_image_if_no_bounding_boxes: whether all of the image is the object if there are none.
        name: the op's name.

    Returns:
        `begin` and `size` for `tf.slice`, and the crop for `tf.image.draw_bounding_boxes`, a tensor
        [1, 1, 4].

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     begin, size, box = tf.image.sample_distorted_bounding_box(
        ...         [40, 60, 3], [[[0.1, 0.2, 0.5, 0.9]]], seed=1)
        ...     image = tf.slice(tf.zeros([40, 60, 3]), begin, size)
        ...     sess.run(image).shape[2]
        3
    """
    given = {
        "aspect_ratio_range": aspect_ratio_range, "area_range": area_range,
        "max_attempts": max_attempts,
        "use_image_if_no_bounding_boxes": use_image_if_no_bounding_boxes,
    }  # fmt: skip
    options = {**_COMMON, **{k: v for k, v in given.items() if v is not None}}
    for what in ("aspect_ratio_range", "area_range"):
        options[what] = tuple(float(v) for v in options[what])
    with name_scope(name, "sample_distorted_bounding_box"):
        outputs = _sample(
            convert_to_tensor(image_size, name="image_size"),
            convert_to_tensor(bounding_boxes, float32, name="bounding_boxes"),
            convert_to_tensor(min_object_covered, float32, name="min_object_covered"),
            seed=seed or 0, seed2=seed2 or 0, name=name, **options,
        )  # fmt: skip
        return _Sampled(*outputs)


def sample_distorted_bounding_box_v2(
    image_size: Any,
    bounding_boxes: Any,
    seed: int = 0,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: int | None = None,
    use_image_if_no_bounding_boxes: bool | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """`sample_distorted_bounding_box` with one seed, which the graph's is combined with."""
    one, other = get_seed(seed) if seed else (0, 0)
    return sample_distorted_bounding_box(
        image_size, bounding_boxes, one, other, min_object_covered, aspect_ratio_range, area_range,
        max_attempts, use_image_if_no_bounding_boxes, name,
    )  # fmt: skip
