"""Random tensors that are functions of a seed: the same numbers at each run.

The seed is scrambled by Philox into the key and the counter of a stream, as in TensorFlow, and the
stream gives TensorFlow's numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.math import add, multiply, subtract
from pyengine.ops.philox import Philox, normals, uniform_floats
from pyengine.ops.random import (
    _draw_floats,
    _draw_integers,
    _draw_truncated,
    _float_dtype,
    _in_dtype,
    _shape_tensor,
)
from pyengine.ops.random_draws import categories
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__: list[str] = []

_DRAW = no_grad("a random draw does not depend on its inputs")
_KEY = 0x3EC8F720 | 0x02461E29 << 32
_MASK = (1 << 64) - 1


def stream_of(seed: Any) -> Philox:
    """The stream of a seed of two integers."""
    first, second = (int(s) & _MASK for s in np.asarray(seed))
    scrambler = Philox(_KEY, second)
    a, b, c, d = (int(w) for w in scrambler.blocks(np.array([first], np.uint64))[0])
    return Philox(a | b << 32, c | d << 32)


def _shape_rule(op: Operation) -> TensorShape:
    op.inputs[1].shape.merge_with((2,))
    return static.shape_value(op.inputs[0])


def _stateless(type: str, doc: str, draw: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(xp: Any, shape: Any, seed: Any, *, dtype: Any) -> Any:
        return draw(stream_of(seed), {"dtype": dtype}, shape)

    return defop(
        type, "shape: host index, seed: Tseed -> @dtype", doc=doc, types={"Tseed": "index"},
        attrs={"dtype": REQUIRED}, shape=_shape_rule, kernel=kernel, grad=_DRAW,
    )  # fmt: skip


_uniform = _stateless(
    "StatelessRandomUniform", "Numbers uniform in [0, 1), of a seed.", _draw_floats(uniform_floats)
)
_normal = _stateless(
    "StatelessRandomNormal", "Standard normal numbers of a seed.", _draw_floats(normals)
)
_truncated = _stateless(
    "StatelessTruncatedNormal", "Standard normal numbers of a seed, at most 2.", _draw_truncated
)
_uniform_int = defop(
    "StatelessRandomUniformInt",
    "shape: host index, seed: Tseed, minval: Tout, maxval: Tout -> Tout",
    doc="Integers uniform in [minval, maxval), of a seed.",
    types={"Tseed": "index", "Tout": "index"},
    shape=_shape_rule,
    kernel=lambda xp, shape, seed, low, high: _draw_integers(stream_of(seed), {}, shape, low, high),
    grad=_DRAW,
)


def _seed_tensor(seed: Any) -> Tensor:
    return convert_to_tensor(whole(seed), name="seed")


def stateless_random_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Numbers uniform in [minval, maxval), the same ones for the same seed.

    Args:
        shape: the sizes, a list or an integer tensor.
        seed: two integers, or an integer tensor of shape [2].
        minval, maxval: the bounds; `maxval` is 1 by default, and must be given for integers.
        dtype: a floating-point dtype, int32 or int64.
        name: the name scope.

    Raises:
        ValueError: for another dtype, or integers without `maxval`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     a, b = (tf.random.stateless_uniform([2], seed=[1, 2]) for _ in range(2))
        ...     bool(sess.run(tf.reduce_all(tf.equal(a, b))))
        True
    """
    wanted = as_dtype(dtype).base_dtype
    if wanted not in (*dtypes.FLOAT, dtypes.int32, dtypes.int64):
        raise ValueError(f"Invalid dtype {wanted!r}")
    if maxval is None:
        if wanted.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {wanted!r}")
        maxval = 1
    with name_scope(name, "stateless_random_uniform") as scope:
        sizes = _shape_tensor(shape)
        low = convert_to_tensor(_in_dtype(minval, wanted), wanted, name="min")
        high = convert_to_tensor(_in_dtype(maxval, wanted), wanted, name="max")
        if wanted.is_integer:
            return _uniform_int(sizes, _seed_tensor(seed), low, high, name=scope)
        draw = _uniform(sizes, _seed_tensor(seed), dtype=wanted)
        return add(multiply(draw, subtract(high, low)), low, name=scope)


