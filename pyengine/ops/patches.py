"""Windows of images and volumes laid out in the depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.errors import UnimplementedError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import reshape, shape, transpose
from pyengine.ops.declare import REQUIRED, defop, old_names, whole
from pyengine.ops.window import check_padding
from pyengine.registry import settings_of
from pyengine.shape import TensorShape

__all__ = ["extract_image_patches", "extract_volume_patches"]


def _window(size: int, k: int, stride: int, rate: int, padding: str) -> tuple[int, int, int]:
    """How many windows fit into a size, and the zeros before and after it."""
    reach = k + (k - 1) * (rate - 1)
    if padding == "VALID":
        count = -(-(size - reach + 1) // stride)
        if count < 0:
            raise ValueError(
                f"Computed output size would be negative: {count} [input_size: {size}, "
                f"effective_filter_size: {reach}, stride: {stride}]"
            )
        return count, 0, 0
    count = -(-size // stride)
    extra = max((count - 1) * stride + reach - size, 0)
    return count, extra // 2, extra - extra // 2


def _settings(attrs: dict[str, Any], n: int) -> tuple[Any, Any, Any]:
    """The sizes, strides and rates of the n spatial dimensions; refuses what is not 1 elsewhere."""
    found = []
    for key in ("ksizes", "strides", "rates"):
        values = attrs.get(key) or [1] * (n + 2)
        if len(values) != n + 2:
            raise ValueError(f"{key} must have {n + 2} elements, got {list(values)}")
        if min(values) < 1:
            raise ValueError(f"{key} must be positive, got {list(values)}")
        found.append(tuple(values[1:-1]))
    check_padding(attrs["padding"])
    return found[0], found[1], found[2]


def _patches_shape(n: int) -> Callable[[Operation], TensorShape]:
    def rule(op: Operation) -> TensorShape:
        sizes, strides, rates = _settings(op.attrs, n)
        x = op.inputs[0].shape.with_rank(n + 2).sizes or (None,) * (n + 2)
        counts = [
            None if s is None else _window(s, *settings, op.attrs["padding"])[0]
            for s, settings in zip(x[1:-1], zip(sizes, strides, rates))
        ]
        depth = None if x[-1] is None else x[-1] * int(np.prod(sizes))
        return TensorShape.of((x[0], *counts, depth))

    return rule


def _patches_kernel(n: int) -> Callable[..., Any]:
    def kernel(xp: Any, x: Any, **attrs: Any) -> Any:
        sizes, strides, rates = _settings(attrs, n)
        for key in ("ksizes", "strides", "rates"):
            values = attrs.get(key) or (1, 1)
            if values[0] != 1 or values[-1] != 1:
                raise UnimplementedError(
                    None, None, f"{key} must be 1 at both ends, got {list(values)}"
                )
        plans = [
            _window(s, *settings, attrs["padding"])
            for s, settings in zip(x.shape[1:-1], zip(sizes, strides, rates))
        ]
        padded = np.pad(x, [(0, 0), *[(a, b) for _, a, b in plans], (0, 0)])
        for axis, ((count, _, _), k, stride, rate) in enumerate(zip(plans, sizes, strides, rates)):
            places = np.arange(count)[:, None] * stride + np.arange(k) * rate
            # Each spatial axis becomes two: which window, and where in it.
            padded = np.take(padded, places, axis=1 + 2 * axis)
        windows = range(1, 2 * n + 1, 2)
        within = range(2, 2 * n + 1, 2)
        laid = padded.transpose([0, *windows, *within, 2 * n + 1])
        depth = int(np.prod(sizes)) * x.shape[-1]
        return np.ascontiguousarray(laid).reshape(x.shape[0], *[p[0] for p in plans], depth)

    return kernel


def _patches_grad(op: Operation, dy: Tensor) -> Tensor:
    """Each element of a window is added to where it came from."""
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.joining import concat
    from pyengine.ops.reduce import reduce_prod
    from pyengine.ops.segment import unsorted_segment_sum

    x = op.inputs[0]
    sizes = shape(x)
    inside = sizes[1:-1]
    count = reduce_prod(inside)
    # The windows of a picture of the places, counted from 1, for borders are 0.
    places = reshape(range_of(1, count + 1), concat([[1], inside, [1]], 0))
    ids = reshape(op.opdef.build(op.graph, [places], settings_of(op), "places").outputs[0], [-1])
    rows = transpose(reshape(dy, [sizes[0], -1, sizes[-1]]), [1, 0, 2])
    total = transpose(unsorted_segment_sum(rows, ids - 1, count), [1, 0, 2])
    return reshape(total, sizes)


_image_patches = defop(
    "ExtractImagePatches",
    "images: T -> T",
    doc="Windows of images laid out in the depth.",
    types={"T": "number|bool"},
    attrs={"ksizes": REQUIRED, "strides": REQUIRED, "rates": REQUIRED, "padding": REQUIRED},
    shape=_patches_shape(2),
    kernel=_patches_kernel(2),
    grad=_patches_grad,
)
_volume_patches = defop(
    "ExtractVolumePatches",
    "input: T -> T",
    doc="Windows of volumes laid out in the depth.",
    types={"T": "real"},
    attrs={"ksizes": REQUIRED, "strides": REQUIRED, "padding": REQUIRED},
    shape=_patches_shape(3),
    kernel=_patches_kernel(3),
    grad=_patches_grad,
)


def _ints(values: Sequence[Any], name: str) -> tuple[int, ...]:
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"Expected list for '{name}' argument, not {values!r}")
    return tuple(int(v) for v in whole(list(values)))


@old_names(sizes="ksizes")
def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
) -> Tensor:
    """Windows of images laid out in the depth.

    Args:
        images: a real tensor of shape [batch, rows, columns, depth].
        ksizes: [1, height, width, 1] of a window; also called `sizes`.
        strides: [1, rows, columns, 1], from the start of one window to that of the next.
        rates: [1, rows, columns, 1], from one element of a window to the next.
        padding: "VALID": windows inside the image only; "SAME": zeros around it.
        name: the op's name.

    Returns:
        A tensor of shape [batch, rows, columns, height * width * depth], of the windows' counts.

    Raises:
        ValueError: for settings that do not fit.
    """
    return _image_patches(
        images,
        ksizes=_ints(ksizes, "ksizes"),
        strides=_ints(strides, "strides"),
        rates=_ints(rates, "rates"),
        padding=padding,
        name=name,
    )


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: Any, name: str | None = None
) -> Tensor:
    """`extract_image_patches` by its later name.

    Args:
        images: a real tensor of shape [batch, rows, columns, depth].
        sizes: [1, rows, columns, 1] of a window.
        strides: [1, rows, columns, 1], from one window to the next.
        rates: [1, rows, columns, 1], from one element of a window to the next.
        padding: "VALID" or "SAME".
        name: the op's name.

    Returns:
        A tensor of shape [batch, rows, columns, elements of a window].

    Example:
        >>> import pyengine as tf
        >>> one = [1, 1, 1, 1]
        >>> tf.image.extract_patches(
        ...     tf.zeros([1, 4, 4, 3]), [1, 2, 2, 1], [1, 2, 2, 1], one, "VALID"
        ... ).shape.as_list()
        [1, 2, 2, 12]
    """
    return extract_image_patches(images, sizes, strides, rates, padding, name)


def extract_volume_patches(
    input: Any, ksizes: Any, strides: Any, padding: str, name: str | None = None
) -> Tensor:
    """Windows of volumes laid out in the depth.

    Args:
        input: a real tensor of shape [batch, planes, rows, columns, depth].
        ksizes: [1, planes, rows, columns, 1] of a window.
        strides: [1, planes, rows, columns, 1], from one window to the next.
        padding: "VALID" or "SAME".
        name: the op's name.
    """
    return _volume_patches(
        input,
        ksizes=_ints(ksizes, "ksizes"),
        strides=_ints(strides, "strides"),
        padding=padding,
        name=name,
    )
