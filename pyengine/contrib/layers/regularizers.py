"""Regularizers: functions of a variable whose results become losses."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.graph_keys import GraphKeys
from pyengine.ops.elementwise import abs
from pyengine.ops.math import multiply
from pyengine.ops.nn import l2_loss
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.sums import add_n
from pyengine.scopes import add_to_collection, get_collection, name_scope

__all__ = [
    "apply_regularization",
    "l1_l2_regularizer",
    "l1_regularizer",
    "l2_regularizer",
    "sum_regularizer",
]

Regularizer = Callable[[Any], "Tensor | None"]


def _check(scale: Any) -> None:
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"scale cannot be an integer: {scale}")
    if isinstance(scale, float) and scale < 0.0:
        raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale}")


def _scaled(scale: Any, measure: Callable[[Any], Tensor], scope: str | None, default: str) -> Any:
    def regularizer(weights: Any) -> Tensor:
        with name_scope(scope, default, [weights]) as name:
            value = convert_to_tensor(weights)
            factor = convert_to_tensor(scale, value.dtype.base_dtype, name="scale")
            return multiply(factor, measure(value), name=name)

    return (lambda _: None) if scale == 0.0 else regularizer


def l1_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """scale * sum(|weights|); nothing for a scale of 0.

    Args:
        scale: the factor, a floating number; 0.0 for no regularizer.
        scope: the scope of the ops.

    Returns:
        A function of a tensor that gives a scalar, the penalty.

    Raises:
        ValueError: for a negative scale, or an integer.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     float(sess.run(tf.contrib.layers.l1_regularizer(0.5)(tf.constant([1.0, -3.0]))))
        2.0
    """
    _check(scale)
    return _scaled(scale, lambda w: reduce_sum(abs(w)), scope, "l1_regularizer")


def l2_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """scale * sum(weights ** 2) / 2; nothing for a scale of 0.

    Args:
        scale: the factor, a floating number; 0.0 for no regularizer.
        scope: the scope of the ops.

    Returns:
        A function of a tensor that gives a scalar, the penalty.

    Raises:
        ValueError: for a negative scale, or an integer.

    Example:
        >>> import pyengine as tf
        >>> float(tf.get_static_value(tf.contrib.layers.l2_regularizer(0.5)([1.0, 3.0])))
        2.5
    """
    _check(scale)
    return _scaled(scale, l2_loss, scope, "l2_regularizer")


def l1_l2_regularizer(
    scale_l1: Any = 1.0, scale_l2: Any = 1.0, scope: str | None = None
) -> Regularizer:
    """The sum of an L1 and an L2 regularizer.

    Args:
        scale_l1, scale_l2: the factors, floating numbers.
        scope: the scope of the ops.

    Returns:
        A function of a tensor that gives a scalar, the penalty.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     both = tf.contrib.layers.l1_l2_regularizer(0.5, 1.0)
        ...     float(sess.run(both(tf.constant([1.0, -3.0]))))
        7.0
    """
    for scale, name in ((scale_l1, "scale_l1"), (scale_l2, "scale_l2")):
        if isinstance(scale, numbers.Integral):
            raise ValueError(f"{name} cannot be an integer: {scale}")
    scope = scope or "l1_l2_regularizer"
    if scale_l1 == 0.0:
        return l2_regularizer(scale_l2, scope)
    if scale_l2 == 0.0:
        return l1_regularizer(scale_l1, scope)
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope)


def sum_regularizer(
    regularizer_list: Sequence[Regularizer | None], scope: str | None = None
) -> Any:
    """The sum of several regularizers; None if there are none.

    Args:
        regularizer_list: regularizers; None is passed over.
        scope: the scope of the ops.

    Returns:
        A regularizer, or None where there are none.
    """
    regularizers = [r for r in regularizer_list if r is not None]
    if not regularizers:
        return None

    def regularizer(weights: Any) -> Tensor | None:
        with name_scope(scope, "sum_regularizer", [weights]) as name:
            losses = [loss for r in regularizers if (loss := r(weights)) is not None]
            return add_n(losses, name=name) if losses else None

    return regularizer


def apply_regularization(regularizer: Regularizer, weights_list: Any = None) -> Tensor:
    """The sum of a regularizer's losses of several variables, added to REGULARIZATION_LOSSES.

    Args:
        regularizer: a function of a variable.
        weights_list: variables; by default those of the collection WEIGHTS.

    Raises:
        ValueError: when there are none.
    """
    weights = list(weights_list or get_collection(GraphKeys.WEIGHTS))
    if not weights:
        raise ValueError(
            "No weights to regularize. Give weights_list, or put variables into the collection "
            "tf.GraphKeys.WEIGHTS"
        )
    with name_scope("get_regularization_penalty", None, weights) as scope:
        found = [regularizer(w) for w in weights]
        losses: list[Any] = [0.0 if loss is None else loss for loss in found]
        total = add_n([convert_to_tensor(loss) for loss in losses], name=scope)
        add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
        return total
