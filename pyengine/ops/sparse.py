"""Sparse tensors in other shapes and orders, and as dense ones; `sparse_math` computes with them.

Kernels work on the three arrays of a sparse tensor. A position is turned into one number, its place
in row-major order, wherever positions are compared.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import invert_permutation, reshape, size
from pyengine.ops.declare import defop, no_grad, whole
from pyengine.ops.filling import range as sequence
from pyengine.ops.filling import zeros_like
from pyengine.ops.gathering import gather, gather_nd
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, subtract
from pyengine.ops.reduce import reduce_sum
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape
from pyengine.sparse_tensor import SparseTensor, as_sparse

__all__ = [
    "sparse_reorder", "sparse_reset_shape", "sparse_reshape", "sparse_tensor_to_dense",
    "sparse_to_dense", "sparse_transpose",
]  # fmt: skip

# ---------------------------------------------------------------- positions


def places(indices: Any, sizes: Any) -> Any:
    """The place of each position in row-major order, as an int64 vector.

    Args:
        indices: of shape [n, rank].
        sizes: the shape of the whole tensor.
    """
    total = 1
    for s in sizes:
        total *= builtins.max(int(s), 1)
    if total >= 2**63:
        # Too many elements to number: the ranks of the rows compare as the places would.
        return np.unique(indices, axis=0, return_inverse=True)[1].reshape(-1)
    strides = np.ones(len(sizes), np.int64)
    for i in builtins.range(len(sizes) - 2, -1, -1):
        strides[i] = strides[i + 1] * builtins.max(int(sizes[i + 1]), 1)
    return indices @ strides


def check_inside(indices: Any, sizes: Any) -> None:
    """Raises unless every position is inside of the shape."""
    if indices.ndim != 2 or indices.shape[1] != len(sizes):
        raise ValueError(
            f"indices of shape {list(indices.shape)} do not fit a tensor of rank {len(sizes)}"
        )
    bad = ((indices < 0) | (indices >= np.asarray(sizes))).any(axis=1)
    if bad.any():
        at = int(np.argmax(bad))
        raise InvalidArgumentError(
            None,
            None,
            f"indices[{at}] = {indices[at].tolist()} is out of bounds: need 0 <= index < "
            f"{list(map(int, sizes))}",
        )


def check_order(indices: Any, sizes: Any) -> None:
    """Raises unless the positions are in row-major order, each once."""
    at = places(indices, sizes)
    bad = np.flatnonzero(at[1:] <= at[:-1])
    if len(bad):
        i = int(bad[0]) + 1
        what = "repeated" if at[i] == at[i - 1] else "out of order"
        raise InvalidArgumentError(
            None,
            None,
            f"indices[{i}] = {indices[i].tolist()} is {what}. Many sparse ops require sorted "
            f"indices; use tf.sparse_reorder() to sort them.",
        )


def in_order(indices: Any, sizes: Any) -> Any:
    """The permutation that sorts the positions."""
    return np.argsort(places(indices, sizes), kind="stable")


def rank_of(op: Operation, position: int) -> int | None:
    """The rank of a sparse tensor, from its dense_shape."""
    sizes = op.inputs[position].shape.sizes
    return None if sizes is None else sizes[0]


def triple_shape(op: Operation) -> list[TensorShape]:
    """Any number of elements of the rank that the third input has."""
    rank = rank_of(op, 2)
    return [TensorShape.of((None, rank)), TensorShape.of((None,)), TensorShape.of((rank,))]


# ---------------------------------------------------------------- dense


def _to_dense_kernel(
    xp: Any, indices: Any, sizes: Any, values: Any, default: Any, *, validate_indices: bool
) -> Any:
    sizes = (sizes,) if isinstance(sizes, int) else sizes
    at = indices.reshape(-1, len(sizes)) if indices.ndim < 2 else indices
    check_inside(at, sizes)
    if np.ndim(values) and len(values) != len(at):
        raise ValueError(f"there are {len(at)} indices but {len(values)} values")
    if validate_indices:
        check_order(at, sizes)
    result = np.full(sizes, default, np.asarray(default).dtype)
    result[builtins.tuple(at.T)] = values
    return result


def _to_dense_grad(op: Operation, dy: Tensor) -> Any:
    taken = gather_nd(dy, _as_rows(op.inputs[0], size(op.inputs[1])))
    if op.inputs[2].shape.ndims == 0:
        taken = reduce_sum(taken)
    return None, None, taken, subtract(reduce_sum(dy), reduce_sum(taken))


def _as_rows(indices: Tensor, rank: Any) -> Tensor:
    if indices.shape.ndims == 2:
        return indices
    return reshape(indices, [-1, rank])


_sparse_to_dense = defop(
    "SparseToDense",
    "sparse_indices: Tindices, output_shape: host Tindices, sparse_values: T, default_value: T "
    "-> T",
    doc="A dense tensor with values at some positions.",
    types={"Tindices": "index"},
    attrs={"validate_indices": True},
    shape=lambda op: static.shape_value(op.inputs[1]),
    kernel=_to_dense_kernel,
    grad=_to_dense_grad,
)


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A dense tensor with given values at given positions.

    Args:
        sparse_indices: the positions: a matrix with one in each row, or for a vector a vector.
        output_shape: the shape of the result.
        sparse_values: the values, a vector, or a scalar for all.
        default_value: the value elsewhere.
        validate_indices: whether to check that the positions are in row-major order, each once.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a position outside of the shape, or out of
            order.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.sparse_to_dense([1, 3], [5], 1.0, 0.0)).tolist()
        [0.0, 1.0, 0.0, 1.0, 0.0]
    """
    values = convert_to_tensor(sparse_values, name="sparse_values")
    default = convert_to_tensor(_default_for(default_value, values), values.dtype.base_dtype)
    sizes, indices = whole(output_shape), whole(sparse_indices)
    given = next((x for x in (indices, sizes) if hasattr(x, "graph")), None)
    wanted = dtypes.int32 if given is None else given.dtype.base_dtype
    indices, sizes = (convert_to_tensor(x, None if _fixed(x) else wanted) for x in (indices, sizes))
    return _sparse_to_dense(
        indices, sizes, values, default, validate_indices=bool(validate_indices), name=name
    )


