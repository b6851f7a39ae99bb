"""Crosses of features: every combination of the values in a row of several matrices.

The hash is that of TensorFlow (core/kernels/sparse_cross_op.cc), so that buckets are too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType
from pyengine.graph import Operation
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.hashing import fingerprint64
from pyengine.ops.math import cast
from pyengine.shape import TensorShape
from pyengine.sparse_tensor import SparseTensor

__all__ = ["cross", "cross_hashed"]

_MASK = (1 << 64) - 1
_FACTOR = 0xC6A4A7935BD1E995
_DEFAULT_KEY = 0xDECAFCAFFE
_CROSS = no_grad("combinations of features have no gradient")


def _mix(x: int) -> int:
    return x ^ (x >> 47)


def _joined_hash(one: int, other: int) -> int:
    """The fingerprint of two fingerprints."""
    found = one ^ _FACTOR ^ (_mix(other * _FACTOR & _MASK) * _FACTOR & _MASK)
    found = found * _FACTOR & _MASK
    return _mix(_mix(found) * _FACTOR & _MASK)


def _number(feature: Any) -> int:
    return fingerprint64(feature) if isinstance(feature, bytes) else int(feature) & _MASK


def _text(feature: Any) -> bytes:
    return feature if isinstance(feature, bytes) else str(int(feature)).encode()


def _rows_of_sparse(indices: Any, values: Any, shape: Any, i: int) -> list[list[Any]]:
    if indices.ndim != 2 or values.ndim != 1 or shape.shape != (2,):
        raise ValueError(
            f"Input {i} should be a sparse matrix, got indices {list(indices.shape)}, values "
            f"{list(values.shape)} and shape {shape.tolist()}"
        )
    if len(indices) != len(values):
        raise ValueError(f"Input {i} has {len(indices)} indices, and {len(values)} values")
    rows: list[list[Any]] = [[] for _ in range(int(shape[0]))]
    for row, value in zip(indices[:, 0].tolist(), values.tolist()):
        if not 0 <= row < len(rows):
            raise ValueError(f"Input {i} has an index in row {row} of {len(rows)}")
        rows[row].append(value)
    return rows


def _columns(inputs: Sequence[Any], sparse: int, dense: int) -> list[list[list[Any]]]:
    """For each input its rows of features."""
    parts = [np.asarray(x) for x in inputs]
    indices, values, shapes = (parts[i * sparse : (i + 1) * sparse] for i in range(3))
    found = [_rows_of_sparse(*p, i) for i, p in enumerate(zip(indices, values, shapes))]
    for i, x in enumerate(parts[3 * sparse : 3 * sparse + dense]):
        if x.ndim != 2:
            raise ValueError(f"Dense inputs should be matrices, input {i} has {list(x.shape)}")
        found.append(x.tolist())
    if len({len(rows) for rows in found}) > 1:
        raise ValueError(f"Expected one batch size, got {[len(rows) for rows in found]}")
    return found


def _crossed(columns: list[list[list[Any]]], make: Any, dtype: DType) -> Any:
    rows = list(zip(*columns))
    combined = [[make(features) for features in itertools.product(*row)] for row in rows]
    counts = [math.prod(map(len, row)) for row in rows]
    indices = [(i, j) for i, count in enumerate(counts) for j in range(count)]
    values = np.empty(len(indices), dtype.as_numpy_dtype)
    values[:] = list(itertools.chain.from_iterable(combined))
    shape = np.array([len(rows), max(counts, default=0)], np.int64)
    return np.array(indices, np.int64).reshape(-1, 2), values, shape


def _hashed(features: Sequence[int], key: int, buckets: int) -> int:
    found = key
    for feature in features:
        found = _joined_hash(found, feature)
    return found % (buckets if buckets > 0 else (1 << 63) - 1)


def _kernel(
    xp: Any,
    *inputs: Any,
    N: int,
    hashed_output: bool,
    num_buckets: int,
    hash_key: int,
    dense_types: Any,
    out_type: DType,
    **_: Any,
) -> Any:
    columns = _columns(inputs, N, len(dense_types))
    if not hashed_output:
        return _crossed(columns, lambda f: b"_X_".join(map(_text, f)), out_type)
    columns = [[[_number(f) for f in row] for row in rows] for rows in columns]
    return _crossed(columns, lambda f: _hashed(f, hash_key, num_buckets), out_type)


def _shapes(op: Operation) -> list[TensorShape]:
    return [TensorShape([None, 2]), TensorShape([None]), TensorShape([2])]


_LISTS = "indices: int64*, values: any*, shapes: int64*, dense_inputs: any*"
_TYPES: dict[str, Any] = {"N": REQUIRED, "sparse_types": REQUIRED, "dense_types": REQUIRED}

_sparse_cross = defop(
    "SparseCross",
    f"{_LISTS} -> int64, @out_type, int64",
    doc="Every combination of features, joined by '_X_' or hashed.",
    attrs={
        "N": REQUIRED, "hashed_output": REQUIRED, "num_buckets": REQUIRED, "hash_key": REQUIRED,
        "sparse_types": REQUIRED, "dense_types": REQUIRED, "out_type": REQUIRED,
        "internal_type": REQUIRED,
    },
    shape=_shapes,
    kernel=_kernel,
    grad=_CROSS,
)  # fmt: skip


def _cross_v2_kernel(xp: Any, *inputs: Any, N: int, dense_types: Any, **_: Any) -> Any:
    columns = _columns(inputs[:-1], N, len(dense_types))
    between: Any = np.asarray(inputs[-1], object)[()]
    return _crossed(columns, lambda f: between.join(map(_text, f)), dtypes.string)


_sparse_cross_v2 = defop(
    "SparseCrossV2",
    f"{_LISTS}, sep: string -> int64, string, int64",
    doc="Every combination of features, joined by a text.",
    attrs=_TYPES,
    shape=_shapes,
    kernel=_cross_v2_kernel,
    grad=_CROSS,
)


def _parts(inputs: Any) -> tuple[tuple[Any, Any, Any, Any], dict[str, Any], DType]:
    """The inputs of the op, those attributes that say what they are, and the inner dtype."""
    if not isinstance(inputs, (list, tuple)):
        raise TypeError("Inputs must be a list")
    sparse = [x for x in inputs if isinstance(x, SparseTensor)]
    dense = [convert_to_tensor(x) for x in inputs if not isinstance(x, SparseTensor)]
    inner = dtypes.string
    values: list[Any] = []
    others: list[Any] = []
    for kept, given in ((values, [x.values for x in sparse]), (others, dense)):
        for x in given:
            is_text = x.dtype.base_dtype is dtypes.string
            inner = inner if is_text else dtypes.int64
            kept.append(x if is_text else cast(x, dtypes.int64))
    attrs = {
        "N": len(sparse), "sparse_types": [x.dtype.base_dtype for x in values],
        "dense_types": [x.dtype.base_dtype for x in others],
    }  # fmt: skip
    lists = [x.indices for x in sparse], values, [x.dense_shape for x in sparse], others
    return lists, attrs, inner


def cross(inputs: Any, name: str | None = None, separator: Any = None) -> SparseTensor:
    """Every combination of the features in each row, joined as text.

    Args:
        inputs: a list of matrices, sparse or dense, of strings or integers, with as many rows.
        name: the op's name.
        separator: what is between the features, "_X_" by default.

    Returns:
        A `SparseTensor` of strings, with as many columns as the row with the most combinations.

    Raises:
        TypeError: when `inputs` is no list.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant([["a", "b"]])
        ...     sess.run(tf.sparse.cross([x, [[1]]])).values.tolist()
        [b'a_X_1', b'b_X_1']
    """
    lists, attrs, inner = _parts(inputs)
    if separator is None:
        made = _sparse_cross(
            *lists, **attrs, hashed_output=False, num_buckets=0, hash_key=_DEFAULT_KEY,
            out_type=dtypes.string, internal_type=inner, name=name,
        )  # fmt: skip
    else:
        made = _sparse_cross_v2(*lists, separator, **attrs, name=name)
    return SparseTensor(*made)


def cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """Every combination of the features in each row, as a hash.

    Args:
        inputs: as for `tf.sparse.cross`.
        num_buckets: how many buckets there are; 0 for hashes as large as they are.
        hash_key: where the hash starts.
        name: the op's name.

    Returns:
        A `SparseTensor` of int64.

    Raises:
        TypeError: when `inputs` is no list.
    """
    lists, attrs, inner = _parts(inputs)
    made = _sparse_cross(
        *lists, **attrs, hashed_output=True, num_buckets=num_buckets,
        hash_key=hash_key or _DEFAULT_KEY, out_type=dtypes.int64, internal_type=inner, name=name,
    )  # fmt: skip
    return SparseTensor(*made)
