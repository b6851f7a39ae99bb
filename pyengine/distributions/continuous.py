"""Distributions of one real number: the normal one and its kin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import pyengine as tf
from pyengine.distributions.distribution import (
    FULLY_REPARAMETERIZED,
    Distribution,
    ReparameterizationType,
    float_parameters,
)
from pyengine.graph import Tensor

__all__ = [
    "Cauchy",
    "Gumbel",
    "HalfNormal",
    "Laplace",
    "Logistic",
    "Normal",
    "Uniform",
]

_HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)


def normal_log_cdf(y: Tensor) -> Tensor:
    """The log of the standard normal distribution function, accurate far into both tails.

    Below -10 it is the asymptotic series of Abramowitz and Stegun, 26.2.12.
    """
    low = -10.0
    safe = tf.maximum(y, low)
    tail = tf.minimum(y, low)
    inverse = 1.0 / tf.square(tail)
    series = 1 - inverse * (1 - 3 * inverse * (1 - 5 * inverse))
    far = -0.5 * tf.square(tail) - tf.log(-tail) - _HALF_LOG_TAU + tf.log(series)
    near = tf.log(0.5 * tf.erfc(-safe * math.sqrt(0.5)))
    right = tf.log1p(-0.5 * tf.erfc(tf.maximum(y, 0.0) * math.sqrt(0.5)))
    return tf.where_v2(y > 0, right, tf.where_v2(y > low, near, far))


def open_uniform(shape: Any, dtype: Any, seed: int | None, low: float | None = None) -> Tensor:
    """Uniform numbers strictly above `low`, by default above 0, so that their log is finite."""
    if low is None:
        low = np.finfo(dtype.as_numpy_dtype).tiny
    return tf.random_uniform(shape, minval=low, maxval=1.0, dtype=dtype, seed=seed)


class LocationScale(Distribution):
    """The base of distributions that are a standard one, scaled and moved.

    `_standard_log_prob(y)`, `_standard_noise(shape, seed)` and so on are those of the standard one.
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool,
        allow_nan_stats: bool,
        name: str,
        parameters: dict[str, Any],
        reparameterization_type: ReparameterizationType = FULLY_REPARAMETERIZED,
    ) -> None:
        with tf.name_scope(name) as scope:
            self._loc, self._scale = float_parameters(loc=loc, scale=scale)
            if validate_args:
                with tf.control_dependencies([tf.assert_positive(self._scale)]):
                    self._scale = tf.identity(self._scale)
        super().__init__(
            self._scale.dtype, reparameterization_type, validate_args, allow_nan_stats,
            parameters, name=scope,
        )  # fmt: skip
        self._parts = [(self._loc, 0), (self._scale, 0)]

    @property
    def loc(self) -> Tensor:
        """The location."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """The scale."""
        return self._scale

    _scalar_parameters = ("loc", "scale")

    def _z(self, x: Tensor) -> Tensor:
        return (x - self.loc) / self.scale

    def _standard_log_prob(self, y: Tensor) -> Tensor:
        raise NotImplementedError(
            f"{type(self).__name__} must define _standard_log_prob(y), the log of the density of "
            "the distribution with loc 0 and scale 1"
        )

    def _standard_noise(self, shape: Any, seed: int | None) -> Tensor:
        raise NotImplementedError(
            f"{type(self).__name__} must define _standard_noise(shape, seed), draws from the "
            "distribution with loc 0 and scale 1"
        )

    def _log_prob(self, x: Tensor) -> Tensor:
        return self._standard_log_prob(self._z(x)) - tf.log(self.scale)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return self._standard_noise(self._sample_shape(n), seed) * self.scale + self.loc

    def _mean(self) -> Tensor:
        return self._spread(self.loc)

    def _mode(self) -> Tensor:
        return self._spread(self.loc)


class Normal(LocationScale):
    """The normal distribution with mean `loc` and standard deviation `scale`.

    Args:
        loc: the means, a floating tensor.
        scale: the standard deviations, positive; it broadcasts with `loc`.
        validate_args: whether the scale is checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     round(float(sess.run(tf.distributions.Normal(0.0, 2.0).log_prob(1.0))), 6)
        -1.737086
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Normal",
    ) -> None:
        given = dict(locals())
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, given)

    def _standard_log_prob(self, y: Tensor) -> Tensor:
        return -0.5 * tf.square(y) - _HALF_LOG_TAU

    def _standard_noise(self, shape: Any, seed: int | None) -> Tensor:
        return tf.random_normal(shape, dtype=self.dtype, seed=seed)

    def _cdf(self, x: Tensor) -> Tensor:
        return 0.5 * tf.erfc(-self._z(x) * math.sqrt(0.5))

    def _log_cdf(self, x: Tensor) -> Tensor:
        return normal_log_cdf(self._z(x))

    def _survival_function(self, x: Tensor) -> Tensor:
        return 0.5 * tf.erfc(self._z(x) * math.sqrt(0.5))

    def _log_survival_function(self, x: Tensor) -> Tensor:
        return normal_log_cdf(-self._z(x))

    def _quantile(self, p: Tensor) -> Tensor:
        return tf.math.ndtri(p) * self.scale + self.loc

    def _entropy(self) -> Tensor:
        return self._spread(0.5 + _HALF_LOG_TAU + tf.log(self.scale))

    def _stddev(self) -> Tensor:
        return self._spread(self.scale)


