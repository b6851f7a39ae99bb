"""Serialized `Example`s taken apart: features into columns, dense, padded or sparse.

Messages of errors name the example, where it has a name, the feature and its type, as TensorFlow's
do. The ops are in `ops.parsing` and `ops.parsing_sequences`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.dtypes import DType
from pyengine.errors import InvalidArgumentError
from pyengine.shape import TensorShape

KINDS = {dtypes.float32: "float_list", dtypes.int64: "int64_list", dtypes.string: "bytes_list"}
_TYPES = {"float_list": "float", "int64_list": "int64", "bytes_list": "string"}

Sizes = tuple[int | None, ...]
Columns = tuple[Any, ...]


def refuse(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def parsed(message: Any, data: bytes, what: str) -> Any:
    """A message from its bytes; raises InvalidArgumentError if they are none."""
    from google.protobuf.message import DecodeError

    try:
        return message.FromString(data)
    except DecodeError:
        shown = data[:100].decode("utf-8", "backslashreplace")
        raise refuse(f"Could not parse {what}, value: '{shown}'") from None


def values_of(feature: Any, dtype: DType, who: str) -> Sequence[Any] | None:
    """The values of a feature, None where there are none.

    Args:
        feature: a `Feature`, or None.
        dtype: what they must be.
        who: the example and the feature, for the error.

    Raises:
        InvalidArgumentError: when they are of another type.
    """
    kind = None if feature is None else feature.WhichOneof("kind")
    if kind is None:
        return None
    if kind != KINDS[dtype]:
        raise refuse(
            f"{who}.  Data types don't match. Expected type: {_TYPES[KINDS[dtype]]} but got: "
            f"{_TYPES[kind]}"
        )
    found: Sequence[Any] = getattr(feature, kind).value
    return found


def array_of(values: Sequence[Any], dtype: DType) -> Any:
    """Values as a vector."""
    if dtype is dtypes.string:
        result = np.empty(len(values), object)
        result[:] = list(values)
        return result
    return np.fromiter(values, np.dtype(dtype.as_numpy_dtype), len(values))


def dims_of(shape: Any) -> Sizes:
    """The sizes of a dense shape."""
    return tuple(TensorShape(shape).sizes or ())


def is_variable(sizes: Sizes) -> bool:
    """Whether the first dimension is as long as there are values."""
    return bool(sizes) and sizes[0] is None


class Examples:
    """The features of a batch of examples.

    Args:
        features: for each example its features by name.
        names: what the examples are called in errors; as many, or none.
    """

    def __init__(self, features: Sequence[Mapping[str, Any]], names: Sequence[str] = ()) -> None:
        self._features = features
        self._names = names

    def _who(self, row: int, key: str) -> str:
        name = f"Name: {self._names[row]}, " if self._names else ""
        return f"{name}Feature: {key}"

    def _values(self, key: str, dtype: DType) -> list[Sequence[Any] | None]:
        return [
            values_of(f.get(key), dtype, self._who(row, key))
            for row, f in enumerate(self._features)
        ]

    def sparse(self, key: str, dtype: DType) -> Columns:
        """Indices, values and shape of a feature with any number of values, a row an example."""
        found = [values or () for values in self._values(key, dtype)]
        counts = np.array([len(v) for v in found], np.int64)
        indices = np.empty((int(counts.sum()), 2), np.int64)
        indices[:, 0] = np.repeat(np.arange(len(found)), counts)
        indices[:, 1] = np.concatenate([np.arange(n) for n in counts] or [counts])
        return indices, _joined(found, dtype), np.array([len(found), counts.max(initial=0)])

    def dense(self, key: str, dtype: DType, sizes: Sizes, default: Any) -> Any:
        """The values of a feature that is in a shape, or has a default; a row an example."""
        found = self._values(key, dtype)
        if is_variable(sizes):
            return self._padded(key, found, dtype, sizes[1:], default)
        size, fallback = math.prod(s or 0 for s in sizes), np.asarray(default).reshape(-1)
        result = np.empty((len(found), size), np.dtype(dtype.as_numpy_dtype))
        for row, values in enumerate(found):
            if values is None:
                if not fallback.size:
                    raise refuse(
                        f"{self._who(row, key)} (data type: {_TYPES[KINDS[dtype]]}) is required "
                        f"but could not be found."
                    )
                result[row] = fallback
            elif len(values) != size:
                raise refuse(
                    f"{self._who(row, key)}.  Number of {_TYPES[KINDS[dtype]]} values != expected. "
                    f" Values size: {len(values)} but output shape: {list(sizes)}"
                )
            else:
                result[row] = array_of(values, dtype)
        return result.reshape(len(found), *(s or 0 for s in sizes))

    def _padded(
        self,
        key: str,
        found: Sequence[Sequence[Any] | None],
        dtype: DType,
        inner: Sizes,
        default: Any,
    ) -> Any:
        stride = math.prod(s or 0 for s in inner)
        counts = [len(values or ()) for values in found]
        for row, count in enumerate(counts):
            if stride and count % stride:
                raise refuse(
                    f"{self._who(row, key)}.  Number of {_TYPES[KINDS[dtype]]} values is not a "
                    f"multiple of stride length. Values size: {count} but the stride is {stride}"
                )
        longest = max(counts, default=0)
        fill = np.asarray(default).reshape(-1)[0]
        result = np.full((len(found), longest), fill, np.dtype(dtype.as_numpy_dtype))
        for row, (values, count) in enumerate(zip(found, counts)):
            if values is not None:
                result[row, :count] = array_of(values, dtype)
        steps = longest // stride if stride else 0
        return result.reshape(len(found), steps, *(s or 0 for s in inner))


def _joined(found: Sequence[Sequence[Any]], dtype: DType) -> Any:
    target = np.dtype(dtype.as_numpy_dtype)
    return np.concatenate([array_of(v, dtype) for v in found] or [np.empty(0, target)])


def missing_list(key: str, name: str) -> InvalidArgumentError:
    """The error for a feature list that must be there."""
    return refuse(
        f"Name: {name}, Feature list: {key} is required but could not be found.  Did you mean to "
        f"include it in feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?"
    )


def dense_list(features: Sequence[Any], key: str, dtype: DType, sizes: Sizes, name: str) -> Any:
    """The features of a list, each of one shape, as rows."""
    size, target = math.prod(s or 0 for s in sizes), np.dtype(dtype.as_numpy_dtype)
    result = np.empty((len(features), size), target)
    for row, feature in enumerate(features):
        who = f"Name: {name}, Feature list: {key}, Index: {row}"
        values = values_of(feature, dtype, who)
        if values is None or len(values) != size:
            raise refuse(
                f"{who}.  Number of {_TYPES[KINDS[dtype]]} values != expected.  Values size: "
                f"{len(values or ())} but feature shape: {list(sizes)}"
            )
        result[row] = array_of(values, dtype)
    return result.reshape(len(features), *(s or 0 for s in sizes))
