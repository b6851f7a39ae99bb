"""Distributions of classes and of probabilities: categorical, multinomial, Dirichlet."""

from __future__ import annotations

from typing import Any

import pyengine as tf
from pyengine.distributions.discrete import like
from pyengine.distributions.distribution import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    float_parameters,
    positive_parameters,
)
from pyengine.distributions.util import WithOdds, gen_new_seed, logits_and_probs
from pyengine.graph import Tensor

__all__ = [
    "Categorical",
    "Dirichlet",
    "DirichletMultinomial",
    "Multinomial",
    "OneHotCategorical",
]


class _Classes(WithOdds):
    """The base of those with a logit for each class, in the last dimension."""

    _is_continuous = False

    def _setup(
        self, logits: Any, probs: Any, dtype: Any, validate_args: bool, allow_nan_stats: bool,
        given: dict[str, Any], name: str,
    ) -> None:  # fmt: skip
        with tf.name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args)
        Distribution.__init__(
            self, dtype or self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats,
            given, name=scope,
        )  # fmt: skip
        self._parts = [(self._logits, 1)]

    @property
    def event_size(self) -> Tensor:
        """How many classes."""
        return tf.shape(self._logits)[-1]


class _ClassVectors(_Classes):
    """The base of those whose event is a vector with an entry for each class."""

    def _event_shape(self) -> Any:
        return self.logits.shape[-1:]

    def _event_shape_tensor(self) -> Tensor:
        return tf.shape(self.logits)[-1:]


class Categorical(_Classes):
    """The distribution of a class, an integer.

    Args:
        logits: of shape `[..., classes]`; give these or `probs`.
        probs: of shape `[..., classes]`.
        dtype: the dtype of the events.
        validate_args: accepted.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.distributions.Categorical(probs=[0.25, 0.75]).prob([1, 0])).tolist()
        [0.75, 0.25]
    """

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = tf.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Categorical",
    ) -> None:
        given = dict(locals())
        self._setup(logits, probs, dtype, validate_args, allow_nan_stats, given, name)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        rows = tf.reshape(self.logits, [-1, self.event_size])
        wide = tf.int64 if self.dtype.size > 4 else tf.int32
        drawn = tf.multinomial(rows, n, seed=seed, output_dtype=wide)
        return tf.cast(tf.reshape(tf.transpose(drawn), self._sample_shape(n)), self.dtype)

    def _entropy(self) -> Tensor:
        return -tf.reduce_sum(tf.nn.log_softmax(self.logits) * self.probs, -1)

    def _log_prob(self, k: Tensor) -> Tensor:
        return self._picked(k, tf.nn.log_softmax(self.logits))

    def _cdf(self, k: Tensor) -> Tensor:
        # TensorFlow's sums the classes below k, so it is the probability of less than k.
        return self._picked(k, tf.cumsum(self.probs, axis=-1, exclusive=True))

    def _picked(self, k: Tensor, table: Tensor) -> Tensor:
        """The entry of class `k` of each row of the table."""
        if not k.dtype.is_integer:
            k = tf.cast(k, tf.int32)
        hot = tf.one_hot(k, self.event_size, dtype=tf.bool, on_value=True, off_value=False)
        return tf.reduce_sum(tf.where_v2(hot, table, tf.zeros_like(table)), -1)

    def _mode(self) -> Tensor:
        return tf.cast(tf.argmax(self.logits, axis=-1), self.dtype)


class OneHotCategorical(_ClassVectors):
    """The distribution of a class, a vector with a one.

    Args:
        logits: of shape `[..., classes]`; give these or `probs`.
        probs: of shape `[..., classes]`.
        dtype: the dtype of the events.
        validate_args: whether a run checks that `probs` are probabilities.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.OneHotCategorical(probs=[0.25, 0.75])
        ...     sess.run(d.mode()).tolist()
        [0, 1]
    """

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = tf.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "OneHotCategorical",
    ) -> None:
        given = dict(locals())
        self._setup(logits, probs, dtype, validate_args, allow_nan_stats, given, name)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        drawn = tf.multinomial(tf.reshape(self.logits, [-1, self.event_size]), n, seed=seed)
        drawn = tf.reshape(tf.transpose(drawn), self._sample_shape(n))
        return tf.one_hot(drawn, self.event_size, dtype=self.dtype)

    _entropy = Categorical._entropy

    def _log_prob(self, x: Tensor) -> Tensor:
        hot = tf.cast(x, self.logits.dtype)
        return tf.reduce_sum(tf.math.multiply_no_nan(tf.nn.log_softmax(self.logits), hot), -1)

    def _mean(self) -> Tensor:
        return tf.identity(self.probs)

    def _variance(self) -> Tensor:
        return self.probs * (1.0 - self.probs)

    def _covariance(self) -> Tensor:
        p = self.probs
        return tf.matrix_set_diag(-p[..., tf.newaxis] * p[..., tf.newaxis, :], self._variance())

    def _mode(self) -> Tensor:
        return tf.one_hot(tf.argmax(self.logits, axis=-1), self.event_size, dtype=self.dtype)


