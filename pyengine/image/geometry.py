"""Images flipped, turned, cropped and padded."""

from __future__ import annotations

from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32, float64, int32
from pyengine.graph import Tensor
from pyengine.image.resizing import ResizeMethod, as_batch, resize_images
from pyengine.ops.array import expand_dims, identity, rank, reshape, shape, squeeze
from pyengine.ops.array import transpose as permuted
from pyengine.ops.compare import equal, less
from pyengine.ops.cond import cond
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import floor, round
from pyengine.ops.indexing import slice as slice_of
from pyengine.ops.joining import stack
from pyengine.ops.math import (
    add,
    cast,
    floordiv,
    maximum,
    minimum,
    multiply,
    realdiv,
    subtract,
)
from pyengine.ops.padding import pad
from pyengine.ops.random import random_uniform
from pyengine.ops.repetition import where
from pyengine.ops.reversing import reverse
from pyengine.scopes import name_scope

__all__ = [
    "central_crop", "crop_to_bounding_box", "flip_left_right", "flip_up_down",
    "pad_to_bounding_box", "random_crop", "random_flip_left_right", "random_flip_up_down",
    "resize_image_with_crop_or_pad", "resize_image_with_pad", "resize_with_crop_or_pad", "rot90",
    "transpose", "transpose_image",
]  # fmt: skip


def _image(image: Any, rank: int | None = None) -> Tensor:
    """An image, or a batch of them; raises ValueError for a tensor of another rank."""
    x = convert_to_tensor(image, name="image")
    if x.shape.ndims not in (None, 3, 4) or (rank is not None and x.shape.ndims != rank):
        raise ValueError(f"'image' (shape {x.shape}) must have either 3 or 4 dimensions.")
    return _not_empty(x)


def _not_empty(x: Tensor) -> Tensor:
    """Raises ValueError for images that are known to have no elements."""
    if 0 in (x.shape.sizes or ())[-3:]:
        raise ValueError(f"inner 3 dims of 'image.shape' must be > 0: {x.shape}")
    return x


def _image_batch(image: Any) -> tuple[Tensor, bool]:
    """`as_batch`, where an image of a rank that is not known is taken for one image."""
    x = _not_empty(convert_to_tensor(image, name="image"))
    if x.shape.ndims is not None:
        return as_batch(x)
    batch = expand_dims(x, 0)
    batch.set_shape([None] * 4)
    return batch, False


def _flipped(image: Any, axis_from_end: int, name: str) -> Tensor:
    with name_scope(None, name, [image]):
        x = _image(image)
        n = x.shape.ndims
        axis = -axis_from_end if n is None else n - axis_from_end
        out = reverse(x, [axis])
        out.set_shape(x.shape)
        return out


def flip_left_right(image: Any) -> Tensor:
    """An image, or a batch of them, with left and right exchanged.

    Args:
        image: [height, width, channels] or [batch, height, width, channels], of any dtype.

    Raises:
        ValueError: for a tensor of rank other than 3 and 4.
    """
    return _flipped(image, 2, "flip_left_right")


def flip_up_down(image: Any) -> Tensor:
    """An image, or a batch of them, with top and bottom exchanged.

    Args:
        image: of shape [height, width, channels] or [batch, height, width, channels].

    Returns:
        A tensor of the dtype and shape of `image`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.image.flip_up_down([[[1]], [[2]]])).ravel().tolist()
        [2, 1]
    """
    return _flipped(image, 3, "flip_up_down")


def _randomly_flipped(image: Any, axis_from_end: int, seed: Any, name: str) -> Tensor:
    with name_scope(None, name, [image]) as scope:
        x = _image(image)

        def one() -> Tensor:
            draw = random_uniform([], 0, 1.0, seed=seed)
            out = where(less(draw, 0.5), reverse(x, [3 - axis_from_end]), x, name=scope)
            out.set_shape(x.shape)
            return out

        def batch() -> Tensor:
            count = x.shape[0].value if x.shape.ndims else None
            if count is None:
                count = shape(x)[0]
            draws = random_uniform([count], 0, 1.0, seed=seed)
            flips = cast(round(reshape(draws, [count, 1, 1, 1])), x.dtype.base_dtype)
            flipped = reverse(x, [4 - axis_from_end])
            return add(multiply(flips, flipped), multiply(subtract(1, flips), x))

        if x.shape.ndims is None:
            return cond(equal(rank(x), 3), one, batch)
        return one() if x.shape.ndims == 3 else batch()


