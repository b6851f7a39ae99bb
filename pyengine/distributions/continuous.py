"""Distributions of real numbers. Formulas are the textbooks', in the forms that TensorFlow has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import pyengine as tf
from pyengine.distributions.base import (
    FULLY_REPARAMETERIZED,
    Distribution,
    checked,
    new_seed,
    same_dtype,
)
from pyengine.graph import Tensor

__all__ = ["Beta", "Exponential", "Gamma", "Laplace", "Normal", "StudentT", "Uniform"]


class _Continuous(Distribution):
    def _take(self, values: dict[str, Any], positive: Any, given: dict[str, Any]) -> None:
        """Makes tensors of the parameters, and attributes of them."""
        validate, name = given["validate_args"], given["name"]
        with tf.name_scope(name, None, list(values.values())) as scope:
            for key, tensor in zip(values, same_dtype(*values.values())):
                on = validate and key in positive
                tensor = tf.identity(checked(on, tensor, tf.assert_positive), name=key)
                setattr(self, f"_{key}", tensor)
        super().__init__(
            getattr(self, f"_{next(iter(values))}").dtype.base_dtype,
            FULLY_REPARAMETERIZED,
            validate,
            given["allow_nan_stats"],
            given,
            name=scope,
        )

    def _ones(self) -> Tensor:
        """Ones of the batch's shape."""
        return tf.ones(self.batch_shape_tensor(), self._dtype)

    def __getattr__(self, name: str) -> Any:  # the parameters, by name
        if not name.startswith("_") and f"_{name}" in self.__dict__:
            return self.__dict__[f"_{name}"]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class Normal(_Continuous):
    """Normal distributions.

    Args:
        loc: the means.
        scale: the standard deviations; its shape and that of `loc` are broadcast.
        validate_args, allow_nan_stats, name: as for `Distribution`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     normal = tf.distributions.Normal(loc=1.0, scale=2.0)
        ...     [float(v) for v in sess.run([normal.stddev(), normal.cdf(1.0)])]
        [2.0, 0.5]
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Normal",
    ) -> None:
        self._take({"loc": loc, "scale": scale}, ("scale",), locals())

    def _params(self) -> Any:
        return self._loc, self._scale

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        drawn = tf.random_normal(self._drawn_shape(n), dtype=self._dtype, seed=seed)
        return drawn * self._scale + self._loc

    def _z(self, x: Tensor) -> Tensor:
        return (x - self._loc) / self._scale

    def _log_prob(self, x: Tensor) -> Any:
        return -0.5 * tf.square(self._z(x)) - (0.5 * math.log(2 * math.pi) + tf.log(self._scale))

    def _cdf(self, x: Tensor) -> Any:
        return _ndtr(self._z(x))

    def _log_cdf(self, x: Tensor) -> Any:
        return _log_ndtr(self._z(x))

    def _survival_function(self, x: Tensor) -> Any:
        return _ndtr(-self._z(x))

    def _log_survival_function(self, x: Tensor) -> Any:
        return _log_ndtr(-self._z(x))

    def _quantile(self, p: Tensor) -> Any:
        return math.sqrt(2) * tf.math.erfinv(2 * p - 1) * self._scale + self._loc

    def _entropy(self) -> Any:
        return (0.5 * math.log(2 * math.pi * math.e) + tf.log(self._scale)) * self._ones()

    def _mean(self) -> Any:
        return self._loc * tf.ones_like(self._scale)

    _mode = _mean

    def _stddev(self) -> Any:
        return self._scale * tf.ones_like(self._loc)


def _ndtr(x: Tensor) -> Any:
    """The normal cdf; the form that is exact on either side."""
    half = math.sqrt(0.5)
    w = x * half
    z = tf.abs(w)
    above = tf.where(tf.greater(w, 0), 2 - tf.erfc(z), tf.erfc(z))
    return 0.5 * tf.where(tf.less(z, half), 1 + tf.erf(w), above)


def _log_ndtr(x: Tensor) -> Any:
    """The logarithm of the normal cdf; far below zero from its asymptotic series."""
    lower, upper = (-20, 8) if x.dtype.base_dtype is tf.float64 else (-10, 5)
    far = tf.minimum(x, lower)  # what is not chosen must be finite, for the gradient
    square = tf.square(far)
    series = 1 - 1 / square + 3 / tf.square(square) - 15 / (square * tf.square(square))
    tail = -0.5 * square - tf.log(-far) - 0.5 * math.log(2 * math.pi) + tf.log(series)
    middle = tf.where(tf.greater(x, lower), tf.log(_ndtr(tf.maximum(x, lower))), tail)
    return tf.where(tf.greater(x, upper), -_ndtr(-x), middle)


class Laplace(_Continuous):
    """Laplace's distributions; `loc` is the mean, `scale` the mean distance from it."""

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Laplace",
    ) -> None:
        self._take({"loc": loc, "scale": scale}, ("scale",), locals())

    def _params(self) -> Any:
        return self._loc, self._scale

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        # From above -1: there the logarithm would be infinite.
        kind = self._dtype.as_numpy_dtype
        u = tf.random_uniform(
            self._drawn_shape(n), np.nextafter(kind(-1), kind(0)), 1.0, self._dtype, seed
        )
        return self._loc - self._scale * tf.sign(u) * tf.log1p(-tf.abs(u))

    def _z(self, x: Tensor) -> Tensor:
        return (x - self._loc) / self._scale

    def _log_prob(self, x: Tensor) -> Any:
        return -tf.abs(self._z(x)) - math.log(2) - tf.log(self._scale)

    def _cdf(self, x: Tensor) -> Any:
        z = self._z(x)
        return 0.5 + 0.5 * tf.sign(z) * (1 - tf.exp(-tf.abs(z)))

    def _log_cdf(self, x: Tensor) -> Any:
        z = self._z(x)
        return tf.where(tf.less(z, 0), z - math.log(2), tf.log1p(-0.5 * tf.exp(-tf.abs(z))))

    def _survival_function(self, x: Tensor) -> Any:
        return tf.exp(self._log_survival_function(x))

    def _log_survival_function(self, x: Tensor) -> Any:
        z = self._z(x)
        return tf.where(tf.greater(z, 0), -z - math.log(2), tf.log1p(-0.5 * tf.exp(-tf.abs(z))))

    def _entropy(self) -> Any:
        return (math.log(2) + 1 + tf.log(self._scale)) * self._ones()

    def _mean(self) -> Any:
        return self._loc * tf.ones_like(self._scale)

    _mode = _mean

    def _stddev(self) -> Any:
        return math.sqrt(2) * self._scale * tf.ones_like(self._loc)


