"""`TensorSpec`: what a tensor is like, without a tensor."""

from __future__ import annotations

from typing import Any

from pyengine.dtypes import DType, as_dtype, float32
from pyengine.graph import Tensor
from pyengine.shape import TensorShape, as_shape

__all__ = ["TensorSpec"]


class TensorSpec:
    """The shape, dtype and name of a tensor.

    Args:
        shape: the shape, whole or in part.
        dtype: the dtype.
        name: a name, or None.

    Example:
        >>> import pyengine as tf
        >>> TensorSpec([None, 2], tf.float32).is_compatible_with(tf.ones([3, 2]))
        True
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = float32, name: str | None = None) -> None:
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """The spec of anything with a shape, a dtype and a name, another name apart."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Tensor, name: str | None = None) -> TensorSpec:
        """The spec of a tensor, named as its op by default.

        Raises:
            ValueError: for what is no tensor.
        """
        if not isinstance(tensor, Tensor):
            raise ValueError(f"`tensor` should be a tf.Tensor, got {tensor!r}")
        return cls(tensor.shape, tensor.dtype, name or tensor.op.name)

    @property
    def shape(self) -> TensorShape:
        return self._shape

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def name(self) -> str | None:
        return self._name

    @property
    def value_type(self) -> type:
        """The class of what it describes."""
        return Tensor

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether a tensor, or what a spec describes, may be what this one describes."""
        return self._dtype.is_compatible_with(
            spec_or_tensor.dtype
        ) and self._shape.is_compatible_with(spec_or_tensor.shape)

    def _sizes(self) -> Any:
        sizes = self._shape.sizes
        return None if sizes is None else tuple(sizes)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TensorSpec)
            and self._sizes() == other._sizes()
            and self._dtype is other._dtype
            and self._name == other._name
        )

    def __hash__(self) -> int:
        return hash((self._sizes(), self._dtype))

    def __reduce__(self) -> Any:
        sizes = self._sizes()
        return TensorSpec, (None if sizes is None else list(sizes), self._dtype.name, self._name)

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"
