"""Operations on sets: the elements along the last dimension of tensors, dense or sparse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import UNKNOWN, TensorShape
from pyengine.sparse_tensor import SparseTensor, SparseTensorValue

__all__ = ["set_difference", "set_intersection", "set_size", "set_union"]

_TYPES = "int8|int16|int32|int64|uint8|uint16|string"
_NONE = no_grad("sets have no derivative")
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "a-b": np.setdiff1d,
    "b-a": lambda a, b: np.setdiff1d(b, a),
    "intersection": np.intersect1d,
    "union": np.union1d,
}

# ---------------------------------------------------------------- kernels


def _of_dense(x: Any) -> tuple[tuple[int, ...], Any, Any]:
    """The shape of the groups, and for each element its group's number and its value."""
    if x.ndim < 2:
        raise ValueError(f"sets need tensors of rank 2 or more, got shape {list(x.shape)}")
    groups = x.shape[:-1]
    count = int(np.prod(groups))
    return groups, np.repeat(np.arange(count), x.shape[-1]), np.ravel(x)


def _of_sparse(parts: Any, validate: bool) -> tuple[Any, Any, Any]:
    indices, values, sizes = parts
    sizes = tuple(int(s) for s in sizes)
    if len(sizes) < 2:
        raise ValueError(f"sets need tensors of rank 2 or more, got shape {list(sizes)}")
    if validate and len(indices):
        if (indices < 0).any() or (indices >= sizes).any():
            raise InvalidArgumentError(None, None, f"indices out of bounds for shape {list(sizes)}")
        flat = np.ravel_multi_index(tuple(indices.T), sizes)
        if (flat[1:] <= flat[:-1]).any():
            raise InvalidArgumentError(None, None, "indices are out of order")
    outer = tuple(indices[:, :-1].T)
    numbers = np.ravel_multi_index(outer, sizes[:-1]) if len(indices) else np.zeros(0, np.int64)
    return sizes[:-1], numbers, values


def _operated(a: Any, b: Any, how: str) -> tuple[Any, Any, Any]:
    """The sparse tensor of a set operation on each group."""
    if a[0] != b[0]:
        raise ValueError(f"Mismatched group shapes {list(a[0])} and {list(b[0])}")
    # Every pair of a group and a value becomes one number, in the order of groups and values.
    distinct, codes = np.unique(np.concatenate([a[2], b[2]]), return_inverse=True)
    n, at = max(len(distinct), 1), len(a[2])
    codes = codes.reshape(-1)
    found = _OPERATIONS[how](a[1] * n + codes[:at], b[1] * n + codes[at:]).astype(np.int64)
    rows = found // n
    starts = np.searchsorted(rows, rows)
    place = np.arange(len(rows)) - starts
    outer = np.unravel_index(rows, a[0]) if len(rows) else [rows] * len(a[0])
    largest = int(place.max()) + 1 if len(place) else 0
    indices = np.stack([*outer, place], axis=1).astype(np.int64)
    return indices, distinct[found % n].astype(a[2].dtype), np.array([*a[0], largest], np.int64)


def _check_how(how: str) -> None:
    if how not in _OPERATIONS:
        raise ValueError(f"Invalid set_operation {how}; it is one of {', '.join(_OPERATIONS)}")


def _result_shapes(rank: int | None) -> list[Any]:
    return [[None, rank], [None], [rank]]


def _dense_dense_shape(op: Operation) -> list[Any]:
    _check_how(op.attrs["set_operation"])
    a, b = (t.shape.with_rank_at_least(2) for t in op.inputs)
    a.assert_same_rank(b)
    if a.ndims is not None and b.ndims is not None:
        a[:-1].assert_is_compatible_with(b[:-1])
    return _result_shapes(b.ndims if a.ndims is None else a.ndims)


def _rank_of(sizes: Tensor) -> int | None:
    known = sizes.shape.with_rank(1).sizes
    return None if known is None else known[0]


def _dense_sparse_shape(op: Operation) -> list[Any]:
    _check_how(op.attrs["set_operation"])
    a, rank = op.inputs[0].shape.with_rank_at_least(2), _rank_of(op.inputs[3])
    if None not in (a.ndims, rank) and a.ndims != rank:
        raise ValueError(f"the sets have ranks {a.ndims} and {rank}")
    return _result_shapes(rank if a.ndims is None else a.ndims)


def _sparse_sparse_shape(op: Operation) -> list[Any]:
    _check_how(op.attrs["set_operation"])
    ranks = _rank_of(op.inputs[2]), _rank_of(op.inputs[5])
    if None not in ranks and ranks[0] != ranks[1]:
        raise ValueError(f"the sets have ranks {ranks[0]} and {ranks[1]}")
    return _result_shapes(ranks[1] if ranks[0] is None else ranks[0])


_ATTRS = {"set_operation": REQUIRED, "validate_indices": True}

