"""Distributions of counts: Bernoulli, binomial, Poisson, negative binomial, geometric."""

from __future__ import annotations

from typing import Any

import pyengine as tf
from pyengine.distributions.continuous import open_uniform
from pyengine.distributions.distribution import (
    NOT_REPARAMETERIZED,
    Distribution,
    float_parameters,
)
from pyengine.distributions.gammas import same_shapes
from pyengine.distributions.util import WithOdds, gen_new_seed, logits_and_probs
from pyengine.graph import Tensor
from pyengine.variables import Variable

__all__ = [
    "Bernoulli",
    "Binomial",
    "Deterministic",
    "Geometric",
    "NegativeBinomial",
    "Poisson",
]


class Bernoulli(WithOdds):
    """The distribution of 1 with probability `probs`, else 0.

    Args:
        logits: the log odds of 1; give these or `probs`.
        probs: the probabilities of 1.
        dtype: the dtype of the events.
        validate_args: whether values are checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.distributions.Bernoulli(probs=[0.25, 0.5]).prob([1, 0])).tolist()
        [0.25, 0.5]
    """

    _is_continuous = False

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = tf.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args)
        super().__init__(
            dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given, name=scope
        )
        self._parts = [(self._logits, 0)]

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        uniform = tf.random_uniform(self._sample_shape(n), dtype=self.probs.dtype, seed=seed)
        return tf.cast(uniform < self.probs, self.dtype)

    def _log_prob(self, event: Tensor) -> Tensor:
        event = tf.cast(event, self.logits.dtype)
        logits, event = same_shapes(self.logits, event)
        return -tf.nn.sigmoid_cross_entropy_with_logits(labels=event, logits=logits)

    def _cdf(self, event: Tensor) -> Tensor:
        event = tf.cast(event, self.probs.dtype)
        low = tf.where_v2(event < 0, tf.zeros_like(self.probs), 1.0 - self.probs)
        return tf.where_v2(event < 1, low, tf.ones_like(low))

    def _entropy(self) -> Tensor:
        return -self.logits * (tf.sigmoid(self.logits) - 1) + tf.nn.softplus(-self.logits)

    def _mean(self) -> Tensor:
        return tf.identity(self.probs)

    def _variance(self) -> Tensor:
        return self.probs * (1.0 - self.probs)

    def _mode(self) -> Tensor:
        return tf.cast(self.probs > 0.5, self.dtype)


class _Counting(Distribution):
    """The base of distributions of counts, held as floats."""

    _is_continuous = False

    def _count(self, x: Tensor) -> Tensor:
        return self._checked(tf.cast(x, self.dtype), tf.assert_non_negative)

    def _steps(self, x: Tensor) -> Tensor:
        """The whole number that the distribution function sees of `x`."""
        return tf.floor(tf.cast(x, self.dtype))


class _Trials(_Counting, WithOdds):
    """The base of those with a number of trials, or of failures, each of the same odds."""

    def _setup(
        self, total_count: Any, logits: Any, probs: Any, validate_args: bool, allow_nan_stats: bool,
        given: dict[str, Any], name: str,
    ) -> None:  # fmt: skip
        with tf.name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args)
            self._total_count = like(total_count, self._probs, "total_count")
        Distribution.__init__(
            self, self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._total_count, 0), (self._probs, 0)]

    @property
    def total_count(self) -> Tensor:
        """The number that the distribution was given."""
        return self._total_count


