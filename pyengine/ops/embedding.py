"""Embeddings: rows of a table, or of one laid out in several parts, by id."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import int32
from pyengine.graph import Tensor
from pyengine.ops import math
from pyengine.ops.array import expand_dims, identity, rank, reshape, shape
from pyengine.ops.clip import clip_by_norm
from pyengine.ops.compare import less
from pyengine.ops.cumulative import cumsum
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import sqrt, square
from pyengine.ops.filling import fill, ones_like
from pyengine.ops.filling import range as range_of
from pyengine.ops.gathering import gather
from pyengine.ops.joining import concat, stack
from pyengine.ops.nonan import div_no_nan
from pyengine.ops.repetition import where
from pyengine.ops.segment import segment_sum
from pyengine.ops.sparse_segment import (
    sparse_segment_mean,
    sparse_segment_sqrt_n,
    sparse_segment_sum,
)
from pyengine.ops.uniqueness import unique
from pyengine.scopes import name_scope

__all__ = ["embedding_lookup", "embedding_lookup_sparse"]


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: Any = None,
) -> Tensor:
    """The rows of a table of embeddings.

    Args:
        params: the table, or a list of the parts that it is divided into; also a
            `PartitionedVariable`.
        ids: int32 or int64 ids of any shape.
        partition_strategy: how several parts divide the ids: "mod" (id i is in part i modulo their
            number) or "div" (the parts hold consecutive ids).
        name: the name scope.
        validate_indices: accepted; ids are always checked.
        max_norm: the L2 norm that longer embeddings are scaled down to.

    Returns:
        A tensor of shape `ids.shape + params.shape[1:]`.

    Raises:
        ValueError: for an empty list, or another strategy.
        tf.errors.InvalidArgumentError: at run time, for an id that is not there.
    """
    parts = parts_of(params)
    if not parts or any(p is None for p in parts):
        raise ValueError("params must be specified")
    if len(parts) > 1 and partition_strategy not in ("mod", "div"):
        raise ValueError(f"Unrecognized partition strategy: {partition_strategy}")
    with name_scope(name, "embedding_lookup", [*parts, ids]) as scope:
        ids = convert_to_tensor(whole(ids), name="ids")
        if len(parts) == 1:
            found = gather(parts[0], ids, name=scope)
        else:
            tables = [convert_to_tensor(p, name=f"params_{i}") for i, p in enumerate(parts)]
            at = ids if partition_strategy == "div" else _place(tables, ids)
            found = gather(concat(tables, 0), at)
        return identity(found if max_norm is None else _clipped(found, ids, max_norm))


def parts_of(table: Any) -> list[Any]:
    """The parts of a table: of a list, of a `PartitionedVariable`, or the one that it is."""
    is_several = isinstance(table, (list, tuple)) or hasattr(table, "_get_variable_list")
    return list(table) if is_several else [table]


def _place(tables: list[Tensor], ids: Tensor) -> Tensor:
    """Where the ids are in the parts laid one after the other; -1 for ids that are not there."""
    count = math.number(len(tables), ids)
    part, row = math.floormod(ids, count), math.floor_div(ids, count)
    rows = stack([math.cast(shape(t)[0], ids.dtype) for t in tables])
    place = math.add(gather(cumsum(rows, exclusive=True), part), row)
    return where(less(row, gather(rows, part)), place, math.negative(ones_like(place)))


def _clipped(found: Tensor, ids: Tensor, max_norm: Any) -> Tensor:
    """The embeddings, each of at most a norm."""
    if ids.shape.ndims is not None and found.shape.ndims is not None:
        axes: Any = list(range(ids.shape.ndims, found.shape.ndims))
    else:
        axes = range_of(rank(ids), rank(found))
    return clip_by_norm(found, max_norm, axes=axes)


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: Any = None,
) -> Tensor:
    """For each row of a sparse matrix of ids, a combination of the embeddings of its ids.

    Args:
        params, partition_strategy, max_norm: as for `embedding_lookup`.
        sp_ids: a `SparseTensor` of int32 or int64 ids, in row-major order.
        sp_weights: a `SparseTensor` with a weight for each id, or None for ones.
        name: the name scope.
        combiner: "mean" (the default), "sqrtn" or "sum".

    Returns:
        A tensor of shape `[rows] + params.shape[1:]`; rows without ids are zeros.

    Raises:
        TypeError: when the ids or weights are no `SparseTensor`.
        ValueError: for another combiner.
    """
    combiner = "mean" if combiner is None else combiner
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    for what, value in (("sp_ids", sp_ids), ("sp_weights", sp_weights)):
        if value is not None and not (hasattr(value, "indices") and hasattr(value, "dense_shape")):
            raise TypeError(f"{what} must be SparseTensor, got {value!r}")
    if sp_ids is None:
        raise TypeError("sp_ids must be SparseTensor, got None")
    parts = parts_of(params)
    with name_scope(name, "embedding_lookup_sparse", [*parts, sp_ids.values]) as scope:
        rows = math.cast(sp_ids.indices[:, 0], int32)
        ids, places = unique(sp_ids.values)
        table = embedding_lookup(parts, ids, partition_strategy, max_norm=max_norm)
        if sp_weights is None:
            return _REDUCED[combiner](table, places, rows, name=scope)
        found = gather(table, places)
        weights = math.cast(sp_weights.values, found.dtype)
        weighted = math.multiply(found, _as_columns(weights, found))
        if combiner == "sum":
            return segment_sum(weighted, rows, name=scope)
        size = segment_sum(weights if combiner == "mean" else square(weights), rows)
        if combiner == "sqrtn":
            size = sqrt(size)
        return div_no_nan(segment_sum(weighted, rows), _as_columns(size, weighted), name=scope)


_REDUCED = {
    "mean": sparse_segment_mean, "sqrtn": sparse_segment_sqrt_n, "sum": sparse_segment_sum,
}  # fmt: skip


def _as_columns(weights: Tensor, like: Tensor) -> Tensor:
    """A vector with as many axes of size 1 after it as `like` has."""
    if like.shape.ndims == 2:
        return expand_dims(weights, 1)
    if like.shape.ndims is not None:
        return reshape(weights, [-1] + [1] * (like.shape.ndims - 1))
    rest = fill(expand_dims(rank(like) - 1, 0), 1)
    return reshape(weights, concat([[-1], rest], 0))
