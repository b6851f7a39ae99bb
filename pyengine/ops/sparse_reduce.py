"""Reductions of sparse tensors, and the softmax of their rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import reshape, size
from pyengine.ops.declare import defop, missing_grad, old_names, whole
from pyengine.ops.gathering import gather_nd
from pyengine.ops.math import (
    cast,
    floordiv,
    multiply,
    negative,
)
from pyengine.ops.sparse import check_inside, places
from pyengine.ops.sparse_math import _dense_plus
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape
from pyengine.sparse_tensor import SparseTensor, as_sparse

__all__ = [
    "sparse_reduce_max", "sparse_reduce_max_sparse", "sparse_reduce_sum",
    "sparse_reduce_sum_sparse", "sparse_softmax",
]  # fmt: skip

# ---------------------------------------------------------------- reductions


def _reduced_axes(axes: Any, rank: int) -> tuple[int, ...]:
    given = (axes,) if isinstance(axes, int) else tuple(axes)
    for a in given:
        if not -rank <= a < rank:
            raise ValueError(f"Invalid reduction dimension {a}, for input with {rank} dimensions")
    return tuple(sorted({a % rank for a in given}))


def _groups(indices: Any, values: Any, sizes: Any, axes: Any, reduce: Any) -> Any:
    """The positions that are left, the reduced values at them, and the sizes kept."""
    check_inside(indices, sizes)
    dropped = _reduced_axes(axes, len(sizes))
    kept = [i for i in range(len(sizes)) if i not in dropped]
    at = places(indices[:, kept], sizes[kept]) if kept else np.zeros(len(indices), np.int64)
    _, first, inverse = np.unique(at, return_index=True, return_inverse=True)
    total = np.zeros(len(first), values.dtype)
    if len(first):
        order = np.argsort(inverse.reshape(-1), kind="stable")
        starts = np.flatnonzero(np.diff(inverse.reshape(-1)[order], prepend=-1))
        total = reduce.reduceat(values[order], starts).astype(values.dtype, copy=False)
    return indices[first], total, dropped, kept


def _dense_reduction(name: str, reduce: Any, types: str, grad: Any) -> Any:
    def kernel(
        xp: Any, indices: Any, values: Any, sizes: Any, axes: Any, *, keep_dims: bool
    ) -> Any:
        at, total, dropped, kept = _groups(indices, values, sizes, axes, reduce)
        result = np.zeros([1 if i in dropped else int(s) for i, s in enumerate(sizes)], total.dtype)
        at = at.copy()
        at[:, list(dropped)] = 0
        result[tuple(at.T)] = total
        return result if keep_dims else result.reshape([int(sizes[i]) for i in kept])

    return defop(
        f"SparseReduce{name}",
        "input_indices: int64, input_values: T, input_shape: int64, reduction_axes: host int32 "
        "-> T",
        doc="A reduction of a sparse tensor along some axes.",
        types={"T": types},
        attrs={"keep_dims": False},
        shape=_reduction_shape,
        kernel=kernel,
        grad=grad,
    )


def _reduction_shape(op: Operation) -> TensorShape:
    sizes, axes = static.shape_value(op.inputs[2]), static.constant_value(op.inputs[3])
    if sizes.sizes is None or axes is None:
        return UNKNOWN
    dropped = _reduced_axes(static.host_value(axes), len(sizes.sizes))
    if op.attrs["keep_dims"]:
        return TensorShape([1 if i in dropped else s for i, s in enumerate(sizes.sizes)])
    return TensorShape([s for i, s in enumerate(sizes.sizes) if i not in dropped])


def _reduce_sum_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.dtypes import int32, int64
    from pyengine.ops.reduce import _kept_shape_op

    indices, _, sizes, axes = op.inputs
    kept = cast(_kept_shape_op(cast(sizes, int32), axes), int64)
    spread = gather_nd(reshape(dy, kept), floordiv(indices, floordiv(sizes, kept)))
    return None, spread, None, None


def _sparse_reduction(name: str, reduce: Any, types: str) -> Any:
    def kernel(
        xp: Any, indices: Any, values: Any, sizes: Any, axes: Any, *, keep_dims: bool
    ) -> Any:
        at, total, dropped, kept = _groups(indices, values, sizes, axes, reduce)
        if not keep_dims:
            return at[:, kept], total, sizes[kept]
        at, left = at.copy(), sizes.copy()
        at[:, list(dropped)] = 0
        left[list(dropped)] = 1
        return at, total, left

    return defop(
        f"SparseReduce{name}Sparse",
        "input_indices: int64, input_values: T, input_shape: int64, reduction_axes: host int32 "
        "-> int64, T, int64",
        doc="A reduction of a sparse tensor along some axes, as a sparse tensor.",
        types={"T": types},
        attrs={"keep_dims": False},
        shape=_sparse_reduction_shape,
        kernel=kernel,
        grad=missing_grad("TensorFlow defines none"),
    )


def _sparse_reduction_shape(op: Operation) -> list[TensorShape]:
    rank = _reduction_shape(op).ndims
    return [TensorShape.of((None, rank)), TensorShape.of((None,)), TensorShape.of((rank,))]


_NO_MAX = missing_grad("TensorFlow defines none")
_reduce_sum = _dense_reduction("Sum", np.add, "number", _reduce_sum_grad)
_reduce_max = _dense_reduction("Max", np.maximum, "real", _NO_MAX)
_reduce_sum_sparse = _sparse_reduction("Sum", np.add, "number")
_reduce_max_sparse = _sparse_reduction("Max", np.maximum, "real")


def _axes_of(sparse: SparseTensor, axis: Any) -> Any:
    from pyengine.ops.filling import range as sequence

    if axis is not None:
        return whole(axis)
    rank = sparse.dense_shape.shape[0].value
    return sequence(size(sparse.dense_shape)) if rank is None else list(range(rank))


def _reduced(op: Any, sp_input: Any, axis: Any, keepdims: Any) -> Any:
    sparse = as_sparse(sp_input)
    return op(
        sparse.indices, sparse.values, sparse.dense_shape, _axes_of(sparse, axis),
        keep_dims=bool(keepdims),
    )  # fmt: skip


@old_names(reduction_axes="axis", keep_dims="keepdims")
def sparse_reduce_sum(sp_input: Any, axis: Any = None, keepdims: bool | None = None) -> Tensor:
    """The sums of the elements of a sparse tensor along axes, as a dense tensor.

    Args:
        sp_input: a `SparseTensor`.
        axis: the axes, all by default; also called `reduction_axes`.
        keepdims: whether to keep the axes, with size 1; also called `keep_dims`.
    """
    return _reduced(_reduce_sum, sp_input, axis, keepdims)


@old_names(reduction_axes="axis", keep_dims="keepdims")
def sparse_reduce_max(sp_input: Any, axis: Any = None, keepdims: bool | None = None) -> Tensor:
    """The largest elements of a sparse tensor along axes, as a dense tensor.

    Only the elements that are there count; where there are none the result is 0.

    Args:
        sp_input, axis, keepdims: as in `sparse_reduce_sum`.
    """
    return _reduced(_reduce_max, sp_input, axis, keepdims)


@old_names(reduction_axes="axis", keep_dims="keepdims")
def sparse_reduce_sum_sparse(
    sp_input: Any, axis: Any = None, keepdims: bool | None = None
) -> SparseTensor:
    """`sparse_reduce_sum` as a sparse tensor.

    Args:
        sp_input: a `SparseTensor` of a number type.
        axis: an axis or a list of them; all by default. Also called `reduction_axes`.
        keepdims: whether reduced axes stay, with size 1. Also called `keep_dims`.

    Returns:
        A `SparseTensor` without the reduced axes.
    """
    return SparseTensor(*_reduced(_reduce_sum_sparse, sp_input, axis, keepdims))


@old_names(reduction_axes="axis", keep_dims="keepdims")
def sparse_reduce_max_sparse(
    sp_input: Any, axis: Any = None, keepdims: bool | None = None
) -> SparseTensor:
    """`sparse_reduce_max` as a sparse tensor.

    Args:
        sp_input: a `SparseTensor` of a number type.
        axis: an axis or a list of them; all by default. Also called `reduction_axes`.
        keepdims: whether reduced axes stay, with size 1. Also called `keep_dims`.

    Returns:
        A `SparseTensor` without the reduced axes.
    """
    return SparseTensor(*_reduced(_reduce_max_sparse, sp_input, axis, keepdims))


# ---------------------------------------------------------------- softmax


def _softmax_kernel(xp: Any, indices: Any, values: Any, sizes: Any) -> Any:
    if len(sizes) < 2:
        raise ValueError("a sparse softmax needs a tensor of rank 2 or more")
    check_inside(indices, sizes)
    if not len(values):
        return values.copy()
    _, row = np.unique(places(indices[:, :-1], sizes[:-1]), return_inverse=True)
    row = row.reshape(-1)
    count = int(row.max()) + 1
    largest = np.full(count, -np.inf, values.dtype)
    np.maximum.at(largest, row, values)
    powers = np.exp(values - largest[row])
    total = np.zeros(count, values.dtype)
    np.add.at(total, row, powers)
    return (powers / total[row]).astype(values.dtype, copy=False)


def _softmax_grad(op: Operation, dy: Tensor) -> Any:
    indices, sizes, y = op.inputs[0], op.inputs[2], op.outputs[0]
    weighted = SparseTensor(indices, multiply(y, dy), sizes)
    total = sparse_reduce_sum(weighted, [-1], keepdims=True)
    centered = _dense_plus(indices, dy, sizes, negative(total))
    return None, multiply(centered, y), None


_softmax = defop(
    "SparseSoftmax",
    "sp_indices: int64, sp_values: T, sp_shape: int64 -> T",
    doc="The softmax of the elements of each row of a sparse tensor.",
    types={"T": "float"},
    shape=lambda op: op.inputs[1].shape,
    kernel=_softmax_kernel,
    grad=_softmax_grad,
)


def sparse_softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax along the last axis of the elements that are there.

    Args:
        sp_input: a `SparseTensor` of rank 2 or more, in row-major order.
        name: the name scope.

    Returns:
        A `SparseTensor` with the same positions.
    """
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseSoftmax", [sparse.values]) as scope:
        return sparse.with_values(
            _softmax(sparse.indices, sparse.values, sparse.dense_shape, name=scope)
        )
