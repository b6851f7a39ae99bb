"""Counts of right and wrong yes-or-no answers, and precision and recall made of them."""

from __future__ import annotations

from typing import Any

from pyengine.dtypes import bool as boolean
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.metrics.streaming import collected, laid_out, metric_variable
from pyengine.ops.array import identity
from pyengine.ops.compare import greater, logical_and, logical_not
from pyengine.ops.filling import zeros_like
from pyengine.ops.math import add, cast, multiply, realdiv
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.state import assign_add
from pyengine.ops.weights import broadcast_weights
from pyengine.variable_scope import variable_scope

__all__ = [
    "false_negatives", "false_positives", "precision", "recall", "true_negatives",
    "true_positives",
]  # fmt: skip


def _counted(
    labels: Any,
    predictions: Any,
    label: bool,
    prediction: bool,
    weights: Any,
    metrics_collections: Any,
    updates_collections: Any,
    name: str | None,
    default: str,
) -> tuple[Tensor, Tensor]:
    """How many labels of a kind met predictions of a kind."""
    with variable_scope(name, default, [predictions, labels, weights]):
        p, y, w = laid_out(cast(predictions, boolean), cast(labels, boolean), weights)
        met = cast(
            logical_and(y if label else logical_not(y), p if prediction else logical_not(p)),
            float32,
        )
        count = metric_variable([], float32, "count")
        if w is not None:
            met = multiply(met, broadcast_weights(cast(w, float32), met))
        value = identity(count)
        update = assign_add(count, reduce_sum(met))
        return collected(value, update, metrics_collections, updates_collections)


def true_positives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The sum of the weights of predictions that are true, and rightly so.

    Args:
        labels, predictions: tensors of one shape, taken as booleans.
        weights, metrics_collections, updates_collections, name: as for `mean`.

    Returns:
        The count so far, and the op that counts a batch in.
    """
    return _counted(
        labels, predictions, True, True, weights, metrics_collections, updates_collections, name,
        "true_positives",
    )  # fmt: skip


def true_negatives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The sum of the weights of predictions that are false, and rightly so.

    Args:
        labels: the true values, a tensor that is converted to bool.
        predictions: the predicted ones, of the same shape.
        weights: a tensor that broadcasts to them; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    return _counted(
        labels, predictions, False, False, weights, metrics_collections, updates_collections, name,
        "true_negatives",
    )  # fmt: skip


def false_positives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The sum of the weights of predictions that are true, and wrongly so.

    Args:
        labels: the true values, a tensor that is converted to bool.
        predictions: the predicted ones, of the same shape.
        weights: a tensor that broadcasts to them; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    return _counted(
        labels, predictions, False, True, weights, metrics_collections, updates_collections, name,
        "false_positives",
    )  # fmt: skip


def false_negatives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The sum of the weights of predictions that are false, and wrongly so.

    Args:
        labels: the true values, a tensor that is converted to bool.
        predictions: the predicted ones, of the same shape.
        weights: a tensor that broadcasts to them; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    return _counted(
        labels, predictions, True, False, weights, metrics_collections, updates_collections, name,
        "false_negatives",
    )  # fmt: skip


def _share(part: Tensor, rest: Tensor, name: str) -> Tensor:
    """part / (part + rest), 0 where there is neither."""
    total = add(part, rest)
    zero = zeros_like(total)
    return where(greater(total, zero), realdiv(part, total), zero, name=name)


def _precision_or_recall(
    wrong: Any, default: str, labels: Any, predictions: Any, weights: Any,
    metrics_collections: Any, updates_collections: Any, name: str | None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    with variable_scope(name, default, [predictions, labels, weights]):
        p, y, w = laid_out(cast(predictions, boolean), cast(labels, boolean), weights)
        right, right_update = true_positives(y, p, w)
        other, other_update = wrong(y, p, w)
        value = _share(right, other, "value")
        update = _share(right_update, other_update, "update_op")
        return collected(value, update, metrics_collections, updates_collections)


def precision(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the predictions that are true that are right; arguments as for `recall`.

    Args:
        labels: the true values, a tensor that is converted to bool.
        predictions: the predicted ones, of the same shape.
        weights: a tensor that broadcasts to them; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The value, a float32 scalar, and the op that adds a batch to it and gives it.
    """
    return _precision_or_recall(
        false_positives, "precision", labels, predictions, weights, metrics_collections,
        updates_collections, name,
    )  # fmt: skip


def recall(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the labels that are true that were predicted so.

    Args:
        labels, predictions: tensors of one shape, taken as booleans.
        weights, metrics_collections, updates_collections, name: as for `mean`.
    """
    return _precision_or_recall(
        false_negatives, "recall", labels, predictions, weights, metrics_collections,
        updates_collections, name,
    )  # fmt: skip
