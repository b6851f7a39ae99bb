"""`SparseTensor`: the positions and values of the elements of a tensor that are not zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.defaults import session_for
from pyengine.dtypes import DType
from pyengine.graph import Graph, Operation, Tensor
from pyengine.ops.declare import whole
from pyengine.ops.placeholders import placeholder
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape, as_shape
from pyengine.static import shape_value

__all__ = [
    "SparseTensor", "SparseTensorValue", "convert_to_tensor_or_sparse_tensor", "sparse_placeholder",
]  # fmt: skip


class SparseTensorValue(NamedTuple):
    """The value of a `SparseTensor`: what a run returns for one, and takes as a feed.

    Attributes:
        indices: an int64 array of shape [n, rank].
        values: an array of shape [n].
        dense_shape: an int64 array of shape [rank].

    Args:
        indices: an int64 array of shape [n, rank].
        values: an array of shape [n].
        dense_shape: the shape of the whole, an int64 vector.
    """

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensor:
    """A tensor most of whose elements are zero, as three dense tensors.

    Most functions want the positions in row-major order, each once: `tf.sparse_reorder` sorts them.

    Args:
        indices: the positions of the elements, an int64 matrix of shape [n, rank].
        values: the elements, a vector of shape [n].
        dense_shape: the shape of the whole tensor, an int64 vector of shape [rank].

    Raises:
        ValueError: when the shapes do not fit together.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.SparseTensor([[0, 0], [1, 2]], [1, 2], [2, 3])
        ...     sess.run(tf.sparse_tensor_to_dense(x)).tolist()
        [[1, 0, 0], [0, 0, 2]]
    """

    # NumPy leaves `array * sparse` to the sparse tensor.
    __array_priority__ = 100

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        given = [v for v in (indices, values, dense_shape) if hasattr(v, "graph")]
        with name_scope(None, "SparseTensor", given):
            self._indices = convert_to_tensor(_positions(indices), dtypes.int64, name="indices")
            self._values = convert_to_tensor(values, name="values")
            self._dense_shape = convert_to_tensor(
                whole(dense_shape), dtypes.int64, name="dense_shape"
            )
        self._static_shape: TensorShape | None = None
        rows = self._indices.shape.with_rank(2)
        sizes = self._dense_shape.shape.with_rank(1)
        rows[:1].assert_fits(
            self._values.shape.with_rank(1), "a SparseTensor needs a row of indices for each value"
        )
        rows[1:].assert_fits(
            sizes, "a SparseTensor's indices need a column for each size of its dense_shape"
        )

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """The sparse tensor of a `SparseTensorValue`; a sparse tensor is made again.

        Raises:
            TypeError: for anything else.
        """
        if not isinstance(sparse_tensor_value, (SparseTensor, SparseTensorValue)):
            raise TypeError(
                f"Neither a SparseTensor nor SparseTensorValue: {sparse_tensor_value!r}."
            )
        return cls(*(getattr(sparse_tensor_value, n) for n in SparseTensorValue._fields))

    @property
    def indices(self) -> Tensor:
        """The positions, an int64 matrix."""
        return self._indices

    @property
    def values(self) -> Tensor:
        """The elements, a vector."""
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        """The shape of the whole tensor, an int64 vector."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """The static shape of the whole tensor."""
        known = shape_value(self._dense_shape)
        return known if self._static_shape is None else known.merge_with(self._static_shape)

    def get_shape(self) -> TensorShape:
        """The static shape of the whole tensor; the same as `shape`."""
        return self.shape

    @property
    def dtype(self) -> DType:
        return self._values.dtype

    @property
    def op(self) -> Operation:
        """The op that makes the values."""
        return self._values.op

    @property
    def graph(self) -> Graph:
        return self._values.graph

    @property
    def name(self) -> str:
        return self._values.name

    def consumers(self) -> list[Operation]:
        """The ops that take one of the three tensors."""
        tensors = (self._indices, self._values, self._dense_shape)
        return list(dict.fromkeys(op for t in tensors for op in t.consumers()))

    def eval(self, feed_dict: Any = None, session: Any = None) -> SparseTensorValue:
        """The value, computed in `session` or in the default session."""
        value: SparseTensorValue = session_for(self.graph, session, "eval()").run(self, feed_dict)
        return value

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values at the same positions."""
        return SparseTensor(self._indices, new_values, self._dense_shape)

    def _sizes_as(self, dtype: Any, name: str | None) -> Tensor:
        """The shape of the whole tensor in a dtype: what `tf.shape` gives."""
        from pyengine.ops.math import cast

        return cast(self._dense_shape, dtype, name)

    # ------------------------------------------------------------ in a run

    def _feed_parts(self) -> list[Tensor]:
        return [self._indices, self._values, self._dense_shape]

    def _feed_values(self, value: Any) -> list[Any]:
        """What to feed for the three tensors: a triple, or a matrix of scipy.sparse."""
        if hasattr(value, "tocoo"):
            found = value.tocoo()
            order = np.lexsort((found.col, found.row))
            positions = np.stack([found.row, found.col], axis=1)[order].astype(np.int64)
            return [positions, found.data[order], np.array(found.shape, np.int64)]
        if not isinstance(value, (tuple, list)) or len(value) != 3:
            raise TypeError(
                f"the feed of {self!r} must be a SparseTensorValue, or a tuple of indices, values "
                f"and dense_shape, got {value!r}"
            )
        indices, values, sizes = value
        return [np.asarray(indices, np.int64).reshape(-1, len(np.atleast_1d(sizes))), values, sizes]

    def _fetch_parts(self) -> tuple[list[Tensor], Callable[[list[Any]], SparseTensorValue]]:
        return self._feed_parts(), lambda values: SparseTensorValue(*values)

    # ------------------------------------------------------------ operators

    def __mul__(self, other: Any) -> SparseTensor:
        from pyengine.ops.sparse_math import sparse_dense_multiply

        return sparse_dense_multiply(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> SparseTensor:
        from pyengine.ops.sparse_math import sparse_dense_divide

        return sparse_dense_divide(self, other)

    def __repr__(self) -> str:
        return f"<tf.SparseTensor {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


def _positions(indices: Any) -> Any:
    """No positions at all are a matrix too."""
    if isinstance(indices, (list, tuple)) and not len(indices):
        raise ValueError("indices must have rank 2: give np.empty((0, rank)) for no elements")
    return whole(indices)


def as_sparse(value: Any, name: str = "sp_input") -> SparseTensor:
    """The sparse tensor that a value stands for; raises TypeError for what is none."""
    if isinstance(value, SparseTensor):
        return value
    if isinstance(value, SparseTensorValue):
        return SparseTensor.from_value(value)
    raise TypeError(f"Input {name} must be a SparseTensor, got {value!r}")


def convert_to_tensor_or_sparse_tensor(
    value: Any, dtype: Any = None, name: str | None = None
) -> Any:
    """A `SparseTensor` for one or for its value, a `Tensor` for anything else.

    Args:
        value: a `SparseTensor`, a `SparseTensorValue`, or anything that converts to a tensor.
        dtype: the dtype that it must have.
        name: the name of a new op.

    Raises:
        RuntimeError: for a sparse tensor of another dtype.
    """
    if isinstance(value, (SparseTensor, SparseTensorValue)):
        sparse = as_sparse(value)
        if dtype is not None and dtypes.as_dtype(dtype) is not sparse.dtype.base_dtype:
            raise RuntimeError(
                f"Sparse dtype mismatch. Requested: {dtypes.as_dtype(dtype).name}, Actual: "
                f"{sparse.dtype.name}"
            )
        return sparse
    return convert_to_tensor(value, dtype=dtype, name=name)


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A sparse tensor whose value is always fed.

    Feed a `SparseTensorValue`, a tuple of indices, values and dense_shape, or a matrix of
    scipy.sparse.

    Args:
        dtype: the dtype of the values.
        shape: the shape of the whole tensor, None for unknown; sizes of it may be None.
        name: the prefix of the three placeholders' names.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.sparse_placeholder(tf.float32)
        ...     total = tf.sparse_reduce_sum(x)
        ...     float(sess.run(total, {x: ([[0, 1]], [3.0], [2, 2])}))
        3.0
    """
    names = [None if name is None else f"{name}/{part}" for part in ("shape", "values", "indices")]
    known: TensorShape | None = None
    if shape is None:
        sizes, rank = placeholder(dtypes.int64, [None], name=names[0]), None
    elif isinstance(shape, Tensor):
        sizes, rank = shape, shape.shape.with_rank(1)[0].value
    else:
        known = as_shape(whole(shape))
        rank = known.ndims
        if known.is_fully_defined():
            array = np.array(known.as_list(), np.int64)
            sizes = convert_to_tensor(array, name=names[0])
        else:
            sizes = placeholder(dtypes.int64, [rank], name=names[0])
    values = placeholder(dtype, [None], name=names[1])
    indices = placeholder(dtypes.int64, [None, rank], name=names[2])
    result = SparseTensor(indices, values, sizes)
    result._static_shape = known
    return result