class Laplace(LocationScale):
    """The Laplace distribution, `exp(-|x - loc| / scale) / (2 scale)`.

    Args:
        loc: the locations, a floating tensor.
        scale: the scales, positive; it broadcasts with `loc`.
        validate_args: whether the scale is checked when the graph runs.
        allow_nan_stats: whether a statistic that is not defined is NaN, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.distributions.Laplace(0.0, 2.0).prob(0.0)))
        0.25
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Laplace",
    ) -> None:
        given = dict(locals())
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, given)

    def _standard_log_prob(self, y: Tensor) -> Tensor:
        return -tf.abs(y) - math.log(2.0)

    def _standard_noise(self, shape: Any, seed: int | None) -> Tensor:
        # Not -1 itself, whose log1p would be infinite.
        low = np.nextafter(self.dtype.as_numpy_dtype(-1), self.dtype.as_numpy_dtype(0))
        uniform = open_uniform(shape, self.dtype, seed, low)
        return -tf.sign(uniform) * tf.log1p(-tf.abs(uniform))

    def _cdf(self, x: Tensor) -> Tensor:
        z = self._z(x)
        return 0.5 + 0.5 * tf.sign(z) * (1 - tf.exp(-tf.abs(z)))

    def _log_cdf(self, x: Tensor) -> Tensor:
        z = self._z(x)
        high = tf.log1p(-0.5 * tf.exp(-tf.abs(z)))
        return tf.where_v2(z < 0, z - math.log(2.0), high)

    def _entropy(self) -> Tensor:
        return self._spread(math.log(2.0) + 1 + tf.log(self.scale))

    def _stddev(self) -> Tensor:
        return self._spread(math.sqrt(2.0) * self.scale)


class Logistic(LocationScale):
    """The logistic distribution, whose distribution function is `sigmoid((x - loc) / scale)`.

    Args:
        loc: the locations, a floating tensor.
        scale: the scales, positive; it broadcasts with `loc`.
        validate_args: whether the scale is checked when the graph runs.
        allow_nan_stats: whether a statistic that is not defined is NaN, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.distributions.Logistic(1.0, 2.0).cdf(1.0)))
        0.5
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Logistic",
    ) -> None:
        given = dict(locals())
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, given)

    def _standard_log_prob(self, y: Tensor) -> Tensor:
        return -y - 2 * tf.nn.softplus(-y)

    def _standard_noise(self, shape: Any, seed: int | None) -> Tensor:
        uniform = open_uniform(shape, self.dtype, seed)
        return tf.log(uniform) - tf.log1p(-uniform)

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.sigmoid(self._z(x))

    def _log_cdf(self, x: Tensor) -> Tensor:
        return -tf.nn.softplus(-self._z(x))

    def _survival_function(self, x: Tensor) -> Tensor:
        return tf.sigmoid(-self._z(x))

    def _log_survival_function(self, x: Tensor) -> Tensor:
        return -tf.nn.softplus(self._z(x))

    def _quantile(self, p: Tensor) -> Tensor:
        return (tf.log(p) - tf.log1p(-p)) * self.scale + self.loc

    def _entropy(self) -> Tensor:
        return self._spread(2 + tf.log(self.scale))

    def _stddev(self) -> Tensor:
        return self._spread(self.scale * math.pi / math.sqrt(3.0))


class Gumbel(LocationScale):
    """Gumbel's distribution of maxima, `cdf(x) = exp(-exp(-(x - loc) / scale))`.

    Args:
        loc: the locations, a floating tensor.
        scale: the scales, positive; it broadcasts with `loc`.
        validate_args: whether the scale is checked when the graph runs.
        allow_nan_stats: whether a statistic that is not defined is NaN, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.distributions.Gumbel(1.0, 2.0).mode()))
        1.0
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Gumbel",
    ) -> None:
        given = dict(locals())
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, given)

    def _standard_log_prob(self, y: Tensor) -> Tensor:
        return -y - tf.exp(-y)

    def _standard_noise(self, shape: Any, seed: int | None) -> Tensor:
        return -tf.log(-tf.log(open_uniform(shape, self.dtype, seed)))

    def _log_cdf(self, x: Tensor) -> Tensor:
        return -tf.exp(-self._z(x))

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.exp(self._log_cdf(x))

    def _entropy(self) -> Tensor:
        return self._spread(1 + np.euler_gamma + tf.log(self.scale))

    def _mean(self) -> Tensor:
        return self._spread(self.loc + self.scale * np.euler_gamma)

    def _stddev(self) -> Tensor:
        return self._spread(self.scale * math.pi / math.sqrt(6.0))


class Cauchy(LocationScale):
    """The Cauchy distribution, which has no mean and no variance.

    Args:
        loc: the locations, a floating tensor.
        scale: the scales, positive; it broadcasts with `loc`.
        validate_args: whether the scale is checked when the graph runs.
        allow_nan_stats: whether a statistic that is not defined is NaN, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.distributions.Cauchy(1.0, 2.0).cdf(1.0)))
        0.5
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Cauchy",
    ) -> None:
        given = dict(locals())
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, given)

    def _standard_log_prob(self, y: Tensor) -> Tensor:
        return -math.log(math.pi) - tf.log1p(tf.square(y))

    def _standard_noise(self, shape: Any, seed: int | None) -> Tensor:
        return tf.tan(math.pi * (open_uniform(shape, self.dtype, seed) - 0.5))

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.atan(self._z(x)) / math.pi + 0.5

    def _quantile(self, p: Tensor) -> Tensor:
        return self.loc + self.scale * tf.tan(math.pi * (p - 0.5))

    def _entropy(self) -> Tensor:
        return self._spread(math.log(4 * math.pi) + tf.log(self.scale))

    def _mean(self) -> Tensor:
        return self._defined(tf.constant(False), self._spread(self.loc), "The mean")

    def _stddev(self) -> Tensor:
        return self._defined(tf.constant(False), self._spread(self.scale), "The deviation")


