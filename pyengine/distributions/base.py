"""`Distribution`: what all distributions have in common."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pyengine as tf
from pyengine.graph import Tensor
from pyengine.shape import UNKNOWN, TensorShape, as_shape

__all__ = [
    "FULLY_REPARAMETERIZED", "NOT_REPARAMETERIZED", "Distribution", "ReparameterizationType",
]  # fmt: skip


class ReparameterizationType:
    """Whether samples have gradients in the parameters."""

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameterization Type: {self._rep_type}>"


FULLY_REPARAMETERIZED = ReparameterizationType("FULLY_REPARAMETERIZED")
NOT_REPARAMETERIZED = ReparameterizationType("NOT_REPARAMETERIZED")


class Distribution:
    """A batch of distributions of one kind.

    A subclass has methods `_sample_n`, `_log_prob` or `_prob`, `_mean` and so on, without checks
    and scopes. What it does not have raises a NotImplementedError.

    Args:
        dtype: of samples.
        reparameterization_type: whether samples have gradients in the parameters.
        validate_args: whether parameters and values are checked when they are run.
        allow_nan_stats: whether a statistic that is not defined is NaN, or an error in the run.
        parameters: the constructor's arguments.
        graph_parents: accepted.
        name: the prefix of the names of ops.
    """

    _sample_n: Callable[[Any, int | None], Any]

    def __init__(
        self,
        dtype: Any,
        reparameterization_type: ReparameterizationType,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: dict[str, Any] | None = None,
        graph_parents: Any = None,
        name: str | None = None,
    ) -> None:
        self._dtype = dtype
        self._reparameterization_type = reparameterization_type
        self._validate_args = validate_args
        self._allow_nan_stats = allow_nan_stats
        # A constructor gives all its local variables, others than its arguments too.
        known = list(inspect.signature(type(self).__init__).parameters)[1:]
        self._parameters = {k: v for k, v in (parameters or {}).items() if k in known}
        self._name = name or type(self).__name__

    # ------------------------------------------------------------ what it is

    @property
    def name(self) -> str:
        return self._name

    @property
    def dtype(self) -> Any:
        """The dtype of samples."""
        return self._dtype

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments that it was made with."""
        return dict(self._parameters)

    @property
    def reparameterization_type(self) -> ReparameterizationType:
        return self._reparameterization_type

    @property
    def allow_nan_stats(self) -> bool:
        return self._allow_nan_stats

    @property
    def validate_args(self) -> bool:
        return self._validate_args

    def copy(self, **override_parameters_kwargs: Any) -> Any:
        """The same distribution with some other arguments."""
        return type(self)(**{**self._parameters, **override_parameters_kwargs})

    @property
    def batch_shape(self) -> TensorShape:
        """The static shape of the batch."""
        return self._batch()

    @property
    def event_shape(self) -> TensorShape:
        """The static shape of one sample of one distribution."""
        return as_shape([])

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape of the batch, a vector of int32."""
        with self._scope(name):
            known = self.batch_shape
            if known.is_fully_defined():
                return tf.constant(known.as_list(), tf.int32, name="batch_shape")
            return self._batch_tensor()

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Tensor:
        """The shape of one sample of one distribution, a vector of int32."""
        with self._scope(name):
            known = self.event_shape
            if known.is_fully_defined():
                return tf.constant(known.as_list(), tf.int32, name="event_shape")
            return self._event_tensor()

    def is_scalar_event(self, name: str = "is_scalar_event") -> Tensor:
        """Whether a sample of one distribution is a scalar."""
        with self._scope(name):
            return tf.convert_to_tensor(self.event_shape.ndims == 0)

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Tensor:
        """Whether it is one distribution."""
        with self._scope(name):
            return tf.equal(tf.size(self.batch_shape_tensor()), 0)

    def _params(self) -> tuple[Any, ...]:
        """The tensors whose shapes, broadcast, are the batch's."""
        raise NotImplementedError

    def _batch(self) -> TensorShape:
        found = as_shape([])
        for t in self._params():
            found = tf.broadcast_static_shape(found, t.shape)
        return found

    def _batch_tensor(self) -> Tensor:
        found = tf.constant([], tf.int32)
        for t in self._params():
            found = tf.broadcast_dynamic_shape(found, tf.shape(t))
        return found

    def _event_tensor(self) -> Tensor:
        raise NotImplementedError

    # ------------------------------------------------------------ sampling

    def sample(self, sample_shape: Any = (), seed: int | None = None, name: str = "sample") -> Any:
        """Samples: a tensor of shape `sample_shape + batch_shape + event_shape`.

        Args:
            sample_shape: how many, a list or an integer tensor.
            seed: the seed of the op; see `tf.set_random_seed`.
            name: the name scope.
        """
        with self._scope(name):
            sizes = tf.convert_to_tensor(sample_shape, tf.int32, name="sample_shape")
            sizes = tf.reshape(sizes, [-1])
            samples = self._sample_n(tf.reduce_prod(sizes), seed)
            out = tf.reshape(samples, tf.concat([sizes, tf.shape(samples)[1:]], 0))
            known = tf.get_static_value(sizes)
            lead = UNKNOWN if known is None else as_shape(known.tolist())
            if self.batch_shape.ndims is not None:
                out.set_shape(lead.concatenate(self.batch_shape).concatenate(self.event_shape))
            return out

    def _drawn_shape(self, n: Any) -> Tensor:
        return tf.concat([[n], self.batch_shape_tensor()], 0)

    # ------------------------------------------------------------ functions of a value

    def log_prob(self, value: Any, name: str = "log_prob") -> Any:
        """The logarithm of the density, or of the probability, at a value."""
        return self._at(value, name, "_log_prob", ("_prob", tf.log))

    def prob(self, value: Any, name: str = "prob") -> Any:
        """The density, or the probability, at a value."""
        return self._at(value, name, "_prob", ("_log_prob", tf.exp))

    def log_cdf(self, value: Any, name: str = "log_cdf") -> Any:
        """The logarithm of the probability of a sample up to a value."""
        return self._at(value, name, "_log_cdf", ("_cdf", tf.log))

    def cdf(self, value: Any, name: str = "cdf") -> Any:
        """The probability of a sample up to a value."""
        return self._at(value, name, "_cdf", ("_log_cdf", tf.exp))

    def log_survival_function(self, value: Any, name: str = "log_survival_function") -> Any:
        """The logarithm of the probability of a sample above a value."""
        return self._at(
            value, name, "_log_survival_function", ("_cdf", lambda p: tf.log1p(-p)),
        )  # fmt: skip

    def survival_function(self, value: Any, name: str = "survival_function") -> Any:
        """The probability of a sample above a value."""
        return self._at(value, name, "_survival_function", ("_cdf", lambda p: 1.0 - p))

    def quantile(self, value: Any, name: str = "quantile") -> Any:
        """The value up to which a sample is with a given probability."""
        return self._at(value, name, "_quantile")

    def _at(self, value: Any, name: str, *ways: Any) -> Any:
        with self._scope(name):
            rule, after = self._found(name, *ways)
            return after(rule(self._value(value)))

    def _value(self, value: Any) -> Tensor:
        return tf.convert_to_tensor(value, self._dtype, name="value")

    # ------------------------------------------------------------ statistics

    def entropy(self, name: str = "entropy") -> Any:
        """The entropy, in nats."""
        return self._statistic(name, "_entropy")

    def mean(self, name: str = "mean") -> Any:
        """The mean."""
        return self._statistic(name, "_mean")

    def variance(self, name: str = "variance") -> Any:
        """The variance, of each part of an event by itself."""
        return self._statistic(name, "_variance", ("_stddev", tf.square))

    def stddev(self, name: str = "stddev") -> Any:
        """The standard deviation, of each part of an event by itself."""
        return self._statistic(name, "_stddev", ("_variance", tf.sqrt))

    def covariance(self, name: str = "covariance") -> Any:
        """The covariances of the parts of an event."""
        return self._statistic(name, "_covariance")

    def mode(self, name: str = "mode") -> Any:
        """The value of the greatest density or probability."""
        return self._statistic(name, "_mode")

    def cross_entropy(self, other: Distribution, name: str = "cross_entropy") -> Any:
        """The expected value of `-other.log_prob(x)` for samples x of this distribution."""
        with self._scope(name):
            return self.entropy() + self.kl_divergence(other)

    def kl_divergence(self, other: Distribution, name: str = "kl_divergence") -> Any:
        """The expected value of `log_prob(x) - other.log_prob(x)` for samples x."""
        from pyengine.distributions.divergence import kl_divergence

        with self._scope(name):
            return kl_divergence(self, other, allow_nan_stats=self._allow_nan_stats)

    def _statistic(self, name: str, *ways: Any) -> Any:
        with self._scope(name):
            rule, after = self._found(name, *ways)
            return after(rule())

    def _found(self, name: str, *ways: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """The first of some rules that the class has, and what to do with its result."""
        for way in ways:
            rule, after = (way, lambda x: x) if isinstance(way, str) else way
            found = getattr(self, rule, None)
            if found is not None:
                return found, after
        raise NotImplementedError(f"{name} is not implemented: {type(self).__name__}")

    @contextlib.contextmanager
    def _scope(self, name: str) -> Iterator[None]:
        with tf.name_scope(f"{self._name.rstrip('/')}/"), tf.name_scope(name):
            yield

    def _or_undefined(self, is_defined: Any, value: Any, why: str) -> Any:
        """A statistic where it is defined; else NaN, or an error where that is not allowed."""
        if self._allow_nan_stats:
            nan = tf.fill(tf.shape(value), tf.constant(float("nan"), self._dtype))
            return tf.where(tf.broadcast_to(is_defined, tf.shape(value)), value, nan)
        with tf.control_dependencies([tf.Assert(tf.reduce_all(is_defined), [why])]):
            return tf.identity(value)

    def __repr__(self) -> str:
        return (
            f"<tf.distributions.{type(self).__name__} {self._name!r} "
            f"batch_shape={self.batch_shape} event_shape={self.event_shape} "
            f"dtype={self._dtype.name}>"
        )

    __str__ = __repr__


def checked(on: bool, tensor: Any, check: Callable[..., Any], **options: Any) -> Tensor:
    """A parameter, checked when it is run if `on`."""
    if not on:
        return tensor
    with tf.control_dependencies([check(tensor, **options)]):
        return tf.identity(tensor)


def same_dtype(*values: Any) -> list[Tensor]:
    """Tensors of one floating-point dtype: that of the first which has one."""
    known = [v.dtype.base_dtype for v in values if hasattr(v, "dtype") and hasattr(v, "graph")]
    found = [tf.convert_to_tensor(v, known[0] if known else None) for v in values]
    found = [tf.cast(t, tf.float32) if t.dtype.is_integer and not known else t for t in found]
    for t in found:
        if not t.dtype.is_floating:
            raise TypeError(f"Argument parameters must be floating-point, got {t.dtype.name}")
        if t.dtype.base_dtype is not found[0].dtype.base_dtype:
            raise TypeError(f"Parameters must have one dtype, got {[t.dtype.name for t in found]}")
    return found


def new_seed(seed: int | None, salt: str) -> int | None:
    """A second seed, for distributions that draw twice; None for None."""
    if seed is None:
        return None
    digest = hashlib.md5((str(seed) + salt).encode("utf-8")).hexdigest()
    return int(digest[:8], 16) & 0x7FFFFFFF


def logits_and_probs(
    logits: Any, probs: Any, multidimensional: bool, validate_args: bool
) -> tuple[Tensor, Tensor]:
    """Both forms of probabilities, from the one that is given.

    Raises:
        ValueError: when both or none are given.
    """
    if (probs is None) == (logits is None):
        raise ValueError("Must pass probs or logits, but not both.")
    if probs is None:
        (logits,) = same_dtype(logits)
        return logits, tf.nn.softmax(logits) if multidimensional else tf.sigmoid(logits)
    (probs,) = same_dtype(probs)
    if validate_args:
        checks = [tf.assert_non_negative(probs)]
        if multidimensional:
            one = tf.ones([], probs.dtype)
            checks.append(
                tf.Assert(
                    tf.reduce_all(tf.abs(tf.reduce_sum(probs, -1) - one) < 1e-4),
                    ["probs does not sum to 1."],
                )
            )
        else:
            checks.append(tf.assert_less_equal(probs, tf.ones([], probs.dtype)))
        with tf.control_dependencies(checks):
            probs = tf.identity(probs)
    return tf.log(probs) if multidimensional else tf.log(probs) - tf.log1p(-probs), probs
