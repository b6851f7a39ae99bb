"""Images made larger or smaller."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32, int32
from pyengine.graph import Tensor
from pyengine.ops import image_resize as ops
from pyengine.ops.array import expand_dims, shape, squeeze
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import round
from pyengine.ops.math import cast, minimum, multiply, realdiv
from pyengine.scopes import name_scope

__all__ = [
    "ResizeMethod", "as_batch", "resize", "resize_area", "resize_bicubic", "resize_bilinear",
    "resize_images", "resize_nearest_neighbor",
]  # fmt: skip


class ResizeMethod:
    """How `resize_images` interpolates."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


def resize_bilinear(
    images: Any,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images resized by bilinear interpolation.

    Args:
        images: images [batch, height, width, channels] of any real dtype.
        size: the new height and width: two integers.
        align_corners: whether the centres of the corner pixels stay in the corners.
        name: the op's name.
        half_pixel_centers: whether a pixel is the area around its centre, not a point.

    Returns:
        A float32 tensor.
    """
    return ops.resize_bilinear_op(
        images, whole(size), name=name, **_centres(align_corners, half_pixel_centers)
    )


def _centres(align_corners: bool, half_pixel_centers: bool) -> dict[str, bool]:
    return {"align_corners": bool(align_corners), "half_pixel_centers": bool(half_pixel_centers)}


def resize_nearest_neighbor(
    images: Any,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images resized by taking the nearest pixel, in their dtype; see `resize_bilinear`.

    Args:
        images: of shape [batch, height, width, channels] and a real type.
        size: the new height and width, two integers.
        align_corners: whether the centres of the corner pixels stay where they are.
        name: the op's name.
        half_pixel_centers: whether pixels have their centres half way between whole numbers.

    Returns:
        A tensor of shape [batch, *size, channels] and the dtype of `images`.

    Example:
        >>> import pyengine as tf
        >>> tf.image.resize_nearest_neighbor(tf.zeros([1, 4, 4, 3]), [8, 6]).shape.as_list()
        [1, 8, 6, 3]
    """
    return ops.resize_nearest_op(
        images, whole(size), name=name, **_centres(align_corners, half_pixel_centers)
    )


def resize_bicubic(
    images: Any,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images resized by bicubic interpolation, as float32; see `resize_bilinear`.

    Args:
        images: of shape [batch, height, width, channels] and a real type.
        size: the new height and width, two integers.
        align_corners: whether the centres of the corner pixels stay where they are.
        name: the op's name.
        half_pixel_centers: whether pixels have their centres half way between whole numbers.

    Returns:
        A float32 tensor of shape [batch, *size, channels].

    Example:
        >>> import pyengine as tf
        >>> tf.image.resize_bicubic(tf.zeros([1, 4, 4, 3]), [8, 6]).shape.as_list()
        [1, 8, 6, 3]
    """
    return ops.resize_bicubic_op(
        images, whole(size), name=name, **_centres(align_corners, half_pixel_centers)
    )


def resize_area(
    images: Any, size: Any, align_corners: bool = False, name: str | None = None
) -> Tensor:
    """Images resized by taking the mean over areas, as float32; see `resize_bilinear`.

    Args:
        images: of shape [batch, height, width, channels] and a real type.
        size: the new height and width, two integers.
        align_corners: whether the centres of the corner pixels stay where they are.
        name: the op's name.

    Returns:
        A float32 tensor of shape [batch, *size, channels].

    Example:
        >>> import pyengine as tf
        >>> tf.image.resize_area(tf.zeros([1, 4, 4, 3]), [2, 2]).shape.as_list()
        [1, 2, 2, 3]
    """
    return ops.resize_area_op(images, whole(size), align_corners=bool(align_corners), name=name)


_BY_METHOD = {
    ResizeMethod.BILINEAR: resize_bilinear,
    ResizeMethod.NEAREST_NEIGHBOR: resize_nearest_neighbor,
    ResizeMethod.BICUBIC: resize_bicubic,
    ResizeMethod.AREA: resize_area,
    # The names that they got later.
    "bilinear": resize_bilinear,
    "nearest": resize_nearest_neighbor,
    "bicubic": resize_bicubic,
    "area": resize_area,
}


def as_batch(image: Any) -> tuple[Tensor, bool]:
    """Images as a batch, and whether they were one.

    Raises:
        ValueError: for a tensor of a rank that is not known, or neither 3 nor 4.
    """
    images = convert_to_tensor(image, name="images")
    if images.shape.ndims is None:
        raise ValueError("'images' contains no shape.")
    if images.shape.ndims == 3:
        return expand_dims(images, 0), False
    if images.shape.ndims != 4:
        raise ValueError("'images' must have either 3 or 4 dimensions.")
    return images, True


def resize_images(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images of another size.

    Args:
        images: images [batch, height, width, channels], or one [height, width, channels].
        size: the new height and width: two integers.
        method: one of `ResizeMethod`.
        align_corners: whether the centres of the corner pixels stay in the corners.
        preserve_aspect_ratio: whether the size is a limit, and the shape of the image kept.
        name: the name scope.

    Returns:
        Images as given, float32 unless they have that size already or the method is
        NEAREST_NEIGHBOR.

    Raises:
        ValueError: for another method, or shapes that do not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.image.resize_images(tf.zeros([28, 28, 1]), [14, 7]).shape.as_list()
        [14, 7, 1]
    """
    with name_scope(name, "resize", [images, size]):
        x, is_batch = as_batch(images)
        wanted = _size_tensor(size)
        if preserve_aspect_ratio:
            wanted = _within(x, wanted)
        known = static.constant_value(wanted)
        now = [x.shape[i].value for i in (1, 2)]
        if known is not None and None not in now and known.tolist() == now:
            return x if is_batch else squeeze(x, [0])
        method = whole(method)
        if method not in _BY_METHOD:
            raise ValueError(f"Resize method is not implemented: {method!r}")
        out = _BY_METHOD[method](x, wanted, align_corners=align_corners)
        sizes = static.shape_value(wanted)
        out.set_shape([None, *(sizes.sizes or (None, None)), None])
        return out if is_batch else squeeze(out, [0])


def _size_tensor(size: Any) -> Tensor:
    try:
        wanted = convert_to_tensor(whole(size), int32, name="size")
    except (TypeError, ValueError):
        raise ValueError("'size' must be a 1-D int32 Tensor") from None
    if not wanted.shape.is_compatible_with([2]):
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    return wanted


def _within(x: Tensor, size: Tensor) -> Tensor:
    """The largest size within a limit that has the image's aspect ratio."""
    known = static.constant_value(size)
    now = [x.shape[i].value for i in (1, 2)]
    if known is not None and None not in now:
        factor = min(np.float32(k) / np.float32(n) for k, n in zip(known, now))
        fitting = [int(np.rint(np.float32(factor) * np.float32(n))) for n in now]
        return convert_to_tensor(fitting, int32)
    sizes = cast(shape(x)[1:3], float32)
    ratios = realdiv(cast(size, float32), sizes)
    return cast(round(multiply(minimum(ratios[0], ratios[1]), sizes)), int32)


resize = resize_images
