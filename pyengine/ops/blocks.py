"""Images and volumes cut into blocks: `space_to_batch`, `space_to_depth`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, whole
from pyengine.shape import TensorShape, unknown_shape

__all__ = [
    "batch_to_space", "batch_to_space_nd", "depth_to_space", "required_space_to_batch_paddings",
    "space_to_batch", "space_to_batch_nd", "space_to_depth",
]  # fmt: skip

# ---------------------------------------------------------------- blocks into the batch


def _block_arguments(op: Operation) -> tuple[TensorShape, Any, Any]:
    """The input's shape and, as far as they are known, the block shape and the margins."""
    blocks, margins = op.inputs[1].shape.with_rank(1), op.inputs[2].shape.with_rank(2)
    margins = margins.merge_with([blocks.sizes[0] if blocks.sizes else None, 2])
    block = static.constant_value(op.inputs[1])
    found = static.constant_value(op.inputs[2])
    if block is not None:
        if (block < 1).any():
            raise ValueError(f"block_shape must be positive, got {block.tolist()}")
        op.inputs[0].shape.with_rank_at_least(len(block) + 1)
    if found is not None and (found < 0).any():
        raise ValueError(f"paddings and crops cannot be negative, got {found.tolist()}")
    return op.inputs[0].shape, block, found


