"""Rows of sparse tensors, features that they hold, and sparse tensors made of dense ones."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import reshape, shape
from pyengine.ops.declare import defop, missing_grad, whole
from pyengine.ops.filling import ones, zeros_like
from pyengine.ops.gathering import gather_nd
from pyengine.ops.joining import concat
from pyengine.ops.math import cast
from pyengine.ops.sparse import check_inside, rank_of, sparse_reorder, sparse_tensor_to_dense
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape, unknown_shape
from pyengine.sparse_tensor import SparseTensor, as_sparse

__all__ = [
    "sparse_fill_empty_rows", "sparse_merge", "sparse_to_indicator",
]  # fmt: skip


def _fill_rows_kernel(xp: Any, indices: Any, values: Any, sizes: Any, default: Any) -> Any:
    rows = int(sizes[0])
    check_inside(indices, sizes)
    counts = np.bincount(indices[:, 0], minlength=rows) if len(indices) else np.zeros(rows, int)
    empty = counts == 0
    missing = np.zeros((int(empty.sum()), len(sizes)), np.int64)
    missing[:, 0] = np.flatnonzero(empty)
    joined = np.concatenate([indices, missing])
    order = np.argsort(joined[:, 0], kind="stable")
    filled = np.concatenate([values, np.full(len(missing), default, values.dtype)])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return joined[order], filled[order], empty, place[: len(indices)]


def _fill_rows_shape(op: Operation) -> list[TensorShape]:
    rank, known = rank_of(op, 2), static.shape_value(op.inputs[2])
    rows = known.sizes[0] if known.sizes else None
    count = op.inputs[0].shape[:1] if op.inputs[0].shape.ndims is not None else unknown_shape(1)
    outputs = [TensorShape.of((None, rank)), TensorShape.of((None,)), TensorShape.of((rows,))]
    return [*outputs, count]


def _fill_rows_grad(op: Operation, _: Any, dy: Tensor, *__: Any) -> Any:
    values, default = _fill_rows_grad_op(op.outputs[3], dy)
    return None, values, None, default


def _fill_rows_grad_kernel(xp: Any, place: Any, dy: Any) -> Any:
    kept = np.zeros(len(dy), bool)
    kept[place] = True
    return dy[place], np.asarray(dy[~kept].sum(dtype=dy.dtype))


_fill_rows_grad_op = defop(
    "SparseFillEmptyRowsGrad",
    "reverse_index_map: int64, grad_values: T -> T, T",
    doc="The gradients of the values and of the default of SparseFillEmptyRows.",
    types={"T": "number"},
    shape=lambda op: [op.inputs[0].shape, TensorShape.of(())],
    kernel=_fill_rows_grad_kernel,
    grad=missing_grad("TensorFlow defines none"),
)
_fill_rows = defop(
    "SparseFillEmptyRows",
    "indices: int64, values: T, dense_shape: int64, default_value: T -> int64, T, bool, int64",
    doc="A sparse tensor with an element in each row.",
    shape=_fill_rows_shape,
    kernel=_fill_rows_kernel,
    grad=_fill_rows_grad,
)


def sparse_fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """A sparse tensor with a default value at the start of each row that has no element.

    Args:
        sp_input: a `SparseTensor` of rank 1 or more.
        default_value: a scalar of its dtype.
        name: the name scope.

    Returns:
        The filled `SparseTensor`, and a boolean vector that says which rows were empty.
    """
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseFillEmptyRows", [sparse.values]):
        default = convert_to_tensor(default_value, sparse.dtype.base_dtype)
        indices, values, empty, _ = _fill_rows(
            sparse.indices, sparse.values, sparse.dense_shape, default
        )
        return SparseTensor(indices, values, sparse.dense_shape), empty


def sparse_merge(
    sp_ids: Any,
    sp_values: Any,
    vocab_size: Any,
    name: str | None = None,
    already_sorted: bool = False,
) -> SparseTensor:
    """A sparse tensor of features: the values at `[row, id]` for the ids of each row.

    Args:
        sp_ids: a `SparseTensor` of ids, or a list of them for several axes.
        sp_values: a `SparseTensor` with a value for each id.
        vocab_size: how many ids there are; a list for several axes.
        name: the name scope.
        already_sorted: whether the ids of each row are in order.

    Returns:
        A `SparseTensor` whose last axis (or axes) are the ids.
    """
    several = isinstance(sp_ids, (list, tuple)) and not hasattr(sp_ids, "_fields")
    ids = [as_sparse(s, "sp_ids") for s in (sp_ids if several else [sp_ids])]
    sizes = list(whole(vocab_size)) if several else [whole(vocab_size)]
    if len(ids) != len(sizes):
        raise ValueError("sp_ids and vocab_size have to have equal lengths.")
    values = as_sparse(sp_values, "sp_values")
    with name_scope(name, "SparseMerge", [values.values]):
        columns = [reshape(cast(s.values, dtypes.int64), [-1, 1]) for s in ids]
        indices = concat([ids[0].indices[:, :-1], *columns], 1)
        tail = [reshape(cast(s, dtypes.int64), [1]) for s in sizes]
        merged = SparseTensor(indices, values.values, concat([ids[0].dense_shape[:-1], *tail], 0))
        return merged if already_sorted else sparse_reorder(merged)


def sparse_to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Tensor:
    """A dense boolean tensor that says which ids stand in each row.

    Args:
        sp_input: a `SparseTensor` of ids.
        vocab_size: how many ids there are.
        name: the name scope.

    Returns:
        A boolean tensor of shape `[..., vocab_size]`.
    """
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseToIndicator", [sparse.values]) as scope:
        marks = ones(shape(sparse.values), dtypes.bool)
        merged = sparse_merge(sparse, sparse.with_values(marks), vocab_size)
        return sparse_tensor_to_dense(
            merged, default_value=False, validate_indices=False, name=scope
        )


def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """A sparse tensor with a new axis of size 1; `axis` is the last one by default.

    Args:
        sp_input: a `SparseTensor` of any dtype.
        axis: where the new axis goes, negative from the end; the last by default.
        name: the op's name.

    Returns:
        A `SparseTensor` of one rank more.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.SparseTensor([[1]], [2.0], [3])
        ...     sess.run(tf.sparse.expand_dims(x, 0)).dense_shape.tolist()
        [1, 3]
    """
    sparse = as_sparse(sp_input)
    rank = sparse.dense_shape.shape[0].value
    if rank is None:
        raise ValueError("expand_dims needs a sparse tensor of known rank")
    at = -1 if axis is None else int(whole(axis))
    if not -rank - 1 <= at <= rank:
        raise ValueError(f"axis {at} is out of range for rank {rank}")
    at %= rank + 1
    with name_scope(name, "expand_dims", [sparse.values]):
        column = zeros_like(sparse.indices[:, :1])
        indices = concat([sparse.indices[:, :at], column, sparse.indices[:, at:]], 1)
        one = convert_to_tensor(np.ones(1, np.int64))
        sizes = concat([sparse.dense_shape[:at], one, sparse.dense_shape[at:]], 0)
        return SparseTensor(indices, sparse.values, sizes)


def eye(
    num_rows: Any, num_columns: Any = None, dtype: Any = dtypes.float32, name: str | None = None
) -> SparseTensor:
    """A sparse matrix with ones on its diagonal.

    Args:
        num_rows: how many rows, an integer scalar.
        num_columns: how many columns; as many by default.
        dtype: any dtype with a 1.
        name: the scope of the ops.

    Returns:
        A `SparseTensor` of shape [num_rows, num_columns].

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.sparse.eye(2, 3)).indices.tolist()
        [[0, 0], [1, 1]]
    """
    rows = int(whole(num_rows))
    columns = rows if num_columns is None else int(whole(num_columns))
    count = builtins.min(rows, columns)
    with name_scope(name, "eye"):
        along = np.arange(count, dtype=np.int64)
        return SparseTensor(
            np.stack([along, along], 1), ones([count], dtype), np.array([rows, columns], np.int64)
        )


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements of a dense tensor that are not zero (or empty, or False).

    Args:
        tensor: a tensor of any dtype.
        name: the scope of the ops.

    Returns:
        A `SparseTensor` of its dtype and shape.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.sparse.from_dense([0, 5, 0])).values.tolist()
        [5]
    """
    from pyengine.ops.compare import not_equal
    from pyengine.ops.repetition import where

    with name_scope(name, "dense_to_sparse"):
        x = convert_to_tensor(tensor)
        at = where(not_equal(x, zeros_like(x)))
        return SparseTensor(at, gather_nd(x, at), shape(x, out_type=dtypes.int64))
