"""Convolution in NumPy: patches of the image as the rows of a matrix, and BLAS.

All patches at once would be the kernel's size times the image. They are made in blocks that stay in
a core's cache between being written and being multiplied. Arrays have their channels last; the
filter is `[*kernel, channels of a group, outputs]`, as in TensorFlow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pyengine.executor.threads import in_parallel, one_blas_thread
from pyengine.ops import winograd
from pyengine.ops.window import Pads, Sizes

_BLOCK = 1 << 20
"""The bytes of patches to make at once: they stay in the second level of the cache."""

_PARTS = 8
"""The sums that the gradient of a filter is made of: as many whatever the threads, so that it does
not depend on them."""

_memory = threading.local()  # of each thread: what it makes its patches in


def conv(x: Any, w: Any, strides: Sizes, dilations: Sizes, pads: Pads, out_sizes: Sizes) -> Any:
    """The cross-correlation of images with a filter.

    Args:
        x: `[batch, *sizes, channels]`.
        w: `[*kernel, channels / groups, outputs]`.
        strides, dilations, pads, out_sizes: one for each spatial axis.

    Returns:
        An array `[batch, *out_sizes, outputs]`.
    """
    if winograd.is_quicker(x.shape, w.shape, strides, dilations, pads, x.dtype):
        found = winograd.convolve(x, w, pads, out_sizes)
        if found is not None:
            return found
    x, w, dtype = _computable(x, w)
    channels, outputs = w.shape[-2:]
    out = np.empty((len(x), *out_sizes, outputs), x.dtype)
    if out.size:
        groups = max(x.shape[-1] // max(channels, 1), 1)
        width = outputs // groups
        for g in range(groups):
            part = x[..., g * channels : (g + 1) * channels] if groups > 1 else x
            mine = slice(g * width, (g + 1) * width)
            _conv_group(part, w[..., mine], strides, dilations, pads, out[..., mine])
    return out.astype(dtype, copy=False)


def _computable(*arrays: Any) -> tuple[Any, ...]:
    """Half floats as float32, in which the sums are taken, and the dtype they had."""
    dtype = arrays[0].dtype
    if dtype.itemsize == 2 and dtype.kind not in "iu":
        return (*(a.astype(np.float32) for a in arrays), dtype)
    return (*arrays, dtype)


def _conv_group(x: Any, w: Any, strides: Sizes, dilations: Sizes, pads: Pads, out: Any) -> None:
    kernel, out_sizes, outputs = w.shape[:-2], out.shape[1:-1], w.shape[-1]
    matrix = np.ascontiguousarray(w).reshape(-1, outputs)
    direct = out.flags.c_contiguous
    places, patches_at = _patches(x, kernel, strides, dilations, pads, out_sizes)

    def work(start: int, stop: int) -> None:
        for place in places[start:stop]:
            block, patches = out[place], patches_at(place)
            if direct:
                np.matmul(patches, matrix, out=block.reshape(-1, outputs))
            else:
                block[...] = (patches @ matrix).reshape(block.shape)

    with one_blas_thread:
        in_parallel(work, len(places), 1)


def conv_filter_grad(
    x: Any, dy: Any, kernel: Sizes, channels: int, strides: Sizes, dilations: Sizes, pads: Pads
) -> Any:
    """The gradient of `conv` with respect to its filter.

    Args:
        x: the images, `[batch, *sizes, channels of the image]`.
        dy: the gradient of the output.
        kernel: the filter's spatial sizes.
        channels: the channels that one filter sees.

    Returns:
        An array `[*kernel, channels, outputs]`.
    """
    outputs = dy.shape[-1]
    shape = (*kernel, channels, outputs)
    if winograd.is_quicker(x.shape, shape, strides, dilations, pads, x.dtype):
        found = winograd.filter_grad(x, dy, kernel, pads)
        if found is not None:
            return found
    x, dy, dtype = _computable(x, dy)
    groups = max(x.shape[-1] // max(channels, 1), 1)
    width = outputs // groups
    total = np.zeros((int(np.prod(kernel)) * channels, outputs), dy.dtype)
    for g in range(groups):
        mine = slice(g * width, (g + 1) * width)
        part = x[..., g * channels : (g + 1) * channels] if groups > 1 else x
        slopes = np.ascontiguousarray(dy[..., mine])
        if not slopes.size or not total.size:
            continue
        setting = _patches(part, kernel, strides, dilations, pads, dy.shape[1:-1])
        total[:, mine] = _summed_products(*setting, slopes)
    return total.reshape(shape).astype(dtype, copy=False)


def _summed_products(places: Sequence[Any], patches_at: Callable[..., Any], slopes: Any) -> Any:
    """The sum, over all places, of the products of their patches and slopes."""
    width = slopes.shape[-1]
    step = -(-len(places) // _PARTS)
    sums: list[Any] = [None] * -(-len(places) // step)

    def work(start: int, stop: int) -> None:
        found = 0
        for place in places[start:stop]:
            found = found + patches_at(place).T @ slopes[place].reshape(-1, width)
        sums[start // step] = found

    with one_blas_thread:
        in_parallel(work, len(places), step)
    return sum(sums)


def conv_input_grad(
    w: Any, dy: Any, sizes: Sizes, channels: int, strides: Sizes, dilations: Sizes, pads: Pads
) -> Any:
    """The gradient of `conv` with respect to its images.

    Args:
        w: the filter, `[*kernel, channels / groups, outputs]`.
        dy: the gradient of the output, `[batch, *out_sizes, outputs]`.
        sizes: the images' spatial sizes.
        channels: the images' channels.

    Returns:
        An array `[batch, *sizes, channels]`.
    """
    w, dy, dtype = _computable(w, dy)
    if channels == w.shape[-2] and all(s == 1 for s in strides) and dy.size and w.size:
        return _turned(w, dy, sizes, dilations, pads).astype(dtype, copy=False)
    dx = np.zeros((len(dy), *(s + sum(p) for s, p in zip(sizes, pads)), channels), dy.dtype)
    if dy.size and dx.size:
        groups = max(channels // max(w.shape[-2], 1), 1)
        width, inner = w.shape[-1] // groups, w.shape[-2]
        for g in range(groups):
            mine = slice(g * width, (g + 1) * width)
            target = dx[..., g * inner : (g + 1) * inner]
            _scatter_group(w[..., mine], dy[..., mine], strides, dilations, target)
    inside = (slice(None), *(slice(b, b + s) for s, (b, _) in zip(sizes, pads)))
    return np.ascontiguousarray(dx[inside]).astype(dtype, copy=False)


def turned_pads(kernel: Sizes, dilations: Sizes, pads: Pads) -> Pads:
    """The pads of the gradient as a convolution; below 0 where it leaves out what was padding."""
    reach = [(k - 1) * d for k, d in zip(kernel, dilations)]
    return tuple((r - before, r - after) for r, (before, after) in zip(reach, pads))


def _turned(w: Any, dy: Any, sizes: Sizes, dilations: Sizes, pads: Pads) -> Any:
    """The gradient of windows that move by one: a convolution with the filter turned around."""
    kernel = w.shape[:-2]
    turned = w[tuple([slice(None, None, -1)] * len(kernel))].swapaxes(-1, -2)
    borders = turned_pads(kernel, dilations, pads)
    inside = (
        slice(None),
        *(
            slice(max(-b, 0), n - max(-a, 0))  # what lies on the padding of the image is left out
            for n, (b, a) in zip(dy.shape[1:-1], borders)
        ),
    )
    borders = tuple((max(b, 0), max(a, 0)) for b, a in borders)
    return conv(dy[inside], turned, (1,) * len(kernel), dilations, borders, sizes)


def _scatter_group(w: Any, dy: Any, strides: Sizes, dilations: Sizes, dx: Any) -> None:
    """Adds to the padded gradient what each output hands back to its patch.

    One product for each place of the kernel: its result then lies as the image does, so that adding
    it runs along whole rows.
    """
    kernel, (channels, outputs) = w.shape[:-2], w.shape[-2:]
    out_sizes = dy.shape[1:-1]
    flat = np.ascontiguousarray(dy)
    each = max(int(np.prod(out_sizes)) * channels * dy.itemsize, 1)
    images = max(_BLOCK // each, 1)
    turned = [np.ascontiguousarray(w[at].T) for at in np.ndindex(*kernel)]

    def work(start: int, stop: int) -> None:
        some = slice(start, stop)
        rows = flat[some].reshape(-1, outputs)
        shape = (-1, *out_sizes, channels)
        for at, matrix in zip(np.ndindex(*kernel), turned):
            seen: tuple[slice, ...] = (some,)
            for k, d, n, s in zip(at, dilations, out_sizes, strides):
                seen += (slice(k * d, k * d + (n - 1) * s + 1, s),)
            dx[seen] += (rows @ matrix).reshape(shape)

    with one_blas_thread:
        in_parallel(work, len(dy), images)


# ---------------------------------------------------------------- patches


def padded(x: Any, pads: Pads, value: float = 0) -> Any:
    """Images with a border of `value`; themselves where there is none."""
    if not any(p for pair in pads for p in pair):
        return x
    sizes = tuple(n + sum(p) for n, p in zip(x.shape[1:-1], pads))
    wide = np.full((len(x), *sizes, x.shape[-1]), value, x.dtype)
    inside = (slice(None), *(slice(b, b + n) for n, (b, _) in zip(x.shape[1:-1], pads)))
    wide[inside] = x
    return wide


def windows(
    x: Any, kernel: Sequence[int], strides: Sizes, dilations: Sizes, out_sizes: Sequence[int]
) -> Any:
    """A view of padded images: `[batch, *out_sizes, *kernel, channels]`, without a copy."""
    steps = x.strides[1:-1]
    return np.lib.stride_tricks.as_strided(
        x,
        (len(x), *out_sizes, *kernel, x.shape[-1]),
        (
            x.strides[0],
            *(b * s for b, s in zip(steps, strides)),
            *(b * d for b, d in zip(steps, dilations)),
            x.strides[-1],
        ),
        writeable=False,
    )


def _patches(
    x: Any, kernel: Sizes, strides: Sizes, dilations: Sizes, pads: Pads, out_sizes: Sizes
) -> tuple[Sequence[Any], Callable[[Any], Any]]:
    """Blocks of output places, and what gives the matrix of their patches, a row a place.

    A thread's matrix is overwritten by its next one.
    """
    wide = padded(x, pads)
    n, channels = len(kernel), x.shape[-1]
    if all(k == 1 for k in kernel) and all(s == 1 for s in strides):
        return list(_blocks(len(x), out_sizes, channels * x.itemsize)), (
            lambda place: np.ascontiguousarray(wide[place]).reshape(-1, channels)
        )
    view = windows(wide, kernel, strides, dilations, out_sizes)
    depth = int(np.prod(kernel)) * channels
    # The copy runs along the kernel and the channels, or along the outputs: whichever is longer.
    along = channels * (kernel[-1] if dilations[-1] == 1 else 1)
    turned = along < out_sizes[-1]
    axes = (*range(n + 1, 2 * n + 2), *range(n + 1))

    def patches_at(place: Any) -> Any:
        part = view[place]
        count = int(np.prod(part.shape[: n + 1]))
        used = _scratch(count * depth, x.dtype)
        if turned:
            source = part.transpose(axes)
            np.copyto(used.reshape(source.shape), source)
            return used.reshape(depth, count).T
        np.copyto(used.reshape(part.shape), part)
        return used.reshape(count, depth)

    return list(_blocks(len(x), out_sizes, depth * x.itemsize)), patches_at


def _scratch(size: int, dtype: Any) -> Any:
    """A vector in the memory that this thread makes its patches in."""
    count = size * dtype.itemsize
    memory = getattr(_memory, "bytes", None)
    if memory is None or memory.size < count:
        memory = np.empty(max(count, _BLOCK), np.uint8)
        if count <= _BLOCK:
            _memory.bytes = memory
    return memory[:count].view(dtype)


def _blocks(batch: int, out_sizes: Sizes, row_bytes: int) -> Iterator[Any]:
    """Places of the output in blocks: several images, or some rows of one."""
    rows = max(_BLOCK // max(row_bytes, 1), 1)
    image = int(np.prod(out_sizes))
    if rows >= image or len(out_sizes) == 0:
        step = max(rows // max(image, 1), 1)
        for start in range(0, batch, step):
            yield (slice(start, start + step),)
        return
    step = max(rows // max(image // out_sizes[0], 1), 1)
    for i in range(batch):
        for start in range(0, out_sizes[0], step):
            yield slice(i, i + 1), slice(start, start + step)
