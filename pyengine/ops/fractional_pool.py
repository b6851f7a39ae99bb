"""Pooling whose windows differ by one in size, so that sizes shrink by a fraction.

Graham, "Fractional Max-Pooling" (2015). The rows and columns where windows start are drawn from the
op's Philox stream as TensorFlow draws them (core/kernels/fractional_pool_common.cc).
"""

from __future__ import annotations

import collections
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.errors import UnimplementedError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import shape
from pyengine.ops.declare import REQUIRED, defop, missing_grad
from pyengine.ops.philox import Philox, uniform_floats
from pyengine.shape import TensorShape

__all__ = ["fractional_avg_pool", "fractional_max_pool"]

_ATTRS: dict[str, Any] = {
    "pooling_ratio": REQUIRED, "pseudo_random": False, "overlapping": False,
    "deterministic": False, "seed": 0, "seed2": 0,
}  # fmt: skip
_ONCE = missing_grad("the gradient of fractional pooling has none of its own")


def _sequence(length: int, parts: int, generator: Philox, is_pseudo: bool) -> Any:
    """Where the windows along an axis start, and where the last one ends."""
    least, more = divmod(length, parts)
    if not more:
        steps = [least] * parts
    elif is_pseudo:
        steps = _pseudo_random_steps(length, parts, generator)
    else:
        steps = [least + (i < more) for i in range(parts)]
        words = _words(generator, parts).tolist()
        for i in range(parts - 1):
            other = i + words[i] % (parts - i)
            steps[i], steps[other] = steps[other], steps[i]
    return np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)


