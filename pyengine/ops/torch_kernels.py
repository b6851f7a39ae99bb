"""Kernels of PyTorch over the memory of NumPy arrays: convolution, pooling, activations, softmax.

Each is `kernel(torch, *inputs, **attrs)`, takes and returns what the op's NumPy kernel does, and
returns NotImplemented for arguments that it leaves to that one. None writes into its inputs.
Images have their channels last, which PyTorch sees as a permuted view ("channels_last").
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from pyengine.executor.backend import alone_in_torch
from pyengine.executor.threads import in_parallel, thread_count
from pyengine.ops import conv_kernels, tiles, window, winograd

_MANY_ROWS = 256
"""Rows of a product's left matrix from which on OpenBLAS is as quick."""

_Sizes = tuple[int, ...]


def tensor(torch: Any, array: Any) -> Any:
    """A tensor over an array's memory, or over a copy where PyTorch cannot describe that memory."""
    array = np.asarray(array)
    if any(s < 0 or s % array.itemsize for s in array.strides):
        array = np.ascontiguousarray(array)  # it knows no negative strides, nor parts of elements
    return torch.from_numpy(array)


def _images(torch: Any, array: Any, data_format: str) -> Any:
    """Images as PyTorch has them: the channels are the second axis.

    Of images in any other order it makes ones with the channels first, and all that is computed
    from those is then ten times as slow.
    """
    t = torch.from_numpy(np.ascontiguousarray(array))
    return t if window.is_channels_first(data_format) else t.movedim(-1, 1)


def _as_format(t: Any, data_format: str) -> Any:
    return (t if window.is_channels_first(data_format) else t.movedim(1, -1)).numpy()


def _filter(torch: Any, w: Any) -> Any:
    """A filter `[*kernel, channels, outputs]` as `[outputs, channels, *kernel]`."""
    return tensor(torch, w).movedim((-1, -2), (0, 1))


def _flat(pads: window.Pads) -> list[int]:
    """Pads as `torch.nn.functional.pad` takes them, the last axis first."""
    return [n for pair in reversed(pads) for n in pair]


def _split(pads: window.Pads) -> tuple[list[int], list[int] | None]:
    """What the kernel pads by itself on both sides, and what has to be added before it."""
    if all(before == after for before, after in pads):
        return [before for before, _ in pads], None
    return [0] * len(pads), _flat(pads)


def _inside(t: Any, pads: window.Pads, sizes: _Sizes) -> Any:
    """Padded images without their border."""
    for axis, ((before, _), size) in enumerate(zip(pads, sizes)):
        t = t.narrow(axis + 2, before, size)
    return t


# ---------------------------------------------------------------- products


@functools.cache
def _linear(torch: Any) -> Any:
    """OneDNN's product of a matrix and a transposed one, None where PyTorch has none.

    `torch.mm` goes to MKL, which takes two to four times as long on processors of other makers.
    """
    if not torch.backends.mkldnn.is_available():
        return None
    return getattr(torch.ops.mkldnn, "_linear_pointwise", None)


