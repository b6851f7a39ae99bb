"""Random tensors from Philox counters, with TensorFlow's seeds and streams.

An op has a generator in each session. With a graph seed (`set_random_seed`) or an op seed its
numbers repeat in every new session, and are those of TensorFlow; without, they are new each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import (
    Graph,
    Operation,
    Tensor,
    get_default_graph,
)
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.math import add, multiply, subtract
from pyengine.ops.philox import Philox, normals, uniform_floats
from pyengine.scopes import (
    name_scope,
)
from pyengine.shape import TensorShape, as_shape

__all__ = [
    "get_seed", "random_normal", "random_shuffle", "random_uniform", "set_random_seed",
    "truncated_normal",
]  # fmt: skip

_DEFAULT_GRAPH_SEED = 87654321
_LARGEST_SEED = 2**31 - 1
_RESERVED = 256  # blocks that TensorFlow's generators set aside for each output
_DRAW = no_grad("a random draw does not depend on its inputs")


def set_random_seed(seed: Any) -> None:
    """Sets the seed of the default graph: ops without a seed of their own repeat then.

    Args:
        seed: an integer.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     tf.set_random_seed(1)
        ...     x = tf.random_uniform([])
        ...     with tf.Session() as first, tf.Session() as second:
        ...         bool(first.run(x) == second.run(x))
        True
    """
    get_default_graph().seed = whole(seed)


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The two seeds of a random op, from the graph's seed and its own.

    Ops without a seed of their own are counted: the first of a graph gets 0, the next 1, as in
    TensorFlow 2. (TensorFlow 1.15 took the number of ops in the graph, which no other program than
    itself repeats.)

    Args:
        op_seed: the seed that an op was given, or None.

    Returns:
        `(None, None)` when there is neither.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     tf.set_random_seed(1)
        ...     tf.get_seed(2)
        (1, 2)
    """
    graph: Graph = get_default_graph()
    op_seed = whole(op_seed)
    if graph.seed is not None:
        if op_seed is None:
            op_seed = graph._seeds_given
            graph._seeds_given += 1
        seeds = (graph.seed % _LARGEST_SEED, op_seed % _LARGEST_SEED)
    elif op_seed is not None:
        seeds = (_DEFAULT_GRAPH_SEED, op_seed % _LARGEST_SEED)
    else:
        return None, None
    # Two zeros would mean "no seed".
    return seeds if seeds != (0, 0) else (0, _LARGEST_SEED)


def seed_of_text(text: str) -> int:
    """The seed that TensorFlow makes of a name, for what must have the same wherever it stands."""
    import hashlib  # it loads OpenSSL

    return int(hashlib.md5(text.encode("utf-8")).hexdigest()[:8], 16) & _LARGEST_SEED


def _new_generator(op: Operation) -> Philox:
    seed, seed2 = op.attrs["seed"], op.attrs["seed2"]
    if seed == 0 and seed2 == 0:
        seed, seed2 = (int.from_bytes(os.urandom(8), "little") for _ in range(2))
    return Philox(seed, seed2)


def _drawing(draw: Callable[..., Any]) -> Callable[..., Any]:
    """A binding for ops whose kernel is `draw(generator, attrs, *inputs)`."""

    def bind(op: Operation, runtime: Any) -> Callable[..., Any]:
        generator, attrs = runtime.state_of(op, _new_generator), op.attrs
        return lambda *inputs: draw(generator, attrs, *inputs)

    return bind


