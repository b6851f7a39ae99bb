"""Sparse tensors as dense ones of three elements each: indices, values and shape.

As strings, for files and queues; as variants, which hold the arrays themselves, for data sets.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.dtypes import DType, as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.serializing import bytes_of_tensor, tensor_of_bytes
from pyengine.shape import TensorShape
from pyengine.sparse_tensor import SparseTensor

__all__ = ["deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse"]

_NO_GRAD = no_grad("strings have no gradient")


def _refuse(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def _row(parts: tuple[Any, Any, Any], out_type: DType) -> Any:
    """Indices, values and shape as a vector of three."""
    result = np.empty(3, object)
    for i, part in enumerate(parts):
        array = np.asarray(part)
        if out_type is dtypes.string:
            dtype = dtypes.string if array.dtype == object else as_dtype(array.dtype)
            result[i] = bytes_of_tensor(array, dtype)
        else:
            result[i] = array
    return result


def _one_kernel(xp: Any, indices: Any, values: Any, shape: Any, *, out_type: DType) -> Any:
    return _row((indices, values, shape), out_type)


_serialize = defop(
    "SerializeSparse",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> @out_type",
    doc="A sparse tensor as a vector of its three parts.",
    attrs={"out_type": dtypes.string},
    shape=lambda op: TensorShape([3]),
    kernel=_one_kernel,
    grad=_NO_GRAD,
)


def serialize_sparse(sp_input: Any, name: str | None = None, out_type: Any = dtypes.string) -> Any:
    """A sparse tensor as a vector of three: its indices, values and shape, each serialized.

    Args:
        sp_input: a `SparseTensor`.
        name: the op's name.
        out_type: string or variant.

    Returns:
        A vector of three.

    Raises:
        TypeError: for what is no `SparseTensor`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sparse = tf.SparseTensor([[1]], [7.0], [3])
        ...     rows = tf.stack([tf.serialize_sparse(sparse)] * 2)
        ...     sess.run(tf.deserialize_many_sparse(rows, tf.float32)).indices.tolist()
        [[0, 1], [1, 1]]
    """
    sparse = _sparse(sp_input)
    return _serialize(
        sparse.indices, sparse.values, sparse.dense_shape, out_type=as_dtype(out_type), name=name
    )


def _many_kernel(xp: Any, indices: Any, values: Any, shape: Any, *, out_type: DType) -> Any:
    if len(shape) < 2:
        raise _refuse(f"Rank of input SparseTensor should be > 1, but saw rank: {len(shape)}")
    count = int(shape[0])
    beyond = [int(i) for i in indices[:, 0] if not 0 <= i < count][:1]
    if beyond:
        raise _refuse(
            f"Received unexpected column 0 value in input SparseTensor: {beyond[0]} is not in "
            f"[0, {count})"
        )
    order = np.argsort(indices[:, 0], kind="stable")
    ends = np.searchsorted(indices[order, 0], np.arange(count + 1))
    result = np.empty((count, 3), object)
    for i in range(count):
        rows = order[ends[i] : ends[i + 1]]
        result[i] = _row((indices[rows, 1:], values[rows], shape[1:]), out_type)
    return result


def _many_shape(op: Operation) -> TensorShape:
    from pyengine.static import constant_value

    shape = constant_value(op.inputs[2])
    return TensorShape([None if shape is None else int(shape[0]), 3])


_serialize_many = defop(
    "SerializeManySparse",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> @out_type",
    doc="The rows of a sparse tensor, each as a vector of its three parts.",
    attrs={"out_type": dtypes.string},
    shape=_many_shape,
    kernel=_many_kernel,
    grad=_NO_GRAD,
)


def serialize_many_sparse(
    sp_input: Any, name: str | None = None, out_type: Any = dtypes.string
) -> Tensor:
    """The rows of a sparse tensor, each as `serialize_sparse` gives it.

    Args:
        sp_input: a `SparseTensor` of rank 2 or more.
        name: the op's name.
        out_type: string or variant.

    Returns:
        A tensor of shape [rows, 3].
    """
    sparse = _sparse(sp_input)
    return _serialize_many(
        sparse.indices, sparse.values, sparse.dense_shape, out_type=as_dtype(out_type), name=name
    )


def _sparse(value: Any) -> SparseTensor:
    if isinstance(value, SparseTensor):
        return value
    if hasattr(value, "dense_shape"):
        return SparseTensor.from_value(value)
    raise TypeError("Input must be a SparseTensor.")


# ---------------------------------------------------------------- and back


def _parts(row: Any, dtype: DType) -> tuple[Any, Any, Any]:
    """The indices, values and shape in a vector of three."""
    found = [tensor_of_bytes(p)[0] if isinstance(p, bytes) else p for p in row.tolist()]
    indices, values, shape = (np.asarray(p) for p in found)
    wanted = np.dtype(dtype.as_numpy_dtype)
    if values.dtype != wanted:
        raise _refuse(
            f"Requested SparseTensor of type {dtype.name} but SparseTensor[0].values.dtype() == "
            f"{values.dtype}"
        )
    if indices.ndim != 2 or values.shape != indices.shape[:1] or shape.shape != indices.shape[1:]:
        raise _refuse(
            f"indices of shape {list(indices.shape)}, values of {list(values.shape)} and a shape "
            f"of {list(shape.shape)} make no SparseTensor"
        )
    return indices, values, shape


def _restore_kernel(xp: Any, serialized: Any, *, dtype: DType) -> Any:
    serialized = np.asarray(serialized, object)
    if serialized.ndim < 1 or serialized.shape[-1] != 3:
        raise _refuse(
            f"Serialized sparse should have 3 as the last dimension {list(serialized.shape)}"
        )
    outer = serialized.shape[:-1]
    if not outer:
        return _parts(serialized, dtype)
    rows = serialized.reshape(math.prod(outer), 3)
    if not len(rows):
        raise _refuse("Must have at least 1 serialized SparseTensor in the input matrix")
    found = [_parts(row, dtype) for row in rows]
    ranks = {len(shape) for _, _, shape in found}
    if len(ranks) > 1:
        raise _refuse(f"the SparseTensors have different ranks: {sorted(ranks)}")
    counts = [len(values) for _, values, _ in found]
    places = np.stack(np.unravel_index(np.repeat(np.arange(len(rows)), counts), outer), axis=1)
    indices = np.concatenate([places, np.concatenate([i for i, _, _ in found])], axis=1)
    shape = np.concatenate([outer, np.max([s for _, _, s in found], axis=0)]).astype(np.int64)
    return indices.astype(np.int64), np.concatenate([v for _, v, _ in found]), shape


def _restored_shape(op: Operation) -> list[TensorShape]:
    return [TensorShape([None, None]), TensorShape([None]), TensorShape([None])]


deserialize = defop(
    "DeserializeSparse",
    "serialized_sparse: Tserialized -> int64, @dtype, int64",
    doc="The sparse tensor of one or more vectors of three parts.",
    attrs={"dtype": REQUIRED},
    shape=_restored_shape,
    kernel=_restore_kernel,
    grad=_NO_GRAD,
)
_deserialize_many = defop(
    "DeserializeManySparse",
    "serialized_sparse: string -> int64, @dtype, int64",
    doc="The sparse tensor of some vectors of three strings.",
    attrs={"dtype": REQUIRED},
    shape=_restored_shape,
    kernel=_restore_kernel,
    grad=_NO_GRAD,
)


def deserialize_many_sparse(
    serialized_sparse: Any, dtype: Any, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """The sparse tensor of which each row was serialized; its shape is as large as any has.

    Args:
        serialized_sparse: a string tensor of shape [rows, 3], of what `serialize_sparse` gives.
        dtype: the dtype of the values.
        rank: the rank of a row, if it is to be known when the graph is built.
        name: the op's name.

    Returns:
        A `SparseTensor` with one more dimension than the rows.

    Raises:
        tf.errors.InvalidArgumentError: (when run) for strings that are none, or another dtype.
    """
    indices, values, shape = _deserialize_many(serialized_sparse, dtype=as_dtype(dtype), name=name)
    if rank is not None:
        indices.set_shape([None, int(whole(rank)) + 1])
        shape.set_shape([int(whole(rank)) + 1])
    return SparseTensor(indices, values, shape)
