"""Distributions of whole numbers and of counts, and `Dirichlet`, of what they are made with."""

from __future__ import annotations

from typing import Any

import pyengine as tf
from pyengine.distributions.base import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    checked,
    logits_and_probs,
    same_dtype,
)
from pyengine.graph import Tensor
from pyengine.shape import TensorShape

__all__ = ["Bernoulli", "Categorical", "Dirichlet", "Multinomial"]


class _FromLogits(Distribution):
    _is_vector = True

    def _take(self, dtype: Any, given: dict[str, Any]) -> None:
        with tf.name_scope(given["name"]) as scope:
            self._logits, self._probs = logits_and_probs(
                given["logits"], given["probs"], self._is_vector, given["validate_args"]
            )
        super().__init__(
            self._logits.dtype.base_dtype if dtype is None else tf.as_dtype(dtype),
            NOT_REPARAMETERIZED,
            given["validate_args"],
            given["allow_nan_stats"],
            given,
            name=scope,
        )

    @property
    def logits(self) -> Tensor:
        """The logits."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities."""
        return self._probs


class Bernoulli(_FromLogits):
    """Distributions over 0 and 1.

    Args:
        logits: the log-odds of 1.
        probs: the probability of 1, in place of `logits`.
        dtype: the dtype of samples.
        validate_args, allow_nan_stats, name: as for `Distribution`.

    Raises:
        ValueError: when both of `logits` and `probs` are given, or none.
    """

    _is_vector = False

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = tf.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        self._take(dtype, locals())

    def _params(self) -> Any:
        return (self._logits,)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        kind = self._probs.dtype.base_dtype
        drawn = tf.random_uniform(self._drawn_shape(n), dtype=kind, seed=seed)
        return tf.cast(tf.less(drawn, self._probs), self._dtype)

    def _log_prob(self, event: Tensor) -> Any:
        event = tf.cast(event, self._logits.dtype.base_dtype)
        ones = tf.ones_like(event * self._logits)
        return -tf.nn.sigmoid_cross_entropy_with_logits(
            labels=event * ones, logits=self._logits * ones
        )

    def _value(self, value: Any) -> Tensor:
        value = tf.convert_to_tensor(value, name="value")
        value = checked(self._validate_args, value, tf.assert_non_negative)
        one = tf.ones([], value.dtype.base_dtype)
        return checked(self._validate_args, value, tf.assert_less_equal, y=one)

    def _entropy(self) -> Any:
        return -self._logits * (tf.sigmoid(self._logits) - 1) + tf.nn.softplus(-self._logits)

    def _mean(self) -> Any:
        return tf.identity(self._probs)

    def _variance(self) -> Any:
        return self._probs * (1 - self._probs)

    def _mode(self) -> Any:
        """0 where both are as likely."""
        return tf.cast(tf.greater(self._probs, 0.5), self._dtype)