class Uniform(_Continuous):
    """Uniform distributions over the numbers from `low` on, below `high`."""

    def __init__(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Uniform",
    ) -> None:
        self._take({"low": low, "high": high}, (), locals())
        if validate_args:
            message = "uniform not defined when low >= high."
            with tf.control_dependencies([tf.assert_less(self._low, self._high, message=message)]):
                self._low, self._high = tf.identity(self._low), tf.identity(self._high)

    def _params(self) -> Any:
        return self._low, self._high

    def range(self, name: str = "range") -> Any:
        """`high - low`."""
        with self._scope(name):
            return self._high - self._low

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        drawn = tf.random_uniform(self._drawn_shape(n), dtype=self._dtype, seed=seed)
        return self._low + self.range() * drawn

    def _prob(self, x: Tensor) -> Any:
        x = x * tf.ones_like(self._low * self._high)
        inside = tf.ones_like(x) / self.range()
        outside = tf.logical_or(tf.less(x, self._low), tf.greater_equal(x, self._high))
        return tf.where(tf.is_nan(x), x, tf.where(outside, tf.zeros_like(x), inside))

    def _cdf(self, x: Tensor) -> Any:
        return tf.clip_by_value((x - self._low) / self.range(), 0.0, 1.0)

    def _entropy(self) -> Any:
        return tf.log(self.range())

    def _mean(self) -> Any:
        return (self._low + self._high) / 2

    def _variance(self) -> Any:
        return tf.square(self.range()) / 12

    def _stddev(self) -> Any:
        return self.range() / math.sqrt(12)


