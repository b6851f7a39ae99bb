"""Parts of sparse tensors, and sparse tensors joined."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.array import reshape
from pyengine.ops.declare import REQUIRED, defop, missing_grad, no_grad, old_names, whole
from pyengine.ops.gathering import gather
from pyengine.ops.joining import concat
from pyengine.ops.math import maximum
from pyengine.ops.sparse import check_inside, in_order, places, rank_of, triple_shape
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape
from pyengine.sparse_tensor import SparseTensor, as_sparse

__all__ = [
    "sparse_concat", "sparse_mask", "sparse_retain", "sparse_slice", "sparse_split",
]  # fmt: skip


def sparse_retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which a boolean vector says so.

    Args:
        sp_input: a `SparseTensor` of n elements.
        to_retain: a boolean vector of length n.

    Raises:
        ValueError: when the static lengths differ.
    """
    from pyengine.ops.repetition import where

    sparse = as_sparse(sp_input)
    kept = convert_to_tensor(to_retain, dtypes.bool)
    kept.shape.with_rank(1).assert_is_compatible_with(sparse.values.shape)
    chosen = reshape(where(kept), [-1])
    return SparseTensor(
        gather(sparse.indices, chosen), gather(sparse.values, chosen), sparse.dense_shape
    )


def sparse_mask(a: Any, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """The rows of an `IndexedSlices` but for those at some indices.

    Args:
        a: an `IndexedSlices`.
        mask_indices: the indices to leave out.
        name: the name scope.
    """
    from pyengine.ops.uniqueness import setdiff1d

    with name_scope(name, "sparse_mask", [a.values]) as scope:
        kept, at = setdiff1d(a.indices, mask_indices)
        return IndexedSlices(gather(a.values, at, name=scope), kept, a.dense_shape)


def _slice_kernel(xp: Any, indices: Any, values: Any, sizes: Any, start: Any, count: Any) -> Any:
    if not len(start) == len(count) == len(sizes):
        raise ValueError("start and size must have a number for each dimension")
    inside = ((indices >= start) & (indices < start + count)).all(axis=1)
    room = np.clip(np.minimum(count, sizes - start), 0, None)
    return indices[inside] - start, values[inside], room


def _sparse_slice_grad(op: Operation, _: Any, dy: Tensor, __: Any) -> Any:
    indices, start = op.inputs[0], op.inputs[3]
    return None, _slice_grad(dy, indices, start, op.outputs[0]), None, None, None


def _slice_grad_kernel(xp: Any, dy: Any, indices: Any, start: Any, sliced: Any) -> Any:
    sizes = indices.max(axis=0, initial=0) + 1
    if len(sliced):
        sizes = np.maximum(sizes, (sliced + start).max(axis=0) + 1)
    return looked_up(dy, places(sliced + start, sizes), places(indices, sizes))


def looked_up(values: Any, at: Any, wanted: Any) -> Any:
    """For each wanted place the value at it, or zero."""
    result = np.zeros(len(wanted), values.dtype)
    if len(at):
        order = np.argsort(at, kind="stable")
        found = np.clip(np.searchsorted(at, wanted, sorter=order), 0, len(at) - 1)
        found = order[found]
        hit = at[found] == wanted
        result[hit] = values[found[hit]]
    return result


_slice_grad = defop(
    "SparseSliceGrad",
    "backprop_val_grad: T, input_indices: int64, input_start: int64, output_indices: int64 -> T",
    doc="The gradient of the values of a sparse slice.",
    types={"T": "number"},
    shape=lambda op: op.inputs[1].shape[:1],
    kernel=_slice_grad_kernel,
    grad=missing_grad("TensorFlow defines none"),
)
_slice = defop(
    "SparseSlice",
    "indices: int64, values: T, shape: int64, start: int64, size: int64 -> int64, T, int64",
    doc="A block of a sparse tensor.",
    shape=triple_shape,
    kernel=_slice_kernel,
    grad=_sparse_slice_grad,
)


def sparse_slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """A block of a sparse tensor.

    Args:
        sp_input: a `SparseTensor`.
        start: the first position along each axis.
        size: how many along each axis; what is outside of the tensor is left out.
        name: the name scope.
    """
    sparse = as_sparse(sp_input)
    first, count = (convert_to_tensor(whole(v), dtypes.int64) for v in (start, size))
    with name_scope(name, "SparseSlice", [sparse.values]) as scope:
        return SparseTensor(
            *_slice(sparse.indices, sparse.values, sparse.dense_shape, first, count, name=scope)
        )


def _concat_kernel(xp: Any, *parts: Any, concat_dim: int, N: int) -> Any:
    indices, values, shapes = parts[:N], parts[N : 2 * N], parts[2 * N :]
    rank = len(shapes[0])
    if not -rank <= concat_dim < rank:
        raise ValueError(f"concat_dim {concat_dim} is out of range for rank {rank}")
    axis = concat_dim % rank
    offset, moved = 0, []
    for part, sizes in zip(indices, shapes):
        if len(sizes) != rank or np.any(np.delete(sizes, axis) != np.delete(shapes[0], axis)):
            raise ValueError(
                f"Input shapes must match but for dimension {axis}: {shapes[0].tolist()} and "
                f"{sizes.tolist()}"
            )
        check_inside(part, sizes)
        shifted = part.copy()
        shifted[:, axis] += offset
        offset += int(sizes[axis])
        moved.append(shifted)
    total = shapes[0].copy()
    total[axis] = offset
    joined = np.concatenate(moved)
    order = in_order(joined, total)
    return joined[order], np.concatenate(values)[order], total


def _concat_shape(op: Operation) -> list[TensorShape]:
    n = op.attrs["N"]
    ranks = [t.shape.sizes[0] for t in op.inputs[2 * n :] if t.shape.sizes is not None]
    rank = next((r for r in ranks if r is not None), None)
    return [TensorShape.of((None, rank)), TensorShape.of((None,)), TensorShape.of((rank,))]


_concat = defop(
    "SparseConcat",
    "indices: int64*, values: T*, shapes: int64* -> int64, T, int64",
    doc="Sparse tensors joined along an axis.",
    attrs={"concat_dim": REQUIRED, "N": REQUIRED},
    shape=_concat_shape,
    kernel=_concat_kernel,
    grad=no_grad("TensorFlow defines none"),
)


@old_names(concat_dim="axis", expand_nonconcat_dims="expand_nonconcat_dim")
def sparse_concat(
    axis: Any = None,
    sp_inputs: Sequence[Any] = (),
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
) -> SparseTensor:
    """Sparse tensors joined along an axis.

    Args:
        axis: the axis, also called `concat_dim`.
        sp_inputs: the `SparseTensor`s, which must have equal sizes along the other axes.
        name: the op's name.
        expand_nonconcat_dim: whether to take the largest size along each of the other axes instead.

    Raises:
        TypeError: when an input is no `SparseTensor`.
    """
    parts = [as_sparse(p) for p in sp_inputs]
    if not parts:
        raise ValueError("sparse_concat needs at least one input")
    if len(parts) == 1:
        return parts[0]
    at = int(whole(axis))
    shapes = [p.dense_shape for p in parts]
    if expand_nonconcat_dim:
        largest = shapes[0]
        for sizes in shapes[1:]:
            largest = maximum(largest, sizes)
        rank = largest.shape[0].value
        if rank is None:
            raise ValueError("expand_nonconcat_dim needs sparse tensors of known rank")
        along = at % rank
        shapes = [concat([largest[:along], s[along : along + 1], largest[along + 1 :]], 0)
                  for s in shapes]  # fmt: skip
    outputs = _concat(
        [p.indices for p in parts], [p.values for p in parts], shapes,
        concat_dim=at, N=len(parts), name=name,
    )  # fmt: skip
    result = SparseTensor(*outputs)
    result._static_shape = _joined_shape([p.shape for p in parts], at, expand_nonconcat_dim)
    return result


def _joined_shape(shapes: list[TensorShape], axis: int, expands: bool) -> TensorShape:
    """What is known of the result's shape; whether the inputs fit is for the run to say."""
    if any(s.sizes is None for s in shapes):
        return UNKNOWN
    rank = len(shapes[0])
    at = axis % rank
    if any(len(s) != rank for s in shapes):
        return UNKNOWN
    known: list[int | None] = []
    for i, sizes in enumerate(zip(*[s.sizes or () for s in shapes])):
        present = [n for n in sizes if n is not None]
        if i == at:
            known.append(sum(present) if len(present) == len(sizes) else None)
        elif expands:
            known.append(builtins.max(present) if len(present) == len(sizes) else None)
        else:
            known.append(present[0] if present else None)
    return TensorShape(known)


def _split_kernel(
    xp: Any, axis: Any, indices: Any, values: Any, sizes: Any, *, num_split: int
) -> Any:
    at, rank = int(axis), len(sizes)
    if not -rank <= at < rank:
        raise ValueError(f"Input split_dim should be between -{rank} and {rank}, got {at}")
    at %= rank
    total = int(sizes[at])
    if not 1 <= num_split <= total:
        raise ValueError(f"num_split must be in [1, {total}], got {num_split}")
    # The first parts are one longer where the size cannot be divided.
    counts = [total // num_split + (i < total % num_split) for i in builtins.range(num_split)]
    parts: list[list[Any]] = [[], [], []]
    start = 0
    for count in counts:
        inside = (indices[:, at] >= start) & (indices[:, at] < start + count)
        moved = indices[inside].copy()
        moved[:, at] -= start
        part = sizes.copy()
        part[at] = count
        for store, item in zip(parts, (moved, values[inside], part)):
            store.append(item)
        start += count
    return builtins.tuple(item for store in parts for item in store)


def _split_shape(op: Operation) -> list[TensorShape]:
    n, rank = op.attrs["num_split"], rank_of(op, 3)
    return [
        *[TensorShape.of((None, rank))] * n,
        *[TensorShape.of((None,))] * n,
        *[TensorShape.of((rank,))] * n,
    ]


_split = defop(
    "SparseSplit",
    "split_dim: int64, indices: int64, values: T, shape: int64 -> int64*num_split, T*num_split, "
    "int64*num_split",
    doc="Parts of a sparse tensor along an axis.",
    attrs={"num_split": REQUIRED},
    shape=_split_shape,
    kernel=_split_kernel,
    grad=missing_grad("TensorFlow defines none"),
)


@old_names(split_dim="axis")
def sparse_split(
    keyword_required: Any = None,
    sp_input: Any = None,
    num_split: Any = None,
    axis: Any = None,
    name: str | None = None,
) -> list[SparseTensor]:
    """A sparse tensor cut into parts along an axis.

    Args:
        keyword_required: not used: all arguments must be given by name.
        sp_input: a `SparseTensor`.
        num_split: how many parts; the first ones are longer by one where they cannot be equal.
        axis: the axis, also called `split_dim`.
        name: the op's name.

    Raises:
        ValueError: when an argument is missing or not given by name.
    """
    if keyword_required is not None:
        raise ValueError("Keyword arguments are required for this function.")
    if sp_input is None or num_split is None or axis is None:
        raise ValueError("sp_input, num_split and axis are required")
    sparse, n = as_sparse(sp_input), int(whole(num_split))
    along = convert_to_tensor(whole(axis), dtypes.int64)
    outputs = _split(
        along, sparse.indices, sparse.values, sparse.dense_shape, num_split=n, name=name
    )
    return [SparseTensor(*outputs[i::n]) for i in builtins.range(n)]
