"""The sum of a list of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Tensor
from pyengine.ops.array import identity
from pyengine.ops.declare import REQUIRED, defop
from pyengine.shape import merge_all

__all__ = ["accumulate_n", "add_n"]


def _add_n_kernel(xp: Any, *inputs: Any, N: int) -> Any:
    total = inputs[0]
    for x in inputs[1:]:
        total = xp.add(total, x)
    return total


_add_n_op = defop(
    "AddN",
    "inputs: T* -> T",
    doc="The sum of tensors of one shape.",
    types={"T": "number"},
    attrs={"N": REQUIRED},
    shape=lambda op: merge_all([t.shape for t in op.inputs]),
    kernel=_add_n_kernel,
    grad=lambda op, dy: [dy] * len(op.inputs),
)


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of tensors of one shape and dtype.

    Args:
        inputs: a list of tensors or `IndexedSlices`.
        name: the op's name.

    Raises:
        ValueError: for an empty list, or for shapes that differ.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.add_n([[1, 2], [3, 4], [5, 6]])).tolist()
        [9, 12]
    """
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(
            "inputs must be a list of at least one Tensor with the same dtype and shape"
        )
    tensors = [convert_to_tensor(x) for x in inputs]
    if len(tensors) == 1:
        if name:
            return identity(tensors[0], name=name)
        return tensors[0]
    return _add_n_op(tensors, N=len(tensors), name=name)


def accumulate_n(
    inputs: Sequence[Any], shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Tensor:
    """The sum of tensors of one shape; `shape` and `tensor_dtype` are checked against it.

    Args:
        inputs: tensors of one number type and shape.
        shape: the shape, where it is not known of the tensors.
        tensor_dtype: their dtype, checked where it is given.
        name: the op's name.

    Returns:
        A tensor of that dtype and shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.accumulate_n([[1, 2], [3, 4]])).tolist()
        [4, 6]
    """
    tensors = [convert_to_tensor(t) for t in inputs] if isinstance(inputs, (list, tuple)) else []
    if len({t.dtype.base_dtype for t in tensors}) > 1:
        raise ValueError(
            "inputs must be a list of at least one Tensor with the same dtype and shape"
        )
    total = add_n(inputs, name=name)
    if shape is not None:
        total.set_shape(shape)
    if tensor_dtype is not None and as_dtype(tensor_dtype) is not total.dtype.base_dtype:
        raise TypeError(f"tensor_dtype is {tensor_dtype}, but input is of type {total.dtype}")
    return total