def _fixed(value: Any) -> bool:
    return hasattr(value, "graph") or isinstance(value, np.ndarray)


def _default_for(value: Any, like: Tensor) -> Any:
    plain = isinstance(value, (int, float)) and not value
    if plain and like.dtype.base_dtype is dtypes.string:
        return ""
    if plain and like.dtype.is_bool:
        return False
    return value


def sparse_tensor_to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """A sparse tensor as a dense one.

    Args:
        sp_input: a `SparseTensor`.
        default_value: the value of all other elements, zero by default.
        validate_indices: whether to check that the positions are in row-major order, each once.
        name: the op's name.

    Raises:
        TypeError: when it is no `SparseTensor`.
        tf.errors.InvalidArgumentError: at run time, for a position that is out of bounds or order.
    """
    sparse = as_sparse(sp_input)
    return sparse_to_dense(
        sparse.indices,
        sparse.dense_shape,
        sparse.values,
        default_value=0 if default_value is None else default_value,
        validate_indices=validate_indices,
        name=name,
    )


# ---------------------------------------------------------------- order and shape


def _reorder_kernel(xp: Any, indices: Any, values: Any, sizes: Any) -> Any:
    check_inside(indices, sizes)
    order = in_order(indices, sizes)
    return indices[order], values[order]


def _reorder_grad(op: Operation, _: Any, dy: Tensor) -> Any:
    indices, values, sizes = op.inputs
    count = cast(sequence(size(values)), dtypes.int64)
    _, order = _reorder(indices, count, sizes)
    return None, gather(dy, invert_permutation(order)), None


_reorder = defop(
    "SparseReorder",
    "input_indices: int64, input_values: T, input_shape: int64 -> int64, T",
    doc="The elements in row-major order.",
    shape=lambda op: [op.inputs[0].shape, op.inputs[1].shape],
    kernel=_reorder_kernel,
    grad=_reorder_grad,
)


def sparse_reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """A sparse tensor with its elements in row-major order.

    Args:
        sp_input: a `SparseTensor` of any dtype.
        name: the op's name.

    Returns:
        A `SparseTensor` of the same dtype and shape.

    Raises:
        TypeError: when `sp_input` is no `SparseTensor`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.SparseTensor([[1, 0], [0, 1]], [2.0, 1.0], [2, 2])
        ...     sess.run(tf.sparse.reorder(x)).values.tolist()
        [1.0, 2.0]
    """
    sparse = as_sparse(sp_input)
    indices, values = _reorder(sparse.indices, sparse.values, sparse.dense_shape, name=name)
    return SparseTensor(indices, values, sparse.dense_shape)


def _reshape_kernel(xp: Any, indices: Any, sizes: Any, wanted: Any) -> Any:
    check_inside(indices, sizes)
    count = int(np.prod(sizes))
    if (wanted == -1).sum() > 1 or (wanted < -1).any():
        raise ValueError(f"only one output dimension may be -1, got {wanted.tolist()}")
    rest = int(np.prod(wanted[wanted != -1]))
    found = wanted.copy()
    if (wanted == -1).any():
        if not rest or count % rest:
            raise ValueError(f"a tensor of {count} elements has no shape {wanted.tolist()}")
        found[wanted == -1] = count // rest
    if int(np.prod(found)) != count:
        raise ValueError(
            f"Input to reshape is a tensor with {count} dense values, but the requested shape has "
            f"{int(np.prod(found))}"
        )
    flat = np.ravel_multi_index(builtins.tuple(indices.T), builtins.tuple(sizes))
    moved = np.stack(np.unravel_index(flat, builtins.tuple(found)), axis=1)
    return moved.astype(np.int64), found