def _words(generator: Philox, count: int) -> Any:
    blocks = -(-count // 4)
    start = generator.reserve(blocks)
    return generator.blocks(np.arange(start, start + blocks, dtype=np.uint64)).reshape(-1)


def _pseudo_random_steps(length: int, parts: int, generator: Philox) -> list[int]:
    """a_i = ceil(alpha (i + u)) for one u; its bounds keep the steps within one of each other."""
    alpha, least = length / parts, length // parts
    most = min((least + 2) / alpha - 1, (length + 1 - least) / alpha - (parts - 1))
    u = float(uniform_floats(_words(generator, 2)[:2], np.float64)[0]) * most
    starts = [1, *(math.ceil(alpha * (i + u)) for i in range(1, parts)), length + 1]
    return [b - a for a, b in itertools.pairwise(starts)]


def _windows(starts: Any, size: int, overlapping: bool) -> list[slice]:
    """The rows of each window; overlapping ones have the first row of the next one too."""
    ends = np.minimum(starts[1:] + bool(overlapping), size)
    return [slice(int(a), int(b)) for a, b in zip(starts, ends)]


def _pooled(x: Any, rows: list[slice], columns: list[slice], reduce: Any) -> Any:
    narrow = np.stack([reduce(x[:, r], axis=1) for r in rows], axis=1)
    return np.stack([reduce(narrow[:, :, c], axis=2) for c in columns], axis=2)


def _drawing(pool: Callable[..., Any]) -> Callable[..., Any]:
    """A binding for an op that draws its windows, anew from its seeds at each run."""

    def bind(op: Operation, runtime: Any) -> Callable[..., Any]:
        attrs = op.attrs
        fixed = _seeds_of(attrs)

        def kernel(x: Any) -> Any:
            if not attrs["deterministic"] and (attrs["seed"] or attrs["seed2"]):
                raise ValueError("Both seed and seed2 should be 0 if deterministic is false.")
            generator = Philox(*(fixed if attrs["deterministic"] else _new_seeds()))
            sizes = _output_sizes(x.shape, attrs["pooling_ratio"])
            starts = [
                _sequence(x.shape[i], sizes[i], generator, attrs["pseudo_random"]) for i in (1, 2)
            ]
            windows = [_windows(s, n, attrs["overlapping"]) for s, n in zip(starts, x.shape[1:3])]
            return (np.ascontiguousarray(pool(x, *windows)), *starts)

        return kernel

    return bind


def _new_seeds() -> tuple[int, int]:
    drawn = np.random.SeedSequence().generate_state(2, np.uint64)
    return int(drawn[0]), int(drawn[1])


def _seeds_of(attrs: dict[str, Any]) -> tuple[int, int]:
    given = attrs["seed"], attrs["seed2"]
    return given if any(given) else _new_seeds()


def _output_sizes(sizes: Any, ratio: Any) -> list[int]:
    if ratio[0] != 1 or ratio[3] != 1:
        raise UnimplementedError(
            None,
            None,
            "Fractional pooling is not supported on the batch nor channel dimension.",
        )
    for i, (size, r) in enumerate(zip(sizes, ratio)):
        if size < r:
            raise ValueError(
                f"Pooling ratio is higher than input dimension size for dimension {i}. Input dim "
                f"size: {size} pooling ratio: {r}"
            )
    return [math.floor(size / r) for size, r in zip(sizes, ratio)]


def _pooled_shape(op: Operation) -> list[TensorShape]:
    given = op.inputs[0].shape.with_rank(4)
    ratio = op.attrs["pooling_ratio"]
    if len(ratio) != 4:
        raise ValueError("pooling_ratio field must specify 4 dimensions")
    if any(r < 1 for r in ratio):
        raise ValueError(f"pooling_ratio should be larger than 1, got {list(ratio)}")
    sizes: list[int | None] = [None] * 4
    if given.ndims is not None:
        sizes = [None if n is None else int(n / r) for n, r in zip(given.as_list(), ratio)]
    lines = [TensorShape([None if n is None else n + 1]) for n in sizes[1:3]]
    return [TensorShape(sizes), *lines]


def _average(x: Any, rows: list[slice], columns: list[slice]) -> Any:
    counts = np.outer([r.stop - r.start for r in rows], [c.stop - c.start for c in columns])
    total = _pooled(x, rows, columns, np.sum)
    if x.dtype.kind in "iu":
        return (total // counts[None, :, :, None]).astype(x.dtype)
    return (total / counts[None, :, :, None].astype(x.dtype)).astype(x.dtype)


def _max_grad(op: Operation, dy: Tensor, *_: Any) -> Any:
    return max_pool_grad(
        op.inputs[0], op.outputs[0], dy, op.outputs[1], op.outputs[2],
        overlapping=op.attrs["overlapping"],
    )  # fmt: skip


def _avg_grad(op: Operation, dy: Tensor, *_: Any) -> Any:
    return avg_pool_grad(
        shape(op.inputs[0], out_type="int64"), dy, op.outputs[1], op.outputs[2],
        overlapping=op.attrs["overlapping"],
    )  # fmt: skip


_TYPES = {"T": "float32|float64|int32|int64"}

_max_pool = defop(
    "FractionalMaxPool",
    "value: T -> T, int64, int64",
    doc="The largest elements in windows of differing sizes.",
    attrs=_ATTRS,
    types=_TYPES,
    shape=_pooled_shape,
    bind=_drawing(lambda x, rows, columns: _pooled(x, rows, columns, np.max)),
    grad=_max_grad,
)

_avg_pool = defop(
    "FractionalAvgPool",
    "value: T -> T, int64, int64",
    doc="The means of windows of differing sizes.",
    attrs=_ATTRS,
    types=_TYPES,
    shape=_pooled_shape,
    bind=_drawing(_average),
    grad=_avg_grad,
)


def _max_grad_kernel(
    xp: Any, x: Any, y: Any, dy: Any, rows: Any, columns: Any, *, overlapping: bool
) -> Any:
    """The gradient goes to the first of the largest elements of each window, row by row."""
    found = np.zeros(x.shape, x.dtype)
    n, _, _, channels = x.shape
    batch, channel = np.ogrid[:n, :channels]
    for i, r in enumerate(_windows(rows, x.shape[1], overlapping)):
        for j, c in enumerate(_windows(columns, x.shape[2], overlapping)):
            flat = x[:, r, c].reshape(n, -1, channels)
            at = flat.argmax(axis=1)
            width = c.stop - c.start
            found[batch, r.start + at // width, c.start + at % width, channel] += dy[:, i, j]
    return found


def _avg_grad_kernel(
    xp: Any, sizes: Any, dy: Any, rows: Any, columns: Any, *, overlapping: bool
) -> Any:
    found = np.zeros(tuple(int(s) for s in sizes), dy.dtype)
    for i, r in enumerate(_windows(rows, found.shape[1], overlapping)):
        for j, c in enumerate(_windows(columns, found.shape[2], overlapping)):
            count = (r.stop - r.start) * (c.stop - c.start)
            divide = np.floor_divide if dy.dtype.kind in "iu" else np.divide
            share = divide(dy[:, i, j], dy.dtype.type(count))
            found[:, r, c] += share[:, None, None]
    return found


def _avg_grad_shape(op: Operation) -> Any:
    from pyengine.static import shape_value

    return shape_value(op.inputs[0]).merge_with(TensorShape([None] * 4))


max_pool_grad = defop(
    "FractionalMaxPoolGrad",
    "orig_input: T, orig_output: T, out_backprop: T, row_pooling_sequence: int64, "
    "col_pooling_sequence: int64 -> T",
    doc="The gradient of FractionalMaxPool.",
    attrs={"overlapping": False},
    types=_TYPES,
    shape=lambda op: op.inputs[0].shape.with_rank(4),
    kernel=_max_grad_kernel,
    grad=_ONCE,
)

avg_pool_grad = defop(
    "FractionalAvgPoolGrad",
    "orig_input_tensor_shape: int64, out_backprop: T, row_pooling_sequence: int64, "
    "col_pooling_sequence: int64 -> T",
    doc="The gradient of FractionalAvgPool.",
    attrs={"overlapping": False},
    types=_TYPES,
    shape=_avg_grad_shape,
    kernel=_avg_grad_kernel,
    grad=_ONCE,
)


def _public(op: Any, what: str) -> Callable[..., Any]:
    result = collections.namedtuple(  # type: ignore[misc]
        f"Fractional{what.capitalize()}Pool",
        ["output", "row_pooling_sequence", "col_pooling_sequence"],
    )

    def function(
        value: Any,
        pooling_ratio: Any,
        pseudo_random: bool = False,
        overlapping: bool = False,
        deterministic: bool = False,
        seed: int = 0,
        seed2: int = 0,
        name: str | None = None,
    ) -> Any:
        outputs = op(
            value, pooling_ratio=[float(r) for r in pooling_ratio],
            pseudo_random=bool(pseudo_random), overlapping=bool(overlapping),
            deterministic=bool(deterministic), seed=seed, seed2=seed2, name=name,
        )  # fmt: skip
        return result(*outputs)

    function.__name__ = function.__qualname__ = f"fractional_{what}_pool"
    function.__doc__ = f"""Pooling ({what}) in windows whose sizes differ by one.

    Args:
        value: a tensor [batch, height, width, channels].
        pooling_ratio: by how much each of the four sizes is divided; 1 for the first and the last.
        pseudo_random: whether the windows' sizes follow one drawn number, rather than a shuffle.
        overlapping: whether windows share the rows and columns at their borders.
        deterministic: whether the same windows are drawn at each run.
        seed, seed2: the seeds then.
        name: the op's name.

    Returns:
        The output, and where the windows start along the rows and the columns.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     x = tf.zeros([1, 5, 5, 1])
        ...     y, rows, columns = tf.nn.fractional_{what}_pool(x, [1, 1.5, 1.5, 1])
        >>> y.shape.as_list(), rows.shape.as_list()
        ([1, 3, 3, 1], [4])
    """
    return function


fractional_max_pool = _public(_max_pool, "max")
fractional_avg_pool = _public(_avg_pool, "avg")