def random_flip_left_right(image: Any, seed: int | None = None) -> Tensor:
    """An image with left and right exchanged one time in two; each image of a batch by itself.

    Args:
        image: of shape [height, width, channels] or [batch, height, width, channels].
        seed: the op's seed.

    Returns:
        A tensor of the dtype and shape of `image`.

    Example:
        >>> import pyengine as tf
        >>> tf.image.random_flip_left_right(tf.zeros([8, 8, 3])).shape.as_list()
        [8, 8, 3]
    """
    return _randomly_flipped(image, 2, seed, "random_flip_left_right")


def random_flip_up_down(image: Any, seed: int | None = None) -> Tensor:
    """An image with top and bottom exchanged one time in two; each image of a batch by itself.

    Args:
        image: of shape [height, width, channels] or [batch, height, width, channels].
        seed: the op's seed.

    Returns:
        A tensor of the dtype and shape of `image`.

    Example:
        >>> import pyengine as tf
        >>> tf.image.random_flip_up_down(tf.zeros([8, 8, 3])).shape.as_list()
        [8, 8, 3]
    """
    return _randomly_flipped(image, 3, seed, "random_flip_up_down")


def rot90(image: Any, k: Any = 1, name: str | None = None) -> Tensor:
    """An image, or a batch of them, turned counter-clockwise by 90 degrees, k times.

    Args:
        image: of shape [height, width, channels] or [batch, height, width, channels].
        k: how many quarter turns against the clock, an integer scalar.
        name: the scope of the ops.

    Returns:
        A tensor of the dtype of `image`.

    Raises:
        ValueError: when k is not known before a run: a side may then be height or width.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.image.rot90([[[1], [2]]])).ravel().tolist()
        [2, 1]
    """
    with name_scope(name, "rot90", [image, k]) as scope:
        x = _image(image)
        turns = static.constant_value(convert_to_tensor(whole(k), int32))
        if turns is None or x.shape.ndims is None:
            raise ValueError("rot90 needs k and the image's rank before a run")
        if turns.ndim:
            raise ValueError("'k' must be a scalar integer")
        rows = x.shape.ndims - 3
        swapped = [*range(rows), rows + 1, rows, rows + 2]
        at = int(turns) % 4
        if at == 0:
            return identity(x, name=scope)
        if at == 1:
            return permuted(reverse(x, [rows + 1]), swapped, name=scope)
        if at == 2:
            return reverse(x, [rows, rows + 1], name=scope)
        return reverse(permuted(x, swapped), [rows + 1], name=scope)


def transpose_image(image: Any, name: str | None = None) -> Tensor:
    """An image, or a batch of them, with rows and columns exchanged.

    Args:
        image: of shape [height, width, channels] or [batch, height, width, channels].
        name: the scope of the ops.

    Returns:
        A tensor of the dtype of `image`, height and width exchanged.

    Example:
        >>> import pyengine as tf
        >>> tf.image.transpose(tf.zeros([2, 5, 3])).shape.as_list()
        [5, 2, 3]
    """
    with name_scope(name, "transpose", [image]) as scope:
        x = _image(image)
        if x.shape.ndims is None:
            raise ValueError("transpose_image needs an image of a known rank")
        perm = [1, 0, 2] if x.shape.ndims == 3 else [0, 2, 1, 3]
        return permuted(x, perm, name=scope)


transpose = transpose_image

# ---------------------------------------------------------------- crops and borders


def _sides(x: Tensor) -> tuple[Any, Any]:
    """Height and width of a batch, as numbers where they are known."""
    sizes = shape(x)
    return tuple(sizes[i] if x.shape[i].value is None else x.shape[i].value for i in (1, 2))


