"""Learning rates that change with the step: functions of a step counter."""

from __future__ import annotations

import math as pymath
from collections.abc import Sequence
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.array import identity
from pyengine.ops.compare import equal, less_equal
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import ceil, exp, floor, log, sqrt
from pyengine.ops.math import add, cast, div, divide, minimum, multiply, negative, pow, subtract
from pyengine.ops.random import random_normal
from pyengine.ops.repetition import where
from pyengine.ops.trigonometry import cos
from pyengine.scopes import name_scope
from pyengine.static import constant_value

__all__ = [
    "cosine_decay", "cosine_decay_restarts", "exponential_decay", "inverse_time_decay",
    "linear_cosine_decay", "natural_exp_decay", "noisy_linear_cosine_decay", "piecewise_constant",
    "piecewise_constant_decay", "polynomial_decay",
]  # fmt: skip


def _step_of(global_step: Any, function: str) -> Any:
    if global_step is None:
        raise ValueError(f"global_step is required for {function}.")
    return global_step


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """A rate that is multiplied by `decay_rate` every `decay_steps` steps.

    `learning_rate * decay_rate ^ (global_step / decay_steps)`

    Args:
        learning_rate: the rate at step 0, a float or a scalar float tensor.
        global_step: the step counter, a scalar number, tensor or variable.
        decay_steps: after how many steps the rate is multiplied once.
        decay_rate: the factor.
        staircase: whether the rate changes at whole multiples of `decay_steps` only.
        name: the name scope, "ExponentialDecay" by default.

    Returns:
        A scalar tensor of the dtype of `learning_rate`.

    Raises:
        ValueError: without `global_step`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     step = tf.placeholder(tf.int32)
        ...     rate = tf.train.exponential_decay(1.0, step, 10, 0.5)
        ...     float(sess.run(rate, {step: 20}))
        0.25
    """
    step = _step_of(global_step, "exponential_decay")
    values = [learning_rate, step, decay_steps, decay_rate]
    with name_scope(name, "ExponentialDecay", values) as scope:
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        turns = _turns(rate, step, decay_steps, staircase)
        return multiply(rate, pow(cast(decay_rate, rate.dtype), turns), name=scope)


def _turns(rate: Tensor, step: Any, decay_steps: Any, staircase: bool) -> Tensor:
    """How many times `decay_steps` has passed."""
    turns = divide(cast(step, rate.dtype), cast(decay_steps, rate.dtype))
    return floor(turns) if staircase else turns


def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """`learning_rate * exp(-decay_rate * global_step / decay_steps)`; see `exponential_decay`.

    Args:
        learning_rate: the rate at the start, a floating scalar.
        global_step: the step, an integer scalar that is not negative.
        decay_steps: the number of steps after which the exponent is -decay_rate.
        decay_rate: how fast the rate falls, a number.
        staircase: whether the rate falls in steps.
        name: the scope of the ops.

    Returns:
        The rate, a scalar of the dtype of `learning_rate`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.train.natural_exp_decay(0.5, 0, 10, 1.0)))
        0.5
    """
    step = _step_of(global_step, "natural_exp_decay")
    values = [learning_rate, step, decay_rate]
    with name_scope(name, "NaturalExpDecay", values) as scope:
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        turns = _turns(rate, step, decay_steps, staircase)
        factor = exp(negative(cast(decay_rate, rate.dtype)))
        return multiply(rate, pow(factor, turns), name=scope)


def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """`learning_rate / (1 + decay_rate * global_step / decay_steps)`; see `exponential_decay`.

    Args:
        learning_rate: the rate at the start, a floating scalar.
        global_step: the step, an integer scalar that is not negative.
        decay_steps: the number of steps that count as one.
        decay_rate: how fast the rate falls, a number.
        staircase: whether the rate falls in steps.
        name: the scope of the ops.

    Returns:
        The rate, a scalar of the dtype of `learning_rate`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.train.inverse_time_decay(0.5, 10, 10, 1.0)))
        0.25
    """
    step = _step_of(global_step, "inverse_time_decay")
    values = [learning_rate, step, decay_rate]
    with name_scope(name, "InverseTimeDecay", values) as scope:
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        turns = _turns(rate, step, decay_steps, staircase)
        denominator = add(cast(1, rate.dtype), multiply(cast(decay_rate, rate.dtype), turns))
        return div(rate, denominator, name=scope)


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """A rate that goes down to `end_learning_rate` as a power of the steps that are left.

    `(learning_rate - end) * (1 - min(global_step, decay_steps) / decay_steps) ^ power + end`

    Args:
        learning_rate: the rate at step 0.
        global_step: the step counter.
        decay_steps: after how many steps the end is reached.
        end_learning_rate: the rate at the end.
        power: 1 for a straight line.
        cycle: whether `decay_steps` is multiplied, each time it is passed, so that the rate jumps
            up and goes down again.
        name: the name scope, "PolynomialDecay" by default.

    Returns:
        A scalar tensor of the dtype of `learning_rate`.

    Raises:
        ValueError: without `global_step`.
    """
    step = _step_of(global_step, "polynomial_decay")
    values = [learning_rate, step, decay_steps, end_learning_rate, power]
    with name_scope(name, "PolynomialDecay", values) as scope:
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        dtype = rate.dtype.base_dtype
        end, exponent = cast(end_learning_rate, dtype), cast(power, dtype)
        at, total = cast(step, dtype), cast(decay_steps, dtype)
        if cycle:
            one = cast(1.0, dtype)
            total = multiply(total, where(equal(at, cast(0, dtype)), one, ceil(divide(at, total))))
        else:
            at = minimum(at, total)
        left = subtract(cast(1, dtype), divide(at, total))
        return add(multiply(subtract(rate, end), pow(left, exponent)), end, name=scope)


