"""Random draws from given distributions: categories, gamma, Poisson.

All are drawn as TensorFlow draws them, number for number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import size
from pyengine.ops.declare import REQUIRED, defop, missing_grad, no_grad, whole
from pyengine.ops.filling import range as range_of
from pyengine.ops.math import add, maximum, multiply, realdiv
from pyengine.ops.philox import Philox, uniform_floats
from pyengine.ops.random import (
    _RESERVED,
    _SEEDS,
    _count,
    _drawing,
    _seeds,
    _shape_tensor,
    _sizes,
)
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.rejection import gammas, poissons
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["multinomial", "random_gamma", "random_poisson"]

_DRAW = no_grad("a random draw does not depend on its inputs")


# ---------------------------------------------------------------- categories


def categories(generator: Philox, logits: Any, count: int, dtype: Any) -> Any:
    """`count` categories for each row of logits, by inverting the cumulated probabilities."""
    if logits.ndim != 2:
        raise ValueError(f"logits should be a matrix, got shape {logits.shape}")
    if count < 0:
        raise ValueError(f"num_samples should be nonnegative, got {count}")
    rows, classes = logits.shape
    if rows and not classes:
        raise ValueError(f"num_classes should be positive, got {classes}")
    padded = -(-count // 4) * 8  # a draw takes two words
    start = generator.reserve(rows * padded * _RESERVED)
    blocks = -(-rows * count // 2)
    numbers = np.arange(start, start + blocks, dtype=np.uint64)
    draws = uniform_floats(generator.blocks(numbers).reshape(-1), np.float64)
    draws = draws[: rows * count].reshape(rows, count)
    exact = logits.astype(np.float64)
    finite = np.isfinite(exact)
    largest = np.max(np.where(finite, exact, -np.inf), axis=1, keepdims=True, initial=-np.inf)
    weights = np.where(finite, np.exp(np.where(finite, exact - largest, 0)), 0)
    total = np.cumsum(weights, axis=1)
    result = np.empty((rows, count), dtype)
    for i in range(rows):
        result[i] = np.searchsorted(total[i], draws[i] * total[i, -1], side="right")
    return result


def _categories_shape(op: Operation) -> TensorShape:
    rows = op.inputs[0].shape.with_rank(2)[0].value
    count = static.constant_value(op.inputs[1])
    return TensorShape((rows, None if count is None else int(count)))


_multinomial = defop(
    "Multinomial",
    "logits: T, num_samples: host int32 -> @output_dtype",
    doc="Categories drawn with the probabilities of a softmax.",
    types={"T": "real"},
    attrs={"output_dtype": dtypes.int64, **_SEEDS},
    shape=_categories_shape,
    bind=_drawing(
        lambda generator, attrs, logits, count: categories(
            generator, logits, count, attrs["output_dtype"].as_numpy_dtype
        )
    ),
    grad=_DRAW,
)


def multinomial(
    logits: Any,
    num_samples: Any,
    seed: int | None = None,
    name: str | None = None,
    output_dtype: Any = None,
) -> Tensor:
    """Categories drawn with the probabilities `softmax(logits)`.

    Args:
        logits: of shape `[rows, classes]`.
        num_samples: how many to draw for each row.
        seed: the op's seed.
        name: the op's name.
        output_dtype: int32 or int64, the default.

    Returns:
        A tensor of shape `[rows, num_samples]`, of numbers from 0 to classes - 1.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.multinomial([[-1000.0, 0.0]], 3)).tolist()
        [[1, 1, 1]]
    """
    wanted = dtypes.int64 if output_dtype is None else as_dtype(output_dtype)
    if wanted not in (dtypes.int32, dtypes.int64):
        raise TypeError(f"output_dtype must be int32 or int64, got {wanted.name}")
    return _multinomial(
        logits, whole(num_samples), output_dtype=wanted, **_seeds(seed),
        name=name or "multinomial/Multinomial",
    )  # fmt: skip


def categorical(
    logits: Any,
    num_samples: Any,
    dtype: Any = None,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """`multinomial` under its later name: `tf.random.categorical`.

    Args:
        logits: unnormalized log probabilities, of shape [batch, classes] and a floating type.
        num_samples: how many draws for each row, an integer scalar.
        dtype: that of the draws, int32 or int64; int64 by default.
        seed: the op's seed.
        name: the op's name.

    Returns:
        A tensor of shape [batch, num_samples] and dtype `dtype`.

    Example:
        >>> import pyengine as tf
        >>> tf.random.categorical([[0.0, 0.0]], 5).shape.as_list()
        [1, 5]
    """
    return multinomial(
        logits, num_samples, seed, name or "categorical/Multinomial", output_dtype=dtype
    )


# ---------------------------------------------------------------- gamma


def _outer_shape(op: Operation) -> TensorShape:
    return static.shape_value(op.inputs[0]).concatenate(op.inputs[1].shape)


def _draw_gamma(generator: Philox, attrs: dict[str, Any], shape: Any, alpha: Any) -> Any:
    samples = _count(_sizes(shape))
    draws = gammas(generator, np.asarray(alpha, np.float64).reshape(-1), samples)
    return draws.reshape((*_sizes(shape), *alpha.shape)).astype(alpha.dtype)


def _gamma_grad(op: Operation, dy: Tensor) -> Any:
    sample, alpha = op.outputs[0], op.inputs[1]
    slope = multiply(dy, _gamma_slope(add(alpha, multiply(sample, 0.0)), sample))
    return None, reduce_sum(slope, range_of(0, size(op.inputs[0])))


def _gamma_slope_kernel(xp: Any, alpha: Any, sample: Any) -> Any:
    """-(dP/dalpha) / p, by differences of the regularized incomplete gamma function P."""
    import scipy.special

    a, x = alpha.astype(np.float64), sample.astype(np.float64)
    step = 1e-3 * np.minimum(a, 1.0)

    def difference(h: Any) -> Any:
        return (scipy.special.gammainc(a + h, x) - scipy.special.gammainc(a - h, x)) / (2 * h)

    slope = (4 * difference(step / 2) - difference(step)) / 3  # Richardson's extrapolation
    with np.errstate(divide="ignore"):
        density = np.exp((a - 1) * np.log(x) - x - scipy.special.gammaln(a))
    return (-slope / density).astype(sample.dtype)


_gamma_slope = defop(
    "RandomGammaGrad",
    "alpha: T, sample: T -> T",
    doc="How a gamma number changes with the shape of its distribution.",
    types={"T": "float32|float64"},
    shape=lambda op: op.inputs[0].shape.merge_with(op.inputs[1].shape),
    kernel=_gamma_slope_kernel,
    grad=missing_grad("TensorFlow defines none"),
)
_gamma = defop(
    "RandomGamma",
    "shape: host index, alpha: T -> T",
    doc="Numbers from gamma distributions of scale 1.",
    types={"T": "float16|float32|float64"},
    attrs=dict(_SEEDS),
    shape=_outer_shape,
    bind=_drawing(_draw_gamma),
    grad=_gamma_grad,
)


def random_gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from gamma distributions.

    Args:
        shape: how many to draw for each distribution, a list or an integer tensor.
        alpha: the shapes of the distributions.
        beta: their inverse scales, 1 by default; they broadcast with `alpha`.
        dtype: float16, float32 or float64.
        seed: the op's seed.
        name: the name scope.

    Returns:
        A tensor of shape `shape + alpha.shape`, with a gradient in `alpha` and `beta` (Figurnov et
        al., "Implicit Reparameterization Gradients", 2018).
    """
    wanted = as_dtype(dtype).base_dtype
    with name_scope(name, "random_gamma", [shape, alpha, beta]):
        form = convert_to_tensor(alpha, wanted, name="alpha")
        rate = convert_to_tensor(1 if beta is None else beta, wanted, name="beta")
        wide = add(form, multiply(rate, convert_to_tensor(0, wanted)))
        draws = _gamma(_shape_tensor(shape), wide, **_seeds(seed))
        tiny = float(np.finfo(wanted.as_numpy_dtype).tiny)
        return maximum(convert_to_tensor(tiny, wanted), realdiv(draws, rate))


