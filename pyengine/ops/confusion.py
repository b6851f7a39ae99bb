"""The confusion matrix of labels and predictions."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype, int32, int64
from pyengine.graph import Tensor
from pyengine.ops.array import reshape
from pyengine.ops.compare import greater_equal, less, logical_and
from pyengine.ops.declare import whole
from pyengine.ops.filling import ones_like
from pyengine.ops.joining import stack
from pyengine.ops.math import add, cast, maximum, multiply
from pyengine.ops.reduce import reduce_max
from pyengine.ops.segment import unsorted_segment_sum
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
        labels, predictions: vectors of class numbers.
        num_classes: how many classes there are; by default one more than the largest number.
        dtype: of the counts.
        name: the name scope.
        weights: what each pair counts, 1 by default.

    Returns:
        A matrix [num_classes, num_classes].

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a number that is no class.

    Example:
        >>> import pyengine as tf
        >>> m = tf.confusion_matrix([0, 1, 1], [0, 1, 0])
        >>> tf.get_static_value(m).tolist()
        [[1, 0], [1, 1]]
    """
    kind = as_dtype(dtype)
    with name_scope(name, "confusion_matrix", [labels, predictions, num_classes, weights]) as scope:
        y, p = remove_squeezable_dimensions(labels, predictions)
        y, p = cast(y, int64), cast(p, int64)
        if num_classes is None:
            count: Any = add(maximum(reduce_max(p), reduce_max(y)), 1)
        else:
            count = cast(convert_to_tensor(whole(num_classes)), int64)
        # A prediction that is no class would fall into another row; it is sent out of the table.
        valid = logical_and(greater_equal(p, 0), less(p, count))
        good = cast(logical_and(valid, greater_equal(y, 0)), int64)
        flat = add(multiply(y, count), p)
        beyond = multiply(count, count)
        flat = add(multiply(flat, good), multiply(beyond, add(ones_like(good), -good)))
        w = ones_like(y, kind) if weights is None else cast(convert_to_tensor(weights), kind)
        if weights is not None:
            y.shape.assert_is_compatible_with(w.shape)
        counts = unsorted_segment_sum(w, flat, beyond)
        matrix = reshape(counts, stack([count, count]), name=scope)
        if num_classes is not None and not hasattr(num_classes, "graph"):
            matrix.set_shape([int(whole(num_classes))] * 2)
        return matrix
