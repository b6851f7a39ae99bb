"""Metrics of probabilities, as yes-or-no answers at thresholds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import bool as boolean
from pyengine.dtypes import float32, int32, int64
from pyengine.graph import Tensor
from pyengine.metrics.streaming import collected, laid_out, metric_variable
from pyengine.ops.array import identity, reshape
from pyengine.ops.check import assert_greater_equal, assert_less_equal
from pyengine.ops.compare import equal, greater, logical_and, logical_not
from pyengine.ops.cumulative import cumsum
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import abs, log
from pyengine.ops.filling import ones_like
from pyengine.ops.math import cast, maximum, minimum
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.reduce import argmax, argmin, reduce_min, reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.state import assign_add
from pyengine.ops.weights import broadcast_weights
from pyengine.scopes import control_dependencies
from pyengine.variable_scope import variable_scope

__all__ = [
    "auc", "false_negatives_at_thresholds", "false_positives_at_thresholds",
    "precision_at_thresholds", "recall_at_thresholds", "sensitivity_at_specificity",
    "specificity_at_sensitivity", "true_negatives_at_thresholds", "true_positives_at_thresholds",
]  # fmt: skip

_EPSILON = 1e-7
_NAMES = {
    "tp": ("true_positives", True, True), "fn": ("false_negatives", True, False),
    "tn": ("true_negatives", False, False), "fp": ("false_positives", False, True),
}  # fmt: skip

Counts = dict[str, Any]


def _confusion(
    labels: Any, predictions: Any, thresholds: Sequence[float], weights: Any, wanted: Sequence[str]
) -> tuple[Counts, Counts]:
    """For each wanted kind of answer, the variable that counts it, and its update."""
    p = convert_to_tensor(predictions)
    zero, one = (cast(limit, p.dtype.base_dtype) for limit in (0.0, 1.0))
    message = "predictions must be in [0, 1]"
    checks = [
        assert_greater_equal(p, zero, message=message),
        assert_less_equal(p, one, message=message),
    ]
    with control_dependencies([check for check in checks if check is not None]):
        p, y, w = laid_out(cast(identity(p), float32), cast(labels, boolean), weights)
    row, label = reshape(p, [1, -1]), reshape(y, [1, -1])
    limits = constant([[float(t)] for t in thresholds], float32)
    yes = greater(row, limits)
    label = logical_and(label, equal(limits, limits))  # as many rows as there are thresholds
    if w is not None:
        w = reshape(broadcast_weights(cast(w, float32), p), [1, -1])
    values, updates = {}, {}
    for kind in wanted:
        name, is_label, is_yes = _NAMES[kind]
        met = cast(
            logical_and(
                label if is_label else logical_not(label), yes if is_yes else logical_not(yes)
            ),
            float32,
        )
        values[kind] = metric_variable([len(thresholds)], float32, name)
        updates[kind] = assign_add(values[kind], reduce_sum(met if w is None else met * w, 1))
    return values, updates


def _spread(num_thresholds: Any, last: float) -> list[float]:
    """Thresholds from just below 0 to `last`."""
    n = int(whole(num_thresholds))
    return [-_EPSILON, *((i + 1) / (n - 1) for i in range(n - 2)), last]


def _at_thresholds(kind: str) -> Callable[..., tuple[Tensor, Tensor]]:
    default = _NAMES[kind][0]

    def function(
        labels: Any,
        predictions: Any,
        thresholds: Sequence[float],
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: str | None = None,
    ) -> tuple[Tensor, Tensor]:
        with variable_scope(name, default, [predictions, labels, weights]):
            values, updates = _confusion(labels, predictions, list(thresholds), weights, [kind])
            value = values[kind].read_value()
            return collected(value, updates[kind], metrics_collections, updates_collections)

    function.__name__ = function.__qualname__ = f"{default}_at_thresholds"
    function.__doc__ = f"""The number of {default.replace("_", " ")} at each threshold.

    Args:
        labels: a tensor taken as booleans.
        predictions: probabilities, of the same shape; those above a threshold mean yes.
        thresholds: a list of numbers in [0, 1].
        weights, metrics_collections, updates_collections, name: as for `mean`.
    """
    return function


true_positives_at_thresholds = _at_thresholds("tp")
false_negatives_at_thresholds = _at_thresholds("fn")
true_negatives_at_thresholds = _at_thresholds("tn")
false_positives_at_thresholds = _at_thresholds("fp")


def _shares_at_thresholds(
    other: str, default: str, labels: Any, predictions: Any, thresholds: Any, weights: Any,
    metrics_collections: Any, updates_collections: Any, name: str | None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    with variable_scope(name, default, [predictions, labels, weights]):
        found = _confusion(labels, predictions, list(thresholds), weights, ["tp", other])
        value, update = (c["tp"] / (_EPSILON + c["tp"] + c[other]) for c in found)
        return collected(value, update, metrics_collections, updates_collections)


def precision_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of predictions above each threshold that are right.

    Args:
        labels, predictions, thresholds, weights, metrics_collections, updates_collections, name:
            as for `true_positives_at_thresholds`.
    """
    return _shares_at_thresholds(
        "fp", "precision_at_thresholds", labels, predictions, thresholds, weights,
        metrics_collections, updates_collections, name,
    )  # fmt: skip