class Binomial(_Trials):
    """The number of successes among `total_count` trials.

    Args:
        total_count: how many trials, whole numbers of a floating dtype.
        logits: the log odds of a success; give these or `probs`.
        probs: the probabilities of a success.
        validate_args: whether values are checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.Binomial(4.0, probs=0.5)
        ...     round(float(sess.run(d.prob(2.0))), 6)
        0.375
    """

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Binomial",
    ) -> None:
        given = dict(locals())
        self._setup(total_count, logits, probs, validate_args, allow_nan_stats, given, name)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        # The trials of all draws at once: `largest` uniform numbers each, of which those count that
        # belong to the draw's own number of trials.
        largest = tf.cast(tf.reduce_max(self.total_count), tf.int32)
        shape = tf.concat([self._sample_shape(n), [largest]], 0)
        uniform = tf.random_uniform(shape, dtype=self.dtype, seed=seed)
        probs, count = (tf.expand_dims(self._spread(p), -1) for p in (self.probs, self.total_count))
        trial = tf.cast(tf.range(largest), self.dtype)
        won = tf.logical_and(uniform < probs, trial < count)
        return tf.reduce_sum(tf.cast(won, self.dtype), -1)

    def _log_prob(self, counts: Tensor) -> Tensor:
        k, n = self._count(counts), self.total_count
        ways = tf.lgamma(1.0 + n) - tf.lgamma(1.0 + k) - tf.lgamma(1.0 + n - k)
        failures = tf.math.xlogy(n - k, 1.0 - self.probs)
        return ways + tf.math.xlogy(k, self.probs) + failures

    def _cdf(self, counts: Tensor) -> Tensor:
        k, n = self._steps(counts), self.total_count
        inside = tf.clip_by_value(k, tf.zeros_like(k), tf.maximum(n - 1.0, tf.zeros_like(k)))
        part = tf.betainc(*same_shapes(n - inside, inside + 1.0, 1.0 - self.probs))
        return tf.where_v2(k < 0, tf.zeros_like(part), tf.where_v2(k >= n, part * 0 + 1, part))

    def _mean(self) -> Tensor:
        return self.total_count * self.probs

    def _variance(self) -> Tensor:
        return self._mean() * (1.0 - self.probs)

    def _mode(self) -> Tensor:
        return tf.floor((1.0 + self.total_count) * self.probs)


class Poisson(_Counting):
    """The Poisson distribution, `rate^k exp(-rate) / k!`.

    Args:
        rate: the means; give these or `log_rate`.
        log_rate: their logs.
        interpolate_nondiscrete: whether the mass function is that formula between whole numbers.
        validate_args: whether values are checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.Poisson(2.0)
        ...     round(float(sess.run(d.log_prob(1.0))), 6)
        -1.306853
    """

    def __init__(
        self,
        rate: Any = None,
        log_rate: Any = None,
        interpolate_nondiscrete: bool = True,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Poisson",
    ) -> None:
        given = dict(locals())
        if (rate is None) == (log_rate is None):
            raise ValueError("Must specify exactly one of `rate` and `log_rate`.")
        with tf.name_scope(name) as scope:
            if rate is None:
                (self._log_rate,) = float_parameters(log_rate=log_rate)
                self._rate = tf.exp(self._log_rate)
            else:
                (self._rate,) = float_parameters(rate=rate)
                self._log_rate = tf.log(self._rate)
        self._interpolate = interpolate_nondiscrete
        super().__init__(
            self._rate.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._rate, 0)]

    @property
    def rate(self) -> Tensor:
        """The mean."""
        return self._rate

    @property
    def log_rate(self) -> Tensor:
        """Its log."""
        return self._log_rate

    @property
    def interpolate_nondiscrete(self) -> bool:
        """Whether the mass function is interpolated between whole numbers."""
        return self._interpolate

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return tf.random_poisson(self.rate, [n], self.dtype, seed)

    def _log_prob(self, x: Tensor) -> Tensor:
        x = self._count(x)
        found = tf.math.xlogy(x, self.rate) - tf.lgamma(1.0 + x) - self.rate
        if self._interpolate:
            return found
        is_there = tf.logical_and(tf.equal(x, tf.floor(x)), x >= 0)
        return tf.where_v2(is_there, found, tf.constant(float("-inf"), self.dtype))

    def _cdf(self, x: Tensor) -> Tensor:
        x = tf.cast(x, self.dtype) if self._interpolate else self._steps(x)
        safe = tf.maximum(1.0 + x, tf.zeros_like(x) + 1e-30)
        return tf.where_v2(x < 0, tf.zeros_like(x), tf.igammac(safe, self.rate))

    def _mean(self) -> Tensor:
        return tf.identity(self.rate)

    def _variance(self) -> Tensor:
        return tf.identity(self.rate)

    def _mode(self) -> Tensor:
        return tf.floor(self.rate)


