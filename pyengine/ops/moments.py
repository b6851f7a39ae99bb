"""Mean and variance, and normalization by them; `statistics` has the weighted ones."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float16, float32
from pyengine.graph import Tensor
from pyengine.ops.array import squeeze, stop_gradient
from pyengine.ops.declare import old_names
from pyengine.ops.elementwise import rsqrt
from pyengine.ops.math import cast, squared_difference
from pyengine.ops.reduce import reduce_mean
from pyengine.scopes import name_scope

__all__ = ["batch_norm_with_global_normalization", "batch_normalization", "moments"]


@old_names(keep_dims="keepdims")
def moments(
    x: Any, axes: Any, shift: Any = None, name: str | None = None, keepdims: bool = False
) -> tuple[Tensor, Tensor]:
    """The mean and the variance of a tensor along axes.

    Args:
        x: a floating-point tensor; for float16 the sums are taken in float32.
        axes: the axes.
        shift: accepted.
        name: the name scope.
        keepdims: whether the axes stay, with size 1; also called `keep_dims`.

    Returns:
        The mean, and the (biased) variance.
    """
    with name_scope(name, "moments", [x]):
        value = convert_to_tensor(x, name="x")
        wide = cast(value, float32) if value.dtype.base_dtype is float16 else value
        mean = reduce_mean(wide, axes, keepdims=True, name="mean")
        # The gradient through the mean is zero anyway.
        spread = squared_difference(wide, stop_gradient(mean))
        variance = reduce_mean(spread, axes, keepdims=True, name="variance")
        if not keepdims:
            mean, variance = squeeze(mean, axes), squeeze(variance, axes)
        dtype = value.dtype.base_dtype
        return cast(mean, dtype), cast(variance, dtype)


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> Tensor:
    """(x - mean) / sqrt(variance + variance_epsilon) * scale + offset.

    See Ioffe and Szegedy, https://arxiv.org/abs/1502.03167

    Args:
        x: a tensor.
        mean, variance: tensors that broadcast with it.
        offset, scale: tensors that broadcast with it, or None.
        variance_epsilon: a small number.
        name: the name scope.
    """
    with name_scope(name, "batchnorm", [x, mean, variance, scale, offset]):
        value = convert_to_tensor(x)
        dtype = value.dtype.base_dtype
        centre, spread = (
            convert_to_tensor(t, None if hasattr(t, "graph") else dtype) for t in (mean, variance)
        )
        inverse = rsqrt(spread + variance_epsilon)
        if scale is not None:
            inverse = inverse * scale
        shifted = -centre * inverse if offset is None else offset - centre * inverse
        return value * cast(inverse, dtype) + cast(shifted, dtype)


@old_names(input="t", mean="m", variance="v")
def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: Any = None,
    gamma: Any = None,
    variance_epsilon: Any = None,
    scale_after_normalization: Any = None,
    name: str | None = None,
) -> Tensor:
    """`batch_normalization`, scaled by gamma if `scale_after_normalization`; deprecated."""
    scale = gamma if scale_after_normalization else None
    return batch_normalization(t, m, v, beta, scale, variance_epsilon, name)
