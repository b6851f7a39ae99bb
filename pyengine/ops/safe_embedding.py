"""Embeddings of sparse ids that may be invalid or lacking."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, reshape, shape
from pyengine.ops.compare import greater, greater_equal, logical_and
from pyengine.ops.embedding import embedding_lookup_sparse, parts_of
from pyengine.ops.filling import zeros_like
from pyengine.ops.indexing import slice
from pyengine.ops.joining import concat, stack
from pyengine.ops.reduce import reduce_prod
from pyengine.ops.repetition import where
from pyengine.ops.sequences import repeat
from pyengine.ops.sparse import sparse_reshape
from pyengine.ops.sparse_parts import sparse_retain
from pyengine.ops.sparse_rows import sparse_fill_empty_rows
from pyengine.scopes import name_scope
from pyengine.sparse_tensor import SparseTensor

__all__ = ["safe_embedding_lookup_sparse"]


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: Any = None,
) -> Tensor:
    """As `embedding_lookup_sparse`; rows without a valid id give zeros, or a default's embedding.

    Args:
        embedding_weights: a matrix of embeddings, or a list of its parts.
        sparse_ids: a `SparseTensor` of ids of shape [d0, ..., dn]; negative ones are left out.
        sparse_weights: a `SparseTensor` of a weight for each id, or None; ids with weights that
            are not positive are left out, but for the combiner "sum".
        combiner: "mean", "sqrtn" or "sum".
        default_id: the id for rows without one; by default they give zeros.
        name: the name scope.
        partition_strategy: "div" or "mod".
        max_norm: the largest norm of an embedding, if not None.

    Returns:
        A tensor of shape [d0, ..., dn-1, size of an embedding].

    Raises:
        ValueError: without embeddings.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     ids = tf.SparseTensor([[0, 0], [1, 0]], tf.constant([1, -1], tf.int64), [2, 1])
        ...     table = tf.constant([[1.0], [5.0]])
        ...     sess.run(tf.nn.safe_embedding_lookup_sparse(table, ids)).tolist()
        [[5.0], [0.0]]
    """
    if embedding_weights is None:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    given = embedding_weights
    parts = parts_of(given)
    if not parts:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    with name_scope(name, "embedding_lookup", [*parts, sparse_ids.values]):
        sizes = convert_to_tensor(sparse_ids.dense_shape)
        rank = sizes.shape.num_elements()
        outer = sizes[:-1]
        ids = sparse_reshape(sparse_ids, stack([reduce_prod(outer), sizes[-1]]))
        weights = None
        if sparse_weights is not None:
            weights = SparseTensor(ids.indices, sparse_weights.values, ids.dense_shape)
        valid = greater_equal(ids.values, 0)
        if weights is not None and combiner != "sum":
            valid = logical_and(valid, greater(weights.values, 0))
        ids = sparse_retain(ids, valid)
        ids, is_empty = sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights = sparse_retain(weights, valid)
            weights, _ = sparse_fill_empty_rows(weights, convert_to_tensor(1.0, float32))
        result = embedding_lookup_sparse(
            given, ids, weights, partition_strategy, combiner=combiner, max_norm=max_norm
        )
        if default_id is None:
            flags = expand_dims(is_empty, 1)
            flags = repeat(flags, shape(result)[1], axis=1)
            result = where(flags, zeros_like(result), result)
        out = reshape(result, concat([_as_int32(outer), slice(shape(result), [1], [-1])], 0))
        if rank is not None:
            out.set_shape([*[None] * (rank - 1), *(result.shape[1:].as_list())])
        return out


def _as_int32(x: Tensor) -> Tensor:
    from pyengine.ops.math import to_int32

    return to_int32(x)