class Gamma(_Continuous):
    """Gamma distributions of some `concentration` (the shape) and `rate` (1 / scale)."""

    def __init__(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Gamma",
    ) -> None:
        values = {"concentration": concentration, "rate": rate}
        self._take(values, tuple(values), locals())

    def _params(self) -> Any:
        return self._concentration, self._rate

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        return tf.random_gamma([n], self._concentration, self._rate, self._dtype, seed)

    def _value(self, value: Any) -> Tensor:
        return checked(self._validate_args, super()._value(value), tf.assert_positive)

    def _log_prob(self, x: Tensor) -> Any:
        scaled = tf.math.xlogy(self._concentration - 1, x) - self._rate * x
        normalization = tf.lgamma(self._concentration) - self._concentration * tf.log(self._rate)
        return scaled - normalization

    def _cdf(self, x: Tensor) -> Any:
        whole = tf.ones_like(self._rate * x)
        return tf.igamma(self._concentration * whole, self._rate * x * tf.ones_like(whole))

    def _entropy(self) -> Any:
        a = self._concentration
        return a - tf.log(self._rate) + tf.lgamma(a) + (1 - a) * tf.digamma(a)

    def _mean(self) -> Any:
        return self._concentration / self._rate

    def _variance(self) -> Any:
        return self._concentration / tf.square(self._rate)

    def _stddev(self) -> Any:
        return tf.sqrt(self._concentration) / self._rate

    def _mode(self) -> Any:
        mode = (self._concentration - 1) / self._rate
        return self._or_undefined(
            self._concentration > 1, mode, "mode not defined when any concentration <= 1"
        )


class Exponential(Gamma):
    """Exponential distributions of some `rate`: gamma distributions of concentration 1."""

    def __init__(
        self,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Exponential",
    ) -> None:
        self._take({"rate": rate}, ("rate",), locals())
        self._concentration = tf.ones([], self._dtype)

    def _params(self) -> Any:
        return (self._rate,)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        # From above 0: there the logarithm would be infinite.
        tiny = np.finfo(self._dtype.as_numpy_dtype).tiny
        drawn = tf.random_uniform(self._drawn_shape(n), tiny, 1.0, self._dtype, seed)
        return -tf.log(drawn) / self._rate


class Beta(_Continuous):
    """Beta distributions, of means `concentration1 / (concentration1 + concentration0)`."""

    def __init__(
        self,
        concentration1: Any = None,
        concentration0: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Beta",
    ) -> None:
        values = {"concentration1": concentration1, "concentration0": concentration0}
        self._take(values, tuple(values), locals())
        self._total_concentration = self._concentration1 + self._concentration0

    def _params(self) -> Any:
        return (self._total_concentration,)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        ones = tf.ones_like(self._total_concentration)
        parts = [
            tf.random_gamma([n], ones * a, dtype=self._dtype, seed=s)
            for a, s in (
                (self._concentration1, seed),
                (self._concentration0, new_seed(seed, "beta")),
            )
        ]
        return parts[0] / (parts[0] + parts[1])

    def _value(self, value: Any) -> Tensor:
        value = checked(self._validate_args, super()._value(value), tf.assert_positive)
        one = tf.ones([], self._dtype)
        return checked(self._validate_args, value, tf.assert_less, y=one)

    def _log_normalization(self) -> Any:
        return (
            tf.lgamma(self._concentration1)
            + tf.lgamma(self._concentration0)
            - tf.lgamma(self._total_concentration)
        )

    def _log_prob(self, x: Tensor) -> Any:
        below = (self._concentration0 - 1) * tf.log1p(-x)
        return tf.math.xlogy(self._concentration1 - 1, x) + below - self._log_normalization()

    def _cdf(self, x: Tensor) -> Any:
        whole = tf.ones_like(self._total_concentration * x)
        return tf.betainc(self._concentration1 * whole, self._concentration0 * whole, x * whole)

    def _entropy(self) -> Any:
        a, b, total = self._concentration1, self._concentration0, self._total_concentration
        return (
            self._log_normalization()
            - (a - 1) * tf.digamma(a)
            - (b - 1) * tf.digamma(b)
            + (total - 2) * tf.digamma(total)
        )

    def _mean(self) -> Any:
        return self._concentration1 / self._total_concentration

    def _variance(self) -> Any:
        mean = self._mean()
        return mean * (1 - mean) / (1 + self._total_concentration)

    def _mode(self) -> Any:
        mode = (self._concentration1 - 1) / (self._total_concentration - 2)
        is_defined = tf.logical_and(self._concentration1 > 1, self._concentration0 > 1)
        return self._or_undefined(
            is_defined, mode, "Mode undefined for concentration1 <= 1 or concentration0 <= 1"
        )


