"""Initializers scaled by the number of inputs and outputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pyengine.dtypes import as_dtype, float32
from pyengine.graph import Tensor
from pyengine.ops.random import random_uniform, truncated_normal

__all__ = ["variance_scaling_initializer", "xavier_initializer", "xavier_initializer_conv2d"]

Initializer = Callable[..., Tensor]


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = float32,
) -> Initializer:
    """Random numbers of variance factor / n, so that signals keep their size.

    See He et al., https://arxiv.org/abs/1502.01852

    Args:
        factor: the numerator.
        mode: whether n is the number of inputs ("FAN_IN"), of outputs ("FAN_OUT"), or their mean
            ("FAN_AVG").
        uniform: whether the numbers are uniform, not normal.
        seed: the op's seed.
        dtype: a floating-point dtype.

    Raises:
        TypeError: for another dtype, or another mode.
    """
    if not as_dtype(dtype).is_floating:
        raise TypeError(
            f"Cannot create initializer for non-floating point type. Got {as_dtype(dtype)!r}"
        )
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode}: it is one of FAN_IN, FAN_OUT, FAN_AVG")

    def initializer(shape: Any, dtype: Any = dtype, partition_info: Any = None) -> Tensor:
        sizes = [float(s) for s in shape]
        inputs = (sizes[-2] if len(sizes) > 1 else sizes[-1]) if sizes else 1.0
        outputs = sizes[-1] if sizes else 1.0
        window = math.prod(sizes[:-2])
        n = {
            "FAN_IN": inputs * window,
            "FAN_OUT": outputs * window,
            "FAN_AVG": (inputs + outputs) * window / 2,
        }[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return random_uniform(shape, -limit, limit, dtype, seed=seed)
        # Cut at two deviations, which makes the variance smaller.
        return truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / n), dtype, seed=seed)

    return initializer


def xavier_initializer(
    uniform: bool = True, seed: int | None = None, dtype: Any = float32
) -> Initializer:
    """Random numbers of variance 2 / (inputs + outputs).

    See Glorot and Bengio, https://proceedings.mlr.press/v9/glorot10a.html

    Args:
        uniform: whether the numbers are uniform, not normal.
        seed: the op's seed.
        dtype: a floating-point dtype.
    """
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


xavier_initializer_conv2d = xavier_initializer
