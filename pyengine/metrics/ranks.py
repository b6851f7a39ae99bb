"""Metrics of the k best of several classes: precision, recall and average precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float64, int32, int64
from pyengine.graph import Tensor
from pyengine.metrics.streaming import collected, metric_variable
from pyengine.ops.array import expand_dims, rank, shape
from pyengine.ops.compare import equal, greater_equal, less, logical_and, logical_not
from pyengine.ops.cond import cond
from pyengine.ops.cumulative import cumsum
from pyengine.ops.declare import whole
from pyengine.ops.filling import ones_like
from pyengine.ops.filling import range as range_of
from pyengine.ops.math import add, cast, minimum, multiply, realdiv
from pyengine.ops.nn import top_k
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.reduce import reduce_any, reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.state import assign_add
from pyengine.ops.weights import broadcast_weights
from pyengine.scopes import name_scope

__all__ = [
    "average_precision_at_k", "precision_at_k", "precision_at_top_k", "recall_at_k",
    "recall_at_top_k", "sparse_average_precision_at_k", "sparse_precision_at_k",
]  # fmt: skip

_NONE = -1
"""In place of a label that is not there."""


def _dense(labels: Any) -> Tensor:
    """Labels as int64; those of a sparse tensor are followed by `_NONE`s."""
    if hasattr(labels, "indices") and hasattr(labels, "dense_shape"):
        from pyengine.ops.scattering import scatter_nd

        values = cast(labels.values, int64) - _NONE
        return scatter_nd(labels.indices, values, labels.dense_shape) + _NONE
    return cast(convert_to_tensor(labels), int64)


def _expanded(labels: Any, predictions: Tensor) -> Tensor:
    """Labels with an axis for several of them, even where there is one for each example."""
    y = _dense(labels)
    if y.shape.ndims is None or predictions.shape.ndims is None:
        has_one = equal(rank(predictions), rank(y) + 1)
        return cond(has_one, lambda: expand_dims(y, -1), lambda: y)
    if predictions.shape.ndims == y.shape.ndims + 1:
        return expand_dims(y, -1)
    if predictions.shape.ndims != y.shape.ndims:
        raise ValueError(
            f"Unexpected labels shape {y.shape} for predictions shape {predictions.shape}. "
            f"Predictions rank should be the same rank as labels rank or labels rank plus one ."
        )
    return y


def _is_in(values: Tensor, others: Tensor) -> Tensor:
    """For each value, whether it is among the others of its row."""
    return reduce_any(equal(expand_dims(values, -1), expand_dims(others, -2)), -1)


def _distinct(labels: Tensor) -> Tensor:
    """Whether a label is there, and none before it in its row is the same."""
    places = range_of(shape(labels)[-1])
    earlier = less(expand_dims(places, 0), expand_dims(places, 1))
    same = equal(expand_dims(labels, -1), expand_dims(labels, -2))
    repeated = reduce_any(logical_and(same, earlier), -1)
    return logical_and(logical_not(repeated), logical_not(equal(labels, _NONE)))


def _number(flags: Tensor) -> Tensor:
    return cast(reduce_sum(cast(flags, int32), -1), float64)


def _true_positives(labels: Tensor, found: Tensor, class_id: Any) -> Tensor:
    right = logical_and(_distinct(found), _is_in(found, labels))
    if class_id is not None:
        right = logical_and(right, equal(found, class_id))
    return _number(right)


def _false_positives(labels: Tensor, found: Tensor, class_id: Any) -> Tensor:
    wrong = logical_and(_distinct(found), logical_not(_is_in(found, labels)))
    if class_id is not None:
        wrong = logical_and(wrong, equal(found, class_id))
    return _number(wrong)


def _false_negatives(labels: Tensor, found: Tensor, class_id: Any) -> Tensor:
    missed = logical_and(_distinct(labels), logical_not(_is_in(labels, found)))
    if class_id is not None:
        missed = logical_and(missed, equal(labels, class_id))
    return _number(missed)


def _name_at(name: str, k: Any, class_id: Any = None) -> str:
    full = f"{name}_at_{'k' if k is None else k}"
    return full if class_id is None else f"{full}_class{class_id}"


def _total(counts: Tensor, weights: Any, name: str) -> tuple[Any, Tensor]:
    """A variable that adds up counts, and its update."""
    if weights is not None:
        counts = multiply(counts, broadcast_weights(cast(weights, float64), counts))
    with name_scope(name, None, [counts]) as scope:
        variable = metric_variable([], float64, scope)
        return variable, assign_add(variable, reduce_sum(counts), name="update")


def _share_at_top_k(
    kind: str, other_name: str, other: Callable[..., Tensor], labels: Any, predictions_idx: Any,
    k: Any, class_id: Any, weights: Any, metrics_collections: Any, updates_collections: Any,
    name: str | None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    with name_scope(name, _name_at(kind, k, class_id), [predictions_idx]) as scope:
        found = cast(predictions_idx, int64)
        y = _expanded(labels, found)
        chosen = None if class_id is None else whole(class_id)
        tp, tp_update = _total(
            _true_positives(y, found, chosen), weights, _name_at("true_positive", k, class_id)
        )
        rest, rest_update = _total(
            other(y, found, chosen), weights, _name_at(other_name, k, class_id)
        )
        value = realdiv(tp, add(tp, rest), name=scope)
        update = realdiv(tp_update, add(tp_update, rest_update), name="update")
        return collected(value, update, metrics_collections, updates_collections)


def precision_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: Any = None,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the classes predicted that are among the labels.

    Args:
        labels: class numbers [batch, labels], or [batch] for one each, or a `SparseTensor`.
        predictions_idx: the classes predicted, [batch, k].
        k: their number, for names only.
        class_id: the class to look at alone; all by default.
        weights, metrics_collections, updates_collections, name: as for `mean`.

    Returns:
        The precision so far (float64), and the op that counts a batch in.
    """
    return _share_at_top_k(
        "precision", "false_positive", _false_positives, labels, predictions_idx, k, class_id,
        weights, metrics_collections, updates_collections, name,
    )  # fmt: skip


def precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the k classes with the highest scores that are among the labels.

    Args:
        labels: class numbers [batch, labels], or [batch] for one each, or a `SparseTensor`.
        predictions: scores [batch, classes].
        k, class_id, weights, metrics_collections, updates_collections, name: as for
            `precision_at_top_k`.
    """
    with name_scope(name, _name_at("precision", k, class_id), [predictions]) as scope:
        found = top_k(predictions, k)[1]
        return precision_at_top_k(
            labels, found, k, class_id, weights, metrics_collections, updates_collections, scope
        )


def recall_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: Any = None,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the labels that are among the classes predicted.

    Args:
        labels, predictions_idx, k, class_id, weights, metrics_collections, updates_collections,
            name: as for `precision_at_top_k`.
    """
    return _share_at_top_k(
        "recall", "false_negative", _false_negatives, labels, predictions_idx, k, class_id,
        weights, metrics_collections, updates_collections, name,
    )  # fmt: skip


def recall_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the labels that are among the k classes with the highest scores.

    Args:
        labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name:
            as for `precision_at_k`.
    """
    with name_scope(name, _name_at("recall", k, class_id), [predictions]) as scope:
        found = top_k(predictions, k)[1]
        return recall_at_top_k(
            labels, found, k, class_id, weights, metrics_collections, updates_collections, scope
        )


def average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean over the examples of the average precision of the k classes with the highest scores.

    See https://en.wikipedia.org/wiki/Evaluation_measures_(information_retrieval)#Average_precision

    Args:
        labels, predictions, k, weights, metrics_collections, updates_collections, name: as for
            `precision_at_k`.

    Raises:
        ValueError: for a k below 1.
    """
    k = whole(k)
    if k < 1:
        raise ValueError(f"Invalid k={k}. `k` should be >= 1.")
    with name_scope(name, _name_at("average_precision", k), [predictions]) as scope:
        scores = convert_to_tensor(predictions)
        found = cast(top_k(scores, k)[1], int64)
        y = _expanded(labels, found)
        # A label that is no class is one that cannot be found.
        classes = cast(shape(scores)[-1], int64)
        y = where(greater_equal(y, classes + 0 * y), _NONE * ones_like(y), y)
        right = cast(_is_in(found, y), int32)
        precision = realdiv(
            cast(cumsum(right, -1), float64), cast(cumsum(ones_like(right), -1), float64)
        )
        total = reduce_sum(multiply(precision, cast(right, float64)), -1)
        if hasattr(labels, "dense_shape"):
            relevant = minimum(_number(_distinct(y)), float(k))
        else:
            relevant = cast(minimum(shape(y)[-1], k), float64)
        each = div_no_nan(total, relevant + 0 * total)
        return _mean_of(each, weights, metrics_collections, updates_collections, scope)


def _mean_of(
    each: Tensor, weights: Any, metrics_collections: Any, updates_collections: Any, scope: str
) -> tuple[Tensor, Tensor]:
    """The weighted mean of numbers of which none is above 1."""
    most, most_update = _total(ones_like(each), weights, "max")
    total, total_update = _total(each, weights, "total")
    value = div_no_nan(total, most, name="mean")
    update = div_no_nan(total_update, most_update, name=scope)
    return collected(value, update, metrics_collections, updates_collections)


sparse_precision_at_k = precision_at_k
sparse_average_precision_at_k = average_precision_at_k
