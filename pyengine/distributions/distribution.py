"""What all probability distributions have: shapes, names, samples and the forms of a density.

A distribution of the `tf.distributions` namespace stands for a batch of them: its parameters
broadcast to the *batch shape*, each draw has the *event shape*, and a sample of shape `s` is a
tensor of shape `s + batch_shape + event_shape`.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

import pyengine as tf
from pyengine.dtypes import DType
from pyengine.graph import Tensor
from pyengine.ops.declare import whole
from pyengine.shape import TensorShape
from pyengine.variables import Variable

__all__ = [
    "FULLY_REPARAMETERIZED",
    "NOT_REPARAMETERIZED",
    "Distribution",
    "ReparameterizationType",
    "float_parameters",
    "positive_parameters",
]


class ReparameterizationType:
    """Whether gradients flow through the samples of a distribution to its parameters."""

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameterization Type: {self._rep_type}>"


FULLY_REPARAMETERIZED = ReparameterizationType("FULLY_REPARAMETERIZED")
NOT_REPARAMETERIZED = ReparameterizationType("NOT_REPARAMETERIZED")


def float_parameters(**parameters: Any) -> list[Tensor]:
    """Parameters as tensors of one floating dtype.

    Tensors and variables say which, then arrays; plain numbers follow them, and are float32 when
    there is nothing to follow.

    Raises:
        TypeError: for tensors that are not floating, or of several dtypes.
    """
    given = [p for p in parameters.values() if p is not None]
    typed: list[Any] = [p for p in given if isinstance(p, (Tensor, Variable))]
    arrays = (np.ndarray, np.floating)
    typed = typed or [p for p in given if isinstance(p, arrays) and p.dtype.kind == "f"]
    dtype = tf.as_dtype(typed[0].dtype).base_dtype if typed else tf.float32
    tensors: list[Any] = []
    for name, value in parameters.items():
        if isinstance(value, (Tensor, Variable)):
            found = value.dtype.base_dtype
            if found != dtype or not found.is_floating:
                wanted = dtype.name if dtype.is_floating else "a floating dtype"
                raise TypeError(f"{name} is of dtype {found.name}, and should be {wanted}")
            tensors.append(tf.identity(value, name=name))
        elif value is None:
            tensors.append(value)
        else:
            if isinstance(value, (np.ndarray, np.generic)):
                value = value.astype(dtype.as_numpy_dtype)
            tensors.append(tf.convert_to_tensor(value, dtype=dtype, name=name))
    return tensors


def positive_parameters(validate_args: bool, **parameters: Any) -> list[Tensor]:
    """`float_parameters`, which a run checks to be positive where `validate_args` asks for it."""
    found = float_parameters(**parameters)
    if not validate_args:
        return found
    with tf.control_dependencies([tf.assert_positive(p) for p in found]):
        return [tf.identity(p) for p in found]


class Distribution:
    """The base of all distributions; a subclass gives `_log_prob`, `_sample_n`, `_mean` and so on.

    Args:
        dtype: the dtype of the events.
        reparameterization_type: `FULLY_REPARAMETERIZED` or `NOT_REPARAMETERIZED`.
        validate_args: whether values are checked when the graph runs.
        allow_nan_stats: whether a statistic that is not defined is NaN, or an error.
        parameters: the arguments of the constructor, that `copy` starts from.
        graph_parents: accepted; it is the parameters that say which graph.
        name: the scope of the ops.
    """

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
        self._dtype = tf.as_dtype(dtype)
        self._reparameterization_type = reparameterization_type
        self._validate_args = validate_args
        self._allow_nan_stats = allow_nan_stats
        self._parameters = {
            k: v for k, v in (parameters or {}).items() if k not in ("self", "__class__")
        }
        if not name or not name.endswith("/"):
            with tf.name_scope(name or type(self).__name__) as name:
                pass
        self._name = name
        # (parameter, how many of its last dims belong to the event)
        self._parts: Sequence[tuple[Tensor, int]] = ()

    # ------------------------------------------------------------ what it is

    @property
    def name(self) -> str:
        """The prefix of the ops."""
        return self._name

    @property
    def dtype(self) -> DType:
        """The dtype of the events."""
        return self._dtype

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments that the distribution was made with."""
        return dict(self._parameters)

    @property
    def reparameterization_type(self) -> ReparameterizationType:
        """Whether gradients flow through samples."""
        return self._reparameterization_type

    @property
    def is_continuous(self) -> bool:
        """Whether it has a density rather than a mass function."""
        return self._is_continuous

    _is_continuous = True

    @property
    def allow_nan_stats(self) -> bool:
        """Whether undefined statistics are NaN."""
        return self._allow_nan_stats

    @property
    def validate_args(self) -> bool:
        """Whether values are checked."""
        return self._validate_args

    def copy(self, **override_parameters_kwargs: Any) -> Distribution:
        """Another distribution of this kind, with some parameters changed."""
        parameters = {**self._parameters, **override_parameters_kwargs}
        return type(self)(**parameters)

    def __repr__(self) -> str:
        return (
            f"<tf.distributions.{type(self).__name__} '{self.name}' batch_shape={self.batch_shape}"
            f" event_shape={self.event_shape} dtype={self.dtype.name}>"
        )

    # ------------------------------------------------------------ shapes

    @property
    def batch_shape(self) -> TensorShape:
        """The static shape of the batch."""
        return TensorShape(self._batch_shape())

    @property
    def event_shape(self) -> TensorShape:
        """The static shape of one event."""
        return TensorShape(self._event_shape())

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape of the batch as an int32 vector."""
        with self._scope(name):
            if self.batch_shape.is_fully_defined():
                return tf.constant(self.batch_shape.as_list(), tf.int32, name="batch_shape")
            return self._batch_shape_tensor()

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Tensor:
        """The shape of one event as an int32 vector."""
        with self._scope(name):
            if self.event_shape.is_fully_defined():
                return tf.constant(self.event_shape.as_list(), tf.int32, name="event_shape")
            return self._event_shape_tensor()

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Tensor:
        """Whether the batch shape is []."""
        with self._scope(name):
            return tf.equal(tf.size(self.batch_shape_tensor()), 0)

    def is_scalar_event(self, name: str = "is_scalar_event") -> Tensor:
        """Whether the event shape is []."""
        with self._scope(name):
            return tf.equal(tf.size(self.event_shape_tensor()), 0)

    @classmethod
    def param_shapes(
        cls, sample_shape: Any, name: str = "DistributionParamShapes"
    ) -> dict[str, Tensor]:
        """The shapes of parameters with which a single draw has a given shape.

        Args:
            sample_shape: the shape of the draw, a vector of int32.
            name: the scope of the ops.

        Returns:
            For each parameter its shape, an int32 vector.

        Raises:
            NotImplementedError: for a distribution whose parameters are not scalars of one event.

        Example:
            >>> import pyengine as tf
            >>> shapes = tf.distributions.Normal.param_shapes([3, 2])
            >>> sorted(shapes), tf.get_static_value(shapes["loc"]).tolist()
            (['loc', 'scale'], [3, 2])
        """
        with tf.name_scope(name):
            shape = tf.convert_to_tensor(sample_shape, dtype=tf.int32)
            return dict.fromkeys(cls._parameters_of_scalars(), shape)

    @classmethod
    def param_static_shapes(cls, sample_shape: Any) -> dict[str, TensorShape]:
        """`param_shapes` as static shapes, of a static shape.

        Args:
            sample_shape: the shape of the draw, fully known.

        Returns:
            For each parameter its `TensorShape`.

        Raises:
            ValueError: where the shape is not fully known.
            NotImplementedError: for a distribution whose parameters are not scalars of one event.
        """
        shape = TensorShape(sample_shape)
        if not shape.is_fully_defined():
            raise ValueError("TensorShape sample_shape must be fully defined")
        return dict.fromkeys(cls._parameters_of_scalars(), shape)

    @classmethod
    def _parameters_of_scalars(cls) -> tuple[str, ...]:
        if not cls._scalar_parameters:
            raise NotImplementedError(
                f"{cls.__name__} does not tell the shapes of its parameters: make one, and look at "
                "its batch_shape and event_shape"
            )
        return cls._scalar_parameters

    # The parameters that each have the shape of a draw.
    _scalar_parameters: tuple[str, ...] = ()

    def _batch_shape(self) -> Any:
        known = [_without_last(p.shape, events) for p, events in self._parts]
        return functools.reduce(tf.broadcast_static_shape, known, TensorShape([]))

    def _batch_shape_tensor(self) -> Tensor:
        shapes = [tf.shape(p)[: -events or None] for p, events in self._parts]
        return functools.reduce(tf.broadcast_dynamic_shape, shapes)

    def _event_shape(self) -> Any:
        return []

    def _event_shape_tensor(self) -> Tensor:
        return tf.constant([], tf.int32)

    def _sample_shape(self, n: Any) -> Tensor:
        """`[n] + batch_shape`, the shape of the noise that samples are made of."""
        return tf.concat([[n], self.batch_shape_tensor()], 0)

    def _spread(self, value: Any) -> Tensor:
        """A value as a tensor of the batch's shape."""
        return tf.ones(self.batch_shape_tensor(), self.dtype) * value

    # ------------------------------------------------------------ samples and densities

    def sample(self, sample_shape: Any = (), seed: int | None = None, name: str = "sample") -> Any:
        """Draws from the distribution.

        Args:
            sample_shape: how many, an integer or a vector of them; () is one draw.
            seed: the seed of the op.
            name: the scope of the ops.

        Returns:
            A tensor of shape `sample_shape + batch_shape + event_shape`.
        """
        with self._scope(name):
            shape = tf.convert_to_tensor(whole(sample_shape), dtype=tf.int32, name="sample_shape")
            static = tf.get_static_value(shape)
            if shape.shape.ndims == 0:
                shape = tf.reshape(shape, [1]) if static is None else tf.constant([int(static)])
            n = tf.reduce_prod(shape, name="prod")
            drawn = self._sample_n(n, seed)
            drawn = tf.reshape(drawn, tf.concat([shape, tf.shape(drawn)[1:]], 0))
            static = tf.get_static_value(shape)
            ahead = TensorShape([None] * shape.shape[0].value if static is None else list(static))
            drawn.set_shape(ahead.concatenate(self.batch_shape).concatenate(self.event_shape))
            return drawn

    def log_prob(self, value: Any, name: str = "log_prob") -> Any:
        """The log of the density, or of the mass function, at `value`."""
        return self._called(("_log_prob", None), ("_prob", tf.log), value, name)

    def prob(self, value: Any, name: str = "prob") -> Any:
        """The density, or the mass function, at `value`."""
        return self._called(("_prob", None), ("_log_prob", tf.exp), value, name)

    def log_cdf(self, value: Any, name: str = "log_cdf") -> Any:
        """The log of the probability of at most `value`."""
        return self._called(("_log_cdf", None), ("_cdf", tf.log), value, name)

    def cdf(self, value: Any, name: str = "cdf") -> Any:
        """The probability of at most `value`."""
        return self._called(("_cdf", None), ("_log_cdf", tf.exp), value, name)

    def log_survival_function(self, value: Any, name: str = "log_survival_function") -> Any:
        """The log of the probability of more than `value`."""
        other = ("_cdf", lambda p: tf.log1p(-p))
        return self._called(("_log_survival_function", None), other, value, name)

    def survival_function(self, value: Any, name: str = "survival_function") -> Any:
        """The probability of more than `value`."""
        return self._called(("_survival_function", None), ("_cdf", lambda p: 1 - p), value, name)

    def quantile(self, value: Any, name: str = "quantile") -> Any:
        """The smallest x with a probability of at least `value` of being at most x."""
        return self._called(("_quantile", None), ("_quantile", None), value, name)

    # The names of TensorFlow 0.12 and 1.0.

    def pdf(self, value: Any, name: str = "pdf") -> Any:
        """The density: the old name of `prob`."""
        return self.prob(value, name)

    def log_pdf(self, value: Any, name: str = "log_pdf") -> Any:
        """The log of the density: the old name of `log_prob`."""
        return self.log_prob(value, name)

    def pmf(self, value: Any, name: str = "pmf") -> Any:
        """The mass function: the old name of `prob`."""
        return self.prob(value, name)

    def log_pmf(self, value: Any, name: str = "log_pmf") -> Any:
        """The log of the mass function: the old name of `log_prob`."""
        return self.log_prob(value, name)

    # ------------------------------------------------------------ statistics

    def mean(self, name: str = "mean") -> Any:
        """The mean."""
        return self._statistic("_mean", name)

    def mode(self, name: str = "mode") -> Any:
        """The most probable value."""
        return self._statistic("_mode", name)

    def entropy(self, name: str = "entropy") -> Any:
        """Shannon's entropy in nats."""
        return self._statistic("_entropy", name)

    def covariance(self, name: str = "covariance") -> Any:
        """The covariance matrix of an event that is a vector."""
        return self._statistic("_covariance", name)

    def variance(self, name: str = "variance") -> Any:
        """The variance."""
        if self._has("_variance") or not self._has("_stddev"):
            return self._statistic("_variance", name)
        with self._scope(name):
            return tf.square(self._made("_stddev"))

    def stddev(self, name: str = "stddev") -> Any:
        """The standard deviation."""
        if self._has("_stddev") or not self._has("_variance"):
            return self._statistic("_stddev", name)
        with self._scope(name):
            return tf.sqrt(self._made("_variance"))

    def cross_entropy(self, other: Distribution, name: str = "cross_entropy") -> Any:
        """The cross entropy `-E[log other(X)]`: the divergence and the entropy together."""
        with self._scope(name):
            return self.kl_divergence(other) + self.entropy()

    def kl_divergence(self, other: Distribution, name: str = "kl_divergence") -> Any:
        """The Kullback-Leibler divergence of `other` from this distribution."""
        from pyengine.distributions.divergence import kl_divergence

        with self._scope(name):
            return kl_divergence(self, other, allow_nan_stats=self.allow_nan_stats)

    # ------------------------------------------------------------ inside

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        self._lack("sample")

    @contextlib.contextmanager
    def _scope(self, name: str) -> Iterator[str]:
        with tf.name_scope(self._name), tf.name_scope(name) as scope:
            yield scope

    def _has(self, method: str) -> bool:
        return hasattr(self, method)

    def _made(self, method: str) -> Any:
        if not self._has(method):
            self._lack(method[1:])
        return getattr(self, method)()

    def _statistic(self, method: str, name: str) -> Any:
        with self._scope(name):
            return self._made(method)

    def _called(self, first: Any, second: Any, value: Any, name: str) -> Any:
        """The first method that the class has, or the second one and what is to be done to it."""
        with self._scope(name):
            value = self._event(value)
            for method, after in (first, second):
                if self._has(method):
                    found = getattr(self, method)(value)
                    return found if after is None else after(found)
        return self._lack(first[0][1:])

    def _lack(self, method: str) -> NoReturn:
        raise NotImplementedError(
            f"{type(self).__name__} has no {method}: no formula for it is known to this class. "
            f"Define _{'sample_n' if method == 'sample' else method} in a subclass, or estimate it "
            f"from samples"
        )

    def _event(self, value: Any) -> Tensor:
        """An argument as a tensor: of the distribution's dtype, unless it has one already."""
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
            value = value.astype(self.dtype.as_numpy_dtype)
        if isinstance(value, (Tensor, Variable)):
            return tf.convert_to_tensor(value, name="value")
        if self.dtype.is_floating:
            return tf.convert_to_tensor(value, dtype=self.dtype, name="value")
        return tf.convert_to_tensor(value, name="value", preferred_dtype=self.dtype)

    def _checked(self, value: Tensor, *checks: Any) -> Tensor:
        """The value, once the checks have passed, where values are to be checked."""
        if not self._validate_args:
            return value
        with tf.control_dependencies([check(value) for check in checks]):
            return tf.identity(value)

    def _defined(self, is_defined: Tensor, value: Tensor, what: str) -> Tensor:
        """A statistic where it is defined; elsewhere NaN or, if not wanted, an error."""
        if self._allow_nan_stats:
            return tf.where_v2(is_defined, value, tf.constant(np.nan, value.dtype))
        message = f"{what} is not defined for these parameters"
        with tf.control_dependencies([tf.Assert(tf.reduce_all(is_defined), [message])]):
            return tf.identity(value)


def _without_last(shape: TensorShape, count: int) -> TensorShape:
    if not count or shape.ndims is None:
        return shape
    return shape[:-count]