def _words(generator: Philox, count: int, per_output: int = 1) -> Any:
    """The words for `count` outputs, of which TensorFlow takes four (or two pairs) from a block."""
    start = generator.reserve(count * _RESERVED)
    blocks = -(-count * per_output // 4)
    numbers = np.arange(start, start + blocks, dtype=np.uint64)
    return generator.blocks(numbers).reshape(-1)


def _sizes(shape: Any) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


def _count(sizes: tuple[int, ...]) -> int:
    return int(np.prod(sizes, dtype=np.int64))


def _draw_floats(convert: Callable[..., Any]) -> Callable[..., Any]:
    def draw(generator: Philox, attrs: dict[str, Any], shape: Any) -> Any:
        sizes, dtype = _sizes(shape), np.dtype(attrs["dtype"].as_numpy_dtype)
        count, width = _count(sizes), 2 if dtype == np.float64 else 1
        numbers = convert(_words(generator, count, width), dtype.type)
        return numbers[:count].reshape(sizes)

    return draw


def _drawn_shape(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(1)
    return static.shape_value(op.inputs[0])


_SEEDS = {"seed": 0, "seed2": 0}

_random_uniform = defop(
    "RandomUniform",
    "shape: host index -> @dtype",
    doc="Numbers uniform in [0, 1).",
    attrs={"dtype": REQUIRED, **_SEEDS},
    shape=_drawn_shape,
    bind=_drawing(_draw_floats(uniform_floats)),
    grad=_DRAW,
)
_random_normal = defop(
    "RandomStandardNormal",
    "shape: host index -> @dtype",
    doc="Numbers from the standard normal distribution.",
    attrs={"dtype": REQUIRED, **_SEEDS},
    shape=_drawn_shape,
    bind=_drawing(_draw_floats(normals)),
    grad=_DRAW,
)


def _draw_integers(
    generator: Philox, attrs: dict[str, Any], shape: Any, low: Any, high: Any
) -> Any:
    if low >= high:
        raise ValueError(f"Need minval < maxval, got {low} >= {high}")
    sizes, dtype = _sizes(shape), np.asarray(low).dtype
    count, wide = _count(sizes), dtype == np.int64
    words = _words(generator, count, 2 if wide else 1)
    if wide:
        pairs = words.reshape(-1, 2).astype(np.uint64)
        words = pairs[:, 0] | (pairs[:, 1] << np.uint64(32))
    span = int(high) - int(low)
    offset = (words[:count] % words.dtype.type(span)).astype(np.int64)
    return (np.int64(low) + offset).astype(dtype).reshape(sizes)


_random_uniform_int = defop(
    "RandomUniformInt",
    "shape: host index, minval: Tout, maxval: Tout -> Tout",
    doc="Integers uniform in [minval, maxval).",
    types={"Tout": "index"},
    attrs=dict(_SEEDS),
    shape=_drawn_shape,
    bind=_drawing(_draw_integers),
    grad=_DRAW,
)


def _draw_truncated(generator: Philox, attrs: dict[str, Any], shape: Any) -> Any:
    """Normals beyond two standard deviations are drawn again, each group of outputs for itself.

    Four outputs (two of float64) make a group, which has 256 blocks for each of them to itself; it
    takes candidates in order until it is full.
    """
    sizes, dtype = _sizes(shape), np.dtype(attrs["dtype"].as_numpy_dtype)
    count, group = _count(sizes), 2 if dtype == np.float64 else 4
    start = generator.reserve(count * _RESERVED)
    groups = -(-count // group)
    first = start + np.arange(groups, dtype=np.uint64) * np.uint64(_RESERVED * group // 4)
    result = np.empty((groups, group), dtype)
    filled = np.zeros(groups, np.int64)
    open_rows = np.arange(groups)
    for block in range(_RESERVED * group // 4):
        if not len(open_rows):
            break
        words = generator.blocks(first[open_rows] + np.uint64(block)).reshape(-1)
        candidates = normals(words, dtype.type).reshape(len(open_rows), -1)
        for column in candidates.T:
            accepted = (np.abs(column) < 2.0) & (filled[open_rows] < group)
            rows = open_rows[accepted]
            result[rows, filled[rows]] = column[accepted]
            filled[rows] += 1
        open_rows = open_rows[filled[open_rows] < group]
    return result.reshape(-1)[:count].reshape(sizes)


_truncated_normal = defop(
    "TruncatedNormal",
    "shape: host index -> @dtype",
    doc="Standard normal numbers of at most two standard deviations.",
    attrs={"dtype": REQUIRED, **_SEEDS},
    shape=_drawn_shape,
    bind=_drawing(_draw_truncated),
    grad=_DRAW,
)


def _draw_permutation(generator: Philox, attrs: dict[str, Any], value: Any) -> Any:
    """Fisher and Yates' shuffle, with the draws that TensorFlow makes for it."""
    rows = len(value)
    if rows <= 1:
        return value
    blocks = (rows + 2) // 4  # rows - 1 draws of four in a block: the next shuffle goes on there
    start = generator.reserve(blocks)
    numbers = np.arange(start, start + blocks, dtype=np.uint64)
    draws = generator.blocks(numbers).reshape(-1)
    order = np.arange(rows)
    for i in range(rows - 1):
        j = i + int(draws[i]) % (rows - i)
        order[i], order[j] = order[j], order[i]
    return value[order]


random_shuffle_op = defop(
    "RandomShuffle",
    "value: T -> T",
    doc="The rows of a tensor in random order.",
    attrs=dict(_SEEDS),
    shape=lambda op: op.inputs[0].shape,
    bind=_drawing(_draw_permutation),
    grad=no_grad("TensorFlow defines none"),
)


def _seeds(seed: int | None) -> dict[str, int]:
    first, second = get_seed(seed)
    return {"seed": first or 0, "seed2": second or 0}


def _shape_tensor(shape: Any) -> Any:
    if isinstance(shape, (TensorShape, list, tuple)) and not any(
        hasattr(s, "graph") for s in shape
    ):
        sizes = as_shape(whole(shape))
        if not sizes.is_fully_defined():
            raise ValueError(f"the shape of a random tensor must be known, got {sizes}")
        return convert_to_tensor(np.array(sizes.as_list(), np.int32), name="shape")
    return convert_to_tensor(whole(shape), name="shape")


def _float_dtype(dtype: Any, function: str) -> dtypes.DType:
    wanted = as_dtype(dtype).base_dtype
    if not wanted.is_floating:
        raise ValueError(f"{function}: Invalid dtype {wanted!r}, expected a floating-point dtype")
    return wanted


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers uniform in [minval, maxval).

    Args:
        shape: the sizes, a list or an integer tensor.
        minval, maxval: the bounds; `maxval` is 1 by default, and must be given for integers.
        dtype: a floating-point dtype, int32 or int64.
        seed: the op's seed.
        name: the name scope.

    Raises:
        ValueError: for another dtype, or integers without `maxval`.

    Example:
        >>> import pyengine as tf
        >>> tf.random_uniform([2, 3], -1.0, 1.0).shape.as_list()
        [2, 3]
    """
    wanted = as_dtype(dtype).base_dtype
    if wanted not in (*dtypes.FLOAT, dtypes.int32, dtypes.int64):
        raise ValueError(f"random_uniform: Invalid dtype {wanted!r}")
    if maxval is None:
        if wanted.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {wanted!r}")
        maxval = 1
    with name_scope(name, "random_uniform") as scope:
        sizes = _shape_tensor(shape)
        low = convert_to_tensor(_in_dtype(minval, wanted), wanted, name="min")
        high = convert_to_tensor(_in_dtype(maxval, wanted), wanted, name="max")
        seeds = _seeds(seed)
        if wanted.is_integer:
            return _random_uniform_int(sizes, low, high, **seeds, name=scope)
        draw = _random_uniform(sizes, dtype=wanted, **seeds)
        return add(multiply(draw, subtract(high, low)), low, name=scope)


def _in_dtype(value: Any, dtype: dtypes.DType) -> Any:
    """A number for `convert_to_tensor`: whole floats where integers are meant."""
    return whole(value) if dtype.is_integer else value


def _scaled_normal(
    op: Callable[..., Tensor], default: str, shape: Any, mean: Any, stddev: Any, dtype: Any,
    seed: Any, name: str | None,
) -> Tensor:  # fmt: skip
    wanted = _float_dtype(dtype, default)
    with name_scope(name, default) as scope:
        sizes = _shape_tensor(shape)
        center = convert_to_tensor(mean, wanted, name="mean")
        spread = convert_to_tensor(stddev, wanted, name="stddev")
        draw = op(sizes, dtype=wanted, **_seeds(seed))
        return add(multiply(draw, spread), center, name=scope)


def random_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from a normal distribution; arguments as in `random_uniform`.

    Args:
        mean, stddev: the distribution's mean and standard deviation.
    """
    return _scaled_normal(_random_normal, "random_normal", shape, mean, stddev, dtype, seed, name)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from a normal distribution, those beyond two standard deviations drawn again.

    Args:
        shape: an integer vector.
        mean, stddev: the distribution's mean and standard deviation, before any is drawn again.
        dtype, seed, name: as in `random_uniform`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = sess.run(tf.truncated_normal([1000], stddev=0.1, seed=1))
        >>> bool(abs(x).max() <= 0.2)
        True
    """
    return _scaled_normal(
        _truncated_normal, "truncated_normal", shape, mean, stddev, dtype, seed, name
    )


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The rows of a tensor in random order.

    Args:
        value: a tensor of any dtype, of rank 1 or more.
        seed: the op's seed.
        name: the op's name.

    Returns:
        A tensor of the same dtype and shape.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sorted(sess.run(tf.random.shuffle([3, 1, 2])).tolist())
        [1, 2, 3]
    """
    return random_shuffle_op(value, **_seeds(seed), name=name)
