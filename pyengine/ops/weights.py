"""Weights of losses and metrics: what fits values, and laying labels out like predictions."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, rank, reshape, shape, squeeze
from pyengine.ops.compare import equal
from pyengine.ops.declare import defop, no_grad
from pyengine.ops.filling import ones_like
from pyengine.ops.math import cast, multiply, subtract
from pyengine.scopes import control_dependencies, name_scope

__all__ = ["broadcast_weights", "checked_weights", "remove_squeezable_dimensions"]

_REFUSED = "weights can not be broadcast to values."


def _fits(weights: Any, values: Any) -> bool:
    """Whether sizes, None where unknown, are those of weights for values of others."""
    return len(weights) == 0 or (
        len(weights) == len(values)
        and all(w is None or v is None or w in (1, v) for w, v in zip(weights, values))
    )


def _check_kernel(xp: Any, weights: Any, values: Any) -> None:
    if not _fits(weights, values):
        raise ValueError(f"{_REFUSED} weights.shape={list(weights)}, values.shape={list(values)}")


_check_shapes = defop(
    "AssertBroadcastable",
    "weights_shape: host index, values_shape: host index ->",
    doc="Fails where the shape of weights is not one for values of a shape.",
    shape=lambda op: [],
    kernel=_check_kernel,
    stateful=True,
    grad=no_grad("it has no output"),
)


def checked_weights(weights: Any, values: Any) -> list[Operation]:
    """Checks that weights fit values, as far as the shapes are known.

    Args:
        weights: numbers of rank 0, or of the rank of the values with each size 1 or theirs.
        values: a tensor.

    Returns:
        The ops that check the rest at run time, to be waited for; none where all is known.

    Raises:
        ValueError: for weights that cannot fit.
    """
    w, v = convert_to_tensor(weights), convert_to_tensor(values)
    if w.shape.ndims == 0:
        return []
    if w.shape.sizes is not None and v.shape.sizes is not None:
        if not _fits(w.shape.sizes, v.shape.sizes):
            raise ValueError(f"{_REFUSED} values.shape={v.shape}. weights.shape={w.shape}.")
        if all(a is not None and (a == 1 or a == b) for a, b in zip(w.shape.sizes, v.shape.sizes)):
            return []
    return [_check_shapes(shape(w), shape(v), name="assert_broadcastable")]


def broadcast_weights(weights: Any, values: Any) -> Tensor:
    """Weights in the shape of the values; raises ValueError where they do not fit."""
    with name_scope(None, "broadcast_weights", [weights, values]) as scope:
        v = convert_to_tensor(values, name="values")
        w = convert_to_tensor(
            weights, None if hasattr(weights, "graph") else v.dtype.base_dtype, name="weights"
        )
        if w.shape.is_fully_defined() and w.shape == v.shape:
            return w
        with control_dependencies(checked_weights(w, v)):
            return multiply(w, ones_like(v), name=scope)


def remove_squeezable_dimensions(
    labels: Any, predictions: Any, expected_rank_diff: int = 0, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Labels and predictions without a last axis of size 1 that only one of them should not have.

    Args:
        labels, predictions: tensors.
        expected_rank_diff: by how much the rank of the predictions should be the higher one.
        name: the name scope.
    """
    with name_scope(name, "remove_squeezable_dimensions", [labels, predictions]):
        p, y = convert_to_tensor(predictions), convert_to_tensor(labels)
        if y.shape.ndims is not None and p.shape.ndims is not None:
            more = p.shape.ndims - y.shape.ndims - expected_rank_diff
            if more == 1 and p.shape[-1].is_compatible_with(1):
                p = squeeze(p, [-1])
            elif more == -1 and y.shape[-1].is_compatible_with(1):
                y = squeeze(y, [-1])
            return y, p
        more = subtract(rank(p), rank(y)) - expected_rank_diff
        if p.shape.ndims is None or p.shape[-1].is_compatible_with(1):
            p = _without_last(p, equal(more, 1))
        if y.shape.ndims is None or y.shape[-1].is_compatible_with(1):
            y = _without_last(y, equal(more, -1))
        return y, p


def _without_last(x: Tensor, drop: Tensor) -> Tensor:
    """x, without its last axis where `drop` is true."""
    keep = subtract(rank(x), cast(drop, np.int32))
    return reshape(x, shape(x)[:keep])


def weights_like(predictions: Tensor, weights: Any) -> Tensor:
    """Weights with an axis of size 1 more or less, where the predictions have it."""
    w = convert_to_tensor(weights)
    if w.shape.ndims == 0:
        return w
    if w.shape.ndims is not None and predictions.shape.ndims is not None:
        if w.shape.ndims - predictions.shape.ndims == 1:
            return squeeze(w, [-1])
        if predictions.shape.ndims - w.shape.ndims == 1:
            return expand_dims(w, -1)
    return w
