"""The confusion matrix of labels and predictions."""

from __future__ import annotations

from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype, int32, int64
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Tensor
from pyengine.ops.declare import whole
from pyengine.ops.filling import ones_like
from pyengine.ops.joining import stack
from pyengine.ops.math import add, cast, maximum
from pyengine.ops.reduce import reduce_max
from pyengine.ops.scattering import scatter_nd
from pyengine.ops.weights import remove_squeezable_dimensions
from pyengine.scopes import name_scope

__all__ = ["confusion_matrix"]


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    dtype: Any = int32,
    name: str | None = None,
    weights: Any = None,
) -> Tensor:
    """How often each label (row) met each prediction (column).

    Args:
        labels, predictions: vectors of class numbers, from 0; one more axis of size 1 that only one
            of them has is taken off.
        num_classes: how many classes there are; by default one more than the largest number.
        dtype: of the counts.
        name: the name scope.
        weights: what each pair counts, in the shape of `predictions`; 1 by default.

    Returns:
        A matrix [num_classes, num_classes].

    Raises:
        tf.errors.InvalidArgumentError: for a number that is no class: at once where it is a
            constant, else at run time.

    Example:
        >>> import pyengine as tf
        >>> m = tf.confusion_matrix([0, 1, 1], [0, 1, 0])
        >>> tf.get_static_value(m).tolist()
        [[1, 0], [1, 1]]
    """
    with name_scope(name, "confusion_matrix", [predictions, labels, num_classes, weights]):
        y, p = remove_squeezable_dimensions(labels, predictions)
        y, p = cast(y, int64), cast(p, int64)
        if num_classes is None:
            count: Any = add(maximum(reduce_max(p), reduce_max(y)), 1)
        else:
            count = cast(convert_to_tensor(whole(num_classes)), int64)
        limit = None if num_classes is None else static.constant_value(count)
        _check_classes("labels", y, limit)
        _check_classes("predictions", p, limit)
        p.shape.assert_is_compatible_with(y.shape)
        kind = as_dtype(dtype)
        if weights is None:
            values = ones_like(p, kind)
        else:
            values = cast(convert_to_tensor(weights), kind)
            p.shape.assert_is_compatible_with(values.shape)
        return scatter_nd(stack([y, p], axis=1), values, stack([count, count]))


def _check_classes(what: str, classes: Tensor, limit: Any) -> None:
    """Refuses constant classes that are out of range; the others are found by the run."""
    value = static.constant_value(classes)
    if value is None:
        return
    if (value < 0).any():
        raise InvalidArgumentError(None, None, f"`{what}` contains negative values")
    if limit is not None and (value >= limit).any():
        raise InvalidArgumentError(None, None, f"`{what}` out of bound: {int(limit)} classes")
