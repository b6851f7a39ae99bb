"""Kullback-Leibler divergences between distributions whose formula is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyengine as tf
from pyengine.distributions.categorical import Categorical, Dirichlet, OneHotCategorical
from pyengine.distributions.compound import Independent
from pyengine.distributions.continuous import Laplace, Normal
from pyengine.distributions.discrete import Bernoulli, Poisson
from pyengine.distributions.distribution import Distribution
from pyengine.distributions.gammas import Beta, Gamma
from pyengine.distributions.multivariate import MultivariateNormalTriL
from pyengine.graph import Tensor

__all__ = ["RegisterKL", "cross_entropy", "kl_divergence"]

_FORMULAS: dict[tuple[type, type], Callable[..., Any]] = {}


class RegisterKL:
    """A decorator of a function that is the divergence of two kinds of distributions.

    Args:
        dist_cls_a: the class of the first.
        dist_cls_b: the class of the second.
    """

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn}")
        if self._key in _FORMULAS:
            a, b = (kind.__name__ for kind in self._key)
            raise ValueError(f"KL({a} || {b}) has already been registered")
        _FORMULAS[self._key] = kl_fn
        return kl_fn


def kl_divergence(
    distribution_a: Distribution,
    distribution_b: Distribution,
    allow_nan_stats: bool = True,
    name: str | None = None,
) -> Tensor:
    """The Kullback-Leibler divergence `E_a[log a(X) - log b(X)]`.

    Args:
        distribution_a: the distribution that X has.
        distribution_b: the other.
        allow_nan_stats: whether a NaN may come out, or is an error when the graph runs.
        name: the scope of the ops.

    Raises:
        NotImplementedError: if no formula is known.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     a, b = tf.distributions.Normal(0.0, 1.0), tf.distributions.Normal(1.0, 1.0)
        ...     float(sess.run(tf.distributions.kl_divergence(a, b)))
        0.5
    """
    formula = _formula(type(distribution_a), type(distribution_b))
    if formula is None:
        a, b = type(distribution_a).__name__, type(distribution_b).__name__
        raise NotImplementedError(
            f"No KL(distribution_a || distribution_b) registered for distribution_a type {a} and "
            f"distribution_b type {b}. Register a formula with tf.distributions.RegisterKL, or "
            f"take the mean of a.log_prob(x) - b.log_prob(x) over samples of a"
        )
    with tf.name_scope(name or "KullbackLeibler"):
        found = formula(distribution_a, distribution_b, name=None)
        if allow_nan_stats:
            return found
        message = "KL calculation returned NaN values"
        none = tf.logical_not(tf.reduce_any(tf.is_nan(found)))
        with tf.control_dependencies([tf.Assert(none, [message, found])]):
            return tf.identity(found)


def cross_entropy(
    ref: Distribution, other: Distribution, allow_nan_stats: bool = True, name: str | None = None
) -> Tensor:
    """The cross entropy `-E_ref[log other(X)]`.

    Args:
        ref: the distribution that X has.
        other: the other.
        allow_nan_stats: whether a NaN may come out, or is an error when the graph runs.
        name: the scope of the ops.

    Returns:
        A tensor of the batch's shape.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.Normal(0.0, 1.0)
        ...     found = sess.run(tf.contrib.distributions.cross_entropy(d, d) - d.entropy())
        ...     abs(float(found)) < 1e-6
        True
    """
    with tf.name_scope(name or "cross_entropy"):
        return ref.entropy() + kl_divergence(ref, other, allow_nan_stats)


def _formula(a: type, b: type) -> Callable[..., Any] | None:
    """The formula of the nearest classes that these two inherit from."""
    ancestors = [(i + j, (x, y)) for i, x in enumerate(a.__mro__) for j, y in enumerate(b.__mro__)]
    known = [(distance, key) for distance, key in ancestors if key in _FORMULAS]
    return _FORMULAS[min(known, key=lambda pair: pair[0])[1]] if known else None


@RegisterKL(Normal, Normal)
def _normals(a: Normal, b: Normal, name: str | None = None) -> Tensor:
    ratio = tf.square(a.scale / b.scale)
    moved = tf.square((a.loc - b.loc) / b.scale)
    return 0.5 * moved + 0.5 * (ratio - 1.0 - tf.log(ratio))


@RegisterKL(Laplace, Laplace)
def _laplaces(a: Laplace, b: Laplace, name: str | None = None) -> Tensor:
    distance = tf.abs(a.loc - b.loc)
    ratio = a.scale / b.scale
    return -tf.log(ratio) - 1.0 + distance / b.scale + ratio * tf.exp(-distance / a.scale)


@RegisterKL(Bernoulli, Bernoulli)
def _bernoullis(a: Bernoulli, b: Bernoulli, name: str | None = None) -> Tensor:
    failed = tf.nn.softplus(b.logits) - tf.nn.softplus(a.logits)
    won = tf.nn.softplus(-b.logits) - tf.nn.softplus(-a.logits)
    return tf.sigmoid(a.logits) * won + tf.sigmoid(-a.logits) * failed


@RegisterKL(Poisson, Poisson)
def _poissons(a: Poisson, b: Poisson, name: str | None = None) -> Tensor:
    return a.rate * (a.log_rate - b.log_rate) + b.rate - a.rate


def _classes(a: Any, b: Any, name: str | None = None) -> Tensor:
    difference = tf.nn.log_softmax(a.logits) - tf.nn.log_softmax(b.logits)
    return tf.reduce_sum(tf.nn.softmax(a.logits) * difference, -1)


RegisterKL(Categorical, Categorical)(_classes)
RegisterKL(OneHotCategorical, OneHotCategorical)(_classes)


@RegisterKL(Gamma, Gamma)
def _gammas(a: Gamma, b: Gamma, name: str | None = None) -> Tensor:
    shapes = (a.concentration - b.concentration) * tf.digamma(a.concentration)
    gammas = tf.lgamma(b.concentration) - tf.lgamma(a.concentration)
    rates = b.concentration * (tf.log(a.rate) - tf.log(b.rate))
    return shapes + gammas + rates + a.concentration * (b.rate / a.rate - 1.0)


@RegisterKL(Beta, Beta)
def _betas(a: Beta, b: Beta, name: str | None = None) -> Tensor:
    def log_beta(d: Beta) -> Tensor:
        pair = tf.lgamma(d.concentration1) + tf.lgamma(d.concentration0)
        return pair - tf.lgamma(d.total_concentration)

    return (
        log_beta(b) - log_beta(a)
        - tf.digamma(a.concentration1) * (b.concentration1 - a.concentration1)
        - tf.digamma(a.concentration0) * (b.concentration0 - a.concentration0)
        + tf.digamma(a.total_concentration) * (b.total_concentration - a.total_concentration)
    )  # fmt: skip


@RegisterKL(Dirichlet, Dirichlet)
def _dirichlets(a: Dirichlet, b: Dirichlet, name: str | None = None) -> Tensor:
    centred = tf.digamma(a.concentration) - tf.digamma(a.total_concentration[..., tf.newaxis])
    moved = tf.reduce_sum((a.concentration - b.concentration) * centred, -1)
    return moved - tf.lbeta(a.concentration) + tf.lbeta(b.concentration)


@RegisterKL(MultivariateNormalTriL, MultivariateNormalTriL)
def _multivariate_normals(
    a: MultivariateNormalTriL, b: MultivariateNormalTriL, name: str | None = None
) -> Tensor:
    columns = tf.matrix_triangular_solve(b.scale_tril, a.scale_tril)
    moved = tf.matrix_triangular_solve(b.scale_tril, (b.loc - a.loc)[..., tf.newaxis])
    squares = tf.reduce_sum(tf.square(columns), [-2, -1])
    squares += tf.reduce_sum(tf.square(moved), [-2, -1])
    return 0.5 * (squares - a.dims()) + b.log_det_scale() - a.log_det_scale()


@RegisterKL(Independent, Independent)
def _independents(a: Independent, b: Independent, name: str | None = None) -> Tensor:
    count = a.reinterpreted_batch_ndims
    if count != b.reinterpreted_batch_ndims:
        raise ValueError("Event shapes do not match.")
    each = kl_divergence(a.distribution, b.distribution)
    return tf.reduce_sum(each, list(range(-count, 0))) if count else each