class Categorical(_FromLogits):
    """Distributions over the whole numbers from 0 on.

    Args:
        logits: the logarithms of the probabilities, plus any number; the last dimension is that of
            the categories.
        probs: the probabilities, in place of `logits`.
        dtype: the dtype of samples.
        validate_args, allow_nan_stats, name: as for `Distribution`.

    Raises:
        ValueError: when both of `logits` and `probs` are given, or none.
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
        self._take(dtype, locals())

    @property
    def event_size(self) -> Tensor:
        """How many categories there are."""
        return tf.shape(self._logits)[-1]

    def _batch(self) -> TensorShape:
        return self._logits.shape[:-1]

    def _batch_tensor(self) -> Tensor:
        return tf.shape(self._logits)[:-1]

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        flat = tf.reshape(self._logits, [-1, self.event_size])
        kind = tf.int64 if self._dtype.size > 4 else tf.int32
        draws = tf.multinomial(flat, n, seed, output_dtype=kind)
        return tf.cast(tf.reshape(tf.transpose(draws), self._drawn_shape(n)), self._dtype)

    def _value(self, value: Any) -> Tensor:
        value = tf.convert_to_tensor(value, name="k")
        return value if value.dtype.is_integer else tf.cast(value, tf.int32)

    def _both(self, k: Tensor, of: Tensor) -> tuple[Tensor, Tensor]:
        """The categories and something of theirs, each for the whole broadcast shape."""
        shape = tf.broadcast_dynamic_shape(tf.shape(k), tf.shape(of)[:-1])
        wide = tf.broadcast_to(of, tf.concat([shape, tf.shape(of)[-1:]], 0))
        return tf.broadcast_to(k, shape), wide

    def _log_prob(self, k: Tensor) -> Any:
        k, logits = self._both(k, self._logits)
        return -tf.nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=logits)

    def _cdf(self, k: Tensor) -> Any:
        """The probability of less than k: as in TensorFlow, that of k itself is not in it."""
        k, probs = self._both(k, self._probs)
        mask = tf.sequence_mask(k, self.event_size)
        return tf.reduce_sum(tf.where(mask, probs, tf.zeros_like(probs)), -1)

    def _entropy(self) -> Any:
        return -tf.reduce_sum(tf.nn.log_softmax(self._logits) * self._probs, -1)

    def _mode(self) -> Any:
        return tf.cast(tf.argmax(self._logits, -1), self._dtype)


class Multinomial(_FromLogits):
    """Distributions of the counts of categories in `total_count` independent draws.

    Args:
        total_count: how many draws, of a floating-point dtype.
        logits: the logarithms of the probabilities, plus any number; the last dimension is that of
            the categories.
        probs: the probabilities, in place of `logits`.
        validate_args, allow_nan_stats, name: as for `Distribution`.
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
        self._take(None, locals())
        count = tf.convert_to_tensor(total_count, self._dtype, name="total_count")
        self._total_count = checked(validate_args, count, tf.assert_non_negative)

    @property
    def total_count(self) -> Tensor:
        """How many draws."""
        return self._total_count

    @property
    def event_shape(self) -> TensorShape:
        return self._logits.shape[-1:]

    def _event_tensor(self) -> Tensor:
        return tf.shape(self._logits)[-1:]

    def _batch(self) -> TensorShape:
        return tf.broadcast_static_shape(self._logits.shape[:-1], self._total_count.shape)

    def _batch_tensor(self) -> Tensor:
        return tf.broadcast_dynamic_shape(tf.shape(self._logits)[:-1], tf.shape(self._total_count))

    def _wide(self) -> Tensor:
        """The counts of draws for the whole batch, with a last dimension of one."""
        return tf.broadcast_to(self._total_count, self.batch_shape_tensor())[..., tf.newaxis]

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        counts = self._wide()
        k = self.event_shape_tensor()[0]
        logits = tf.reshape(tf.ones_like(counts) * self._logits, [-1, k])
        draws = n * tf.cast(tf.reshape(counts, [-1]), tf.int32)

        def one(args: Any) -> Any:
            drawn = tf.reshape(tf.multinomial(args[0][tf.newaxis], args[1], seed), [n, -1])
            return tf.reduce_sum(tf.one_hot(drawn, k, dtype=self._dtype), -2)

        found = tf.map_fn(one, [logits, draws], dtype=self._dtype)
        shape = tf.concat([self._drawn_shape(n), [k]], 0)
        return tf.reshape(tf.transpose(found, [1, 0, 2]), shape)

    def _log_prob(self, counts: Tensor) -> Any:
        total = self._total_count
        ways = tf.lgamma(total + 1) - tf.reduce_sum(tf.lgamma(counts + 1), -1)
        return tf.reduce_sum(counts * tf.nn.log_softmax(self._logits), -1) + ways

    def _mean(self) -> Any:
        return self._wide() * self._probs

    def _variance(self) -> Any:
        return self._mean() * (1 - self._probs)

    def _covariance(self) -> Any:
        probs = self._probs * tf.ones_like(self._wide())
        mean = self._wide() * probs
        outer = -tf.matmul(mean[..., tf.newaxis], probs[..., tf.newaxis, :])
        return tf.matrix_set_diag(outer, self._variance())


class Dirichlet(Distribution):
    """Distributions over the vectors of numbers above zero whose sum is one.

    Args:
        concentration: numbers above zero; the last dimension is that of the vectors.
        validate_args, allow_nan_stats, name: as for `Distribution`.
    """

    def __init__(
        self,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Dirichlet",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name, None, [concentration]) as scope:
            (found,) = same_dtype(concentration)
            self._concentration = checked(validate_args, found, tf.assert_positive)
            self._total = tf.reduce_sum(self._concentration, -1)
        super().__init__(
            found.dtype.base_dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip

    @property
    def concentration(self) -> Tensor:
        """The concentration."""
        return self._concentration

    @property
    def total_concentration(self) -> Tensor:
        """The sum over the last dimension of the concentration."""
        return self._total

    @property
    def event_shape(self) -> TensorShape:
        return self._concentration.shape[-1:]

    def _event_tensor(self) -> Tensor:
        return tf.shape(self._concentration)[-1:]

    def _params(self) -> Any:
        return (self._total,)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        drawn = tf.random_gamma([n], self._concentration, dtype=self._dtype, seed=seed)
        return drawn / tf.reduce_sum(drawn, -1, keepdims=True)

    def _log_prob(self, x: Tensor) -> Any:
        density = tf.reduce_sum(tf.math.xlogy(self._concentration - 1, x), -1)
        return density - tf.lbeta(self._concentration)

    def _entropy(self) -> Any:
        k = tf.cast(self.event_shape_tensor()[0], self._dtype)
        a = self._concentration
        return (
            tf.lbeta(a)
            + (self._total - k) * tf.digamma(self._total)
            - tf.reduce_sum((a - 1) * tf.digamma(a), -1)
        )

    def _mean(self) -> Any:
        return self._concentration / self._total[..., tf.newaxis]

    def _variance(self) -> Any:
        mean = self._mean()
        return mean * (1 - mean) / (1 + self._total[..., tf.newaxis])

    def _covariance(self) -> Any:
        mean = self._mean()
        scale = 1 / (1 + self._total[..., tf.newaxis])
        outer = -tf.matmul((mean * scale)[..., tf.newaxis], mean[..., tf.newaxis, :])
        return tf.matrix_set_diag(outer, self._variance())

    def _mode(self) -> Any:
        k = tf.cast(self.event_shape_tensor()[0], self._dtype)
        mode = (self._concentration - 1) / (self._total[..., tf.newaxis] - k)
        # As in TensorFlow, each element for itself.
        return self._or_undefined(
            tf.greater(self._concentration, 1), mode, "Mode undefined when any concentration <= 1"
        )