class NegativeBinomial(_Trials):
    """The number of successes before `total_count` failures.

    Its mass at k is `gamma(n + k) / (gamma(n) k!) (1 - p)^n p^k`: `probs` is the probability of a
    success, one minus that of R's `dnbinom`.

    Args:
        total_count: how many failures, any positive numbers.
        logits: the log odds of a success; give these or `probs`.
        probs: the probabilities of a success.
        validate_args: whether values are checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.NegativeBinomial(3.0, probs=0.5)
        ...     float(sess.run(d.mean()))
        3.0
    """

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "NegativeBinomial",
    ) -> None:
        given = dict(locals())
        self._setup(total_count, logits, probs, validate_args, allow_nan_stats, given, name)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        # A Poisson number whose rate is gamma distributed: section V.4 of Devroye (1986).
        count = self._spread(self.total_count)
        rate = tf.random_gamma([n], count, tf.exp(-self.logits), self.dtype, seed)
        other = gen_new_seed(seed, "negative_binom")
        return tf.random_poisson(rate, [], self.dtype, other)

    def _log_prob(self, x: Tensor) -> Tensor:
        x, n = self._count(x), self.total_count
        unnormalized = n * tf.log_sigmoid(-self.logits) + x * tf.log_sigmoid(self.logits)
        return unnormalized + tf.lgamma(n + x) - tf.lgamma(1.0 + x) - tf.lgamma(n)

    def _cdf(self, x: Tensor) -> Tensor:
        x = self._steps(x)
        safe = tf.maximum(x, tf.zeros_like(x))
        part = tf.betainc(*same_shapes(self.total_count, 1.0 + safe, tf.sigmoid(-self.logits)))
        return tf.where_v2(x < 0, tf.zeros_like(part), part)

    def _mean(self) -> Tensor:
        return self.total_count * tf.exp(self.logits)

    def _variance(self) -> Tensor:
        return self._mean() / tf.sigmoid(-self.logits)

    def _mode(self) -> Tensor:
        odds = tf.exp(self.logits)
        mode = tf.floor((self.total_count - 1.0) * odds)
        return tf.where_v2(self.total_count > 1.0, mode, tf.zeros_like(mode))


class Geometric(_Counting, WithOdds):
    """The number of failures before the first success, `(1 - p)^k p`.

    Args:
        logits: the log odds of a success; give these or `probs`.
        probs: the probabilities of a success.
        validate_args: whether values are checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.distributions.Geometric(probs=0.5).prob(1.0)))
        0.25
    """

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Geometric",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args)
        super().__init__(
            self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._probs, 0)]

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        uniform = open_uniform(self._sample_shape(n), self.dtype, seed)
        return tf.floor(tf.log(uniform) / tf.log1p(-self.probs))

    def _log_prob(self, x: Tensor) -> Tensor:
        x = self._count(x)
        return tf.math.xlogy(x, 1.0 - self.probs) + tf.log(self.probs)

    def _cdf(self, x: Tensor) -> Tensor:
        x = self._steps(x)
        found = -tf.expm1((1.0 + x) * tf.log1p(-self.probs))
        return tf.where_v2(x < 0, tf.zeros_like(found), found)

    def _entropy(self) -> Tensor:
        p, q = self.probs, 1.0 - self.probs
        return -(tf.math.xlogy(q, q) + tf.math.xlogy(p, p)) / p

    def _mean(self) -> Tensor:
        return tf.exp(-self.logits)

    def _variance(self) -> Tensor:
        return self._mean() / self.probs

    def _mode(self) -> Tensor:
        return tf.zeros_like(self.probs)


class Deterministic(Distribution):
    """The distribution that is always `loc`, give or take `atol + rtol |loc|`.

    Args:
        loc: the values, a tensor of a number type.
        atol: how far from it an event may be, a number; 0 by default.
        rtol: how far, as a share of it; 0 by default.
        validate_args: accepted.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.contrib.distributions.Deterministic(2.0).prob([2.0, 3.0])).tolist()
        [1.0, 0.0]
    """

    def __init__(
        self,
        loc: Any,
        atol: Any = None,
        rtol: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Deterministic",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._loc = tf.convert_to_tensor(loc, name="loc")
            self._slack = (atol or 0) + (rtol or 0) * tf.abs(self._loc)
        super().__init__(
            self._loc.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._loc, 0)]

    @property
    def loc(self) -> Tensor:
        """The value."""
        return self._loc

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return tf.broadcast_to(self.loc, self._sample_shape(n))

    def _prob(self, x: Tensor) -> Tensor:
        return tf.cast(tf.abs(x - self.loc) <= self._slack, self.dtype)

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.cast(x >= self.loc - self._slack, self.dtype)

    def _entropy(self) -> Tensor:
        return tf.zeros_like(self.loc)

    def _mean(self) -> Tensor:
        return tf.identity(self.loc)

    def _mode(self) -> Tensor:
        return tf.identity(self.loc)

    def _variance(self) -> Tensor:
        return tf.zeros_like(self.loc)


def like(value: Any, probs: Tensor, name: str) -> Tensor:
    """A count as a tensor of the dtype of the probabilities."""
    if isinstance(value, (Tensor, Variable)):
        count, _ = float_parameters(**{name: value, "probs": probs})
        return count
    return tf.cast(tf.convert_to_tensor(value, name=name), probs.dtype)
