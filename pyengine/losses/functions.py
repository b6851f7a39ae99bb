"""The losses themselves."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.graph_keys import GraphKeys
from pyengine.losses.weighting import (
    Reduction,
    add_loss,
    compute_weighted_loss,
    number_present,
)
from pyengine.ops.array import rank, stop_gradient
from pyengine.ops.compare import greater
from pyengine.ops.declare import old_names, whole
from pyengine.ops.elementwise import abs, log, square
from pyengine.ops.filling import ones_like, zeros_like
from pyengine.ops.filling import range as range_of
from pyengine.ops.math import (
    add,
    cast,
    maximum,
    minimum,
    multiply,
    negative,
    squared_difference,
    subtract,
)
from pyengine.ops.nn import relu
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.softmax import (
    last_size,
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
)
from pyengine.ops.weights import checked_weights, remove_squeezable_dimensions, weights_like
from pyengine.scopes import control_dependencies, name_scope

__all__ = [
    "absolute_difference", "cosine_distance", "hinge_loss", "huber_loss", "log_loss",
    "mean_pairwise_squared_error", "mean_squared_error", "sigmoid_cross_entropy",
    "softmax_cross_entropy", "sparse_softmax_cross_entropy",
]  # fmt: skip

_LOSSES = GraphKeys.LOSSES
_BY_NONZERO = Reduction.SUM_BY_NONZERO_WEIGHTS


def _given(**values: Any) -> None:
    for name, value in values.items():
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None.")


def _pair(labels: Any, predictions: Any) -> tuple[Tensor, Tensor]:
    """Both as float32 tensors of one shape; raises ValueError when the shapes differ."""
    p, y = cast(predictions, float32), cast(labels, float32)
    p.shape.assert_fits(y.shape, "predictions and labels must have the same shape")
    return y, p


def absolute_difference(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """|predictions - labels|, weighted and reduced.

    Args:
        labels, predictions: tensors of one shape.
        weights, scope, loss_collection, reduction: as for `compute_weighted_loss`.

    Raises:
        ValueError: when the shapes differ, or the weights do not fit.
    """
    _given(labels=labels, predictions=predictions)
    with name_scope(scope, "absolute_difference", [predictions, labels, weights]) as name:
        y, p = _pair(labels, predictions)
        losses = abs(subtract(p, y))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@old_names(dim="axis")
def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: Any = None,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """1 - sum(labels * predictions) along an axis, for vectors that have the length 1 already.

    Args:
        labels, predictions: tensors of one shape.
        axis: the axis along which the vectors lie; also called `dim`.
        weights, scope, loss_collection, reduction: as for `compute_weighted_loss`.
    """
    if axis is None:
        raise ValueError("You must specify argument `axis`.")
    _given(labels=labels, predictions=predictions)
    with name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]) as name:
        y, p = _pair(labels, predictions)
        losses = subtract(1.0, reduce_sum(multiply(p, y), [whole(axis)], keepdims=True))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def hinge_loss(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """max(0, 1 - y * logits), where y is -1 for a label of 0 and 1 for a label of 1.

    Args:
        labels: zeros and ones.
        logits: a tensor of the same shape.
        weights, scope, loss_collection, reduction: as for `compute_weighted_loss`.
    """
    _given(labels=labels, logits=logits)
    with name_scope(scope, "hinge_loss", [logits, labels, weights]) as name:
        y, x = _pair(labels, logits)
        signs = subtract(multiply(2.0, y), ones_like(y))
        losses = relu(subtract(ones_like(y), multiply(signs, x)))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """Half the square of an error up to `delta`, and linear beyond.

    See https://en.wikipedia.org/wiki/Huber_loss

    Args:
        labels, predictions: tensors of one shape.
        delta: where the loss becomes linear.
        weights, scope, loss_collection, reduction: as for `compute_weighted_loss`.
    """
    _given(labels=labels, predictions=predictions)
    with name_scope(scope, "huber_loss", [predictions, labels, weights]) as name:
        y, p = _pair(labels, predictions)
        error = abs(subtract(p, y))
        near = minimum(error, cast(delta, float32))
        far = subtract(error, near)
        losses = add(multiply(0.5, multiply(near, near)), multiply(cast(delta, float32), far))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """-labels * log(predictions + epsilon) - (1 - labels) * log(1 - predictions + epsilon).

    Args:
        labels: numbers in [0, 1].
        predictions: probabilities, of the same shape.
        epsilon: what keeps the logarithms finite.
        weights, scope, loss_collection, reduction: as for `compute_weighted_loss`.
    """
    _given(labels=labels, predictions=predictions)
    with name_scope(scope, "log_loss", [predictions, labels, weights]) as name:
        y, p = _pair(labels, predictions)
        losses = subtract(
            negative(multiply(y, log(add(p, epsilon)))),
            multiply(subtract(1.0, y), log(add(subtract(1.0, p), epsilon))),
        )
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
) -> Tensor:
    """The mean square of the differences between the errors of two elements of an example.

    Args:
        labels, predictions: tensors of one shape, of rank 2 or more.
        weights: a scalar, or a weight for each example or element.
        scope, loss_collection: as for `compute_weighted_loss`.
    """
    _given(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_pairwise_squared_error", [predictions, labels, weights]):
        w, y = cast(weights, float32), cast(labels, float32)
        with control_dependencies(checked_weights(w, y)):
            p = cast(predictions, float32)
            p.shape.assert_fits(y.shape, "predictions and labels must have the same shape")
            errors = subtract(p, y)
            axes = range_of(1, rank(errors))
            count = number_present(errors, w, per_batch=True)
            squares = reduce_sum(square(errors), axes, keepdims=True)
            fewer = maximum(subtract(count, 1.0), 0.0)
            first = multiply(2.0, div_no_nan(squares, fewer, name="value"))
            total = reduce_sum(errors, axes, keepdims=True)
            pairs = maximum(multiply(count, subtract(count, 1.0)), 0.0)
            second = multiply(2.0, div_no_nan(square(total), pairs, name="value"))
            loss = reduce_sum(multiply(subtract(first, second), w))
            some = greater(reduce_sum(count), 0.0)
            loss = where(some, loss, zeros_like(loss), name="value")
            add_loss(loss, loss_collection)
            return loss


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """(predictions - labels)^2, weighted and reduced.

    Args:
        labels, predictions: tensors of one shape.
        weights, scope, loss_collection, reduction: as for `compute_weighted_loss`.

    Raises:
        ValueError: when the shapes differ, or the weights do not fit.

    Example:
        >>> import pyengine as tf
        >>> float(tf.get_static_value(tf.losses.mean_squared_error([1.0, 2.0], [1.0, 4.0])))
        2.0
    """
    _given(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_squared_error", [predictions, labels, weights]) as name:
        y, p = _pair(labels, predictions)
        losses = squared_difference(p, y)
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: Any = 0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """The cross-entropy of sigmoid(logits) with labels, weighted and reduced.

    Args:
        multi_class_labels: numbers in [0, 1], of the shape of the logits.
        logits: a floating-point tensor.
        label_smoothing: how far labels are moved towards 1/2: 0 leaves them.
        weights, scope, loss_collection, reduction: as for `compute_weighted_loss`.
    """
    _given(multi_class_labels=multi_class_labels, logits=logits)
    with name_scope(
        scope, "sigmoid_cross_entropy_loss", [logits, multi_class_labels, weights]
    ) as name:
        x = convert_to_tensor(logits)
        y = cast(multi_class_labels, x.dtype.base_dtype)
        x.shape.assert_fits(y.shape, "logits and multi_class_labels must have the same shape")
        if hasattr(label_smoothing, "graph") or label_smoothing > 0:
            y = add(multiply(y, 1 - label_smoothing), 0.5 * label_smoothing)
        losses = sigmoid_cross_entropy_with_logits(labels=y, logits=x, name="xentropy")
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: Any = 0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """The cross-entropy of softmax(logits) with labels, weighted and reduced.

    Args:
        onehot_labels: probabilities of the classes, of the shape of the logits.
        logits: a floating-point tensor [batch, classes].
        weights: a scalar, or a weight for each example.
        label_smoothing: how far labels are moved towards 1 / classes: 0 leaves them.
        scope, loss_collection, reduction: as for `compute_weighted_loss`.
    """
    _given(onehot_labels=onehot_labels, logits=logits)
    with name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]) as name:
        x = convert_to_tensor(logits)
        dtype = x.dtype.base_dtype
        y = cast(onehot_labels, dtype)
        x.shape.assert_fits(
            y.shape,
            "logits and onehot_labels must have the same shape (for labels that are class numbers "
            "there is sparse_softmax_cross_entropy)",
        )
        if hasattr(label_smoothing, "graph") or label_smoothing > 0:
            share = label_smoothing / cast(last_size(y), dtype)
            y = add(multiply(y, 1.0 - label_smoothing), share)
        y = stop_gradient(y, name="labels_stop_gradient")
        losses = softmax_cross_entropy_with_logits_v2(labels=y, logits=x, name="xentropy")
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = _LOSSES,
    reduction: str = _BY_NONZERO,
) -> Tensor:
    """The cross-entropy of softmax(logits) with class numbers, weighted and reduced.

    Args:
        labels: int32 or int64 class numbers [batch] (or [batch, 1]).
        logits: a floating-point tensor [batch, classes].
        weights: a scalar, or a weight for each example.
        scope, loss_collection, reduction: as for `compute_weighted_loss`.
    """
    _given(labels=labels, logits=logits)
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]) as name:
        y, x = remove_squeezable_dimensions(labels, logits, expected_rank_diff=1)
        if not isinstance(weights, (int, float)):
            w = convert_to_tensor(weights)
            # A weight for each label: labels may have lost an axis of size 1.
            if y.shape.ndims is not None and w.shape.ndims == y.shape.ndims + 1:
                w = weights_like(y, w)
            weights = w
        losses = sparse_softmax_cross_entropy_with_logits(labels=y, logits=x, name="xentropy")
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)