def recall_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of true labels whose prediction is above each threshold.

    Args:
        labels: the true values, a tensor that is converted to bool.
        predictions: probabilities, floating numbers in [0, 1], of the same shape.
        thresholds: from which prediction on a value counts as true, numbers.
        weights: a tensor that broadcasts to the labels; 1 by default.
        metrics_collections, updates_collections: collections for the value, and for the update.
        name: the variable scope.

    Returns:
        The recall at each threshold, a float32 vector, and the op that adds a batch and gives it.
    """
    return _shares_at_thresholds(
        "fn", "recall_at_thresholds", labels, predictions, thresholds, weights,
        metrics_collections, updates_collections, name,
    )  # fmt: skip


def auc(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
    thresholds: Sequence[float] | None = None,
) -> tuple[Tensor, Tensor]:
    """The area under a curve, as a sum over thresholds.

    Args:
        labels: a tensor taken as booleans.
        predictions: probabilities, of the same shape.
        num_thresholds: how many points of the curve to take.
        curve: "ROC" (true over false positive rate) or "PR" (precision over recall).
        summation_method: "trapezoidal", "minoring", "majoring", or "careful_interpolation" (Davis
            and Goadrich, https://doi.org/10.1145/1143844.1143874), which is "trapezoidal" for
            "ROC".
        thresholds: the thresholds between 0 and 1, in place of evenly spaced ones.
        weights, metrics_collections, updates_collections, name: as for `mean`.

    Raises:
        ValueError: for another curve or method.
    """
    if curve not in ("ROC", "PR"):
        raise ValueError(f"curve must be either ROC or PR, {curve} unknown")
    methods = {"trapezoidal", "minoring", "majoring", "careful_interpolation"}
    if summation_method not in methods:
        raise ValueError(f"Invalid summation_method: {summation_method}")
    with variable_scope(name, "auc", [labels, predictions, weights]):
        if thresholds is None:
            limits = _spread(num_thresholds, 1.0 + _EPSILON)
        else:
            limits = [-_EPSILON, *sorted(float(t) for t in thresholds), 1.0 + _EPSILON]
        found = _confusion(labels, predictions, limits, weights, ["tp", "fn", "tn", "fp"])
        value, update = (
            _area(c, curve, summation_method, which)
            for c, which in zip(found, ("value", "update_op"))
        )
        return collected(value, update, metrics_collections, updates_collections)


def _area(counts: Counts, curve: str, method: str, name: str) -> Tensor:
    tp, fn, tn, fp = (counts[k] + 0.0 for k in ("tp", "fn", "tn", "fp"))
    if method == "careful_interpolation" and curve == "PR":
        return _interpolated_area(tp, fp, fn, name)
    recall = (tp + _EPSILON) / (tp + fn + _EPSILON)
    if curve == "ROC":
        x, y = fp / (fp + tn + _EPSILON), recall
    else:
        x, y = recall, (tp + _EPSILON) / (tp + fp + _EPSILON)
    width, left, right = x[:-1] - x[1:], y[:-1], y[1:]
    if method == "minoring":
        height = minimum(left, right)
    elif method == "majoring":
        height = maximum(left, right)
    else:
        height = (left + right) / 2.0
    return reduce_sum(width * height, name=name)


def _interpolated_area(tp: Tensor, fp: Tensor, fn: Tensor, name: str) -> Tensor:
    """The area under precision over recall, with the true shape between two points."""
    gain, total = tp[:-1] - tp[1:], tp + fp
    slope = div_no_nan(gain, maximum(total[:-1] - total[1:], 0.0))
    start = tp[1:] - slope * total[1:]
    both = logical_and(greater(total[:-1], 0.0), greater(total[1:], 0.0))
    ratio = where(both, div_no_nan(total[:-1], total[1:]), ones_like(total[1:]))
    area = slope * (gain + start * log(ratio))
    return reduce_sum(div_no_nan(area, maximum(tp[1:] + fn[1:], 0.0)), name=name)


def _check_share(value: float, name: str) -> None:
    if value < 0 or value > 1:
        raise ValueError(f"`{name}` must be in the range [0, 1]. Currently, `{name}` is {value}.")


def sensitivity_at_specificity(
    labels: Any,
    predictions: Any,
    specificity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of true labels found, at the threshold whose specificity is nearest to a value.

    Args:
        specificity: a number in [0, 1].
        labels, predictions, weights, num_thresholds, metrics_collections, updates_collections,
            name: as for `auc`.
    """
    _check_share(specificity, "specificity")

    def of(c: Counts, which: str) -> Tensor:
        specific = c["tn"] / (c["tn"] + c["fp"] + _EPSILON)
        at = cast(argmin(abs(specific - specificity), 0), int32)
        tp, fn = (c["tp"] + 0.0)[at], (c["fn"] + 0.0)[at]
        return tp / (tp + fn + _EPSILON)

    return _at_best(
        of, "sensitivity_at_specificity", labels, predictions, weights, num_thresholds,
        metrics_collections, updates_collections, name,
    )  # fmt: skip


def specificity_at_sensitivity(
    labels: Any,
    predictions: Any,
    sensitivity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of false labels found, at the threshold whose sensitivity is nearest to a value.

    Args:
        sensitivity: a number in [0, 1].
        labels, predictions, weights, num_thresholds, metrics_collections, updates_collections,
            name: as for `auc`.
    """
    _check_share(sensitivity, "sensitivity")

    def of(c: Counts, which: str) -> Tensor:
        distance = abs(c["tp"] / (c["tp"] + c["fn"] + _EPSILON) - sensitivity)
        # The last of the thresholds that are equally good.
        best = cast(equal(distance, reduce_min(distance)), int64)
        at = cast(argmax(cumsum(best), 0), int32)
        tn, fp = (c["tn"] + 0.0)[at], (c["fp"] + 0.0)[at]
        return tn / (tn + fp + _EPSILON)

    return _at_best(
        of, "specificity_at_sensitivity", labels, predictions, weights, num_thresholds,
        metrics_collections, updates_collections, name,
    )  # fmt: skip


def _at_best(
    of: Callable[[Counts, str], Tensor], default: str, labels: Any, predictions: Any, weights: Any,
    num_thresholds: int, metrics_collections: Any, updates_collections: Any, name: str | None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    with variable_scope(name, default, [predictions, labels, weights]):
        limits = _spread(num_thresholds, 1.0 - _EPSILON)
        found = _confusion(labels, predictions, limits, weights, ["tp", "fn", "tn", "fp"])
        value, update = (of(c, which) for c, which in zip(found, ("value", "update_op")))
        return collected(value, update, metrics_collections, updates_collections)