def _number(value: Any) -> Any:
    """An integer argument: an int, or a tensor that only a run knows."""
    value = whole(value)
    if hasattr(value, "graph"):
        known = static.constant_value(value)
        return value if known is None else int(known)
    return int(value)


def _check(ok: Any, message: str) -> None:
    """Raises ValueError for what is known to be wrong; the rest fails at the run."""
    if isinstance(ok, bool) and not ok:
        raise ValueError(message)


def _at_least(value: Any, bound: Any) -> Any:
    numbers = isinstance(value, int) and isinstance(bound, int)
    return value >= bound if numbers else None


def central_crop(image: Any, central_fraction: Any) -> Tensor:
    """The middle of an image, or of a batch of them.

    Args:
        image: a tensor [height, width, channels], with or without a batch.
        central_fraction: the share of height and width to keep, in (0, 1].

    Raises:
        ValueError: for another share.
    """
    with name_scope(None, "central_crop", [image]):
        x = _image(image)
        if not hasattr(central_fraction, "graph"):
            if central_fraction <= 0.0 or central_fraction > 1.0:
                raise ValueError("central_fraction must be within (0, 1]")
            if central_fraction == 1.0:
                return x
        if x.shape.ndims is None:
            raise ValueError("central_crop needs an image of a known rank")
        first = x.shape.ndims - 3
        starts, sizes = [0] * first, [-1] * first
        given = shape(x)
        known: list[int | None] = []
        for axis in (first, first + 1):
            size = x.shape[axis].value
            if size is None or hasattr(central_fraction, "graph"):
                whole_size = cast(given[axis], float64)
                share = cast(central_fraction, float64)
                start: Any = cast((whole_size - whole_size * share) / 2, int32)
                sizes.append(given[axis] - start * 2)
                known.append(None)
            else:
                start = int((size - size * central_fraction) / 2)
                sizes.append(size - 2 * start)
                known.append(size - 2 * start)
            starts.append(start)
        out = slice_of(x, stack([*starts, 0]), stack([*sizes, -1]))
        out.set_shape([*x.shape.as_list()[:first], *known, x.shape[-1].value])
        return out


def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Tensor:
    """An image, or a batch of them, with zeros around it.

    Args:
        image: a tensor [height, width, channels], with or without a batch.
        offset_height, offset_width: the rows of zeros above, and the columns to the left.
        target_height, target_width: the size of the result.

    Raises:
        ValueError: when the image does not fit.
    """
    with name_scope(None, "pad_to_bounding_box", [image]):
        x, is_batch = _image_batch(image)
        height, width = _sides(x)
        above, left = _number(offset_height), _number(offset_width)
        rows, columns = _number(target_height), _number(target_width)
        below, right = rows - above - height, columns - left - width
        for value, name in (
            (above, "offset_height must be >= 0"), (left, "offset_width must be >= 0"),
            (right, "width must be <= target - offset"),
            (below, "height must be <= target - offset"),
        ):  # fmt: skip
            _check(_at_least(value, 0), name)
        borders: Any = reshape(stack([0, 0, above, below, left, right, 0, 0]), [4, 2])
        known = [0, 0, above, below, left, right, 0, 0]
        if all(isinstance(k, int) for k in known):
            borders = [[known[i], known[i + 1]] for i in range(0, 8, 2)]
        out = pad(x, borders)
        out.set_shape([x.shape[0].value, _known(rows), _known(columns), x.shape[3].value])
        return out if is_batch else squeeze(out, [0])