# ---------------------------------------------------------------- Poisson


def _draw_poisson(generator: Philox, attrs: dict[str, Any], shape: Any, rate: Any) -> Any:
    kind = np.dtype(attrs["dtype"].as_numpy_dtype)
    samples = _count(_sizes(shape))
    draws = poissons(generator, np.asarray(rate, np.float64).reshape(-1), samples)
    bad = np.isnan(draws)
    if kind.kind != "f" and bad.any():
        first = rate.reshape(-1)[bad.any(axis=0)][0]
        raise ValueError(f"the rate of a Poisson distribution must be >= 0, got {first}")
    return draws.reshape((*_sizes(shape), *rate.shape)).astype(kind)


_poisson = defop(
    "RandomPoissonV2",
    "shape: host index, rate: R -> @dtype",
    doc="Numbers from Poisson distributions.",
    types={"R": "float16|float32|float64|int32|int64"},
    attrs={"dtype": REQUIRED, **_SEEDS},
    shape=_outer_shape,
    bind=_drawing(_draw_poisson),
    grad=_DRAW,
)


def random_poisson(
    lam: Any,
    shape: Any,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from Poisson distributions.

    Args:
        lam: the means of the distributions.
        shape: how many to draw for each of them.
        dtype: the dtype of the result: float16, float32, float64, int32 or int64.
        seed: the op's seed.
        name: the name scope.

    Returns:
        A tensor of shape `shape + lam.shape`.
    """
    wanted = as_dtype(dtype).base_dtype
    with name_scope(name, "random_poisson", [lam, shape]):
        return _poisson(_shape_tensor(shape), lam, dtype=wanted, **_seeds(seed))
