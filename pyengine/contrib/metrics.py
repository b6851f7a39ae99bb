"""Metrics by their old names, predictions first: the `tf.contrib.metrics` namespace."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from pyengine import metrics
from pyengine.ops.confusion import confusion_matrix

_NAMES = (
    "accuracy", "auc", "false_negatives", "false_negatives_at_thresholds", "false_positives",
    "false_positives_at_thresholds", "mean_absolute_error", "mean_iou", "mean_squared_error",
    "precision", "precision_at_thresholds", "recall", "recall_at_thresholds",
    "root_mean_squared_error", "sensitivity_at_specificity", "specificity_at_sensitivity",
    "true_negatives", "true_negatives_at_thresholds", "true_positives",
    "true_positives_at_thresholds",
)  # fmt: skip


def _predictions_first(name: str) -> Callable[..., Any]:
    """`tf.metrics.name` with `predictions` as its first argument, and `labels` as its second."""
    metric = getattr(metrics, name)
    signature = inspect.signature(metric)
    named = signature.parameters
    order = [named["predictions"], named["labels"]]
    order += [p for p in named.values() if p.name not in ("predictions", "labels")]
    swapped = signature.replace(parameters=order)

    def streaming(*args: Any, **kwargs: Any) -> Any:
        return metric(**swapped.bind(*args, **kwargs).arguments)

    streaming.__name__ = streaming.__qualname__ = f"streaming_{name}"
    streaming.__doc__ = f"""`tf.metrics.{name}` with `predictions` before `labels`.

    {(metric.__doc__ or "").strip()}
    """
    streaming.__signature__ = swapped  # type: ignore[attr-defined]  # functions may have one
    return streaming


for _name in _NAMES:
    globals()[f"streaming_{_name}"] = _predictions_first(_name)

streaming_mean = metrics.mean
streaming_mean_tensor = metrics.mean_tensor
streaming_percentage_less = metrics.percentage_below

__all__ = [
    "confusion_matrix",
    "streaming_mean",
    "streaming_mean_tensor",
    "streaming_percentage_less",
    *(f"streaming_{name}" for name in _NAMES),
]