def piecewise_constant(
    x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None
) -> Tensor:
    """`values[0]` up to `boundaries[0]`, `values[1]` from there to `boundaries[1]`, and so on.

    Args:
        x: a scalar tensor or variable, such as a step counter.
        boundaries: increasing numbers or tensors of the dtype of x; each belongs to the piece
            before it.
        values: numbers or tensors of one dtype, one more than there are boundaries.
        name: the name scope, "PiecewiseConstant" by default.

    Returns:
        A scalar tensor of the dtype of the values.

    Raises:
        ValueError: when the lengths or dtypes do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     step = tf.placeholder(tf.int32)
        ...     rate = tf.train.piecewise_constant(step, [10, 20], [1.0, 0.5, 0.25])
        ...     [float(sess.run(rate, {step: n})) for n in (10, 11, 21)]
        [1.0, 0.5, 0.25]
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError(
            f"The length of boundaries should be 1 less than the length of values: "
            f"{len(boundaries)} and {len(values)}"
        )
    with name_scope(name, "PiecewiseConstant", [x, *boundaries, *values]) as scope:
        at = convert_to_tensor(x)
        limits = [_boundary(b, at) for b in boundaries]
        rates = _of_one_dtype(values)
        result = rates[-1]
        # From the last piece to the first: an earlier one that holds decides.
        for limit, rate in zip(reversed(limits), reversed(rates[:-1])):
            result = where(less_equal(at, limit), rate, result)
        return identity(result, name=scope)


def _boundary(value: Any, x: Tensor) -> Tensor:
    wanted = x.dtype.base_dtype
    given = convert_to_tensor(whole(value) if wanted.is_integer else value)
    if given.dtype.base_dtype is dtypes.int32 and wanted is dtypes.int64:
        return cast(given, wanted)
    if given.dtype.base_dtype is not wanted:
        raise ValueError(
            f"Boundaries ({given.dtype.name}) must have the same dtype as x ({wanted.name})."
        )
    return given


def _of_one_dtype(values: Sequence[Any]) -> list[Tensor]:
    tensors = [convert_to_tensor(v) for v in values]
    for tensor in tensors[1:]:
        if tensor.dtype.base_dtype is not tensors[0].dtype.base_dtype:
            raise ValueError(
                f"Values must have elements all with the same dtype "
                f"({tensors[0].dtype.name} vs {tensor.dtype.name})."
            )
    return tensors


piecewise_constant_decay = piecewise_constant


def _cosine(part: Tensor) -> Tensor:
    """(1 + cos(pi part)) / 2."""
    dtype = part.dtype.base_dtype
    angle = multiply(cast(pymath.pi, dtype), part)
    return multiply(cast(0.5, dtype), add(cast(1.0, dtype), cos(angle)))


def cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Tensor:
    """A rate that goes down along half a wave (Loshchilov and Hutter, "SGDR", 2016).

    `learning_rate * ((1 - alpha) * (1 + cos(pi * min(step / decay_steps, 1))) / 2 + alpha)`

    Args:
        learning_rate: the rate at step 0.
        global_step: the step counter.
        decay_steps: after how many steps the end is reached.
        alpha: the rate at the end, as a fraction of `learning_rate`.
        name: the name scope, "CosineDecay" by default.

    Raises:
        ValueError: without `global_step`.
    """
    step = _step_of(global_step, "cosine_decay")
    with name_scope(name, "CosineDecay", [learning_rate, step]):
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        part = _completed(rate, step, decay_steps)
        return multiply(rate, _between(_cosine(part), alpha))


def _completed(rate: Tensor, step: Any, decay_steps: Any) -> Tensor:
    """Which part of the way is done, at most 1."""
    total = cast(decay_steps, rate.dtype)
    return divide(minimum(cast(step, rate.dtype), total), total)


def _between(decayed: Tensor, alpha: Any) -> Tensor:
    low = cast(alpha, decayed.dtype)
    return add(multiply(subtract(cast(1, decayed.dtype), low), decayed), low)


def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: Any = 2.0,
    m_mul: Any = 1.0,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Tensor:
    """`cosine_decay` again and again, in periods that change their length and height.

    Args:
        learning_rate: the rate at step 0.
        global_step: the step counter.
        first_decay_steps: how many steps the first period has.
        t_mul: how much longer each period is than the one before.
        m_mul: how much higher each period starts.
        alpha: the lowest rate, as a fraction of `learning_rate`.
        name: the name scope, "SGDRDecay" by default.

    Raises:
        ValueError: without `global_step`.
    """
    step = _step_of(global_step, "cosine_decay_restarts")
    with name_scope(name, "SGDRDecay", [learning_rate, step]):
        rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
        dtype = rate.dtype.base_dtype
        part = divide(cast(step, dtype), cast(first_decay_steps, dtype))
        period, part = _period(part, cast(t_mul, dtype))
        height = pow(cast(m_mul, dtype), period)
        return multiply(rate, _between(multiply(height, _cosine(part)), alpha))


def _period(part: Tensor, t_mul: Tensor) -> tuple[Tensor, Tensor]:
    """The number of the period, and which part of it is done."""
    one = cast(1, part.dtype)
    even = floor(part)
    known = constant_value(t_mul)
    if known is not None and known == 1:
        return even, subtract(part, even)
    # A factor of 1 would divide by zero below; its result is not taken then.
    safe = t_mul if known is not None else where(equal(t_mul, one), add(t_mul, one), t_mul)
    grown = subtract(one, multiply(part, subtract(one, safe)))
    period = floor(divide(log(grown), log(safe)))
    factor = pow(safe, period)
    before = divide(subtract(one, factor), subtract(one, safe))
    inside = divide(subtract(part, before), factor)
    if known is not None:
        return period, inside
    is_even = equal(t_mul, one)
    return where(is_even, even, period), where(is_even, subtract(part, even), inside)


def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """A straight line down, times a wave (Bello et al., "Neural Optimizer Search", 2017).

    `learning_rate * ((alpha + 1 - p) * (1 + cos(2 pi num_periods p)) / 2 + beta)`, where p is
    `min(step / decay_steps, 1)`.

    Args:
        learning_rate: the rate at step 0.
        global_step: the step counter.
        decay_steps: after how many steps the end is reached.
        num_periods: how many waves.
        alpha, beta: see the formula.
        name: the name scope, "LinearCosineDecay" by default.

    Raises:
        ValueError: without `global_step`.
    """
    step = _step_of(global_step, "linear_cosine_decay")
    with name_scope(name, "LinearCosineDecay", [learning_rate, step]) as scope:
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        part = _completed(rate, step, decay_steps)
        line = subtract(cast(1, rate.dtype), part)
        return multiply(rate, _waved(line, part, num_periods, alpha, beta), name=scope)


def _waved(line: Tensor, part: Tensor, num_periods: Any, alpha: Any, beta: Any) -> Tensor:
    dtype = part.dtype.base_dtype
    wave = _cosine(multiply(multiply(cast(2.0, dtype), cast(num_periods, dtype)), part))
    return add(multiply(add(cast(alpha, dtype), line), wave), cast(beta, dtype))


def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: Any = 1.0,
    variance_decay: Any = 0.55,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """`linear_cosine_decay` with noise on the line, of a variance that goes down.

    Args:
        learning_rate, global_step, decay_steps, num_periods, alpha, beta: as in
            `linear_cosine_decay`.
        initial_variance: the variance of the noise at step 0.
        variance_decay: at a step t the variance is `initial_variance / (1 + t) ^ variance_decay`.
        name: the name scope, "NoisyLinearCosineDecay" by default.

    Raises:
        ValueError: without `global_step`.
    """
    step = _step_of(global_step, "noisy_linear_cosine_decay")
    with name_scope(name, "NoisyLinearCosineDecay", [learning_rate, step]) as scope:
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        dtype = rate.dtype.base_dtype
        total = cast(decay_steps, dtype)
        at = minimum(cast(step, dtype), total)
        line = divide(subtract(total, at), total)
        damping = pow(add(cast(1.0, dtype), at), cast(variance_decay, dtype))
        spread = sqrt(divide(cast(initial_variance, dtype), damping))
        noise = multiply(random_normal(line.shape, dtype=dtype), spread)
        part = divide(at, total)
        return multiply(rate, _waved(add(line, noise), part, num_periods, alpha, beta), name=scope)