def _reshape_shape(op: Operation) -> list[TensorShape]:
    rows = op.inputs[0].shape.sizes
    rank = rank_of(op, 2)
    return [TensorShape.of((None if rows is None else rows[0], rank)), TensorShape.of((rank,))]


_sparse_reshape = defop(
    "SparseReshape",
    "input_indices: int64, input_shape: int64, new_shape: int64 -> int64, int64",
    doc="The positions of the elements in another shape.",
    shape=_reshape_shape,
    kernel=_reshape_kernel,
    grad=no_grad("its outputs are integers"),
)


def sparse_reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """A sparse tensor in another shape.

    Args:
        sp_input: a `SparseTensor`.
        shape: the new shape; one size may be -1.
        name: the name scope.

    Raises:
        TypeError: when `sp_input` is no `SparseTensor`.
        ValueError: when the static shapes do not have equally many elements.
    """
    sparse = as_sparse(sp_input)
    wanted = convert_to_tensor(whole(shape), dtypes.int64)
    with name_scope(name, "SparseReshape", [sparse.values]) as scope:
        known, target = sparse.shape.num_elements(), static.constant_value(wanted)
        fixed = target is not None and (target >= 0).all()
        if known is not None and fixed and int(np.prod(target)) != known:
            raise ValueError(
                f"Cannot reshape a tensor with {known} elements to shape {target.tolist()}"
            )
        indices, sizes = _sparse_reshape(sparse.indices, sparse.dense_shape, wanted, name=scope)
        result = SparseTensor(indices, sparse.values, sizes)
        if target is not None:
            result._static_shape = _filled_in(target.tolist(), known)
        return result


def _filled_in(sizes: list[int], count: int | None) -> TensorShape:
    """The static shape of some sizes, of which one may be -1."""
    rest = int(np.prod([s for s in sizes if s >= 0]))
    missing = count // rest if count is not None and rest else None
    return TensorShape.of(builtins.tuple(missing if s < 0 else s for s in sizes))


def sparse_transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """A sparse tensor with its axes in another order.

    Args:
        sp_input: a `SparseTensor`.
        perm: the axes in their new order; by default the reverse.
        name: the name scope.
    """
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseTranspose", [sparse.values]):
        rank = sparse.dense_shape.shape[0].value
        if perm is None:
            if rank is None:
                count = size(sparse.dense_shape)
                perm = subtract(subtract(count, 1), sequence(count))
            else:
                perm = list(builtins.range(rank))[::-1]
        order = whole(perm)
        indices = gather(sparse.indices, order, axis=1)
        sizes = gather(sparse.dense_shape, order)
        result = SparseTensor(indices, sparse.values, sizes)
        if isinstance(order, list) and sparse.shape.sizes is not None:
            result._static_shape = TensorShape([sparse.shape.sizes[i] for i in order])
        return sparse_reorder(result)


def sparse_reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """A sparse tensor with another shape around the same elements.

    Args:
        sp_input: a `SparseTensor`.
        new_shape: the shape, which must contain all elements; by default the smallest that does.

    Raises:
        ValueError: when the static shapes say that it is too small, or of another rank.
    """
    from pyengine.ops.math import add
    from pyengine.ops.reduce import reduce_max

    sparse = as_sparse(sp_input)
    indices = sparse.indices
    if new_shape is None:
        # An element at -1 of each axis makes the shape of no elements zeros.
        lowest = reshape(subtract(zeros_like(sparse.dense_shape), 1), [1, -1])
        return SparseTensor(
            indices, sparse.values, add(reduce_max(concat([lowest, indices], 0), [0]), 1)
        )
    wanted = convert_to_tensor(whole(new_shape), dtypes.int64)
    sparse.dense_shape.shape.assert_is_compatible_with(wanted.shape.with_rank(1))
    target = static.shape_value(wanted)
    if target.is_fully_defined() and sparse.shape.is_fully_defined():
        for new, old in zip(target.as_list(), sparse.shape.as_list()):
            if new < old:  # type: ignore[operator]  # both are known
                raise ValueError(f"Requested dimension {new} is smaller than {old}")
    return SparseTensor(indices, sparse.values, _checked_bounds(wanted, sparse.dense_shape))


def _bounds_kernel(xp: Any, wanted: Any, least: Any) -> Any:
    if len(wanted) != len(least) or (wanted < least).any():
        raise ValueError(f"the new shape {wanted.tolist()} is smaller than {least.tolist()}")
    return wanted


_checked_bounds = defop(
    "SparseNewShape",
    "new_shape: int64, dense_shape: int64 -> int64",
    doc="A shape, which must not be smaller than another.",
    shape=lambda op: op.inputs[0].shape.merge_with(op.inputs[1].shape),
    kernel=_bounds_kernel,
    grad=no_grad("its output is an integer"),
)
