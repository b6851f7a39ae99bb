"""Tensors in signatures: `build_tensor_info`, `get_tensor_from_tensor_info`."""

from __future__ import annotations

from typing import Any, cast

from pyengine import protos
from pyengine.dtypes import as_dtype
from pyengine.graph import Graph, Tensor, get_default_graph
from pyengine.protos.values import shape_proto

__all__ = ["build_tensor_info", "get_tensor_from_tensor_info"]


def build_tensor_info(tensor: Any) -> Any:
    """A tensor's name, dtype and shape, as a `TensorInfo`.

    Args:
        tensor: a `Tensor` or a sparse tensor.

    Raises:
        TypeError: for anything else.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     info = build_tensor_info(tf.placeholder(tf.float32, [None, 3], name="x"))
        >>> info.name, info.dtype, info.tensor_shape.dim[1].size
        ('x:0', 1, 3)
    """
    parts = [getattr(tensor, name, None) for name in ("indices", "values", "dense_shape")]
    if not isinstance(tensor, Tensor) and all(isinstance(p, Tensor) for p in parts):
        indices, values, dense_shape = parts
        info = protos.TensorInfo(
            dtype=int(tensor.dtype), tensor_shape=shape_proto(tensor.get_shape())
        )
        info.coo_sparse.values_tensor_name = values.name  # type: ignore[union-attr]
        info.coo_sparse.indices_tensor_name = indices.name  # type: ignore[union-attr]
        info.coo_sparse.dense_shape_tensor_name = dense_shape.name  # type: ignore[union-attr]
        return info
    if not isinstance(tensor, Tensor):
        element = getattr(tensor, "_as_graph_element", None)
        if element is None:
            raise TypeError(f"a TensorInfo is of a tensor, but got {tensor!r}")
        tensor = element()
    return protos.TensorInfo(
        name=tensor.name,
        dtype=int(tensor.dtype.base_dtype),
        tensor_shape=shape_proto(tensor.shape),
    )


def get_tensor_from_tensor_info(
    tensor_info: Any, graph: Graph | None = None, import_scope: str | None = None
) -> Any:
    """The tensor that a `TensorInfo` names.

    Args:
        tensor_info: a `TensorInfo`.
        graph: the graph; the default graph by default.
        import_scope: the scope that the graph was imported under.

    Returns:
        A `Tensor`, or a sparse tensor.

    Raises:
        KeyError: when it is not in the graph.
        ValueError: when the message names none.
    """
    graph = graph or get_default_graph()

    def tensor(name: str) -> Tensor:
        return graph.get_tensor_by_name(f"{import_scope}/{name}" if import_scope else name)

    kind = tensor_info.WhichOneof("encoding")
    if kind == "name":
        found = tensor(tensor_info.name)
        if found.dtype.base_dtype is not as_dtype(tensor_info.dtype):
            raise ValueError(f"{found!r} does not have the dtype that its TensorInfo says")
        return found
    if kind == "coo_sparse":
        import pyengine

        sparse, module = tensor_info.coo_sparse, cast(Any, pyengine)
        return module.SparseTensor(
            tensor(sparse.indices_tensor_name),
            tensor(sparse.values_tensor_name),
            tensor(sparse.dense_shape_tensor_name),
        )
    raise ValueError(f"Invalid TensorInfo.encoding: {kind}")