def _scaled(
    op: Callable[..., Tensor], default: str, shape: Any, seed: Any, mean: Any, stddev: Any,
    dtype: Any, name: str | None,
) -> Tensor:  # fmt: skip
    wanted = _float_dtype(dtype, default)
    with name_scope(name, default) as scope:
        draw = op(_shape_tensor(shape), _seed_tensor(seed), dtype=wanted)
        spread = convert_to_tensor(stddev, wanted, name="stddev")
        center = convert_to_tensor(mean, wanted, name="mean")
        return add(multiply(draw, spread), center, name=scope)


def stateless_random_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Numbers from a normal distribution, the same ones for the same seed.

    Args:
        shape: the sizes, a list or an integer tensor.
        seed: two integers, or an integer tensor of shape [2].
        mean, stddev: the distribution's mean and standard deviation.
        dtype: a floating-point dtype.
        name: the name scope.
    """
    return _scaled(_normal, "stateless_random_normal", shape, seed, mean, stddev, dtype, name)


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """`stateless_random_normal` with numbers beyond two standard deviations drawn again.

    Args:
        shape: a vector of int32 or int64.
        seed: two integers, which determine the values.
        mean, stddev: scalars, of the untruncated distribution.
        dtype: a floating type.
        name: the scope of the ops.

    Returns:
        A tensor of the shape and dtype, within two standard deviations of the mean.

    Example:
        >>> import pyengine as tf
        >>> tf.random.stateless_truncated_normal([2, 3], seed=[1, 2]).shape.as_list()
        [2, 3]
    """
    return _scaled(_truncated, "stateless_truncated_normal", shape, seed, mean, stddev, dtype, name)


def _categories_shape(op: Operation) -> TensorShape:
    rows, count = op.inputs[0].shape.with_rank(2)[0].value, static.constant_value(op.inputs[1])
    return TensorShape((rows, None if count is None else int(count)))


_multinomial = defop(
    "StatelessMultinomial",
    "logits: T, num_samples: host int32, seed: Tseed -> @output_dtype",
    doc="Categories drawn with the probabilities of a softmax, of a seed.",
    types={"T": "real", "Tseed": "index"},
    attrs={"output_dtype": dtypes.int64},
    shape=_categories_shape,
    kernel=lambda xp, logits, count, seed, *, output_dtype: categories(
        stream_of(seed), logits, count, output_dtype.as_numpy_dtype
    ),
    grad=_DRAW,
)


def stateless_multinomial(
    logits: Any,
    num_samples: Any,
    seed: Any,
    output_dtype: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """`tf.multinomial` with the same categories for the same seed of two integers.

    Args:
        logits: unnormalized log probabilities, of shape [batch, classes] and a floating type.
        num_samples: how many draws for each row, an integer scalar.
        seed: two integers, which determine the values.
        output_dtype: int32 or int64.
        name: the op's name.

    Returns:
        A tensor of shape [batch, num_samples] and dtype `output_dtype`.

    Example:
        >>> import pyengine as tf
        >>> tf.random.stateless_multinomial([[0.0, 0.0]], 5, seed=[1, 2]).shape.as_list()
        [1, 5]
    """
    return _multinomial(
        logits, whole(num_samples), _seed_tensor(seed), output_dtype=as_dtype(output_dtype),
        name=name or "stateless_multinomial",
    )  # fmt: skip


def stateless_categorical(
    logits: Any,
    num_samples: Any,
    seed: Any,
    dtype: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """`stateless_multinomial` under its later name.

    Args:
        logits: unnormalized log probabilities, of shape [batch, classes] and a floating type.
        num_samples: how many draws for each row, an integer scalar.
        seed: two integers, which determine the values.
        dtype: int32 or int64.
        name: the op's name.

    Returns:
        A tensor of shape [batch, num_samples] and dtype `dtype`.

    Example:
        >>> import pyengine as tf
        >>> tf.random.stateless_categorical([[0.0, 0.0]], 5, seed=[1, 2]).shape.as_list()
        [1, 5]
    """
    return stateless_multinomial(logits, num_samples, seed, dtype, name or "stateless_categorical")
