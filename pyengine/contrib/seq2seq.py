"""Losses of sequences: the `tf.contrib.seq2seq` namespace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.array import reshape, shape
from pyengine.ops.math import cast
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.softmax import sparse_softmax_cross_entropy_with_logits
from pyengine.scopes import name_scope

__all__ = ["sequence_loss"]

_TINY = 1e-12  # added to sums of weights, which may be zero


def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of sequences of classes.

    Args:
        logits: of shape `[batch, time, classes]`, floating.
        targets: the classes, integers of shape `[batch, time]`.
        weights: of shape `[batch, time]`, floating; 0 leaves a step out.
        average_across_timesteps: whether the sum over time is divided by the sum of weights.
        average_across_batch: whether the sum over the batch is.
        softmax_loss_function: a function of `labels` and `logits` in place of the cross entropy.
        name: the scope of the ops.

    Returns:
        A scalar if both averages are taken, a vector `[batch]` or `[time]` for one of them, and
        a tensor `[batch, time]` for none.

    Raises:
        ValueError: for other ranks.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     loss = tf.contrib.seq2seq.sequence_loss(
        ...         tf.zeros([1, 2, 4]), tf.constant([[3, 0]]), tf.ones([1, 2]))
        ...     round(float(sess.run(loss)), 6)
        1.386294
    """
    logits, targets, weights = (convert_to_tensor(t) for t in (logits, targets, weights))
    for what, tensor, wanted in (
        ("Logits", logits, "[batch_size x sequence_length x logits]"),
        ("Targets", targets, "[batch_size x sequence_length]"),
        ("Weights", weights, "[batch_size x sequence_length]"),
    ):
        if tensor.shape.ndims != wanted.count("x ") + 1:
            dims = wanted.count("x ") + 1
            raise ValueError(f"{what} must be a {dims}-dimensional {wanted} tensor")
    with name_scope(name, "sequence_loss", [logits, targets, weights]):
        flat_targets = reshape(targets, [-1])
        flat_logits = reshape(logits, [-1, shape(logits)[2]])
        cross_entropy = softmax_loss_function or sparse_softmax_cross_entropy_with_logits
        each = cross_entropy(labels=flat_targets, logits=flat_logits)
        each *= reshape(cast(weights, each.dtype), [-1])
        if average_across_timesteps and average_across_batch:
            return reduce_sum(each) / (reduce_sum(weights) + _TINY)
        each = reshape(each, shape(logits)[:2])
        each.set_shape(logits.shape[:2])
        if not average_across_timesteps and not average_across_batch:
            return each
        axis = 1 if average_across_timesteps else 0
        return reduce_sum(each, axis) / (reduce_sum(weights, axis) + _TINY)
