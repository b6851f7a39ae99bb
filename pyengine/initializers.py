"""Initializers: objects that make the initial value of a variable from its shape.

The `tf.initializers` namespace; `tf.zeros_initializer` and its like are the same classes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import constant as constant_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Tensor
from pyengine.ops.filling import ones as ones_tensor
from pyengine.ops.filling import zeros as zeros_tensor
from pyengine.ops.random import random_normal as normal_tensor
from pyengine.ops.random import random_uniform as uniform_tensor
from pyengine.ops.random import truncated_normal as truncated_tensor
from pyengine.shape import as_shape

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "Identity",
    "Initializer",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "UniformUnitScaling",
    "VarianceScaling",
    "Zeros",
    "constant_initializer",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "ones_initializer",
    "orthogonal_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "zeros_initializer",
]

# The standard deviation of a standard normal distribution cut at two.
_CUT_DEVIATION = 0.87962566103423978


class Initializer:
    """What makes an initial value: call it with a shape, and a dtype to use in place of its own."""

    _settings: tuple[str, ...] = ()  # the arguments that are to be had again from attributes

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self.dtype: DType = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        """A tensor of that shape.

        Args:
            shape: the sizes.
            dtype: the dtype; the initializer's own by default.
            partition_info: which part of a partitioned variable the value is for, with its
                `full_shape` and `var_offset`; None for a whole one.
        """
        wanted = self.dtype if dtype is None else as_dtype(dtype).base_dtype
        if partition_info is None:
            return self._make(shape, wanted)
        return self._make_part(shape, wanted, partition_info)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an initializer like this one."""
        found = {name: getattr(self, name) for name in self._settings}
        return {**found, "dtype": self.dtype.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer of the arguments that `get_config` gave."""
        return cls(**config)

    def _make_part(self, shape: Any, dtype: DType, info: Any) -> Tensor:
        """The value for a part of a variable; that of a whole one by default."""
        return self._make(shape, dtype)

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} must define _make() or __call__()")


class Zeros(Initializer):
    """Zeros.

    Args:
        dtype: the dtype, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.zeros_initializer()([2])).tolist()
        [0.0, 0.0]
    """

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return zeros_tensor(shape, dtype)


class Ones(Initializer):
    """Ones.

    Args:
        dtype: the dtype, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.ones_initializer()([2])).tolist()
        [1.0, 1.0]
    """

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return ones_tensor(shape, dtype)


class Constant(Initializer):
    """A value, or a list of them that is continued by its last one.

    Args:
        value: a number, list or array.
        dtype: the dtype.
        verify_shape: whether the value must have the variable's shape.
    """

    _settings = ("value",)

    def __init__(
        self, value: Any = 0, dtype: Any = dtypes.float32, verify_shape: bool = False
    ) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(f"Invalid type for initial value: {type(value).__name__}")
        super().__init__(dtype)
        self.value = value
        self._verify_shape = verify_shape

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return constant_tensor(self.value, dtype, shape, verify_shape=self._verify_shape)


class Identity(Initializer):
    """An identity matrix times `gain`.

    Args:
        gain: what the diagonal is, a number.
        dtype: a floating type, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.initializers.identity(gain=2.0)([2, 2])).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
    """

    _settings = ("gain",)

    def __init__(self, gain: float = 1.0, dtype: Any = dtypes.float32) -> None:
        super().__init__(dtype)
        self.gain = gain

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        sizes = as_shape(shape).as_list()
        if len(sizes) != 2:
            raise ValueError("Identity matrix initializer can only be used for 2D matrices.")
        rows, columns = sizes
        return constant_tensor(self.gain * np.eye(rows or 0, columns), dtype)

    def _make_part(self, shape: Any, dtype: DType, info: Any) -> Tensor:
        sizes = as_shape(shape).as_list()
        if len(sizes) != 2 or None in sizes:
            raise ValueError("Identity matrix initializer can only be used for 2D matrices.")
        at = tuple(slice(o, o + int(n or 0)) for o, n in zip(info.var_offset, sizes))
        return constant_tensor((self.gain * np.eye(*info.full_shape))[at], dtype)


class RandomUniform(Initializer):
    """Numbers uniform in [minval, maxval).

    Args:
        minval: the lower bound, a number.
        maxval: the upper bound; 1 for floating types by default.
        seed: the seed of the draws.
        dtype: a floating or an integer type, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     drawn = sess.run(tf.random_uniform_initializer(-0.1, 0.1, seed=1)([100]))
        ...     bool(abs(drawn).max() <= 0.1)
        True
    """

    _settings = ("minval", "maxval", "seed")

    def __init__(
        self,
        minval: Any = 0,
        maxval: Any = None,
        seed: int | None = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        super().__init__(dtype)
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return uniform_tensor(shape, self.minval, self.maxval, dtype, seed=self.seed)


class RandomNormal(Initializer):
    """Numbers from a normal distribution.

    Args:
        mean: the mean, a number.
        stddev: the standard deviation, a number.
        seed: the seed of the draws.
        dtype: a floating type, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> tf.random_normal_initializer(stddev=0.1)([3, 2]).shape.as_list()
        [3, 2]
    """

    _settings = ("mean", "stddev", "seed")

    def __init__(
        self,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        seed: int | None = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        super().__init__(_float(dtype))
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return normal_tensor(shape, self.mean, self.stddev, dtype, seed=self.seed)


class TruncatedNormal(RandomNormal):
    """Numbers from a normal distribution, those beyond two standard deviations drawn again.

    Args:
        mean: the mean, a number.
        stddev: the standard deviation before the ends are cut off, a number.
        seed: the seed of the draws.
        dtype: a floating type, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     drawn = sess.run(tf.truncated_normal_initializer(stddev=0.1, seed=1)([1000]))
        ...     bool(abs(drawn).max() <= 0.2)
        True
    """

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return truncated_tensor(shape, self.mean, self.stddev, dtype, seed=self.seed)


class VarianceScaling(Initializer):
    """Random numbers whose variance is `scale / n`, so that signals keep their size.

    Args:
        scale: a positive number.
        mode: what n is: "fan_in" (inputs), "fan_out" (outputs) or "fan_avg" (their mean).
        distribution: "truncated_normal" (also called "normal"), "untruncated_normal" or "uniform".
        seed: the op's seed.
        dtype: a floating-point dtype.

    Raises:
        ValueError: for other values.
    """

    _settings: tuple[str, ...] = ("scale", "mode", "distribution", "seed")

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"`scale` must be positive float. Got {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(
                f"Invalid `mode` argument: {mode!r}. It is one of fan_in, fan_out, fan_avg"
            )
        distribution = distribution.lower()
        known = ("normal", "uniform", "truncated_normal", "untruncated_normal")
        if distribution not in known:
            raise ValueError(
                f"Invalid `distribution` argument: {distribution!r}. It is one of "
                f"{', '.join(known)}"
            )
        super().__init__(_float(dtype))
        self.scale, self.mode, self.seed = scale, mode, seed
        self.distribution = distribution

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return self._scaled(shape, shape, dtype)

    def _make_part(self, shape: Any, dtype: DType, info: Any) -> Tensor:
        return self._scaled(shape, info.full_shape, dtype)  # as spread as the whole would be

    def _scaled(self, shape: Any, full_shape: Any, dtype: DType) -> Tensor:
        fan_in, fan_out = _fans(as_shape(full_shape).as_list())
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, n)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return uniform_tensor(shape, -limit, limit, dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return normal_tensor(shape, 0.0, math.sqrt(variance), dtype, seed=self.seed)
        deviation = math.sqrt(variance) / _CUT_DEVIATION
        return truncated_tensor(shape, 0.0, deviation, dtype, seed=self.seed)


class UniformUnitScaling(Initializer):
    """Uniform numbers of variance `factor^2 / n` for n inputs (Sussillo and Abbott, 2014).

    Args:
        factor: what the bounds are multiplied by, a number.
        seed: the seed of the draws.
        dtype: a floating type, where a call gives none.
    """

    _settings = ("factor", "seed")

    def __init__(
        self, factor: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        super().__init__(_float(dtype))
        self.factor, self.seed = factor, seed

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        return self._scaled(shape, shape, dtype)

    def _make_part(self, shape: Any, dtype: DType, info: Any) -> Tensor:
        return self._scaled(shape, info.full_shape, dtype)

    def _scaled(self, shape: Any, full_shape: Any, dtype: DType) -> Tensor:
        inputs = math.prod(size or 0 for size in as_shape(full_shape).as_list()[:-1])
        limit = math.sqrt(3.0 / max(inputs, 1.0)) * self.factor
        return uniform_tensor(shape, -limit, limit, dtype, seed=self.seed)


class Orthogonal(Initializer):
    """A random matrix whose columns (or rows, if there are fewer) are orthogonal, of norm `gain`.

    All dimensions but the last are taken together (Saxe et al., "Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks", 2014).

    Args:
        gain: what the matrix is multiplied by, a number.
        seed: the seed of the draws.
        dtype: a floating type, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     q = sess.run(tf.orthogonal_initializer(seed=1)([3, 3]))
        ...     (q @ q.T).round(5).diagonal().tolist()
        [1.0, 1.0, 1.0]
    """

    _settings = ("gain", "seed")

    def __init__(
        self, gain: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        super().__init__(_float(dtype))
        self.gain, self.seed = gain, seed

    def _make(self, shape: Any, dtype: DType) -> Tensor:
        from pyengine.ops.array import reshape
        from pyengine.ops.decompositions import qr
        from pyengine.ops.diagonals import diag_part, matrix_transpose
        from pyengine.ops.elementwise import sign
        from pyengine.ops.math import multiply

        sizes = [size or 0 for size in as_shape(shape).as_list()]
        if len(sizes) < 2:
            raise ValueError("The tensor to initialize must be at least two-dimensional")
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        flat = [max(rows, columns), min(rows, columns)]
        q, r = qr(normal_tensor(flat, dtype=dtype, seed=self.seed))
        q = multiply(q, sign(diag_part(r)))  # each orthogonal matrix is as likely as any other
        if rows < columns:
            q = matrix_transpose(q)
        return multiply(constant_tensor(self.gain, dtype), reshape(q, sizes))


def _float(dtype: Any) -> DType:
    wanted = as_dtype(dtype)
    if not wanted.is_floating:
        raise TypeError(f"Cannot create initializer for non-floating point type. Got {wanted!r}")
    return wanted


def _fans(sizes: list[Any]) -> tuple[float, float]:
    """How many inputs and outputs a unit of a weight tensor has; the last two sizes, in layers."""
    if len(sizes) < 2:
        only = float(sizes[0]) if sizes else 1.0
        return only, only
    field = math.prod(sizes[:-2])  # of a convolution's kernel
    return float(sizes[-2] * field), float(sizes[-1] * field)


class GlorotUniform(VarianceScaling):
    """Uniform numbers of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010).

    Args:
        seed: the seed of the draws.
        dtype: a floating type, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> tf.glorot_uniform_initializer(seed=1)([8, 4]).shape.as_list()
        [8, 4]
    """

    _settings = ("seed",)

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)


class GlorotNormal(VarianceScaling):
    """Normal numbers of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010).

    Args:
        seed: the seed of the draws.
        dtype: a floating type, where a call gives none.

    Example:
        >>> import pyengine as tf
        >>> tf.glorot_normal_initializer(seed=1)([8, 4]).shape.as_list()
        [8, 4]
    """

    _settings = ("seed",)

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, dtype)


def he_normal(seed: int | None = None) -> VarianceScaling:
    """Normal numbers of variance 2 / inputs (He et al., 2015).

    Args:
        seed: the seed of the draws.

    Returns:
        An initializer.

    Example:
        >>> import pyengine as tf
        >>> tf.initializers.he_normal(seed=1)([8, 4]).shape.as_list()
        [8, 4]
    """
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform numbers of variance 2 / inputs (He et al., 2015).

    Args:
        seed: the seed of the draws.

    Returns:
        An initializer.

    Example:
        >>> import pyengine as tf
        >>> tf.initializers.he_uniform(seed=1)([8, 4]).shape.as_list()
        [8, 4]
    """
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """Normal numbers of variance 1 / inputs (LeCun et al., 1998).

    Args:
        seed: the seed of the draws.

    Returns:
        An initializer.

    Example:
        >>> import pyengine as tf
        >>> tf.initializers.lecun_normal(seed=1)([8, 4]).shape.as_list()
        [8, 4]
    """
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform numbers of variance 1 / inputs (LeCun et al., 1998).

    Args:
        seed: the seed of the draws.

    Returns:
        An initializer.

    Example:
        >>> import pyengine as tf
        >>> tf.initializers.lecun_uniform(seed=1)([8, 4]).shape.as_list()
        [8, 4]
    """
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


zeros = zeros_initializer = Zeros
ones = ones_initializer = Ones
constant = constant_initializer = Constant
identity = Identity
random_uniform = random_uniform_initializer = RandomUniform
random_normal = random_normal_initializer = RandomNormal
truncated_normal = truncated_normal_initializer = TruncatedNormal
orthogonal = orthogonal_initializer = Orthogonal
uniform_unit_scaling = uniform_unit_scaling_initializer = UniformUnitScaling
variance_scaling = variance_scaling_initializer = VarianceScaling
glorot_uniform = glorot_uniform_initializer = GlorotUniform
glorot_normal = glorot_normal_initializer = GlorotNormal


def __getattr__(name: str) -> Any:
    """The ops that initialize variables and tables; their modules import this one."""
    at = {
        "global_variables": ("pyengine.variable_collections", "global_variables_initializer"),
        "local_variables": ("pyengine.variable_collections", "local_variables_initializer"),
        "tables_initializer": ("pyengine.lookup.tables", "tables_initializer"),
        "variables": ("pyengine.variable_collections", "variables_initializer"),
    }
    if name not in at:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module, attribute = at[name]
    return getattr(importlib.import_module(module), attribute)
