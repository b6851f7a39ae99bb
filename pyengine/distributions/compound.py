"""Distributions made of others: transformed ones, mixtures, several taken as one event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyengine as tf
from pyengine.distributions.bijectors import Bijector
from pyengine.distributions.categorical import Categorical
from pyengine.distributions.distribution import NOT_REPARAMETERIZED, Distribution
from pyengine.distributions.util import gen_new_seed
from pyengine.graph import Tensor
from pyengine.shape import TensorShape

__all__ = [
    "Independent",
    "Mixture",
    "MixtureSameFamily",
    "TransformedDistribution",
]


class _Alike(Distribution):
    """The base of those that have the batch and event shape of another, which is `_alike`."""

    _alike: Distribution

    def _batch_shape(self) -> Any:
        return self._alike.batch_shape

    def _batch_shape_tensor(self) -> Tensor:
        return self._alike.batch_shape_tensor()

    def _event_shape(self) -> Any:
        return self._alike.event_shape

    def _event_shape_tensor(self) -> Tensor:
        return self._alike.event_shape_tensor()


class TransformedDistribution(_Alike):
    """The distribution of `bijector.forward(X)`.

    Args:
        distribution: that of X.
        bijector: the map.
        batch_shape: not available: give the distribution parameters of that shape.
        event_shape: not available: wrap such a distribution in `Independent`.
        validate_args: whether values are checked.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     ds = tf.contrib.distributions
        ...     lognormal = ds.TransformedDistribution(ds.Normal(0.0, 1.0), ds.bijectors.Exp())
        ...     round(float(sess.run(lognormal.prob(1.0))), 6)
        0.398942
    """

    def __init__(
        self,
        distribution: Distribution,
        bijector: Bijector | None = None,
        batch_shape: Any = None,
        event_shape: Any = None,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        given = dict(locals())
        if batch_shape is not None or event_shape is not None:
            raise NotImplementedError(
                f"TransformedDistribution(batch_shape={batch_shape}, event_shape={event_shape}): "
                "the distribution cannot be repeated to another shape. Give it parameters of that "
                "shape, as in Normal(tf.zeros([3]), 1.0), and wrap it in Independent where the "
                "event is to have that shape"
            )
        self._distribution = self._alike = distribution
        self._bijector = bijector or _identity()
        label = name or self._bijector.name + distribution.name.rstrip("/").rsplit("/", 1)[-1]
        super().__init__(
            distribution.dtype, distribution.reparameterization_type, validate_args,
            distribution.allow_nan_stats, given, name=label,
        )  # fmt: skip

    @property
    def distribution(self) -> Distribution:
        """That of X."""
        return self._distribution

    @property
    def bijector(self) -> Bijector:
        """The map."""
        return self._bijector

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return self.bijector.forward(self.distribution.sample(n[tf.newaxis], seed))

    def _log_prob(self, y: Tensor) -> Tensor:
        x = self.bijector.inverse(y)
        ndims = self.distribution.event_shape.ndims
        log_det = self.bijector.forward_log_det_jacobian(x, event_ndims=ndims)
        return self.distribution.log_prob(x) - log_det

    def _cdf(self, y: Tensor) -> Tensor:
        return self.distribution.cdf(self.bijector.inverse(y))

    def _log_cdf(self, y: Tensor) -> Tensor:
        return self.distribution.log_cdf(self.bijector.inverse(y))

    def _survival_function(self, y: Tensor) -> Tensor:
        return self.distribution.survival_function(self.bijector.inverse(y))

    def _quantile(self, p: Tensor) -> Tensor:
        return self.bijector.forward(self.distribution.quantile(p))


def _identity() -> Bijector:
    from pyengine.distributions.bijectors import Identity

    return Identity()


class Independent(Distribution):
    """A distribution with some of its batch dims made dims of the event.

    Args:
        distribution: the distribution.
        reinterpreted_batch_ndims: how many; all but the first one by default.
        validate_args: accepted.
        name: the scope of the ops.
    """

    def __init__(
        self,
        distribution: Distribution,
        reinterpreted_batch_ndims: int | None = None,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        given = dict(locals())
        ndims = distribution.batch_shape.ndims
        if reinterpreted_batch_ndims is None:
            if ndims is None:
                raise ValueError("reinterpreted_batch_ndims must be given for an unknown rank")
            reinterpreted_batch_ndims = max(ndims - 1, 0)
        count = int(reinterpreted_batch_ndims)
        if ndims is not None and count > ndims:
            raise ValueError(
                f"reinterpreted_batch_ndims({count}) cannot exceed the {ndims} batch dimensions"
            )
        self._distribution, self._count = distribution, count
        label = name or "Independent" + distribution.name.rstrip("/").rsplit("/", 1)[-1]
        super().__init__(
            distribution.dtype, distribution.reparameterization_type, validate_args,
            distribution.allow_nan_stats, given, name=label,
        )  # fmt: skip

    @property
    def distribution(self) -> Distribution:
        """The distribution."""
        return self._distribution

    @property
    def reinterpreted_batch_ndims(self) -> int:
        """How many batch dims belong to the event."""
        return self._count

    def _batch_shape(self) -> Any:
        shape = self._distribution.batch_shape
        return shape if shape.ndims is None or not self._count else shape[: -self._count]

    def _batch_shape_tensor(self) -> Tensor:
        shape = self._distribution.batch_shape_tensor()
        return shape[: -self._count] if self._count else shape

    def _event_shape(self) -> Any:
        shape = self._distribution.batch_shape
        if shape.ndims is None:
            return TensorShape(None)
        return shape[shape.ndims - self._count :].concatenate(self._distribution.event_shape)

    def _event_shape_tensor(self) -> Tensor:
        batch = self._distribution.batch_shape_tensor()
        batch = batch[tf.size(batch) - self._count :]
        return tf.concat([batch, self._distribution.event_shape_tensor()], 0)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        return self._distribution.sample(n[tf.newaxis], seed)

    def _summed(self, x: Tensor) -> Tensor:
        return tf.reduce_sum(x, list(range(-self._count, 0))) if self._count else x

    def _log_prob(self, x: Tensor) -> Tensor:
        return self._summed(self._distribution.log_prob(x))

    def _entropy(self) -> Tensor:
        return self._summed(self._distribution.entropy())

    def _mean(self) -> Tensor:
        return self._distribution.mean()

    def _variance(self) -> Tensor:
        return self._distribution.variance()

    def _mode(self) -> Tensor:
        return self._distribution.mode()


class Mixture(_Alike):
    """A mixture of distributions that may be of several kinds.

    Args:
        cat: a `Categorical` of which component a draw comes from.
        components: as many distributions as it has classes, of one batch and event shape.
        validate_args: accepted.
        allow_nan_stats: accepted.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     ds = tf.contrib.distributions
        ...     parts = [ds.Normal(-1.0, 0.1), ds.Normal(3.0, 0.5)]
        ...     mixture = ds.Mixture(ds.Categorical(probs=[0.25, 0.75]), parts)
        ...     float(sess.run(mixture.mean()))
        2.0
    """

    def __init__(
        self,
        cat: Categorical,
        components: Sequence[Distribution],
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Mixture",
    ) -> None:
        given = dict(locals())
        if not isinstance(cat, Categorical):
            raise TypeError(f"cat must be a Categorical distribution, but saw: {cat}")
        if not components:
            raise ValueError("components must be a non-empty list or tuple")
        for component in components:
            if not isinstance(component, Distribution):
                raise TypeError(f"components must be distributions, but saw: {component}")
        classes = cat.logits.shape[-1].value
        if classes is not None and classes != len(components):
            raise ValueError(
                f"cat has {classes} classes, not one for each of {len(components)} components"
            )
        self._cat, self._components = cat, list(components)
        self._alike = components[0]
        super().__init__(
            components[0].dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=name,
        )  # fmt: skip

    @property
    def cat(self) -> Categorical:
        """Which component a draw comes from."""
        return self._cat

    @property
    def components(self) -> list[Distribution]:
        """The components."""
        return self._components

    @property
    def num_components(self) -> int:
        """How many there are."""
        return len(self._components)

    def _over_event(self, weights: Tensor) -> Tensor:
        """Weights of the batch's shape as weights of each element of an event."""
        for _ in range(self.event_shape.ndims or 0):
            weights = weights[..., tf.newaxis]
        return weights

    def _shares(self) -> list[Tensor]:
        return tf.unstack(self._cat.probs, num=self.num_components, axis=-1)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        chosen = self._cat.sample(n[tf.newaxis], seed)
        drawn: Tensor | None = None
        for i, component in enumerate(self._components):
            part = component.sample(n[tf.newaxis], gen_new_seed(seed, f"component {i}"))
            is_it = self._over_event(tf.equal(chosen, i))
            drawn = part if drawn is None else tf.where_v2(is_it, part, drawn)
        assert drawn is not None  # there is a component
        return drawn

    def _log_prob(self, x: Tensor) -> Tensor:
        logs = tf.unstack(tf.nn.log_softmax(self._cat.logits), num=self.num_components, axis=-1)
        parts = [c.log_prob(x) + log for c, log in zip(self._components, logs, strict=True)]
        return tf.reduce_logsumexp(tf.stack(parts, 0), 0)

    def _cdf(self, x: Tensor) -> Tensor:
        pairs = zip(self._components, self._shares(), strict=True)
        return tf.add_n([c.cdf(x) * share for c, share in pairs])

    def _moment(self, moments: Sequence[Tensor]) -> Tensor:
        pairs = zip(moments, self._shares(), strict=True)
        return tf.add_n([m * self._over_event(share) for m, share in pairs])

    def _mean(self) -> Tensor:
        return self._moment([c.mean() for c in self._components])

    def _variance(self) -> Tensor:
        squares = [c.variance() + tf.square(c.mean()) for c in self._components]
        return self._moment(squares) - tf.square(self._mean())

    def entropy_lower_bound(self, name: str = "entropy_lower_bound") -> Tensor:
        """The mean of the components' entropies, which the entropy is not below."""
        with self._scope(name):
            pairs = zip(self._components, self._shares(), strict=True)
            return tf.add_n([c.entropy() * share for c, share in pairs])