class HalfNormal(Distribution):
    """The distribution of `|X|` for a normal X of mean 0 and standard deviation `scale`.

    Args:
        scale: the standard deviations, positive, a floating tensor.
        validate_args: accepted.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.distributions.HalfNormal(2.0).cdf(0.0)))
        0.0
    """

    _scalar_parameters = ("scale",)

    def __init__(
        self,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "HalfNormal",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            (self._scale,) = float_parameters(scale=scale)
        super().__init__(
            self._scale.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._scale, 0)]

    @property
    def scale(self) -> Tensor:
        """The scale."""
        return self._scale

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        noise = tf.random_normal(self._sample_shape(n), dtype=self.dtype, seed=seed)
        return tf.abs(noise * self.scale)

    def _log_prob(self, x: Tensor) -> Tensor:
        inside = (
            math.log(2.0) - _HALF_LOG_TAU - tf.log(self.scale) - 0.5 * tf.square(x / self.scale)
        )
        return tf.where_v2(x >= 0, inside, tf.constant(-np.inf, self.dtype))

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.erf(tf.maximum(x, 0.0) / self.scale * math.sqrt(0.5))

    def _quantile(self, p: Tensor) -> Tensor:
        return math.sqrt(2.0) * self.scale * tf.math.erfinv(p)

    def _entropy(self) -> Tensor:
        return 0.5 * math.log(math.pi / 2) + 0.5 + tf.log(self.scale)

    def _mean(self) -> Tensor:
        return self.scale * math.sqrt(2 / math.pi)

    def _mode(self) -> Tensor:
        return tf.zeros_like(self.scale)

    def _variance(self) -> Tensor:
        return tf.square(self.scale) * (1 - 2 / math.pi)


class Uniform(Distribution):
    """The uniform distribution on `[low, high)`.

    Args:
        low: the lower ends, a floating tensor; they belong to the intervals.
        high: the upper ends, which do not; it broadcasts with `low`.
        validate_args: whether a run checks that `low` is below `high`.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.distributions.Uniform(1.0, [3.0, 5.0]).prob(2.0)).tolist()
        [0.5, 0.25]
    """

    _scalar_parameters = ("low", "high")

    def __init__(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Uniform",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._low, self._high = float_parameters(low=low, high=high)
            if validate_args:
                check = tf.assert_less(
                    self._low, self._high, message="uniform not defined when low >= high."
                )
                with tf.control_dependencies([check]):
                    self._low, self._high = tf.identity(self._low), tf.identity(self._high)
        super().__init__(
            self._low.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._low, 0), (self._high, 0)]

    @property
    def low(self) -> Tensor:
        """The lower end, which belongs to the interval."""
        return self._low

    @property
    def high(self) -> Tensor:
        """The upper end, which does not."""
        return self._high

    def range(self, name: str = "range") -> Tensor:
        """`high - low`."""
        with self._scope(name):
            return self.high - self.low

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        noise = tf.random_uniform(self._sample_shape(n), dtype=self.dtype, seed=seed)
        return self.low + self.range() * noise

    def _prob(self, x: Tensor) -> Tensor:
        x = x * tf.ones(self.batch_shape_tensor(), self.dtype)
        outside = tf.logical_or(x < self.low, x >= self.high)
        density = tf.ones_like(x) / self.range()
        return tf.where_v2(tf.is_nan(x), x, tf.where_v2(outside, tf.zeros_like(x), density))

    def _cdf(self, x: Tensor) -> Tensor:
        inside = (x - self.low) / self.range()
        return tf.clip_by_value(inside, 0.0, 1.0)

    def _quantile(self, p: Tensor) -> Tensor:
        return self.low + p * self.range()

    def _entropy(self) -> Tensor:
        return tf.log(self.range())

    def _mean(self) -> Tensor:
        return (self.low + self.high) / 2.0

    def _variance(self) -> Tensor:
        return tf.square(self.range()) / 12.0

    def _stddev(self) -> Tensor:
        return self.range() / math.sqrt(12.0)
