"""What is wanted of the features of an `Example`: `FixedLenFeature` and its like."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pyengine import dtypes
from pyengine.dtypes import DType, as_dtype
from pyengine.executor.examples import KINDS
from pyengine.ops.declare import whole
from pyengine.ops.sparse_rows import sparse_merge
from pyengine.shape import TensorShape, as_shape

__all__ = ["FixedLenFeature", "FixedLenSequenceFeature", "SparseFeature", "VarLenFeature"]


class VarLenFeature(NamedTuple):
    """A feature with any number of values, parsed into a `SparseTensor`.

    Attributes:
        dtype: float32, int64 or string.

    Args:
        dtype: the dtype of the values: float32, int64 or string.
    """

    dtype: Any


class FixedLenFeature(NamedTuple):
    """A feature with as many values as its shape has elements, parsed into a tensor.

    Attributes:
        shape: the shape.
        dtype: float32, int64 or string.
        default_value: what stands for it where it is missing; None where it must not be.

    Args:
        shape: the shape of the values in each example.
        dtype: their dtype: float32, int64 or string.
        default_value: what stands for a feature that is not there; without it, that is an error.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature of any number of steps, each of one shape, parsed into a padded tensor.

    Attributes:
        shape: the shape of a step.
        dtype: float32, int64 or string.
        allow_missing: whether it may be missing; it then has no steps.
        default_value: what the shorter ones of a batch are padded with.

    Args:
        shape: the shape of each step; the number of steps comes before it.
        dtype: the dtype of the values: float32, int64 or string.
        allow_missing: whether a feature that is not there has no steps, or is an error.
        default_value: what shorter examples of a batch are padded with; 0 or "" by default.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class SparseFeature(NamedTuple):
    """A sparse tensor whose positions and values are features of their own.

    Attributes:
        index_key: the name of the feature with the positions, an int64 one; or a list of them, one
            a dimension.
        value_key: the name of the feature with the values.
        dtype: float32, int64 or string.
        size: how long the dimension is; a list for several.
        already_sorted: whether the positions are in order.

    Args:
        index_key: the feature with the indices, or a list of one for each dimension.
        value_key: the feature with the values.
        dtype: the dtype of the values: float32, int64 or string.
        size: the dense size, or a list of one for each dimension.
        already_sorted: whether the indices are in order, so that they are not sorted.
    """

    index_key: Any
    value_key: str
    dtype: Any
    size: Any
    already_sorted: bool = False


@dataclasses.dataclass
class Raw:
    """Features as the parsing ops want them."""

    sparse_keys: list[str] = dataclasses.field(default_factory=list)
    sparse_types: list[DType] = dataclasses.field(default_factory=list)
    dense_keys: list[str] = dataclasses.field(default_factory=list)
    dense_types: list[DType] = dataclasses.field(default_factory=list)
    dense_shapes: list[TensorShape] = dataclasses.field(default_factory=list)
    dense_defaults: dict[str, Any] = dataclasses.field(default_factory=dict)

    def add_sparse(self, key: str, dtype: DType) -> None:
        """Adds a sparse feature, which another may have added before."""
        if key in self.sparse_keys:
            known = self.sparse_types[self.sparse_keys.index(key)]
            if known is not dtype:
                raise ValueError(f"Conflicting type {known} vs {dtype} for feature {key}.")
            return
        self.sparse_keys.append(key)
        self.sparse_types.append(dtype)

    def add_dense(self, key: str, dtype: DType, shape: TensorShape, default: Any) -> None:
        self.dense_keys.append(key)
        self.dense_types.append(dtype)
        self.dense_shapes.append(shape)
        if default is not None:
            self.dense_defaults[key] = default


def raw_of(features: Mapping[str, Any] | None, kinds: Sequence[type]) -> Raw:
    """Features in the order of their names.

    Args:
        features: the features by name.
        kinds: the classes that are allowed.

    Raises:
        TypeError: for a dtype that no feature can have.
        ValueError: for a feature of another class, or one that is not described in full.
    """
    raw = Raw()
    for key in sorted(features or {}):
        feature = (features or {})[key]
        if not isinstance(feature, tuple(kinds)):
            raise ValueError(f"Unsupported {type(feature).__name__} {feature} for feature {key}.")
        dtype = _dtype(key, feature)
        if isinstance(feature, VarLenFeature):
            raw.add_sparse(key, dtype)
        elif isinstance(feature, SparseFeature):
            _add_sparse_feature(raw, key, feature, dtype)
        else:
            default = getattr(feature, "default_value", None)
            raw.add_dense(key, dtype, _dense_shape(key, feature), default)
    return raw


def _dtype(key: str, feature: Any) -> DType:
    if not feature.dtype:
        raise ValueError(f"Missing type for feature {key}.")
    dtype = as_dtype(feature.dtype).base_dtype
    if dtype not in KINDS:
        raise TypeError(
            f"Feature {key} has DataType {dtype.name} not in list of allowed values: float32, "
            f"int64, string"
        )
    return dtype


def _dense_shape(key: str, feature: Any) -> TensorShape:
    if feature.shape is None:
        raise ValueError(f"Missing shape for feature {key}.")
    shape = as_shape(whole(feature.shape))
    if isinstance(feature, FixedLenFeature):
        if shape.ndims and shape[0].value is None:
            raise ValueError(
                f"First dimension of shape for feature {key} unknown. Consider using "
                f"FixedLenSequenceFeature."
            )
        if not shape.is_fully_defined():
            raise ValueError(
                f"All dimensions of shape for feature {key} need to be known but received {shape}."
            )
    return shape


def index_keys(feature: SparseFeature) -> list[str]:
    """The names of the features with the positions."""
    one = isinstance(feature.index_key, str)
    return [feature.index_key] if one else list(feature.index_key)


def _add_sparse_feature(raw: Raw, key: str, feature: SparseFeature, dtype: DType) -> None:
    for wanted, what in (
        (feature.index_key, "index_key"),
        (feature.value_key, "value_key"),
    ):
        if not wanted:
            raise ValueError(f"Missing {what} for SparseFeature {feature}.")
    for index_key in sorted(index_keys(feature)):
        raw.add_sparse(index_key, dtypes.int64)
    raw.add_sparse(feature.value_key, dtype)


def with_sparse_features(features: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What was parsed, with the parts of each `SparseFeature` put together."""
    result = {}
    for key in sorted(features):
        feature = features[key]
        if isinstance(feature, SparseFeature):
            ids = [found[k] for k in index_keys(feature)]
            result[key] = sparse_merge(
                ids[0] if isinstance(feature.index_key, str) else ids,
                found[feature.value_key],
                vocab_size=feature.size,
                already_sorted=feature.already_sorted,
            )
        else:
            result[key] = found[key]
    return result
