"""`IndexedSlices`: some rows of a tensor, as the gradient of `gather` gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine.convert import convert_to_tensor, register_tensor_conversion_function
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Graph, Operation, Tensor
from pyengine.shape import UNKNOWN, TensorShape
from pyengine.static import shape_value


class IndexedSlices:
    """The rows `values[i]` at positions `indices[i]` of a tensor whose other rows are zero.

    Args:
        values: a tensor of shape [n, d1, d2, ...].
        indices: an integer tensor of shape [n]; rows named twice add up.
        dense_shape: an integer vector, the shape of the whole tensor.
    """

    def __init__(self, values: Tensor, indices: Tensor, dense_shape: Tensor | None = None) -> None:
        self.values = values
        self.indices = indices
        self.dense_shape = dense_shape

    @property
    def dtype(self) -> DType:
        return self.values.dtype

    @property
    def op(self) -> Operation:
        return self.values.op

    @property
    def graph(self) -> Graph:
        return self.values.graph

    @property
    def name(self) -> str:
        return self.values.name

    @property
    def device(self) -> str:
        return self.values.device

    @property
    def shape(self) -> TensorShape:
        return UNKNOWN if self.dense_shape is None else shape_value(self.dense_shape)

    def _fetch_parts(self) -> tuple[list[Tensor], Callable[[list[Any]], IndexedSlicesValue]]:
        parts = [self.values, self.indices]
        if self.dense_shape is not None:
            parts.append(self.dense_shape)
        return parts, lambda values: IndexedSlicesValue(*values)

    def __repr__(self) -> str:
        return f"<tf.IndexedSlices values={self.values!r} indices={self.indices!r}>"


class IndexedSlicesValue:
    """The value of an `IndexedSlices` after a run: arrays in place of tensors.

    Args:
        values: the rows, an array of shape [n, ...].
        indices: which rows they are, an integer vector of length n.
        dense_shape: the shape of the whole, or None.
    """

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self.values = values
        self.indices = indices
        self.dense_shape = dense_shape


def convert_to_tensor_or_indexed_slices(
    value: Any, dtype: Any = None, name: str | None = None
) -> Any:
    """`IndexedSlices` as they are, anything else as a tensor.

    Args:
        value: `IndexedSlices`, or anything that converts to a tensor.
        dtype: the dtype that it must have.
        name: the name of a new op.

    Raises:
        ValueError: for another dtype.
    """
    if not isinstance(value, IndexedSlices):
        return convert_to_tensor(value, dtype, name)
    if dtype is not None and as_dtype(dtype).base_dtype is not value.dtype.base_dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {as_dtype(dtype).name} for Tensor with dtype "
            f"{value.dtype.name}: {value!r}"
        )
    return value


def concat_slices(parts: Sequence[IndexedSlices]) -> IndexedSlices:
    """The sum of several: their rows one after the other."""
    from pyengine.ops.joining import concat

    return IndexedSlices(
        concat([p.values for p in parts], axis=0),
        concat([p.indices for p in parts], axis=0),
        parts[0].dense_shape,
    )


def _to_dense(value: IndexedSlices, dtype: DType | None, name: str | None) -> Tensor:
    if value.dense_shape is None:
        raise ValueError("Tensor conversion requested for IndexedSlices without dense_shape")
    from pyengine.ops.segment import unsorted_segment_sum

    rows = value.dense_shape[0]
    dense = unsorted_segment_sum(value.values, value.indices, rows, name=name)
    dense.set_shape(value.shape)
    return convert_to_tensor(dense, dtype)


register_tensor_conversion_function(IndexedSlices, _to_dense)
