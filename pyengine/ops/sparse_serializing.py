"""Sparse tensors as strings that hold their parts as `TensorProto` messages, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.serializing import bytes_of_tensor, tensor_of_bytes
from pyengine.shape import TensorShape
from pyengine.sparse_tensor import SparseTensor, as_sparse

__all__ = ["deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse"]

_TEXT = no_grad("a string has no gradient")


def _check_parts(indices: Any, values: Any, shape: Any, least_rank: int = 0) -> None:
    if indices.ndim != 2:
        raise ValueError(f"Input indices should be a matrix but received shape {indices.shape}")
    if values.ndim != 1:
        raise ValueError(f"Input values should be a vector but received shape {values.shape}")
    if shape.ndim != 1:
        raise ValueError(f"Input shape should be a vector but received shape {shape.shape}")
    if len(indices) != len(values):
        raise ValueError(f"there are {len(indices)} indices, and {len(values)} values")
    if indices.shape[1] != len(shape):
        raise ValueError(f"indices have {indices.shape[1]} columns for a rank of {len(shape)}")
    if len(shape) < least_rank:
        raise ValueError(f"Rank of input SparseTensor should be > 1, but saw rank: {len(shape)}")


def _row(indices: Any, values: Any, shape: Any) -> list[bytes]:
    return [bytes_of_tensor(part, _dtype_of(part)) for part in (indices, values, shape)]


def _dtype_of(array: Any) -> DType:
    return dtypes.string if array.dtype == object else as_dtype(array.dtype)


def _serialize_kernel(xp: Any, indices: Any, values: Any, shape: Any, *, out_type: DType) -> Any:
    _check_parts(indices, values, shape)
    return np.array(_row(indices, values, shape), object)


def _serialize_many_kernel(
    xp: Any, indices: Any, values: Any, shape: Any, *, out_type: DType
) -> Any:
    _check_parts(indices, values, shape, least_rank=2)
    rows = int(shape[0])
    firsts = indices[:, 0]
    if (np.diff(firsts) < 0).any():
        raise ValueError("indices[:, 0] must be in increasing order; sort by tf.sparse_reorder()")
    if len(firsts) and not 0 <= firsts[0] <= firsts[-1] < rows:
        raise ValueError(f"an index of the first dimension is not in [0, {rows})")
    found = np.empty((rows, 3), object)
    bounds = np.searchsorted(firsts, np.arange(rows + 1))
    for i in range(rows):
        part = slice(bounds[i], bounds[i + 1])
        found[i] = _row(indices[part, 1:], values[part], shape[1:])
    return found


_SPARSE = "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> @out_type"

_serialize_sparse = defop(
    "SerializeSparse",
    _SPARSE,
    doc="A sparse tensor as three TensorProtos: indices, values, shape.",
    attrs={"out_type": dtypes.string},
    shape=lambda op: TensorShape([3]),
    kernel=_serialize_kernel,
    grad=_TEXT,
)

_serialize_many_sparse = defop(
    "SerializeManySparse",
    _SPARSE,
    doc="Each row of a sparse tensor as three TensorProtos.",
    attrs={"out_type": dtypes.string},
    shape=lambda op: TensorShape([None, 3]),
    kernel=_serialize_many_kernel,
    grad=_TEXT,
)


def _wanted(out_type: Any) -> DType:
    dtype = as_dtype(out_type)
    if dtype is not dtypes.string:
        raise NotImplementedError(
            f"out_type={dtype.name} is not available: sparse tensors are serialized as tf.string"
        )
    return dtype


def serialize_sparse(
    sp_input: Any, name: str | None = None, out_type: Any = dtypes.string
) -> Tensor:
    """A sparse tensor as three strings: its indices, values and shape as `TensorProto` messages.

    Args:
        sp_input: a `SparseTensor`.
        name: the op's name.
        out_type: `tf.string`.

    Returns:
        A string tensor of shape [3].

    Raises:
        TypeError: when `sp_input` is no `SparseTensor`.
    """
    x = as_sparse(sp_input)
    return _serialize_sparse(
        x.indices, x.values, x.dense_shape, out_type=_wanted(out_type), name=name
    )


def serialize_many_sparse(
    sp_input: Any, name: str | None = None, out_type: Any = dtypes.string
) -> Tensor:
    """The rows of a sparse tensor, each as three strings.

    Args:
        sp_input: a `SparseTensor` of rank 2 or more, whose elements are in the order of their rows.
        name: the op's name.
        out_type: `tf.string`.

    Returns:
        A string tensor of shape [rows, 3], for `tf.deserialize_many_sparse`.

    Raises:
        TypeError: when `sp_input` is no `SparseTensor`.
    """
    x = as_sparse(sp_input)
    return _serialize_many_sparse(
        x.indices, x.values, x.dense_shape, out_type=_wanted(out_type), name=name
    )


def _deserialize_kernel(xp: Any, serialized: Any, *, dtype: DType) -> Any:
    texts = np.asarray(serialized, object)
    if not texts.ndim or texts.shape[-1] != 3:
        raise ValueError(
            f"Serialized sparse should have 3 as the last dimension, got {list(texts.shape)}"
        )
    batch = texts.shape[:-1]
    rows = texts.reshape(-1, 3)
    if not len(rows):
        raise ValueError("Must have at least 1 serialized SparseTensor, got none")
    parts = [_read_row(row, dtype) for row in rows]
    shapes = [shape for _, _, shape in parts]
    if len({len(s) for s in shapes}) > 1:
        raise ValueError(f"the serialized tensors differ in rank: {sorted(map(len, shapes))}")
    places = np.array(list(np.ndindex(*batch)), np.int64).reshape(len(rows), len(batch))
    indices = [
        np.concatenate([np.repeat(place[None], len(own), axis=0), own], axis=1)
        for place, (own, _, _) in zip(places, parts)
    ]
    values = np.concatenate([v for _, v, _ in parts])
    whole = np.concatenate([np.array(batch, np.int64), np.max(shapes, axis=0)])
    return np.concatenate(indices), values, whole.astype(np.int64)


def _read_row(row: Any, dtype: DType) -> tuple[Any, Any, Any]:
    indices, values, shape = (
        _part(text, kind) for text, kind in zip(row, (dtypes.int64, dtype, dtypes.int64))
    )
    _check_parts(indices, values, shape)
    return indices, values, shape


def _part(text: bytes, wanted: DType) -> Any:
    array, dtype = tensor_of_bytes(text)
    if dtype is not wanted:
        raise InvalidArgumentError(
            None, None, f"Requested SparseTensor of type {wanted.name} but found {dtype.name}"
        )
    return array


def _deserialized_shapes(op: Operation) -> list[TensorShape]:
    given = op.inputs[0].shape
    if given.ndims is not None:
        given.with_rank_at_least(1)
        TensorShape(given.as_list()[-1:]).merge_with([3])
    return [TensorShape([None, None]), TensorShape([None]), TensorShape([None])]


_DESERIALIZE: dict[str, Any] = {
    "attrs": {"dtype": REQUIRED},
    "kernel": _deserialize_kernel,
    "shape": _deserialized_shapes,
    "grad": _TEXT,
}

_deserialize_sparse = defop(
    "DeserializeSparse",
    "serialized_sparse: string -> int64, @dtype, int64",
    doc="Sparse tensors of TensorProtos, joined along new first dimensions.",
    **_DESERIALIZE,
)

_deserialize_many_sparse = defop(
    "DeserializeManySparse",
    "serialized_sparse: string -> int64, @dtype, int64",
    doc="Sparse tensors of TensorProtos, joined along a new first dimension.",
    **_DESERIALIZE,
)


def deserialize_many_sparse(
    serialized_sparse: Any, dtype: Any, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """The sparse tensor whose rows are those that strings hold.

    Args:
        serialized_sparse: a string tensor of shape [rows, 3], as of `tf.serialize_many_sparse`.
        dtype: the dtype of the values.
        rank: the rank of the result, where it is known.
        name: the op's name.

    Returns:
        A `SparseTensor` of a rank one more than the rows', as large as the largest of them.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.SparseTensor([[0, 2], [1, 0]], [5, 6], [2, 3])
        ...     text = tf.serialize_many_sparse(x)
        ...     y = tf.deserialize_many_sparse(text, tf.int32)
        ...     sess.run(tf.sparse_tensor_to_dense(y)).tolist()
        [[0, 0, 5], [6, 0, 0]]
    """
    given = convert_to_tensor(serialized_sparse, dtypes.string, name="serialized_sparse")
    indices, values, shape = _deserialize_many_sparse(given, dtype=as_dtype(dtype), name=name)
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)
