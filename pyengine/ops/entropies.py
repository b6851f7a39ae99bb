"""Losses of `tf.nn` beside the plain cross-entropies: weighted, Poisson."""

from __future__ import annotations

import math as numbers
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.compare import greater_equal, less_equal, logical_and
from pyengine.ops.declare import old_names
from pyengine.ops.elementwise import abs, exp, log, log1p
from pyengine.ops.filling import ones_like, zeros_like
from pyengine.ops.math import add, multiply, negative, number, subtract
from pyengine.ops.nn import relu
from pyengine.ops.repetition import where
from pyengine.scopes import name_scope

__all__ = ["log_poisson_loss", "weighted_cross_entropy_with_logits"]


@old_names(targets="labels")
def weighted_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, pos_weight: Any = None, name: str | None = None
) -> Tensor:
    """The cross-entropy of sigmoid(logits) with labels, positive ones weighted.

    `labels * -log(sigmoid(logits)) * pos_weight + (1 - labels) * -log(1 - sigmoid(logits))`,
    computed without overflow.

    Args:
        labels: numbers in [0, 1]; also called `targets`.
        logits: a tensor of the same shape.
        pos_weight: the weight of what is positive.
        name: the name scope.

    Raises:
        ValueError: when the shapes differ.
    """
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        x = convert_to_tensor(logits, name="logits")
        z = convert_to_tensor(labels, None if hasattr(labels, "graph") else x.dtype, name="labels")
        try:
            z.shape.assert_is_compatible_with(x.shape)
        except ValueError:
            raise ValueError(
                f"`logits` and `labels` must have the same shape, received ({x.shape} vs "
                f"{z.shape})."
            ) from None
        one = number(1, x)
        weight = add(one, multiply(subtract(pos_weight, one), z))
        inner = add(log1p(exp(negative(abs(x)))), relu(negative(x)))
        return add(multiply(subtract(one, z), x), multiply(weight, inner), name=scope)


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """exp(c) - z * c: the loss of a Poisson distribution with rate exp(c) at z.

    Args:
        targets: the counts z.
        log_input: the logarithms of the rates, of the same shape.
        compute_full_loss: whether to add log(z!) in Stirling's approximation, where z > 1.
        name: the name scope.

    Raises:
        ValueError: when the shapes differ.
    """
    with name_scope(name, "log_poisson_loss", [log_input, targets]):
        c = convert_to_tensor(log_input, name="log_input")
        z = convert_to_tensor(
            targets, None if hasattr(targets, "graph") else c.dtype, name="targets"
        )
        try:
            z.shape.assert_is_compatible_with(c.shape)
        except ValueError:
            raise ValueError(
                f"`log_input` and `targets` must have the same shape, received ({c.shape} vs "
                f"{z.shape})."
            ) from None
        loss = exp(c) - c * z
        if not compute_full_loss:
            return loss
        size = multiply(log(multiply(z, 2 * numbers.pi)), 0.5)
        stirling = add(subtract(multiply(z, log(z)), z), size)
        zeros = zeros_like(z)
        small = logical_and(greater_equal(z, zeros), less_equal(z, ones_like(z)))
        return add(loss, where(small, zeros, stirling))