def _known(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Tensor:
    """A part of an image, or of a batch of them.

    Args:
        image: a tensor [height, width, channels], with or without a batch.
        offset_height, offset_width: the first row and column.
        target_height, target_width: the size of the part.

    Raises:
        ValueError: when it reaches beyond the image.
    """
    with name_scope(None, "crop_to_bounding_box", [image]):
        x, is_batch = _image_batch(image)
        height, width = _sides(x)
        top, left = _number(offset_height), _number(offset_width)
        rows, columns = _number(target_height), _number(target_width)
        for ok, message in (
            (_at_least(left, 0), "offset_width must be >= 0."),
            (_at_least(top, 0), "offset_height must be >= 0."),
            (_at_least(columns, 1), "target_width must be > 0."),
            (_at_least(rows, 1), "target_height must be > 0."),
            (_at_least(width - left, columns), "width must be >= target + offset."),
            (_at_least(height - top, rows), "height must be >= target + offset."),
        ):
            _check(ok, message)
        out = slice_of(x, stack([0, top, left, 0]), stack([-1, rows, columns, -1]))
        out.set_shape([x.shape[0].value, _known(rows), _known(columns), x.shape[3].value])
        return out if is_batch else squeeze(out, [0])


def _half(value: Any) -> Any:
    return value // 2 if isinstance(value, int) else floordiv(value, 2)


def _smaller(a: Any, b: Any) -> Any:
    return min(a, b) if isinstance(a, int) and isinstance(b, int) else minimum(a, b)


def _positive(a: Any) -> Any:
    return max(a, 0) if isinstance(a, int) else maximum(a, 0)


def resize_image_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Tensor:
    """The middle of an image, or the image with zeros around it, in a size.

    Args:
        image: a tensor [height, width, channels], with or without a batch.
        target_height, target_width: the size of the result.

    Raises:
        ValueError: for a size that is not positive.
    """
    with name_scope(None, "resize_image_with_crop_or_pad", [image]):
        x, is_batch = _image_batch(image)
        rows, columns = _number(target_height), _number(target_width)
        _check(_at_least(columns, 1), "target_width must be > 0.")
        _check(_at_least(rows, 1), "target_height must be > 0.")
        height, width = _sides(x)
        more_rows, more_columns = rows - height, columns - width
        cropped = crop_to_bounding_box(
            x,
            _positive(_half(-more_rows)),
            _positive(_half(-more_columns)),
            _smaller(rows, height),
            _smaller(columns, width),
        )
        out = pad_to_bounding_box(
            cropped, _positive(_half(more_rows)), _positive(_half(more_columns)), rows, columns
        )
        return out if is_batch else squeeze(out, [0])


resize_with_crop_or_pad = resize_image_with_crop_or_pad


def resize_image_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
) -> Tensor:
    """An image resized to fit into a size, with zeros around it.

    Args:
        image: a tensor [height, width, channels], with or without a batch.
        target_height, target_width: the size of the result.
        method, align_corners: as for `resize_images`.

    Raises:
        ValueError: for a size that is not positive.
    """
    with name_scope(None, "resize_image_with_pad", [image]):
        x, is_batch = as_batch(image)
        rows, columns = _number(target_height), _number(target_width)
        _check(_at_least(columns, 1), "target_width must be > 0.")
        _check(_at_least(rows, 1), "target_height must be > 0.")
        height, width = (cast(s, float32) for s in _sides(x))
        wanted_rows, wanted_columns = cast(rows, float32), cast(columns, float32)
        ratio = maximum(realdiv(width, wanted_columns), realdiv(height, wanted_rows))
        new_height, new_width = realdiv(height, ratio), realdiv(width, ratio)
        above = maximum(0, cast(floor(realdiv(subtract(wanted_rows, new_height), 2.0)), int32))
        left = maximum(0, cast(floor(realdiv(subtract(wanted_columns, new_width), 2.0)), int32))
        size = stack([cast(floor(new_height), int32), cast(floor(new_width), int32)])
        out = pad_to_bounding_box(
            resize_images(x, size, method, align_corners), above, left, rows, columns
        )
        return out if is_batch else squeeze(out, [0])


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of a tensor of a size, at random.

    Args:
        value: a tensor.
        size: the sizes of the part, one for each axis.
        seed: the op's seed.
        name: the name scope.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a part larger than the tensor.
    """
    with name_scope(name, "random_crop", [value, size]) as scope:
        x = convert_to_tensor(value, name="value")
        sizes = convert_to_tensor(whole(size), int32, name="size")
        room = subtract(shape(x), sizes) + 1
        largest = int32.max
        start = random_uniform(shape(shape(x)), maxval=largest, dtype=int32, seed=seed) % room
        return slice_of(x, start, sizes, name=scope)
