"""Metrics of predictions of one of several classes."""

from __future__ import annotations

from typing import Any

from pyengine.dtypes import float32, float64, int64
from pyengine.graph import Tensor
from pyengine.metrics.streaming import collected, laid_out, metric_variable, ratio
from pyengine.ops.array import reshape
from pyengine.ops.compare import equal, greater, not_equal
from pyengine.ops.confusion import confusion_matrix
from pyengine.ops.declare import whole
from pyengine.ops.filling import eye, ones_like, zeros_like
from pyengine.ops.math import add, cast, multiply, realdiv, subtract
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.reduce import reduce_mean, reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.segment import unsorted_segment_sum
from pyengine.ops.state import assign_add
from pyengine.ops.weights import broadcast_weights
from pyengine.variable_scope import variable_scope

__all__ = ["mean_iou", "mean_per_class_accuracy"]


def _flat(x: Any) -> Any:
    return None if x is None else reshape(x, [-1])


def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean over the classes of intersection over union of labels and predictions.

    Args:
        labels, predictions: class numbers, of one shape.
        num_classes: how many classes there are.
        weights, metrics_collections, updates_collections, name: as for `mean`.

    Returns:
        The metric so far, and the op that counts a batch in and returns the confusion matrix.
    """
    classes = int(whole(num_classes))
    with variable_scope(name, "mean_iou", [predictions, labels, weights]):
        p, y, w = laid_out(predictions, labels, weights)
        matrix = metric_variable([classes, classes], float64, "total_confusion_matrix")
        if w is not None:
            w = broadcast_weights(cast(w, float64), cast(y, float64))
        counts = confusion_matrix(
            _flat(cast(y, int64)), _flat(cast(p, int64)), classes, float64, weights=_flat(w)
        )
        update = assign_add(matrix, counts)
        total = cast(matrix, float32)
        both = reduce_sum(multiply(total, eye(classes)), 0)
        union = subtract(add(reduce_sum(total, 0), reduce_sum(total, 1)), both)
        present = reduce_sum(cast(not_equal(union, zeros_like(union)), float32))
        shares = realdiv(both, where(greater(union, zeros_like(union)), union, ones_like(union)))
        value = div_no_nan(reduce_sum(shares), present, name="mean_iou")
        return collected(value, update, metrics_collections, updates_collections)


def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean over the classes of how often each was predicted where it is the label.

    Args:
        labels, predictions, num_classes, weights, metrics_collections, updates_collections, name:
            as for `mean_iou`.

    Returns:
        The metric so far, and the op that counts a batch in and returns a vector of accuracies.
    """
    classes = int(whole(num_classes))
    with variable_scope(name, "mean_accuracy", [predictions, labels, weights]):
        p, y, w = laid_out(predictions, cast(labels, int64), weights)
        p = cast(p, int64)
        if w is not None:
            w = _flat(broadcast_weights(cast(w, float32), cast(y, float32)))
        p, y = _flat(p), _flat(y)
        total = metric_variable([classes], float32, "total")
        count = metric_variable([classes], float32, "count")
        seen, right = ones_like(y, float32), cast(equal(p, y), float32)
        if w is not None:
            seen, right = multiply(seen, w), multiply(right, w)
        new_total = assign_add(total, unsorted_segment_sum(seen, y, classes))
        new_count = assign_add(count, unsorted_segment_sum(right, y, classes))
        value = reduce_mean(ratio(count, total, "per_class"), name="mean_accuracy")
        update = ratio(new_count, new_total, "update_op")
        return collected(value, update, metrics_collections, updates_collections)