class MixtureSameFamily(Distribution):
    """A mixture whose components are the last batch dim of one distribution.

    Args:
        mixture_distribution: a `Categorical` of which component a draw comes from.
        components_distribution: the components, its last batch dim.
        reparameterize: not available, a NotImplementedError: gradients do not flow through samples.
        validate_args: accepted.
        allow_nan_stats: accepted.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     ds = tf.contrib.distributions
        ...     classes = ds.Categorical(probs=[0.25, 0.75])
        ...     mixture = ds.MixtureSameFamily(classes, ds.Normal([-1.0, 3.0], [0.1, 0.5]))
        ...     float(sess.run(mixture.mean()))
        2.0
    """

    def __init__(
        self,
        mixture_distribution: Categorical,
        components_distribution: Distribution,
        reparameterize: bool = False,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MixtureSameFamily",
    ) -> None:
        given = dict(locals())
        if reparameterize:
            raise NotImplementedError(
                "MixtureSameFamily(reparameterize=True) is not available: no gradient flows "
                "through the choice of a component. Leave it out, and for gradients weigh samples "
                "of components_distribution by mixture_distribution.probs"
            )
        self._mixture, self._parts_of = mixture_distribution, components_distribution
        super().__init__(
            components_distribution.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats,
            given, name=name,
        )  # fmt: skip

    @property
    def mixture_distribution(self) -> Categorical:
        """Which component a draw comes from."""
        return self._mixture

    @property
    def components_distribution(self) -> Distribution:
        """The components."""
        return self._parts_of

    def _batch_shape(self) -> Any:
        return self._parts_of.batch_shape[:-1]

    def _batch_shape_tensor(self) -> Tensor:
        return self._parts_of.batch_shape_tensor()[:-1]

    def _event_shape(self) -> Any:
        return self._parts_of.event_shape

    def _event_shape_tensor(self) -> Tensor:
        return self._parts_of.event_shape_tensor()

    @property
    def _event_dims(self) -> int:
        ndims = self.event_shape.ndims
        if ndims is None:
            raise ValueError("MixtureSameFamily needs components whose event rank is known")
        return ndims

    def _weighted(self, x: Tensor, weights: Tensor) -> Tensor:
        """The sum over components, where `x` has the dims of an event after that of components."""
        for _ in range(self._event_dims):
            weights = weights[..., tf.newaxis]
        return tf.reduce_sum(x * weights, -1 - self._event_dims)

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        drawn = self._parts_of.sample(n[tf.newaxis], seed)
        chosen = self._mixture.sample(n[tf.newaxis], gen_new_seed(seed, "MixtureSameFamily"))
        chosen = chosen + tf.zeros(self._sample_shape(n), chosen.dtype)
        count = self._parts_of.batch_shape_tensor()[-1]
        return self._weighted(drawn, tf.one_hot(chosen, count, dtype=self.dtype))

    def _log_prob(self, x: Tensor) -> Tensor:
        each = self._parts_of.log_prob(tf.expand_dims(x, -1 - self._event_dims))
        return tf.reduce_logsumexp(each + tf.nn.log_softmax(self._mixture.logits), -1)

    def _cdf(self, x: Tensor) -> Tensor:
        each = self._parts_of.cdf(tf.expand_dims(x, -1 - self._event_dims))
        return tf.reduce_sum(each * self._mixture.probs, -1)

    def _mean(self) -> Tensor:
        return self._weighted(self._parts_of.mean(), self._mixture.probs)

    def _variance(self) -> Tensor:
        squares = self._parts_of.variance() + tf.square(self._parts_of.mean())
        return self._weighted(squares, self._mixture.probs) - tf.square(self._mean())
