"""Weights of losses and metrics: what fits values, and laying labels out like predictions."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, rank, reshape, shape, squeeze
from pyengine.ops.compare import equal, logical_or
from pyengine.ops.filling import ones_like
from pyengine.ops.math import cast, multiply, subtract
from pyengine.ops.reduce import reduce_all
from pyengine.scopes import control_dependencies, name_scope

__all__ = ["broadcast_weights", "checked_weights", "remove_squeezable_dimensions"]

_REFUSED = "weights can not be broadcast to values."


def _fits(weights: Any, values: Any) -> bool:
    """Whether sizes, None where unknown, are those of weights for values of others."""
    return len(weights) == 0 or (
        len(weights) == len(values)
        and all(w is None or v is None or w in (1, v) for w, v in zip(weights, values))
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
    return [_check_of_a_run(w, v)]


def _check_of_a_run(weights: Tensor, values: Tensor) -> Operation:
    """The Assert that the weights are a scalar, or of the values' rank with fitting sizes."""
    from pyengine.ops.asserting import Assert
    from pyengine.ops.cond import cond

    with name_scope(None, "assert_broadcastable", [weights, values]) as scope:
        with name_scope(None, "weights"):
            sizes, depth = shape(weights, name="shape"), rank(weights, name="rank")
        with name_scope(None, "values"):
            wanted, wanted_depth = shape(values, name="shape"), rank(values, name="rank")
        is_scalar = equal(0, depth, name="is_scalar")

        def fits() -> Tensor:
            return reduce_all(logical_or(equal(sizes, 1), equal(sizes, wanted)))

        def fits_at_all() -> Tensor:
            same_rank = equal(wanted_depth, depth, name="is_same_rank")
            return cond(same_rank, fits, lambda: same_rank, name="has_valid_nonscalar_shape")

        both = weights.shape.ndims, values.shape.ndims
        is_valid = (
            cond(is_scalar, lambda: is_scalar, fits_at_all, name="is_valid_shape")
            if None in both
            else fits()
        )
        data = [
            _REFUSED, "weights.shape=", weights.name, sizes, "values.shape=", values.name, wanted,
            "is_scalar=", is_scalar,
        ]  # fmt: skip
        op: Operation = Assert(is_valid, data, name=scope)
        return op


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
    return _aligned_in_a_run(predictions, w)


def _aligned_in_a_run(predictions: Tensor, w: Tensor) -> Tensor:
    """`weights_like` where only a run knows the ranks."""
    from pyengine.ops.cond import cond

    depth = rank(w)
    more = subtract(depth, rank(predictions))
    can_squeeze = w.shape.ndims is None or w.shape[-1].is_compatible_with(1)

    def expanded() -> Tensor:
        return cond(equal(more, -1), lambda: expand_dims(w, -1), lambda: w)

    def adjusted() -> Tensor:
        squeezed = (lambda: squeeze(w, [-1])) if can_squeeze else (lambda: w)
        return cond(equal(more, 1), squeezed, expanded)

    found: Tensor = cond(equal(depth, 0), lambda: w, adjusted)
    return found