_dense_dense = defop(
    "DenseToDenseSetOperation",
    "set1: T, set2: T -> int64, T, int64",
    doc="A set operation on two dense tensors.",
    types={"T": _TYPES},
    attrs=_ATTRS,
    shape=_dense_dense_shape,
    kernel=lambda xp, a, b, *, set_operation, validate_indices: _operated(
        _of_dense(a), _of_dense(b), set_operation
    ),
    grad=_NONE,
)
_dense_sparse = defop(
    "DenseToSparseSetOperation",
    "set1: T, set2_indices: int64, set2_values: T, set2_shape: int64 -> int64, T, int64",
    doc="A set operation on a dense and a sparse tensor.",
    types={"T": _TYPES},
    attrs=_ATTRS,
    shape=_dense_sparse_shape,
    kernel=lambda xp, a, *b, set_operation, validate_indices: _operated(
        _of_dense(a), _of_sparse(b, validate_indices), set_operation
    ),
    grad=_NONE,
)
_sparse_sparse = defop(
    "SparseToSparseSetOperation",
    "set1_indices: int64, set1_values: T, set1_shape: int64, set2_indices: int64, set2_values: T, "
    "set2_shape: int64 -> int64, T, int64",
    doc="A set operation on two sparse tensors.",
    types={"T": _TYPES},
    attrs=_ATTRS,
    shape=_sparse_sparse_shape,
    kernel=lambda xp, *sets, set_operation, validate_indices: _operated(
        _of_sparse(sets[:3], validate_indices),
        _of_sparse(sets[3:], validate_indices),
        set_operation,
    ),
    grad=_NONE,
)


def _size_shape(op: Operation) -> TensorShape:
    sizes = static.shape_value(op.inputs[2])
    return UNKNOWN if sizes.sizes is None else sizes[:-1]


def _size_kernel(xp: Any, *parts: Any, validate_indices: bool) -> Any:
    groups, numbers, values = _of_sparse(parts, validate_indices)
    distinct, codes = np.unique(values, return_inverse=True)
    n = max(len(distinct), 1)
    found = np.unique(numbers * n + codes.reshape(-1)).astype(np.int64)
    counts = np.bincount(found // n, minlength=int(np.prod(groups)))
    return counts.astype(np.int32).reshape(groups)


_set_size = defop(
    "SetSize",
    "set_indices: int64, set_values: T, set_shape: int64 -> int32",
    doc="How many distinct elements there are along the last dimension.",
    types={"T": _TYPES},
    attrs={"validate_indices": True},
    shape=_size_shape,
    kernel=_size_kernel,
    grad=_NONE,
)

# ---------------------------------------------------------------- public functions


def _converted(x: Any, like: Any = None) -> Any:
    if isinstance(x, SparseTensorValue):
        return SparseTensor.from_value(x)
    if isinstance(x, SparseTensor):
        return x
    dtype = None if like is None or hasattr(x, "dtype") else like.dtype.base_dtype
    return convert_to_tensor(x, dtype)


def _parts(x: Any) -> tuple[Any, ...]:
    return (x.indices, x.values, x.dense_shape) if isinstance(x, SparseTensor) else (x,)


def _operation(a: Any, b: Any, how: str, validate_indices: bool) -> SparseTensor:
    a = _converted(a)
    b = _converted(b, a)
    if a.dtype.base_dtype is not b.dtype.base_dtype:
        raise TypeError(f"Types don't match, {a.dtype.name} vs {b.dtype.name}.")
    if isinstance(a, SparseTensor) and not isinstance(b, SparseTensor):
        a, b = b, a  # TensorFlow has an op for dense with sparse only
        how = {"a-b": "b-a", "b-a": "a-b"}.get(how, how)
    op = _dense_dense
    if isinstance(b, SparseTensor):
        op = _sparse_sparse if isinstance(a, SparseTensor) else _dense_sparse
    found = op(*_parts(a), *_parts(b), set_operation=how, validate_indices=validate_indices)
    return SparseTensor(*found)


def set_intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The elements along the last dimension that are in both of two tensors.

    Args:
        a, b: integer or string tensors or `SparseTensor`s of one dtype; all sizes but the last
            agree. The positions of sparse ones must be in row-major order.
        validate_indices: whether to check these positions.

    Returns:
        A `SparseTensor` with the elements of each set in ascending order.

    Raises:
        TypeError: when the dtypes differ.
        ValueError: when the shapes do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.sets.intersection([[1, 2, 3]], [[3, 1, 5]])).values.tolist()
        [1, 3]
    """
    return _operation(a, b, "intersection", validate_indices)


def set_difference(
    a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True
) -> SparseTensor:
    """The elements along the last dimension that are in one of two tensors and not in the other.

    Args:
        a, b, validate_indices: as in `set_intersection`.
        aminusb: whether they are those of a that are not in b, or the other way round.

    Returns:
        A `SparseTensor` with the elements of each set in ascending order.
    """
    return _operation(a, b, "a-b" if aminusb else "b-a", validate_indices)


def set_union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The elements along the last dimension that are in either of two tensors.

    Args:
        a, b, validate_indices: as in `set_intersection`.

    Returns:
        A `SparseTensor` with the elements of each set in ascending order.
    """
    return _operation(a, b, "union", validate_indices)


def set_size(a: Any, validate_indices: bool = True) -> Tensor:
    """How many distinct elements there are along the last dimension of a sparse tensor.

    Args:
        a: a `SparseTensor` of integers or strings, its positions in row-major order.
        validate_indices: whether to check these positions.

    Returns:
        An int32 tensor without the last dimension.

    Raises:
        TypeError: for anything but a `SparseTensor`.
    """
    if isinstance(a, SparseTensorValue):
        a = SparseTensor.from_value(a)
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a!r}.")
    result: Tensor = _set_size(*_parts(a), validate_indices=validate_indices)
    return result