class StudentT(_Continuous):
    """Student's distributions of `df` degrees of freedom, moved to `loc` and scaled by `scale`."""

    def __init__(
        self,
        df: Any,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "StudentT",
    ) -> None:
        self._take({"df": df, "loc": loc, "scale": scale}, ("df",), locals())

    def _params(self) -> Any:
        return self._df, self._loc, self._scale

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        drawn = tf.random_normal(self._drawn_shape(n), dtype=self._dtype, seed=seed)
        df = self._df * self._ones()
        spread = tf.random_gamma([n], 0.5 * df, 0.5, self._dtype, new_seed(seed, "student_t"))
        return drawn * tf.rsqrt(spread / df) * self._scale + self._loc

    def _log_prob(self, x: Tensor) -> Any:
        y, df = (x - self._loc) / self._scale, self._df
        return -0.5 * (df + 1) * tf.log1p(tf.square(y) / df) - (
            tf.log(tf.abs(self._scale))
            + 0.5 * tf.log(df)
            + 0.5 * math.log(math.pi)
            + tf.lgamma(0.5 * df)
            - tf.lgamma(0.5 * (df + 1))
        )

    def _cdf(self, x: Tensor) -> Any:
        y = (x - self._loc) / tf.abs(self._scale) * tf.ones_like(self._df)
        at = self._df / (tf.square(y) + self._df)
        half = tf.constant(0.5, self._dtype) * tf.ones_like(at)
        below = 0.5 * tf.betainc(0.5 * self._df * tf.ones_like(at), half, at)
        return tf.where(y < 0, below, 1 - below)

    def _entropy(self) -> Any:
        df, half = self._df * self._ones(), 0.5 * (self._df + 1) * self._ones()
        log_beta = tf.lgamma(0.5 * df) + 0.5 * math.log(math.pi) - tf.lgamma(half)
        slope = half * (tf.digamma(half) - tf.digamma(0.5 * df))
        return tf.log(tf.abs(self._scale)) + 0.5 * tf.log(df) + log_beta + slope

    def _mean(self) -> Any:
        return self._or_undefined(
            self._df > 1, self._loc * self._ones(), "mean not defined for components of df <= 1"
        )

    def _variance(self) -> Any:
        df = self._df * self._ones()
        is_finite = df > 2
        ratio = df / tf.where(is_finite, df - 2, tf.ones_like(df))
        infinite = tf.fill(tf.shape(df), tf.constant(float("inf"), self._dtype))
        found = tf.where(is_finite, tf.square(self._scale) * ratio, infinite)
        return self._or_undefined(df > 1, found, "variance not defined for components of df <= 1")

    def _mode(self) -> Any:
        return tf.identity(self._loc)
