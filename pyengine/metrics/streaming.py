"""What metrics are made of: local variables, weights, collections."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.graph_keys import GraphKeys
from pyengine.ops.array import size
from pyengine.ops.filling import zeros
from pyengine.ops.math import cast, maximum, multiply
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.state import assign_add
from pyengine.ops.weights import broadcast_weights, remove_squeezable_dimensions, weights_like
from pyengine.scopes import add_to_collections, control_dependencies
from pyengine.variable_scope import variable_scope
from pyengine.variables import Variable

__all__ = ["collected", "laid_out", "mean", "metric_variable", "ratio"]


def metric_variable(shape: Any, dtype: Any, name: str) -> Variable:
    """A variable of zeros in the collections of local and of metric variables."""
    return Variable(
        lambda: zeros(shape, dtype),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
        name=name,
    )


def laid_out(predictions: Any, labels: Any, weights: Any) -> tuple[Tensor, Tensor, Tensor | None]:
    """Predictions, labels and weights of one rank, without axes of size 1 that others lack.

    Raises:
        ValueError: when the shapes of predictions and labels differ.
    """
    y, p = remove_squeezable_dimensions(labels, predictions)
    p.shape.assert_fits(y.shape, "predictions and labels must have the same shape")
    return p, y, None if weights is None else weights_like(p, weights)


def ratio(total: Any, count: Any, name: str) -> Tensor:
    """total / count, 0 where nothing has been counted."""
    return div_no_nan(total, maximum(count, 0), name=name)


def collected(
    value: Tensor, update: Any, metrics_collections: Any, updates_collections: Any
) -> tuple[Tensor, Any]:
    """Both, after they are added to the collections."""
    if metrics_collections:
        add_to_collections(metrics_collections, value)
    if updates_collections:
        add_to_collections(updates_collections, update)
    return value, update


def mean(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of all values so far.

    Args:
        values: a tensor.
        weights: of the values: rank 0, or their rank with each size 1 or theirs.
        metrics_collections, updates_collections: collections to add the results to.
        name: the variable scope.

    Returns:
        The mean, and the op that counts the values in.

    Raises:
        ValueError: for weights that do not fit.
    """
    with variable_scope(name, "mean", [values, weights]):
        x = cast(values, float32)
        total = metric_variable([], float32, "total")
        count = metric_variable([], float32, "count")
        if weights is None:
            number = cast(size(x), float32)
        else:
            w = broadcast_weights(cast(weights_like(x, weights), float32), x)
            x, number = multiply(x, w), reduce_sum(w)
        new_total = assign_add(total, reduce_sum(x))
        with control_dependencies([convert_to_tensor(x)]):
            new_count = assign_add(count, number)
        value = ratio(total, count, "value")
        update = ratio(new_total, new_count, "update_op")
        return collected(value, update, metrics_collections, updates_collections)