def _to_batch_shape(op: Operation) -> TensorShape:
    x, block, paddings = _block_arguments(op)
    if x.sizes is None or block is None:
        return unknown_shape(x.ndims)
    m = len(block)
    sizes: list[int | None] = []
    for i, (s, b) in enumerate(zip(x.sizes[1 : m + 1], block.tolist())):
        full = None if s is None or paddings is None else s + int(paddings[i].sum())
        if full is not None and full % b:
            raise ValueError(f"padded_shape[{i}]={full} is not divisible by block_shape[{i}]={b}")
        sizes.append(None if full is None else full // b)
    batch = None if x.sizes[0] is None else x.sizes[0] * int(block.prod())
    return TensorShape.of((batch, *sizes, *x.sizes[m + 1 :]))


def _to_batch_kernel(xp: Any, x: Any, block: Any, paddings: Any) -> Any:
    block = (block,) if isinstance(block, int) else block
    m = len(block)
    if x.ndim < m + 1:
        raise ValueError(f"input rank should be >= {m + 1}, got {x.ndim}")
    x = np.pad(x, [(0, 0), *paddings, *[(0, 0)] * (x.ndim - m - 1)])
    for i, b in enumerate(block):
        if x.shape[i + 1] % b:
            raise ValueError(
                f"padded_shape[{i}]={x.shape[i + 1]} is not divisible by block_shape[{i}]={b}"
            )
    rest = x.shape[m + 1 :]
    inner = [n for s, b in zip(x.shape[1:], block) for n in (s // b, b)]
    split = x.reshape(x.shape[0], *inner, *rest)
    blocks = [2 * i + 2 for i in range(m)]
    order = [*blocks, 0, *[b - 1 for b in blocks], *range(2 * m + 1, split.ndim)]
    batch = x.shape[0] * int(np.prod(block))
    return split.transpose(order).reshape(batch, *inner[::2], *rest)


_space_to_batch = defop(
    "SpaceToBatchND",
    "input: T, block_shape: host Tblock_shape, paddings: host Tpaddings -> T",
    doc="Blocks of the dimensions after the first moved into the first one.",
    types={"T": "number|bool", "Tblock_shape": "index", "Tpaddings": "index"},
    shape=_to_batch_shape,
    kernel=_to_batch_kernel,
    grad=lambda op, dy: (_batch_to_space(dy, op.inputs[1], op.inputs[2]), None, None),
)


def _to_space_shape(op: Operation) -> TensorShape:
    x, block, crops = _block_arguments(op)
    if x.sizes is None or block is None:
        return unknown_shape(x.ndims)
    m, count = len(block), int(block.prod())
    sizes: list[int | None] = []
    for i, (s, b) in enumerate(zip(x.sizes[1 : m + 1], block.tolist())):
        full = None if s is None or crops is None else s * b - int(crops[i].sum())
        if full is not None and full < 0:
            raise ValueError(f"crops[{i}] is larger than what there is")
        sizes.append(full)
    if x.sizes[0] is not None and x.sizes[0] % count:
        raise ValueError(f"Input batch dimension ({x.sizes[0]}) is not divisible by {count}")
    batch = None if x.sizes[0] is None else x.sizes[0] // count
    return TensorShape.of((batch, *sizes, *x.sizes[m + 1 :]))


def _to_space_kernel(xp: Any, x: Any, block: Any, crops: Any) -> Any:
    block = (block,) if isinstance(block, int) else block
    m, count = len(block), int(np.prod(block))
    if x.ndim < m + 1 or x.shape[0] % count:
        raise ValueError(
            f"Input batch dimension ({x.shape[0]}) is not divisible by product of block sizes "
            f"({count})"
        )
    batch, inside, rest = x.shape[0] // count, x.shape[1 : m + 1], x.shape[m + 1 :]
    split = x.reshape(*block, batch, *inside, *rest)
    pairs = [a for i in range(m) for a in (m + 1 + i, i)]
    joined = split.transpose([m, *pairs, *range(2 * m + 1, split.ndim)])
    full = [s * b for s, b in zip(inside, block)]
    for i, (n, (a, b)) in enumerate(zip(full, crops)):
        if a + b > n:
            raise ValueError(f"crops[{i}] = [{a}, {b}] is larger than the size {n}")
    kept = [slice(None), *(slice(a, n - b) for n, (a, b) in zip(full, crops))]
    return joined.reshape(batch, *full, *rest)[tuple(kept)]


_batch_to_space = defop(
    "BatchToSpaceND",
    "input: T, block_shape: host Tblock_shape, crops: host Tcrops -> T",
    doc="Blocks in the first dimension moved back into the dimensions after it.",
    types={"T": "number|bool", "Tblock_shape": "index", "Tcrops": "index"},
    shape=_to_space_shape,
    kernel=_to_space_kernel,
    grad=lambda op, dy: (_space_to_batch(dy, op.inputs[1], op.inputs[2]), None, None),
)


def space_to_batch_nd(
    input: Any, block_shape: Any, paddings: Any, name: str | None = None
) -> Tensor:
    """Blocks of the dimensions after the first moved into the first one.

    Args:
        input: a tensor of shape [batch] + spatial sizes + rest.
        block_shape: a vector, the size of a block in each of the m spatial dimensions.
        paddings: a matrix of shape [m, 2], how many zeros to add before and after each.
        name: the op's name.

    Returns:
        A tensor of shape [batch * prod(block_shape)] + (padded sizes / block_shape) + rest.

    Raises:
        ValueError: when a padded size is no multiple of its block.
    """
    return _space_to_batch(input, whole(block_shape), _matrix(paddings), name=name)


def batch_to_space_nd(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """The inverse of `space_to_batch_nd`, with `crops` cut off as that adds `paddings`.

    Args:
        input: a tensor of shape [batch * prod(block_shape)] + spatial sizes + rest.
        block_shape: a vector, the size of a block in each of the m spatial dimensions.
        crops: a matrix of shape [m, 2], how many to cut off before and after each.
        name: the op's name.

    Raises:
        ValueError: when the batch is no multiple of the blocks, or the crops are too large.
    """
    return _batch_to_space(input, whole(block_shape), _matrix(crops), name=name)


def _matrix(value: Any) -> Any:
    return whole(value.tolist() if isinstance(value, np.ndarray) else value)


def _square_block(block_size: Any, block_shape: Any) -> Any:
    if block_shape is not None:
        return whole(block_shape)
    if block_size is None:
        raise ValueError("block_size or block_shape must be given")
    return [whole(block_size)] * 2


def space_to_batch(
    input: Any,
    paddings: Any,
    block_size: Any = None,
    name: str | None = None,
    block_shape: Any = None,
) -> Tensor:
    """`space_to_batch_nd` for images, with square blocks of `block_size`.

    Args:
        input: of shape [batch, height, width, depth] and any dtype.
        paddings: a [2, 2] integer tensor, how many zeros to put before and after each of both axes.
        block_size: the height and width of a block, an integer above 1.
        block_shape: another name of it.
        name: the op's name.

    Returns:
        A tensor of block_size^2 times the batch.

    Example:
        >>> import pyengine as tf
        >>> tf.space_to_batch(tf.zeros([1, 4, 4, 3]), [[0, 0], [0, 0]], 2).shape.as_list()
        [4, 2, 2, 3]
    """
    out = space_to_batch_nd(input, _square_block(block_size, block_shape), paddings, name=name)
    return _of_images(out)


def batch_to_space(
    input: Any, crops: Any, block_size: Any = None, name: str | None = None, block_shape: Any = None
) -> Tensor:
    """`batch_to_space_nd` for images, with square blocks of `block_size`.

    Args:
        input: of shape [batch, height, width, depth] and any dtype.
        crops: a [2, 2] integer tensor, how much to cut off before and after each of both axes.
        block_size: the height and width of a block, an integer above 1.
        block_shape: another name of it.
        name: the op's name.

    Returns:
        A tensor of the batch divided by block_size^2.

    Example:
        >>> import pyengine as tf
        >>> tf.batch_to_space(tf.zeros([4, 2, 2, 3]), [[0, 0], [0, 0]], 2).shape.as_list()
        [1, 4, 4, 3]
    """
    out = batch_to_space_nd(input, _square_block(block_size, block_shape), crops, name=name)
    return _of_images(out)


def _of_images(out: Tensor) -> Tensor:
    out.set_shape(out.shape.with_rank(4))
    return out


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The paddings that make sizes multiples of the blocks, and the crops that undo them.

    Args:
        input_shape: an int32 vector of m sizes.
        block_shape: an int32 vector of m block sizes.
        base_paddings: a matrix of shape [m, 2], the least paddings; zeros by default.
        name: the name scope.

    Returns:
        Two int32 matrices of shape [m, 2], the paddings and the crops.
    """
    from pyengine.ops.filling import zeros
    from pyengine.ops.joining import stack
    from pyengine.ops.math import add, floormod, subtract
    from pyengine.scopes import name_scope

    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        sizes = convert_to_tensor(whole(input_shape), "int32", name="input_shape")
        block = convert_to_tensor(whole(block_shape), "int32", name="block_shape")
        if base_paddings is None:
            base = zeros([block.shape[0].value, 2], "int32")
        else:
            base = convert_to_tensor(_matrix(base_paddings), "int32", name="base_paddings")
        start, least = base[:, 0], base[:, 1]
        full = add(add(sizes, start), least)
        extra = floormod(subtract(block, floormod(full, block)), block)
        paddings = stack([start, add(least, extra)], axis=1, name="paddings")
        none = zeros([block.shape[0].value], "int32")
        return paddings, stack([none, extra], axis=1, name="crops")


# ---------------------------------------------------------------- blocks into the depth


def _depth_axes(data_format: str) -> tuple[int, int, int]:
    """The axes of the height, the width and the depth."""
    if data_format not in ("NHWC", "NCHW"):
        raise ValueError(f"data_format must be NHWC or NCHW, got {data_format!r}")
    return (1, 2, 3) if data_format == "NHWC" else (2, 3, 1)


def _block_size(op: Operation) -> int:
    size = op.attrs["block_size"]
    if not isinstance(size, int) or size < 2:
        raise ValueError(f"block_size must be an int of 2 or more, got {size}")
    return size


def _to_depth_shape(op: Operation) -> TensorShape:
    b, x = _block_size(op), op.inputs[0].shape.with_rank(4)
    h, w, d = _depth_axes(op.attrs["data_format"])
    sizes = list(x.sizes or (None,) * 4)
    for a in (h, w):
        if sizes[a] is not None and sizes[a] % b:  # type: ignore[operator]
            raise ValueError(f"Dimension size must be evenly divisible by {b} but is {sizes[a]}")
        sizes[a] = None if sizes[a] is None else sizes[a] // b  # type: ignore[operator]
    sizes[d] = None if sizes[d] is None else sizes[d] * b * b  # type: ignore[operator]
    return TensorShape.of(tuple(sizes))


def _to_depth_kernel(xp: Any, x: Any, *, block_size: int, data_format: str) -> Any:
    b = block_size
    if data_format == "NCHW":
        n, c, h, w = _divided(x.shape, (2, 3), b)
        split = x.reshape(n, c, h // b, b, w // b, b).transpose(0, 3, 5, 1, 2, 4)
        return split.reshape(n, b * b * c, h // b, w // b)
    n, h, w, c = _divided(x.shape, (1, 2), b)
    split = x.reshape(n, h // b, b, w // b, b, c).transpose(0, 1, 3, 2, 4, 5)
    return split.reshape(n, h // b, w // b, b * b * c)


def _divided(sizes: Any, axes: Any, by: int) -> Any:
    if any(sizes[a] % by for a in axes):
        raise ValueError(f"sizes {list(sizes)} are not divisible by {by}")
    return sizes


def _from_depth_shape(op: Operation) -> TensorShape:
    b, x = _block_size(op), op.inputs[0].shape.with_rank(4)
    h, w, d = _depth_axes(op.attrs["data_format"])
    sizes = list(x.sizes or (None,) * 4)
    for a in (h, w):
        sizes[a] = None if sizes[a] is None else sizes[a] * b  # type: ignore[operator]
    depth = sizes[d]
    if depth is not None and depth % (b * b):
        raise ValueError(f"Dimension size must be evenly divisible by {b * b} but is {depth}")
    sizes[d] = None if depth is None else depth // (b * b)
    return TensorShape.of(tuple(sizes))


def _from_depth_kernel(xp: Any, x: Any, *, block_size: int, data_format: str) -> Any:
    b = block_size
    if data_format == "NCHW":
        n, c, h, w = _divided(x.shape, (1,), b * b)
        split = x.reshape(n, b, b, c // (b * b), h, w).transpose(0, 3, 4, 1, 5, 2)
        return split.reshape(n, c // (b * b), h * b, w * b)
    n, h, w, c = _divided(x.shape, (3,), b * b)
    split = x.reshape(n, h, w, b, b, c // (b * b)).transpose(0, 1, 3, 2, 4, 5)
    return split.reshape(n, h * b, w * b, c // (b * b))


_DEPTH_ATTRS = {"block_size": REQUIRED, "data_format": "NHWC"}

_space_to_depth = defop(
    "SpaceToDepth",
    "input: T -> T",
    doc="Square blocks of images moved into the depth.",
    attrs=_DEPTH_ATTRS,
    shape=_to_depth_shape,
    kernel=_to_depth_kernel,
    grad=lambda op, dy: _depth_to_space(
        dy, block_size=op.attrs["block_size"], data_format=op.attrs["data_format"]
    ),
)
_depth_to_space = defop(
    "DepthToSpace",
    "input: T -> T",
    doc="The depth of images moved into square blocks.",
    attrs=_DEPTH_ATTRS,
    shape=_from_depth_shape,
    kernel=_from_depth_kernel,
    grad=lambda op, dy: _space_to_depth(
        dy, block_size=op.attrs["block_size"], data_format=op.attrs["data_format"]
    ),
)


def space_to_depth(
    input: Any, block_size: Any, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """Square blocks of images moved into the depth.

    Args:
        input: images, of rank 4.
        block_size: the side of a block, 2 or more.
        name: the op's name.
        data_format: "NHWC" or "NCHW".

    Returns:
        Images of 1 / block_size the sides and block_size^2 the depth.

    Raises:
        ValueError: when a side is no multiple of the block.
    """
    return _space_to_depth(input, block_size=whole(block_size), data_format=data_format, name=name)


def depth_to_space(
    input: Any, block_size: Any, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """The depth of images moved into square blocks: the inverse of `space_to_depth`.

    Args:
        input, block_size, name, data_format: as in `space_to_depth`.

    Raises:
        ValueError: when the depth is no multiple of block_size^2.
    """
    return _depth_to_space(input, block_size=whole(block_size), data_format=data_format, name=name)