class Multinomial(_ClassVectors):
    """The distribution of how often each class comes among `total_count` draws.

    Args:
        total_count: how many draws, of shape `[...]`, a floating tensor.
        logits: of shape `[..., classes]`; give these or `probs`.
        probs: of shape `[..., classes]`.
        validate_args: accepted.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.distributions.Multinomial(4.0, probs=[0.25, 0.75])
        ...     sess.run(d.mean()).tolist()
        [1.0, 3.0]
    """

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Multinomial",
    ) -> None:
        given = dict(locals())
        self._setup(logits, probs, None, validate_args, allow_nan_stats, given, name)
        self._total_count = like(total_count, self._probs, "total_count")
        self._parts = [(self._total_count, 0), (self._logits, 1)]

    @property
    def total_count(self) -> Tensor:
        """How many draws."""
        return self._total_count

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        classes = self.event_size
        draws = tf.ones_like(self.logits[..., 0], tf.int32) * tf.cast(self.total_count, tf.int32)
        logits = tf.ones_like(draws[..., tf.newaxis], self.logits.dtype) * self.logits

        def counts(args: Any) -> Tensor:
            row, count = args
            drawn = tf.reshape(tf.multinomial(row[tf.newaxis, :], count, seed), [n, -1])
            return tf.reduce_sum(tf.one_hot(drawn, classes, dtype=self.dtype), -2)

        each = (tf.reshape(logits, [-1, classes]), n * tf.reshape(draws, [-1]))
        found = tf.transpose(tf.map_fn(counts, each, dtype=self.dtype), [1, 0, 2])
        return tf.reshape(found, tf.concat([self._sample_shape(n), [classes]], 0))

    def _log_prob(self, counts: Tensor) -> Tensor:
        counts = tf.cast(counts, self.dtype)
        found = tf.reduce_sum(counts * tf.nn.log_softmax(self.logits), -1)
        return found + log_combinations(self.total_count, counts)

    def _mean(self) -> Tensor:
        return self.total_count[..., tf.newaxis] * self.probs

    def _variance(self) -> Tensor:
        mean = self._mean()
        return mean - mean * self.probs

    def _covariance(self) -> Tensor:
        outer = self._mean()[..., tf.newaxis] * self.probs[..., tf.newaxis, :]
        return tf.matrix_set_diag(-outer, self._variance())


class _Concentrated(Distribution):
    """The base of those with a concentration for each class, in the last dimension."""

    _concentration: Tensor
    _total: Tensor

    @property
    def concentration(self) -> Tensor:
        """The parameters."""
        return self._concentration

    @property
    def total_concentration(self) -> Tensor:
        """Their sum."""
        return self._total

    def _event_shape(self) -> Any:
        return self.concentration.shape[-1:]

    def _event_shape_tensor(self) -> Tensor:
        return tf.shape(self.concentration)[-1:]


