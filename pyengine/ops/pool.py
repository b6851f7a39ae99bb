"""The op types of pooling, over two and three axes, and of its gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pyengine import static
from pyengine.executor.threads import in_parallel
from pyengine.graph import Operation
from pyengine.ops import tiles, torch_kernels, window
from pyengine.ops.array import shape
from pyengine.ops.declare import REQUIRED, defop, own_attrs
from pyengine.ops.filling import zeros_like
from pyengine.shape import TensorShape, unknown_shape

__all__ = [
    "avg_pool3d_op",
    "avg_pool_op",
    "max_pool3d_op",
    "max_pool_op",
    "max_pool_with_argmax_op",
]


_BLOCK = 3 << 19
"""The bytes of the images that are pooled at a time: few enough for the cache."""


class Pool:
    """The geometry of a pool's windows, out of its attributes."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        self.data_format: str = attrs.get("data_format", "NHWC")
        self.padding: str = attrs["padding"]
        self.ksize = window.spatial(attrs["ksize"], self.data_format)
        self.strides = window.spatial(attrs["strides"], self.data_format)
        given = attrs.get("explicit_paddings") or ()
        self.explicit = window.explicit_pads(given, self.data_format) if given else ()
        channel = 1 if window.is_channels_first(self.data_format) else -1
        for name in ("ksize", "strides"):
            if attrs[name][0] != 1 or attrs[name][channel] != 1:
                raise NotImplementedError(
                    f"Pooling is not yet supported on the batch and depth dimensions: {name} is "
                    f"{list(attrs[name])}. Take 1 there, and tf.reduce_max or tf.reduce_mean for "
                    f"those dimensions"
                )

    def out_sizes(self, sizes: Any) -> tuple[Any, ...]:
        none = ((0, 0),) * len(self.ksize)
        return tuple(
            window.output_size(n, k, s, 1, self.padding, pads)
            for n, k, s, pads in zip(sizes, self.ksize, self.strides, self.explicit or none)
        )

    def windows(self, sizes: Any) -> Iterator[tuple[Any, Any]]:
        """For each place in a window: the slices of the output and of the image that it joins.

        Places that fall on the padding are left out, so that no image has to be padded.
        """
        out_sizes = self.out_sizes(sizes)
        pads = window.pads_of(
            sizes, self.ksize, self.strides, (1,) * len(sizes), self.padding, self.explicit
        )
        for at in np.ndindex(*self.ksize):
            outs, seen = [slice(None)], [slice(None)]
            for k, n, out, stride, (before, _) in zip(at, sizes, out_sizes, self.strides, pads):
                first = max(-(-(before - k) // stride), 0)
                last = min((n - 1 + before - k) // stride, out - 1)
                if last < first:
                    break
                outs.append(slice(first, last + 1))
                start = first * stride + k - before
                seen.append(slice(start, start + (last - first) * stride + 1, stride))
            else:
                yield tuple(outs), tuple(seen)

    def tiles(self, shape: Any) -> bool:
        """Whether the windows cover images, channels last, whole and one beside the other."""
        sizes = shape[1:-1]
        outs = self.out_sizes(sizes)
        fit = all(n % k == 0 and n // k == out for n, k, out in zip(sizes, self.ksize, outs))
        return self.ksize == self.strides and fit


def _pool_shape(op: Operation) -> TensorShape:
    rank = len(op.attrs["ksize"]) - 2
    return _pooled(op, op.inputs[0].shape.with_rank(rank + 2))


def _pooled(op: Operation, x: TensorShape) -> TensorShape:
    try:
        pool = Pool(op.attrs)
    except NotImplementedError:
        return unknown_shape(x.ndims)  # the run says so, as in TensorFlow
    known = window.ranked(x, len(op.attrs["ksize"]))
    sizes = pool.out_sizes(window.spatial(known, pool.data_format))
    channels = known[1] if window.is_channels_first(pool.data_format) else known[-1]
    return window.shape_as_format(known[0], sizes, channels, pool.data_format)


def _lowest(dtype: Any) -> Any:
    kind = np.dtype(dtype).kind
    return np.iinfo(dtype).min if kind in "iu" else dtype.type(-np.inf)


def _pixels(x: Any) -> Any:
    """Images as arrays of pixels: all channels of one are an element, which is copied as one."""
    x = np.ascontiguousarray(x)
    return x.view(f"V{x.shape[-1] * x.itemsize}").reshape(x.shape[:-1])


def _numbers(pixels: Any, dtype: Any) -> Any:
    """The channels of pixels."""
    return np.ascontiguousarray(pixels).view(dtype).reshape(*pixels.shape, -1)


def _largest(pool: Pool, x: Any) -> Any:
    """The largest elements of the windows, channels last."""
    sizes = x.shape[1:-1]
    whole = x.size > 0 and pool.tiles(x.shape)
    if whole and tiles.fit(x, pool.ksize):
        found = tiles.largest(x, pool.ksize)
        if found is not None:
            return found
    out = np.empty((len(x), *pool.out_sizes(sizes), x.shape[-1]), x.dtype)
    places = list(pool.windows(sizes))

    def work(start: int, stop: int) -> None:
        images, found = x[start:stop], out[start:stop]
        begun = False
        pixels = _pixels(images) if whole else None
        for outs, seen in places:
            # A strided copy is quick, and a maximum of contiguous arrays is: not a strided maximum.
            values = (
                np.ascontiguousarray(images[seen])
                if pixels is None
                else _numbers(pixels[seen], x.dtype)
            )
            target = found[outs]
            if not begun:
                begun = values.size == found.size
                if begun:
                    found[...] = values
                    continue
                found[...] = _lowest(x.dtype)
                begun = True
            np.maximum(target, values, out=target)
        if not begun:
            found[...] = _lowest(x.dtype)

    _by_images(work, x)
    return out


def _by_images(work: Callable[[int, int], Any], x: Any) -> None:
    """Calls `work(start, stop)` for all images, a few at a time: as many as the cache can hold."""
    each = max(x.nbytes // max(len(x), 1), 1)
    in_parallel(work, len(x), max(_BLOCK // each, 1))


def _max_pool_kernel(xp: Any, x: Any, **attrs: Any) -> Any:
    pool = Pool(attrs)
    out = _largest(pool, window.channels_last(xp, x, pool.data_format))
    return window.as_format(xp, out, pool.data_format)


def _winners(pool: Pool, x: Any, out: Any) -> Iterator[tuple[Any, Any, Any]]:
    """For each place in a window, where it holds the window's maximum: the first place that does.

    A tie goes to the first in memory order, as in TensorFlow's CPU kernels.
    """
    free = np.ones(out.shape, bool)
    for outs, seen in pool.windows(x.shape[1:-1]):
        won = np.equal(np.ascontiguousarray(x[seen]), out[outs])
        still = free[outs]
        won &= still
        still ^= won  # a view: what is won is no longer free
        yield outs, seen, won


def _max_grad_kernel(xp: Any, x: Any, out: Any, dy: Any, **attrs: Any) -> Any:
    pool = Pool(attrs)
    x, out, dy = (window.channels_last(xp, t, pool.data_format) for t in (x, out, dy))
    whole = x.size > 0 and pool.tiles(x.shape)
    dx = np.empty(x.shape, dy.dtype) if whole else np.zeros(x.shape, dy.dtype)
    apart = all(k <= s for k, s in zip(pool.ksize, pool.strides))

    def work(start: int, stop: int) -> None:
        images, result, slopes = x[start:stop], dx[start:stop], dy[start:stop]
        if whole:
            _share_out(pool, images, out[start:stop], slopes, result)
            return
        for outs, seen, won in _winners(pool, images, out[start:stop]):
            if apart:  # no other window has a part in these elements
                result[seen] = slopes[outs] * won
            else:
                result[seen] += slopes[outs] * won

    _by_images(work, x)
    return window.as_format(xp, dx, pool.data_format)


def _share_out(pool: Pool, x: Any, out: Any, dy: Any, dx: Any) -> None:
    """Gives each window's gradient to the first of its elements that is the maximum.

    For windows that tile images: each place is copied out and in by pixels, and what lies between
    runs over contiguous arrays.
    """
    pixels, target = _pixels(x), dx.view(f"V{dx.shape[-1] * dx.itemsize}").reshape(dx.shape[:-1])
    out, dy = np.ascontiguousarray(out), np.ascontiguousarray(dy)
    won, part = np.empty(out.shape, bool), np.empty_like(dy)
    taken = None
    for _, seen in pool.windows(x.shape[1:-1]):
        if taken is None:
            taken = np.equal(_numbers(pixels[seen], x.dtype), out)
            np.multiply(dy, taken, out=part)
        else:
            np.equal(_numbers(pixels[seen], x.dtype), out, out=won)
            np.greater(won, taken, out=won)  # won, and not taken before
            taken |= won
            np.multiply(dy, won, out=part)
        target[seen] = part.view(target.dtype).reshape(target[seen].shape)


def _max_grad_grad_kernel(xp: Any, x: Any, out: Any, ddx: Any, **attrs: Any) -> Any:
    pool = Pool(attrs)
    x, out, ddx = (window.channels_last(xp, t, pool.data_format) for t in (x, out, ddx))
    result = np.zeros(out.shape, ddx.dtype)
    for outs, seen, won in _winners(pool, x, out):
        result[outs] += ddx[seen] * won
    return window.as_format(xp, result, pool.data_format)


def _avg_pool_kernel(xp: Any, x: Any, **attrs: Any) -> Any:
    pool, dtype = Pool(attrs), x.dtype
    x = window.channels_last(xp, x, pool.data_format)
    sizes = x.shape[1:-1]
    out = np.zeros((len(x), *pool.out_sizes(sizes), x.shape[-1]), _wide(dtype))
    for outs, seen in pool.windows(sizes):
        out[outs] += x[seen]
    out /= _counts(pool, sizes, out.dtype)
    return window.as_format(xp, out.astype(dtype, copy=False), pool.data_format)


def _wide(dtype: Any) -> Any:
    return np.float32 if dtype.itemsize == 2 else dtype


def _counts(pool: Pool, sizes: Any, dtype: Any) -> Any:
    """How many elements of the image each window holds: the padding does not count."""
    counts = np.zeros((1, *pool.out_sizes(sizes), 1), dtype)
    for outs, _ in pool.windows(sizes):
        counts[outs] += 1
    return np.maximum(counts, 1)


def _avg_grad_kernel(xp: Any, input_shape: Any, dy: Any, **attrs: Any) -> Any:
    pool, dtype = Pool(attrs), dy.dtype
    dy = window.channels_last(xp, dy, pool.data_format)
    sizes = window.spatial(input_shape, pool.data_format)
    if (len(dy), *pool.out_sizes(sizes)) != (input_shape[0], *dy.shape[1:-1]):
        raise ValueError(
            f"an image of the sizes {list(input_shape)} has no average of the sizes "
            f"{list(dy.shape)}"
        )
    share = dy / _counts(pool, sizes, _wide(dtype))
    dx = np.zeros((len(dy), *sizes, dy.shape[-1]), share.dtype)
    for outs, seen in pool.windows(sizes):
        dx[seen] += share[outs]
    return window.as_format(xp, dx.astype(dtype, copy=False), pool.data_format)


def _attrs(rank: int, explicit: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"ksize": REQUIRED, "strides": REQUIRED, "padding": REQUIRED}
    if explicit:
        found["explicit_paddings"] = ()
    return {**found, "data_format": window.FORMATS[rank][0]}


def _max_family(rank: int, prefix: str) -> Callable[..., Any]:
    """Maximum pooling with its gradient, the gradient's gradient, and that one's."""
    attrs = _attrs(rank, explicit=rank == 2)
    types = {"T": "real" if rank == 2 else "float"}

    def grad_grad(op: Operation, ddx: Any) -> Any:
        x, out = op.inputs[:2]
        attrs = own_attrs(op)
        if attrs.pop("explicit_paddings", None):
            raise LookupError(f"{prefix} with explicit padding has no second derivative")
        back = second(x, out, ddx, **attrs)
        return zeros_like(x), zeros_like(out), back

    def third(op: Operation, d: Any) -> Any:
        x, out = op.inputs[:2]
        return zeros_like(x), zeros_like(out), first(x, out, d, **own_attrs(op))

    forward = defop(
        prefix,
        "input: T -> T",
        doc="The largest element of each window.",
        types=types,
        attrs=attrs,
        shape=_pool_shape,
        kernel=_max_pool_kernel,
        torch=torch_kernels.max_pool if rank == 2 else None,
        grad=lambda op, dy: first(op.inputs[0], op.outputs[0], dy, **own_attrs(op)),
    )
    first = defop(
        f"{prefix}Grad",
        "orig_input: T, orig_output: T, grad: T -> T",
        doc="The gradient of maximum pooling.",
        types=types,
        attrs=attrs,
        shape=lambda op: op.inputs[0].shape,
        kernel=_max_grad_kernel,
        torch=torch_kernels.max_pool_grad if rank == 2 else None,
        grad=grad_grad,
    )
    second = defop(
        f"{prefix}GradGrad",
        "orig_input: T, orig_output: T, grad: T -> T",
        doc="The gradient of the gradient of maximum pooling.",
        types=types,
        attrs={k: v for k, v in attrs.items() if k != "explicit_paddings"},
        shape=lambda op: op.inputs[1].shape,
        kernel=_max_grad_grad_kernel,
        grad=third,
    )
    return forward


def _average_family(rank: int, prefix: str) -> Callable[..., Any]:
    attrs = _attrs(rank, explicit=False)

    def shape_rule(op: Operation) -> TensorShape:
        op.inputs[1].shape.with_rank(rank + 2)
        return static.shape_value(op.inputs[0]).merge_with(unknown_shape(rank + 2))

    forward = defop(
        prefix,
        "value: T -> T" if rank == 2 else "input: T -> T",
        doc="The mean of each window; what falls on the padding does not count.",
        types={"T": "float"},
        attrs=attrs,
        shape=_pool_shape,
        kernel=_avg_pool_kernel,
        torch=torch_kernels.avg_pool if rank == 2 else None,
        grad=lambda op, dy: back(shape(op.inputs[0]), dy, **own_attrs(op)),
    )
    back = defop(
        f"{prefix}Grad",
        "orig_input_shape: host int32, grad: T -> T",
        doc="The gradient of average pooling.",
        types={"T": "float"},
        attrs=attrs,
        shape=shape_rule,
        kernel=_avg_grad_kernel,
        torch=torch_kernels.avg_pool_grad if rank == 2 else None,
        grad=lambda op, d: (None, forward(d, **own_attrs(op))),
    )
    return forward


max_pool_op = _max_family(2, "MaxPool")
max_pool3d_op = _max_family(3, "MaxPool3D")
avg_pool_op = _average_family(2, "AvgPool")
avg_pool3d_op = _average_family(3, "AvgPool3D")

# ---------------------------------------------------------------- with the places of the maxima


def _flat_places(x: Any, include_batch: bool) -> Any:
    """The flat index of each element of the images."""
    places = np.arange(int(np.prod(x.shape[1:]))).reshape(1, *x.shape[1:])
    if include_batch:
        places = places + (np.arange(len(x)) * places.size).reshape(-1, *(1,) * (x.ndim - 1))
    return np.broadcast_to(places, x.shape)


def _argmax_kernel(
    xp: Any, x: Any, *, Targmax: Any, include_batch_in_index: bool, **attrs: Any
) -> Any:
    pool = Pool(attrs)
    out = _largest(pool, x)
    places = _flat_places(x, include_batch_in_index)
    found = np.zeros(out.shape, Targmax.as_numpy_dtype)
    for outs, seen, won in _winners(pool, x, out):
        np.copyto(found[outs], places[seen], where=won, casting="unsafe")
    return out, found


def _from_places_kernel(
    xp: Any, x: Any, dy: Any, argmax: Any, *, include_batch_in_index: bool, **attrs: Any
) -> Any:
    dx = np.zeros(x.size, dy.dtype)
    flat = argmax.astype(np.int64)
    if not include_batch_in_index:
        each = int(np.prod(x.shape[1:]))
        flat = flat + (np.arange(len(x)) * each).reshape(-1, *(1,) * (x.ndim - 1))
    if flat.size and (flat.min() < 0 or flat.max() >= x.size):
        raise ValueError(f"argmax has an index outside of [0, {x.size})")
    np.add.at(dx, flat.reshape(-1), dy.reshape(-1))
    return dx.reshape(x.shape)


def _to_places_kernel(
    xp: Any, x: Any, ddx: Any, argmax: Any, *, include_batch_in_index: bool, **attrs: Any
) -> Any:
    if include_batch_in_index:
        return np.ascontiguousarray(ddx).reshape(-1)[argmax]
    rows = np.ascontiguousarray(ddx).reshape(len(ddx), -1)
    return np.take_along_axis(rows, argmax.reshape(len(argmax), -1), axis=1).reshape(argmax.shape)


def _argmax_attrs(**more: Any) -> dict[str, Any]:
    return {
        "ksize": REQUIRED, "strides": REQUIRED, "padding": REQUIRED, **more,
        "include_batch_in_index": False,
    }  # fmt: skip


def _geometry(op: Operation) -> dict[str, Any]:
    return {n: op.attrs[n] for n in ("ksize", "strides", "padding", "include_batch_in_index")}


_grad_with_argmax = defop(
    "MaxPoolGradWithArgmax",
    "input: T, grad: T, argmax: Targmax -> T",
    doc="The gradient of maximum pooling, from the places of the maxima.",
    types={"T": "real", "Targmax": "index"},
    attrs=_argmax_attrs(),
    shape=lambda op: op.inputs[0].shape,
    kernel=_from_places_kernel,
    grad=lambda op, ddx: (
        zeros_like(op.inputs[0]),
        _grad_grad_with_argmax(op.inputs[0], ddx, op.inputs[2], **_geometry(op)),
        None,
    ),
)
_grad_grad_with_argmax = defop(
    "MaxPoolGradGradWithArgmax",
    "input: T, grad: T, argmax: Targmax -> T",
    doc="The gradient of MaxPoolGradWithArgmax: the elements at the places of the maxima.",
    types={"T": "real", "Targmax": "index"},
    attrs=_argmax_attrs(),
    shape=lambda op: _pooled(op, op.inputs[0].shape.with_rank(4)),
    kernel=_to_places_kernel,
    grad=lambda op, d: (
        None,
        _grad_with_argmax(op.inputs[0], d, op.inputs[2], **_geometry(op)),
        None,
    ),
)
max_pool_with_argmax_op = defop(
    "MaxPoolWithArgmax",
    "input: T -> T, @Targmax",
    doc="The largest element of each window, and its place.",
    types={"T": "real"},
    attrs=_argmax_attrs(Targmax=REQUIRED),
    shape=lambda op: [_pool_shape(op)] * 2,
    kernel=_argmax_kernel,
    grad=lambda op, dy, _: _grad_with_argmax(op.inputs[0], dy, op.outputs[1], **_geometry(op)),
)
