"""`kl_divergence`, and the formulas for pairs of distributions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyengine as tf
from pyengine.distributions.base import Distribution
from pyengine.distributions.continuous import Beta, Gamma, Normal
from pyengine.distributions.discrete import Bernoulli, Categorical, Dirichlet

__all__ = ["RegisterKL", "kl_divergence"]

_RULES: dict[tuple[type, type], Callable[..., Any]] = {}


class RegisterKL:
    """A decorator for a function `(a, b, name=None)` that has the divergence of two classes.

    Raises (when it is used):
        TypeError: for what is no function.
        ValueError: for a pair of classes that has one.
    """

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn}")
        if self._key in _RULES:
            names = ", ".join(c.__name__ for c in self._key)
            raise ValueError(f"KL({names}) has already been registered to: {_RULES[self._key]}")
        _RULES[self._key] = kl_fn
        return kl_fn


def kl_divergence(
    distribution_a: Distribution,
    distribution_b: Distribution,
    allow_nan_stats: bool = True,
    name: str | None = None,
) -> Any:
    """The expected value of `a.log_prob(x) - b.log_prob(x)` for samples x of a.

    Args:
        distribution_a, distribution_b: the distributions.
        allow_nan_stats: whether what is not defined is NaN, or an error in the run.
        name: the name scope.

    Raises:
        NotImplementedError: for a pair of classes that has no formula here.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     a, b = (tf.distributions.Normal(m, 1.0) for m in (0.0, 2.0))
        ...     float(sess.run(tf.distributions.kl_divergence(a, b)))
        2.0
    """
    rule = next(
        (
            _RULES[a, b]
            for a in type(distribution_a).__mro__
            for b in type(distribution_b).__mro__
            if (a, b) in _RULES
        ),
        None,
    )
    if rule is None:
        names = ", ".join(type(d).__name__ for d in (distribution_a, distribution_b))
        raise NotImplementedError(f"No KL({names}) registered")
    with tf.name_scope("KullbackLeibler"):
        found = rule(distribution_a, distribution_b, name=name)
        if allow_nan_stats:
            return found
        check = tf.Assert(
            tf.logical_not(tf.reduce_any(tf.is_nan(found))),
            [
                f"KL calculation between {distribution_a.name} and {distribution_b.name} returned "
                f"NaN values (and was called with allow_nan_stats=False). Values:",
                found,
            ],
        )
        with tf.control_dependencies([check]):
            return tf.identity(found, name="checked_kl")


@RegisterKL(Normal, Normal)
def _normal(a: Any, b: Any, name: str | None = None) -> Any:
    with tf.name_scope(name, "kl_normal_normal"):
        ratio = tf.square(a.scale) / tf.square(b.scale)
        distance = tf.square(a.loc - b.loc) / (2 * tf.square(b.scale))
        return distance + 0.5 * (ratio - 1 - tf.log(ratio))


@RegisterKL(Bernoulli, Bernoulli)
def _bernoulli(a: Any, b: Any, name: str | None = None) -> Any:
    with tf.name_scope(name, "kl_bernoulli_bernoulli"):
        zero = tf.nn.softplus(-b.logits) - tf.nn.softplus(-a.logits)
        one = tf.nn.softplus(b.logits) - tf.nn.softplus(a.logits)
        return tf.sigmoid(a.logits) * zero + tf.sigmoid(-a.logits) * one


@RegisterKL(Categorical, Categorical)
def _categorical(a: Any, b: Any, name: str | None = None) -> Any:
    with tf.name_scope(name, "kl_categorical_categorical"):
        ratio = tf.nn.log_softmax(a.logits) - tf.nn.log_softmax(b.logits)
        return tf.reduce_sum(tf.nn.softmax(a.logits) * ratio, -1)


@RegisterKL(Gamma, Gamma)
def _gamma(a: Any, b: Any, name: str | None = None) -> Any:
    with tf.name_scope(name, "kl_gamma_gamma"):
        return (
            (a.concentration - b.concentration) * tf.digamma(a.concentration)
            + tf.lgamma(b.concentration)
            - tf.lgamma(a.concentration)
            + b.concentration * (tf.log(a.rate) - tf.log(b.rate))
            + a.concentration * (b.rate / a.rate - 1)
        )


@RegisterKL(Beta, Beta)
def _beta(a: Any, b: Any, name: str | None = None) -> Any:
    with tf.name_scope(name, "kl_beta_beta"):
        return (
            b._log_normalization()
            - a._log_normalization()
            - tf.digamma(a.concentration1) * (b.concentration1 - a.concentration1)
            - tf.digamma(a.concentration0) * (b.concentration0 - a.concentration0)
            + tf.digamma(a.total_concentration) * (b.total_concentration - a.total_concentration)
        )


@RegisterKL(Dirichlet, Dirichlet)
def _dirichlet(a: Any, b: Any, name: str | None = None) -> Any:
    with tf.name_scope(name, "kl_dirichlet_dirichlet"):
        means = tf.digamma(a.concentration) - tf.digamma(a.total_concentration)[..., tf.newaxis]
        weighted = tf.reduce_sum((a.concentration - b.concentration) * means, -1)
        return weighted - tf.lbeta(a.concentration) + tf.lbeta(b.concentration)