class Dirichlet(_Concentrated):
    """The Dirichlet distribution of vectors that sum to 1.

    Args:
        concentration: of shape `[..., classes]`, positive.
        validate_args: whether it is checked when the graph runs.
        allow_nan_stats: whether the mode is NaN where there is none, or an error.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.distributions.Dirichlet([1.0, 3.0]).mean()).tolist()
        [0.25, 0.75]
    """

    def __init__(
        self,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Dirichlet",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            (self._concentration,) = positive_parameters(validate_args, concentration=concentration)
            self._total = tf.reduce_sum(self._concentration, -1)
        super().__init__(
            self._concentration.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats,
            given, name=scope,
        )  # fmt: skip
        self._parts = [(self._total, 0)]

    def _classes(self) -> Tensor:
        return tf.cast(self.event_shape_tensor()[0], self.dtype)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        drawn = tf.random_gamma([n], self.concentration, None, self.dtype, seed)
        return drawn / tf.reduce_sum(drawn, -1, keepdims=True)

    def _log_prob(self, x: Tensor) -> Tensor:
        powers = tf.reduce_sum(tf.math.xlogy(self.concentration - 1.0, x), -1)
        return powers - tf.lbeta(self.concentration)

    def _entropy(self) -> Tensor:
        spread = (self._total - self._classes()) * tf.digamma(self._total)
        own = tf.reduce_sum((self.concentration - 1.0) * tf.digamma(self.concentration), -1)
        return tf.lbeta(self.concentration) + spread - own

    def _mean(self) -> Tensor:
        return self.concentration / self._total[..., tf.newaxis]

    def _variance(self) -> Tensor:
        mean = self._mean()
        return mean * (1.0 - mean) / (1.0 + self._total[..., tf.newaxis])

    def _covariance(self) -> Tensor:
        mean = self._mean()
        outer = mean[..., tf.newaxis] * mean[..., tf.newaxis, :]
        outer = outer / (1.0 + self._total[..., tf.newaxis, tf.newaxis])
        return tf.matrix_set_diag(-outer, self._variance())

    def _mode(self) -> Tensor:
        less = (self._total - self._classes())[..., tf.newaxis]
        is_defined = tf.reduce_all(self.concentration > 1.0, -1, keepdims=True)
        return self._defined(is_defined, (self.concentration - 1.0) / less, "The mode")


class DirichletMultinomial(_Concentrated):
    """Multinomial counts whose probabilities are Dirichlet distributed.

    Args:
        total_count: how many draws, of shape `[...]`, a floating tensor.
        concentration: of shape `[..., classes]`, positive.
        validate_args: accepted.
        allow_nan_stats: accepted.
        name: the scope of the ops.
    """

    _is_continuous = False

    def __init__(
        self,
        total_count: Any,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "DirichletMultinomial",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            (self._concentration,) = float_parameters(concentration=concentration)
            self._total_count = like(total_count, self._concentration, "total_count")
            self._total = tf.reduce_sum(self._concentration, -1)
        super().__init__(
            self._concentration.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats,
            given, name=scope,
        )  # fmt: skip
        self._parts = [(self._total_count, 0), (self._total, 0)]

    @property
    def total_count(self) -> Tensor:
        """How many draws."""
        return self._total_count

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        classes = self.event_shape_tensor()[0]
        gamma = tf.random_gamma([n], self.concentration, None, self.dtype, seed)
        other = gen_new_seed(seed, "dirichlet_multinomial")
        logits = tf.reshape(tf.log(gamma), [-1, classes])
        drawn = tf.multinomial(logits, tf.cast(self.total_count, tf.int32), seed=other)
        counts = tf.reduce_sum(tf.one_hot(drawn, classes, dtype=self.dtype), -2)
        return tf.reshape(counts, tf.concat([self._sample_shape(n), [classes]], 0))

    def _log_prob(self, counts: Tensor) -> Tensor:
        counts = tf.cast(counts, self.dtype)
        ordered = tf.lbeta(self.concentration + counts) - tf.lbeta(self.concentration)
        return ordered + log_combinations(self.total_count, counts)

    def _mean(self) -> Tensor:
        share = self.concentration / self._total[..., tf.newaxis]
        return self.total_count[..., tf.newaxis] * share

    def _scale(self) -> Tensor:
        count = self.total_count[..., tf.newaxis]
        total = self._total[..., tf.newaxis]
        return tf.sqrt((1.0 + total / count) / (1.0 + total))

    def _variance(self) -> Tensor:
        scale = self._scale()
        x = scale * self._mean()
        return x * (self.total_count[..., tf.newaxis] * scale - x)

    def _covariance(self) -> Tensor:
        # (1 + total/count) / (1 + total) weighs the outer product of the means over the count.
        x = self._scale() * self._mean()
        outer = x[..., tf.newaxis] * x[..., tf.newaxis, :]
        return tf.matrix_set_diag(-outer, self._variance())


def log_combinations(total: Tensor, counts: Tensor) -> Tensor:
    """The log of the multinomial coefficient: in how many orders the counts can come."""
    return tf.lgamma(total + 1.0) - tf.reduce_sum(tf.lgamma(counts + 1.0), -1)
