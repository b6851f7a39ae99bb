"""Distributions made of gamma functions: gamma, chi squared, exponential, beta, Student's t."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

import pyengine as tf
from pyengine.distributions.continuous import open_uniform
from pyengine.distributions.distribution import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    ReparameterizationType,
    float_parameters,
    positive_parameters,
)
from pyengine.distributions.util import gen_new_seed
from pyengine.graph import Tensor

__all__ = [
    "Beta",
    "Chi2",
    "Exponential",
    "Gamma",
    "InverseGamma",
    "StudentT",
]


class _GammaLike(Distribution):
    """The base of those with a concentration and a rate."""

    def _setup(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool,
        allow_nan_stats: bool,
        name: str,
        given: dict[str, Any],
        kind: ReparameterizationType = FULLY_REPARAMETERIZED,
    ) -> None:
        with tf.name_scope(name) as scope:
            pair = positive_parameters(validate_args, concentration=concentration, rate=rate)
        self._concentration, self._rate = pair
        Distribution.__init__(
            self, self._rate.dtype, kind, validate_args, allow_nan_stats, given, name=scope
        )
        self._parts = [(self._concentration, 0), (self._rate, 0)]

    @property
    def concentration(self) -> Tensor:
        """The shape parameter."""
        return self._concentration

    @property
    def rate(self) -> Tensor:
        """The inverse scale."""
        return self._rate

    def _log_normalization(self) -> Tensor:
        return tf.lgamma(self.concentration) - self.concentration * tf.log(self.rate)


class Gamma(_GammaLike):
    """The gamma distribution, `x^(concentration - 1) exp(-x rate)` over its integral.

    Args:
        concentration: the shape parameters, positive.
        rate: the inverse scales, positive; it broadcasts with `concentration`.
        validate_args: whether both are checked when the graph runs.
        allow_nan_stats: whether the mode is NaN where there is none, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.distributions.Gamma(3.0, 2.0).mean()))
        1.5
    """

    def __init__(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Gamma",
    ) -> None:
        given = dict(locals())
        self._setup(concentration, rate, validate_args, allow_nan_stats, name, given)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return tf.random_gamma([n], self.concentration, self.rate, self.dtype, seed)

    def _log_prob(self, x: Tensor) -> Tensor:
        x = self._checked(x, tf.assert_positive)
        unnormalized = tf.math.xlogy(self.concentration - 1.0, x) - self.rate * x
        return unnormalized - self._log_normalization()

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.igamma(self.concentration, self.rate * x)

    def _entropy(self) -> Tensor:
        c = self.concentration
        return c - tf.log(self.rate) + tf.lgamma(c) + (1.0 - c) * tf.digamma(c)

    def _mean(self) -> Tensor:
        return self.concentration / self.rate

    def _variance(self) -> Tensor:
        return self.concentration / tf.square(self.rate)

    def _stddev(self) -> Tensor:
        return tf.sqrt(self.concentration) / self.rate

    def _mode(self) -> Tensor:
        mode = (self.concentration - 1.0) / self.rate
        return self._defined(self.concentration > 1.0, mode, "The mode")


class Exponential(Gamma):
    """The exponential distribution, `rate exp(-rate x)`.

    Args:
        rate: the rates, positive, a floating tensor.
        validate_args: whether they, and values, are checked when the graph runs.
        allow_nan_stats: whether the mode is NaN, which there is none of, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.distributions.Exponential(4.0).mean()))
        0.25
    """

    def __init__(
        self,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Exponential",
    ) -> None:
        given = dict(locals())
        (rate,) = float_parameters(rate=rate)
        one = tf.ones([], rate.dtype)
        self._setup(one, rate, validate_args, allow_nan_stats, name, given)
        self._concentration = tf.ones_like(self._rate)
        self._parts = [(self._rate, 0)]

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return -tf.log(open_uniform(self._sample_shape(n), self.dtype, seed)) / self.rate

    def _log_prob(self, x: Tensor) -> Tensor:
        return tf.log(self.rate) - self.rate * self._checked(x, tf.assert_non_negative)

    def _cdf(self, x: Tensor) -> Tensor:
        return -tf.expm1(-self.rate * x)

    def _log_survival_function(self, x: Tensor) -> Tensor:
        return -self.rate * x

    def _quantile(self, p: Tensor) -> Tensor:
        return -tf.log1p(-p) / self.rate


class Chi2(Gamma):
    """The chi squared distribution with `df` degrees of freedom.

    Args:
        df: the degrees of freedom, positive, a floating tensor.
        validate_args: whether they, and values, are checked when the graph runs.
        allow_nan_stats: whether the mode is NaN where there is none, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.distributions.Chi2(3.0).variance()))
        6.0
    """

    def __init__(
        self,
        df: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Chi2",
    ) -> None:
        given = dict(locals())
        (self._df,) = float_parameters(df=df)
        half = tf.constant(0.5, self._df.dtype)
        self._setup(0.5 * self._df, half, validate_args, allow_nan_stats, name, given)

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self._df


class InverseGamma(_GammaLike):
    """The distribution of `1 / X` for a gamma distributed X.

    Args:
        concentration: the shape parameters, positive.
        rate: the inverse scales of X, positive; it broadcasts with `concentration`.
        validate_args: whether both, and values, are checked when the graph runs.
        allow_nan_stats: whether mean and variance are NaN where they are not defined, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.distributions.InverseGamma(3.0, 4.0).mean()))
        2.0
    """

    def __init__(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "InverseGamma",
    ) -> None:
        given = dict(locals())
        kind = NOT_REPARAMETERIZED
        self._setup(concentration, rate, validate_args, allow_nan_stats, name, given, kind)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return 1.0 / tf.random_gamma([n], self.concentration, self.rate, self.dtype, seed)

    def _log_prob(self, x: Tensor) -> Tensor:
        x = self._checked(x, tf.assert_positive)
        unnormalized = -(1.0 + self.concentration) * tf.log(x) - self.rate / x
        return unnormalized - self._log_normalization()

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.igammac(self.concentration, self.rate / x)

    def _entropy(self) -> Tensor:
        c = self.concentration
        return c + tf.log(self.rate) + tf.lgamma(c) - (1.0 + c) * tf.digamma(c)

    def _mean(self) -> Tensor:
        mean = self.rate / (self.concentration - 1.0)
        return self._defined(self.concentration > 1.0, mean, "The mean")

    def _variance(self) -> Tensor:
        c = self.concentration
        variance = tf.square(self.rate) / tf.square(c - 1.0) / (c - 2.0)
        return self._defined(c > 2.0, variance, "The variance")

    def _mode(self) -> Tensor:
        return self.rate / (1.0 + self.concentration)


class Beta(Distribution):
    """The beta distribution on (0, 1), `x^(c1 - 1) (1 - x)^(c0 - 1)` over its integral.

    Args:
        concentration1: how much weighs towards 1; 1 by default.
        concentration0: how much weighs towards 0; 1 by default.
        validate_args: whether parameters and values are checked when the graph runs.
        allow_nan_stats: whether the mode is NaN where there is none, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.distributions.Beta(1.0, 3.0).mean()))
        0.25
    """

    def __init__(
        self,
        concentration1: Any = None,
        concentration0: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Beta",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            pair = positive_parameters(
                validate_args,
                concentration1=1.0 if concentration1 is None else concentration1,
                concentration0=1.0 if concentration0 is None else concentration0,
            )
            self._concentration1, self._concentration0 = pair
            self._total = tf.add(*pair)
        super().__init__(
            self._total.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._total, 0)]

    @property
    def concentration1(self) -> Tensor:
        """How much weighs towards 1."""
        return self._concentration1

    @property
    def concentration0(self) -> Tensor:
        """How much weighs towards 0."""
        return self._concentration0

    @property
    def total_concentration(self) -> Tensor:
        """The sum of both."""
        return self._total

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        ones = tf.ones_like(self._total)
        first = tf.random_gamma([n], ones * self.concentration1, None, self.dtype, seed)
        other = gen_new_seed(seed, "beta")
        second = tf.random_gamma([n], ones * self.concentration0, None, self.dtype, other)
        return first / (first + second)

    def _log_normalization(self) -> Tensor:
        pair = tf.lgamma(self.concentration1) + tf.lgamma(self.concentration0)
        return pair - tf.lgamma(self._total)

    def _log_prob(self, x: Tensor) -> Tensor:
        x = self._checked(x, tf.assert_positive, lambda v: tf.assert_less(v, tf.ones([], v.dtype)))
        ones = tf.math.xlogy(self.concentration1 - 1.0, x)
        return ones + (self.concentration0 - 1.0) * tf.log1p(-x) - self._log_normalization()

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.betainc(*same_shapes(self.concentration1, self.concentration0, x))

    def _entropy(self) -> Tensor:
        c1, c0, total = self.concentration1, self.concentration0, self._total
        weighted = (c1 - 1.0) * tf.digamma(c1) + (c0 - 1.0) * tf.digamma(c0)
        return self._log_normalization() - weighted + (total - 2.0) * tf.digamma(total)

    def _mean(self) -> Tensor:
        return self.concentration1 / self._total

    def _variance(self) -> Tensor:
        mean = self._mean()
        return mean * (1.0 - mean) / (1.0 + self._total)

    def _mode(self) -> Tensor:
        mode = (self.concentration1 - 1.0) / (self._total - 2.0)
        is_defined = tf.logical_and(self.concentration1 > 1.0, self.concentration0 > 1.0)
        return self._defined(is_defined, mode, "The mode")


class StudentT(Distribution):
    """Student's t distribution with `df` degrees of freedom, moved by `loc`, scaled by `scale`.

    Args:
        df: the degrees of freedom, positive, a floating tensor.
        loc, scale: location and scale; they broadcast with `df`.
        validate_args: whether `df` is checked when the graph runs.
        allow_nan_stats: whether mean and variance are NaN where they are not defined, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.distributions.StudentT(3.0, 1.0, 2.0).variance()))
        12.0
    """

    def __init__(
        self,
        df: Any,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "StudentT",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._df, self._loc, self._scale = float_parameters(df=df, loc=loc, scale=scale)
            if validate_args:
                with tf.control_dependencies([tf.assert_positive(self._df)]):
                    self._df = tf.identity(self._df)
        super().__init__(
            self._scale.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._df, 0), (self._loc, 0), (self._scale, 0)]

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self._df

    @property
    def loc(self) -> Tensor:
        """The location."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """The scale."""
        return self._scale

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        normal = tf.random_normal(self._sample_shape(n), dtype=self.dtype, seed=seed)
        df = self._spread(self.df)
        other = gen_new_seed(seed, "student_t")
        chi2 = tf.random_gamma([n], 0.5 * df, 0.5, self.dtype, other)
        return normal * tf.rsqrt(chi2 / df) * self.scale + self.loc

    def _log_prob(self, x: Tensor) -> Tensor:
        y = (x - self.loc) / self.scale
        half = 0.5 * (self.df + 1.0)
        normalization = (
            tf.log(tf.abs(self.scale)) + 0.5 * tf.log(self.df) + 0.5 * math.log(math.pi)
            + tf.lgamma(0.5 * self.df) - tf.lgamma(half)
        )  # fmt: skip
        return -half * tf.log1p(tf.square(y) / self.df) - normalization

    def _cdf(self, x: Tensor) -> Tensor:
        y = (x - self.loc) / tf.abs(self.scale)
        at = self.df / (tf.square(y) + self.df)
        half = tf.constant(0.5, self.dtype)
        tail = 0.5 * tf.betainc(*same_shapes(0.5 * self.df, half, at))
        return tf.where_v2(y < 0.0, tail, 1.0 - tail)

    def _entropy(self) -> Tensor:
        df = self._spread(self.df)
        half = 0.5 * (df + 1.0)
        parts = tf.stack([0.5 * df, 0.5 * tf.ones_like(df)], -1)
        return (
            tf.log(tf.abs(self.scale)) + 0.5 * tf.log(df) + tf.lbeta(parts)
            + half * (tf.digamma(half) - tf.digamma(0.5 * df))
        )  # fmt: skip

    def _mean(self) -> Tensor:
        df = self._spread(self.df)
        return self._defined(df > 1.0, self._spread(self.loc), "The mean")

    def _variance(self) -> Tensor:
        df = self._spread(self.df)
        less_two = tf.where_v2(df > 2.0, df - 2.0, tf.ones_like(df))  # no NaN in the gradient
        finite = tf.square(self.scale) * df / less_two
        variance = tf.where_v2(df > 2.0, finite, tf.constant(np.inf, self.dtype))
        return self._defined(df > 1.0, variance, "The variance")

    def _mode(self) -> Tensor:
        return tf.identity(self.loc)


def same_shapes(*tensors: Tensor) -> list[Tensor]:
    """The tensors, each of the shape that all broadcast to: `betainc` does not broadcast."""
    shape = functools.reduce(tf.broadcast_dynamic_shape, [tf.shape(t) for t in tensors])
    static = functools.reduce(tf.broadcast_static_shape, [t.shape for t in tensors])
    spread = [tf.broadcast_to(t, shape) for t in tensors]
    for t in spread:
        t.set_shape(static)
    return spread