def product(torch: Any, a: Any, b: Any, *, transpose_a: bool, transpose_b: bool) -> Any:
    """`MatMul` of few rows and a transposed matrix, both dense and of float32.

    OpenBLAS rearranges that matrix, which takes longer than to multiply a few rows by it. It is
    shared out among the engine's own threads: those of OpenMP spin for a while where R has loaded
    it, and keep a core busy.
    """
    linear = _linear(torch)
    if linear is None or not (_is_dense(a) and _is_dense(b)):
        return NotImplemented
    left, right = a.T if transpose_a else a, b if transpose_b else b.T
    if left.shape[1] != right.shape[1] or not right.flags.c_contiguous:
        return NotImplemented
    if not (1 < len(left) < _MANY_ROWS and len(right) > 1):
        return NotImplemented
    x, w = torch.from_numpy(left), torch.from_numpy(right)
    out = torch.empty((len(left), len(right)))

    def work(start: int, stop: int) -> None:
        alone_in_torch()
        out[:, start:stop] = linear(x, w[start:stop], None, "none", [], "")

    in_parallel(work, len(right), -(-len(right) // thread_count()))
    return out.numpy()


def _is_dense(matrix: Any) -> bool:
    """Whether it is what oneDNN is quick with; for other strides it has a loop of its own."""
    flags = matrix.flags
    is_whole = flags.c_contiguous or flags.f_contiguous
    return bool(is_whole and matrix.ndim == 2 and matrix.size and matrix.dtype == np.float32)


# ---------------------------------------------------------------- convolution


def conv(torch: Any, x: Any, w: Any, bias: Any = None, **attrs: Any) -> Any:
    """`Conv2D`, `Conv3D`; with a bias, a `BiasAdd` after it."""
    geometry, sizes, groups = _conv_setting(x, w.shape, attrs)
    if groups is None or not (x.size and w.size):
        return NotImplemented
    pads = geometry.pads(sizes, w.shape[:-2])
    if _is_by_rows(geometry, x.shape, w.shape, pads, x.dtype):
        found = winograd.convolve(x, w, pads, geometry.out_sizes(sizes, w.shape[:-2]), bias)
        if found is not None:
            return found
    both, extra = _split(pads)
    images = _images(torch, x, geometry.data_format)
    if extra is not None:
        images = torch.nn.functional.pad(images, extra)
    run = torch.conv2d if geometry.rank == 2 else torch.conv3d
    added = None if bias is None else tensor(torch, bias)
    out = run(images, _filter(torch, w), added, geometry.strides, both, geometry.dilations, groups)
    return _as_format(out, geometry.data_format)


def _is_by_rows(geometry: Any, shape: Any, kernel: Any, pads: Any, dtype: Any) -> bool:
    """Whether a convolution is one for the module `winograd`."""
    return not window.is_channels_first(geometry.data_format) and winograd.is_quicker(
        shape, kernel, geometry.strides, geometry.dilations, pads, dtype
    )


def _conv_setting(x: Any, filter_shape: Any, attrs: dict[str, Any]) -> tuple[Any, Any, int | None]:
    """The geometry, the images' sizes, and the number of groups; None where NumPy is to refuse."""
    from pyengine.ops.conv import Geometry, check_batch_and_depth

    check_batch_and_depth(attrs)
    geometry = Geometry(attrs)
    shape = np.shape(x)
    channels = shape[1] if window.is_channels_first(geometry.data_format) else shape[-1]
    seen, outputs = filter_shape[-2:]
    sizes = window.spatial(shape, geometry.data_format)
    if not seen or channels % seen or outputs % max(channels // seen, 1):
        return geometry, sizes, None
    return geometry, sizes, channels // seen


def conv_input_grad(torch: Any, input_sizes: Any, w: Any, dy: Any, **attrs: Any) -> Any:
    """`Conv2DBackpropInput`, `Conv3DBackpropInputV2`."""
    stand_in = np.broadcast_to(np.zeros((), dy.dtype), input_sizes)
    if stand_in.ndim != dy.ndim or not (dy.size and w.size and stand_in.size):
        return NotImplemented
    result = _backward(torch, stand_in, w, dy, attrs, image=True)
    return result if result is NotImplemented else np.ascontiguousarray(result)


def conv_filter_grad(torch: Any, x: Any, filter_sizes: Any, dy: Any, **attrs: Any) -> Any:
    """`Conv2DBackpropFilter`, `Conv3DBackpropFilterV2`."""
    w = np.broadcast_to(np.zeros((), dy.dtype), filter_sizes)
    if w.ndim != dy.ndim or not (x.size and dy.size and w.size):
        return NotImplemented
    return _backward(torch, x, w, dy, attrs, image=False)


def _backward(torch: Any, x: Any, w: Any, dy: Any, attrs: dict[str, Any], image: bool) -> Any:
    """One of a convolution's gradients; the operand whose gradient it is only lends its shape."""
    geometry, sizes, groups = _conv_setting(x, w.shape, attrs)
    kernel, data_format = w.shape[:-2], geometry.data_format
    first = window.is_channels_first(data_format)
    fits = (
        len(x) == len(dy)
        and (dy.shape[1] if first else dy.shape[-1]) == w.shape[-1]
        and geometry.out_sizes(sizes, kernel) == window.spatial(dy.shape, data_format)
    )
    if groups is None or not fits:
        return NotImplemented  # the NumPy kernel says what is wrong
    pads = geometry.pads(sizes, kernel)
    if image:  # a convolution of the slopes with the filter turned around
        around = conv_kernels.turned_pads(kernel, geometry.dilations, pads)
        by_rows = dy.shape, (*kernel, *w.shape[:-3:-1]), around
    else:
        by_rows = x.shape, w.shape, pads
    if _is_by_rows(geometry, *by_rows, dy.dtype):
        return NotImplemented  # the NumPy kernel goes that way
    both, extra = _split(pads)
    images = _images(torch, x, data_format)
    if extra is not None:
        wide = [n + sum(p) for n, p in zip(sizes, pads)]
        images = (
            torch.zeros((), dtype=images.dtype).expand(*images.shape[:2], *wide)
            if image
            else torch.nn.functional.pad(images, extra)
        )
    slopes = _images(torch, dy, data_format)
    found = torch.ops.aten.convolution_backward(
        slopes, images, _filter(torch, w), None, geometry.strides, both, geometry.dilations,
        False, [0] * geometry.rank, groups, [image, not image, False],
    )  # fmt: skip
    if not image:
        return found[1].movedim((0, 1), (-1, -2)).contiguous().numpy()
    dx = found[0] if extra is None else _inside(found[0], pads, sizes)
    return _as_format(dx, data_format)


# ---------------------------------------------------------------- pooling


def _pool_setting(x: Any, attrs: dict[str, Any]) -> tuple[Any, Any, Any]:
    from pyengine.ops.pool import Pool

    pool = Pool(attrs)
    sizes = window.spatial(np.shape(x), pool.data_format)
    pads = window.pads_of(
        sizes, pool.ksize, pool.strides, (1,) * len(sizes), pool.padding, pool.explicit
    )
    return pool, sizes, pads


def _pool_pads(pool: Any, pads: window.Pads) -> tuple[list[int], list[int] | None]:
    both, extra = _split(pads)
    if any(2 * p > k for p, k in zip(both, pool.ksize)):  # more than it pads by itself
        return [0] * len(pads), _flat(pads)
    return both, extra


def max_pool(torch: Any, x: Any, **attrs: Any) -> Any:
    """`MaxPool`."""
    pool, _, pads = _pool_setting(x, attrs)
    if not x.size or len(pads) != 2:
        return NotImplemented
    if x.ndim == 4 and not window.is_channels_first(pool.data_format) and pool.tiles(x.shape):
        if tiles.fit(x, pool.ksize):
            return NotImplemented  # the NumPy kernel goes that way
        return _largest_of_tiles(tensor(torch, x), pool.ksize, torch.maximum).numpy()
    found, _ = _largest(torch, _images(torch, x, pool.data_format), pool, pads)
    return _as_format(found, pool.data_format)


def _largest_of_tiles(images: Any, ksize: _Sizes, maximum: Any) -> Any:
    """The largest elements of windows that cover images: those of lines, then of places in them.

    Each is of long runs of memory; PyTorch's own pooling also finds out where they were.
    """
    n, height, width, channels = images.shape
    lines = images.reshape(n, height // ksize[0], ksize[0], width * channels)
    found = functools.reduce(maximum, lines.unbind(2))
    places = found.reshape(n, height // ksize[0], width // ksize[1], ksize[1], channels)
    result = functools.reduce(maximum, places.unbind(3))
    return result.clone() if math.prod(ksize) == 1 else result


def max_pool_with_places(torch: Any, x: Any, **attrs: Any) -> Any:
    """`MaxPool`, and which element of its image each of the results is."""
    pool, _, pads = _pool_setting(x, attrs)
    if not x.size or len(pads) != 2:
        return NotImplemented
    found, places = _largest(torch, _images(torch, x, pool.data_format), pool, pads)
    found, places = (_as_format(t, pool.data_format) for t in (found, places))
    # A NaN wins a window in PyTorch, and none in TensorFlow.
    return NotImplemented if np.isnan(found).any() else (found, places)


def max_pool_grad_at(torch: Any, places: Any, dy: Any, *, sizes: _Sizes, **attrs: Any) -> Any:
    """`MaxPoolGrad`, from the places that `max_pool_with_places` gave.

    Args:
        places: int64, of the shape of `dy`.
        dy: the slopes.
        sizes: an image's shape.
    """
    if places.shape != dy.shape:
        raise ValueError(f"the gradient is of shape {dy.shape}, the pooled image {places.shape}")
    shape = [len(dy), *sizes]
    pool, spatial, pads = _pool_setting(np.broadcast_to(np.zeros((), dy.dtype), shape), attrs)
    both, extra = _pool_pads(pool, pads)
    if extra is not None:
        first = 2 if window.is_channels_first(pool.data_format) else 1
        shape[first : first + 2] = [n + sum(p) for n, p in zip(spatial, pads)]
    # Of the image, only its shape and the order of its memory are looked at.
    stand_in = _images(torch, np.empty(shape, dy.dtype), pool.data_format)
    dx = torch.ops.aten.max_pool2d_with_indices_backward(
        _images(torch, dy, pool.data_format), stand_in, pool.ksize, pool.strides, both, [1, 1],
        False, _images(torch, places, pool.data_format),
    )  # fmt: skip
    if extra is not None:
        dx = _inside(dx, pads, spatial)
    return _as_format(dx, pool.data_format)


def _largest(torch: Any, images: Any, pool: Any, pads: window.Pads) -> tuple[Any, Any]:
    both, extra = _pool_pads(pool, pads)
    if extra is not None:
        images = torch.nn.functional.pad(images, extra, value=-np.inf)
    return torch.ops.aten.max_pool2d_with_indices(images, pool.ksize, pool.strides, both)


def max_pool_grad(torch: Any, x: Any, out: Any, dy: Any, **attrs: Any) -> Any:
    """`MaxPoolGrad`: a tie goes to the first of a window, as in TensorFlow."""
    pool, sizes, pads = _pool_setting(x, attrs)
    if not x.size or len(pads) != 2 or np.isnan(out).any():
        return NotImplemented  # a NaN wins a window in PyTorch, and none in TensorFlow
    both, extra = _pool_pads(pool, pads)
    images = _images(torch, x, pool.data_format)
    if extra is not None:
        images = torch.nn.functional.pad(images, extra, value=-np.inf)
    _, at = torch.ops.aten.max_pool2d_with_indices(images, pool.ksize, pool.strides, both)
    slopes = _images(torch, dy, pool.data_format)
    if slopes.shape != at.shape:
        return NotImplemented
    dx = torch.ops.aten.max_pool2d_with_indices_backward(
        slopes, images, pool.ksize, pool.strides, both, [1, 1], False, at
    )
    if extra is not None:
        dx = _inside(dx, pads, sizes)
    return _as_format(dx, pool.data_format)


def avg_pool(torch: Any, x: Any, **attrs: Any) -> Any:
    """`AvgPool` where the padding is the same on both sides."""
    pool, _, pads = _pool_setting(x, attrs)
    both, extra = _pool_pads(pool, pads)
    if not x.size or len(pads) != 2 or extra is not None:
        return NotImplemented
    images = _images(torch, x, pool.data_format)
    found = torch.nn.functional.avg_pool2d(
        images, pool.ksize, pool.strides, both, False, count_include_pad=False
    )
    return _as_format(found, pool.data_format)


def avg_pool_grad(torch: Any, input_shape: Any, dy: Any, **attrs: Any) -> Any:
    """`AvgPoolGrad` where the padding is the same on both sides."""
    stand_in = np.broadcast_to(np.zeros((), dy.dtype), input_shape)
    if stand_in.ndim != 4 or not (dy.size and stand_in.size):
        return NotImplemented
    pool, sizes, pads = _pool_setting(stand_in, attrs)
    both, extra = _pool_pads(pool, pads)
    fits = pool.out_sizes(sizes) == window.spatial(dy.shape, pool.data_format)
    if extra is not None or not fits or len(dy) != input_shape[0]:
        return NotImplemented
    dx = torch.ops.aten.avg_pool2d_backward(
        _images(torch, dy, pool.data_format), _images(torch, stand_in, pool.data_format),
        pool.ksize, pool.strides, both, False, False, None,
    )  # fmt: skip
    return _as_format(dx, pool.data_format)


# ---------------------------------------------------------------- elementwise, softmax


def relu(torch: Any, x: Any) -> Any:
    """`Relu`."""
    return torch.relu(tensor(torch, x)).numpy()


def total(torch: Any, x: Any, axes: Any, *, keep_dims: bool) -> Any:
    """`Sum`."""
    axes = axes if isinstance(axes, tuple) else (axes,)
    places = {a % x.ndim for a in axes if -x.ndim <= a < x.ndim}
    if not x.size or not axes or len(places) < len(axes):
        return NotImplemented  # NumPy's kernel says what is wrong with the axes, if anything
    return tensor(torch, x).sum(axes, keepdim=keep_dims).numpy()


def softmax(torch: Any, x: Any) -> Any:
    """`Softmax`."""
    if not x.size or not np.ndim(x):
        return NotImplemented
    return torch.softmax(tensor(torch, x), -1).numpy()


def log_softmax(torch: Any, x: Any) -> Any:
    """`LogSoftmax`."""
    if not x.size or not np.ndim(x):
        return NotImplemented
    return torch.log_softmax(tensor(torch, x), -1).numpy()
