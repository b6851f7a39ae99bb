"""Means of errors, of correct answers, and of tensors."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.metrics.streaming import (
    collected,
    laid_out,
    mean,
    metric_variable,
    ratio,
)
from pyengine.ops.compare import equal, less
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import abs, sqrt
from pyengine.ops.filling import ones_like, zeros_like
from pyengine.ops.math import cast, multiply, realdiv, squared_difference, subtract
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.state import assign_add
from pyengine.ops.weights import (
    broadcast_weights,
    remove_squeezable_dimensions,
    weights_like,
)
from pyengine.scopes import control_dependencies
from pyengine.variable_scope import variable_scope

__all__ = [
    "accuracy", "mean", "mean_absolute_error", "mean_cosine_distance", "mean_relative_error",
    "mean_squared_error", "mean_tensor", "percentage_below", "root_mean_squared_error",
]  # fmt: skip


def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """How often predictions are the labels.

    Args:
        labels, predictions: tensors of one shape; predictions take the dtype of the labels.
        weights, metrics_collections, updates_collections, name: as for `mean`.

    Returns:
        The accuracy so far, and the op that counts a batch in.

    Raises:
        ValueError: when the shapes do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     value, update = tf.metrics.accuracy([1, 2, 3, 4], [1, 2, 0, 0])
        ...     sess.run(tf.local_variables_initializer())
        ...     float(sess.run(update))
        0.5
    """
    p, y, w = laid_out(predictions, labels, weights)
    if y.dtype.base_dtype is not p.dtype.base_dtype:
        p = cast(p, y.dtype.base_dtype)
    correct = cast(equal(p, y), float32)
    return mean(correct, w, metrics_collections, updates_collections, name or "accuracy")


def mean_absolute_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of |predictions - labels|; arguments as for `mean_squared_error`.

    Args:
        labels: the true values, a tensor of a real type.
        predictions: the predicted ones, of the same shape.
        weights: a tensor that broadcasts to them; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    p, y, w = laid_out(predictions, labels, weights)
    errors = abs(subtract(p, y))
    return mean(errors, w, metrics_collections, updates_collections, name or "mean_absolute_error")


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of (predictions - labels)^2.

    Args:
        labels, predictions: tensors of one shape.
        weights, metrics_collections, updates_collections, name: as for `mean`.

    Returns:
        The mean so far, and the op that counts a batch in.
    """
    p, y, w = laid_out(predictions, labels, weights)
    errors = squared_difference(y, p)
    return mean(errors, w, metrics_collections, updates_collections, name or "mean_squared_error")


def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The root of the mean of (predictions - labels)^2; arguments as for `mean_squared_error`.

    Args:
        labels: the true values, a tensor of a real type.
        predictions: the predicted ones, of the same shape.
        weights: a tensor that broadcasts to them; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    p, y, w = laid_out(predictions, labels, weights)
    square, update = mean_squared_error(y, p, w, None, None, name or "root_mean_squared_error")
    return collected(sqrt(square), sqrt(update), metrics_collections, updates_collections)


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of |predictions - labels| / normalizer, 0 where that is 0.

    Args:
        normalizer: a tensor of the shape of the predictions.
        labels, predictions, weights, metrics_collections, updates_collections, name: as for
            `mean_squared_error`.
    """
    p, y, w = laid_out(predictions, labels, weights)
    p, n = remove_squeezable_dimensions(p, normalizer)
    p.shape.assert_fits(n.shape, "predictions and normalizer must have the same shape")
    none = equal(n, zeros_like(n))
    share = realdiv(abs(subtract(y, p)), where(none, ones_like(n), n))
    errors = where(none, zeros_like(y), share)
    return mean(errors, w, metrics_collections, updates_collections, name or "mean_relative_error")


def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """1 minus the mean of sum(predictions * labels) along the axis `dim`.

    Args:
        labels: the true values, a tensor of a floating type.
        predictions: the predicted ones, of the same shape.
        dim: the axis of the vectors.
        weights: a tensor that broadcasts to the distances; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    p, y, w = laid_out(predictions, labels, weights)
    along = reduce_sum(multiply(p, y), [whole(dim)], keepdims=True)
    value, update = mean(along, w, None, None, name or "mean_cosine_distance")
    return collected(
        subtract(1.0, value), subtract(1.0, update), metrics_collections, updates_collections
    )


def percentage_below(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of values below a threshold; arguments as for `mean`.

    Args:
        values: a tensor of a real type.
        threshold: a scalar.
        weights: a tensor that broadcasts to the values; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    below = cast(less(values, threshold), float32)
    return mean(
        below, weights, metrics_collections, updates_collections,
        name or "percentage_below_threshold",
    )  # fmt: skip


def mean_tensor(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of the tensors so far, element by element.

    Args:
        values: a tensor of a known shape, the same for each batch.
        weights, metrics_collections, updates_collections, name: as for `mean`.
    """
    with variable_scope(name, "mean", [values, weights]):
        x = convert_to_tensor(values)
        if x.dtype.base_dtype is not float32:
            x = cast(x, float32)
        total = metric_variable(x.shape, float32, "total_tensor")
        count = metric_variable(x.shape, float32, "count_tensor")
        number = ones_like(x)
        if weights is not None:
            w = broadcast_weights(cast(weights_like(x, weights), float32), x)
            x, number = multiply(x, w), multiply(number, w)
        new_total = assign_add(total, x)
        with control_dependencies([x]):
            new_count = assign_add(count, number)
        value = ratio(total, count, "value")
        update = ratio(new_total, new_count, "update_op")
        return collected(value, update, metrics_collections, updates_collections)
