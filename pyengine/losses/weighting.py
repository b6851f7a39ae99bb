"""How losses are weighted, reduced to a number, and collected."""

from __future__ import annotations

from typing import Any

from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.graph_keys import GraphKeys
from pyengine.ops.array import rank, size
from pyengine.ops.compare import equal
from pyengine.ops.filling import ones_like, zeros_like
from pyengine.ops.filling import range as range_of
from pyengine.ops.math import cast, multiply
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.sums import add_n
from pyengine.ops.weights import broadcast_weights, checked_weights
from pyengine.scopes import add_to_collection, control_dependencies, get_collection, name_scope

__all__ = [
    "Reduction",
    "add_loss",
    "compute_weighted_loss",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
]


class Reduction:
    """What is made of the losses of a batch.

    `NONE`: nothing, they stay apart. `SUM`: their weighted sum. `MEAN`: that over the sum of the
    weights. `SUM_OVER_BATCH_SIZE`: over the number of losses. `SUM_BY_NONZERO_WEIGHTS`: over the
    number of losses whose weight is not 0; also called `SUM_OVER_NONZERO_WEIGHTS`.
    """

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All reductions."""
        return (
            cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE, cls.SUM_OVER_NONZERO_WEIGHTS,
            cls.SUM_BY_NONZERO_WEIGHTS,
        )  # fmt: skip

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError for what is no reduction."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key: {key}. Key should be one of {cls.all()}.")


def _number_of(losses: Tensor) -> Tensor:
    return cast(size(losses), losses.dtype.base_dtype, name="num_elements")


def number_present(losses: Tensor, weights: Any, per_batch: bool = False) -> Tensor:
    """How many losses have a weight other than 0; for each example alone if `per_batch`."""
    if isinstance(weights, float) and weights != 0.0:
        return _number_of(losses)
    with name_scope(None, "num_present", [losses, weights]) as scope:
        w = cast(weights, float32)
        present = where(equal(w, zeros_like(w)), zeros_like(w), ones_like(w))
        present = broadcast_weights(present, losses)
        if per_batch:
            axes = range_of(1, rank(present))
            return reduce_sum(present, axes, keepdims=True, name=scope)
        return reduce_sum(present, name=scope)


def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The weighted losses, reduced to a number, which is added to a collection.

    Args:
        losses: a tensor.
        weights: a tensor of rank 0, or of the same rank as the losses with each size 1 or theirs.
        scope: the name scope.
        loss_collection: the collection to add the result to, or None.
        reduction: one of `Reduction`.

    Returns:
        A tensor in the dtype of the losses: a scalar, or of their shape for `NONE`.

    Raises:
        ValueError: for weights that do not fit, or another reduction.

    Example:
        >>> import pyengine as tf
        >>> loss = tf.losses.compute_weighted_loss([1.0, 2.0, 6.0], weights=[1.0, 1.0, 0.0])
        >>> float(tf.get_static_value(loss))
        1.5
    """
    Reduction.validate(reduction)
    with name_scope(scope, "weighted_loss", [losses, weights]):
        values = convert_to_tensor(losses)
        with control_dependencies(checked_weights(weights, values)):
            wide, w = cast(values, float32), cast(weights, float32)
            weighted = multiply(wide, w)
            if reduction == Reduction.NONE:
                loss = weighted
            else:
                loss = _reduced(reduce_sum(weighted), wide, w, reduction)
            loss = cast(loss, values.dtype.base_dtype)
            add_loss(loss, loss_collection)
            return loss


def _reduced(total: Tensor, losses: Tensor, weights: Tensor, reduction: str) -> Tensor:
    if reduction == Reduction.MEAN:
        return div_no_nan(total, reduce_sum(multiply(ones_like(losses), weights)), name="value")
    if reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
        return div_no_nan(total, number_present(losses, weights), name="value")
    if reduction == Reduction.SUM_OVER_BATCH_SIZE:
        return div_no_nan(total, _number_of(losses), name="value")
    return total


def add_loss(loss: Tensor, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """Adds a loss to a collection; to none for None."""
    if loss_collection:
        add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Tensor]:
    """The losses of a collection, those of a scope if one is given."""
    return get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Tensor]:
    """The losses that regularizers have added."""
    return get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


def get_regularization_loss(
    scope: str | None = None, name: str = "total_regularization_loss"
) -> Tensor:
    """The sum of the regularization losses; 0 if there are none."""
    found = get_regularization_losses(scope)
    return add_n(found, name=name) if found else constant(0.0)


def get_total_loss(
    add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None
) -> Tensor:
    """The sum of the losses collected, with the regularization losses if wanted.

    Raises:
        ValueError: when there are none.
    """
    found = get_losses(scope)
    if add_regularization_losses:
        found = found + get_regularization_losses(scope)
    return add_n(found, name=name)
