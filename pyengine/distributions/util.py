"""Helpers of distributions: logits and probabilities, triangular matrices, seeds."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

import pyengine as tf
from pyengine.distributions.distribution import Distribution, float_parameters
from pyengine.graph import Tensor

__all__ = [
    "fill_triangular",
    "fill_triangular_inverse",
    "softplus_inverse",
]


def gen_new_seed(seed: int | None, salt: str) -> int | None:
    """Another seed made of `seed`, the one that TensorFlow makes of it."""
    if seed is None:
        return None
    text = (str(seed) + salt).encode("utf-8")
    return int(hashlib.md5(text).hexdigest()[:8], 16) & 0x7FFFFFFF


def logits_and_probs(
    logits: Any, probs: Any, multidimensional: bool, validate_args: bool
) -> tuple[Tensor, Tensor]:
    """Both, from whichever of them is given.

    Args:
        logits: the log odds, or the logs of weights where there are several events.
        probs: the probabilities.
        multidimensional: whether the last axis is that of the events.
        validate_args: whether a run checks that `probs` are probabilities.

    Raises:
        ValueError: if both or neither are given.
    """
    if (probs is None) == (logits is None):
        raise ValueError("Must pass probs or logits, but not both.")
    if probs is None:
        (logits,) = float_parameters(logits=logits)
        as_probs = tf.nn.softmax if multidimensional else tf.sigmoid
        return logits, as_probs(logits, name="probs")
    (probs,) = float_parameters(probs=probs)
    if validate_args:
        checks = [tf.assert_non_negative(probs, message="probs has components less than 0.")]
        if multidimensional:
            total, one = tf.reduce_sum(probs, -1), tf.ones([], probs.dtype)
            checks.append(tf.assert_near(total, one, message="probs does not sum to 1."))
        else:
            one = tf.ones([], probs.dtype)
            checks.append(
                tf.assert_less_equal(probs, one, message="probs has components greater than 1.")
            )
        with tf.control_dependencies(checks):
            probs = tf.identity(probs)
    if multidimensional:
        return tf.log(probs, name="logits"), probs
    return tf.log(probs) - tf.log1p(-probs), probs


class WithOdds(Distribution):
    """The base of those that take `logits` or `probs`, and have both."""

    _logits: Tensor
    _probs: Tensor

    @property
    def logits(self) -> Tensor:
        """The log odds; of classes, their log probabilities give or take a constant."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities."""
        return self._probs


def softplus_inverse(x: Any, name: str | None = None) -> Tensor:
    """The `y` with `softplus(y) == x`, that is `x + log(1 - exp(-x))`.

    Args:
        x: a tensor of positive numbers.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     y = tf.contrib.distributions.softplus_inverse([0.5, 3.0])
        ...     [round(float(v), 6) for v in sess.run(tf.nn.softplus(y))]
        [0.5, 3.0]
    """
    with tf.name_scope(name, "softplus_inverse", [x]):
        (x,) = float_parameters(x=x)
        return x + tf.log(-tf.expm1(-x))


def fill_triangular(x: Any, upper: bool = False, name: str | None = None) -> Tensor:
    """Vectors as triangular matrices, filled in TensorFlow's order (clockwise, from the corner).

    Args:
        x: of shape `[..., n (n + 1) / 2]`.
        upper: whether the triangle is the upper one.
        name: the scope of the ops.

    Returns:
        A tensor of shape `[..., n, n]`.

    Raises:
        ValueError: for a vector whose length is not that of a triangle.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.contrib.distributions.fill_triangular([1, 2, 3, 4, 5, 6])).tolist()
        [[4, 0, 0], [6, 5, 0], [3, 2, 1]]
    """
    with tf.name_scope(name, "fill_triangular", [x]):
        x = tf.convert_to_tensor(x, name="x")
        length = x.shape[-1].value if x.shape.ndims else None
        if length is None:
            raise ValueError(f"fill_triangular needs a last dimension that is known, not {x.shape}")
        n = int(np.sqrt(0.25 + 2 * length) - 0.5)
        if n * (n + 1) // 2 != length:
            raise ValueError(
                f"Input right-most shape ({length}) does not correspond to a triangular matrix."
            )
        if upper:
            parts = [x, tf.reverse(x[..., n:], [-1])]
        else:
            parts = [x[..., n:], tf.reverse(x, [-1])]
        square = tf.concat([tf.shape(x)[:-1], [n, n]], 0)
        full = tf.reshape(tf.concat(parts, -1), square)
        full.set_shape(x.shape[:-1].concatenate([n, n]))
        return tf.matrix_band_part(full, *((0, -1) if upper else (-1, 0)))


def fill_triangular_inverse(x: Any, upper: bool = False, name: str | None = None) -> Tensor:
    """The vectors that `fill_triangular` makes these triangular matrices of.

    Args:
        x: of shape `[..., n, n]`.
        upper: whether the triangle is the upper one.
        name: the scope of the ops.

    Returns:
        A tensor of shape `[..., n (n + 1) / 2]`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     matrix = tf.contrib.distributions.fill_triangular([1, 2, 3, 4, 5, 6])
        ...     sess.run(tf.contrib.distributions.fill_triangular_inverse(matrix)).tolist()
        [1, 2, 3, 4, 5, 6]
    """
    with tf.name_scope(name, "fill_triangular_inverse", [x]):
        x = tf.convert_to_tensor(x, name="x")
        n = x.shape[-1].value if x.shape.ndims else None
        if n is None:
            raise ValueError(f"fill_triangular_inverse needs known dimensions, not {x.shape}")
        # The places are constants: those that numbering the vector's elements finds.
        length = n * (n + 1) // 2
        count = np.arange(length)
        parts = (count, count[n:][::-1]) if upper else (count[n:], count[::-1])
        numbered = np.concatenate(parts).reshape(n, n)
        numbered = np.triu(numbered + 1) if upper else np.tril(numbered + 1)
        place = np.argsort(np.where(numbered == 0, length + 1, numbered).ravel(), kind="stable")
        flat = tf.reshape(x, tf.concat([tf.shape(x)[:-2], [n * n]], 0))
        return tf.gather(flat, place[:length].astype(np.int32), axis=-1)
