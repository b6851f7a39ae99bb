"""Matrix products."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import bfloat16, float32
from pyengine.executor.threads import in_block, in_parallel, one_blas_thread, thread_count
from pyengine.graph import Operation, Tensor
from pyengine.ops import torch_kernels
from pyengine.ops.declare import defop
from pyengine.ops.math import cast, conj
from pyengine.shape import UNKNOWN, TensorShape, broadcast

__all__ = ["batch_matmul", "matmul"]

_LEAST_FOR_BLAS_THREADS = 1 << 18
"""Multiplications from which on OpenBLAS would use its own threads."""

_LEAST_FOR_BLOCKS = 1 << 24
"""Multiplications from which on a product is shared out: it takes longer than waking a thread."""


def _inner_and_outer(shape: TensorShape, transposed: bool) -> tuple[int | None, int | None]:
    rows, columns = shape.sizes[-2:] if shape.sizes is not None else (None, None)
    return (columns, rows) if transposed else (rows, columns)


def _matmul_shape(op: Operation) -> TensorShape:
    a, b = (t.shape.with_rank(2) for t in op.inputs)
    rows, inner = _inner_and_outer(a, op.attrs["transpose_a"])
    other, columns = _inner_and_outer(b, op.attrs["transpose_b"])
    if inner is not None and other is not None and inner != other:
        raise ValueError(f"Dimensions must be equal, but are {inner} and {other}")
    return TensorShape.of((rows, columns))


def _matmul_kernel(xp: Any, a: Any, b: Any, *, transpose_a: bool, transpose_b: bool) -> Any:
    # A transpose is a view, and BLAS takes either memory order.
    left, right = a.T if transpose_a else a, b.T if transpose_b else b
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError(f"MatMul takes matrices, got shapes {a.shape} and {b.shape}")
    if left.shape[1] != right.shape[0]:
        raise ValueError(
            f"Matrix size-incompatible: In[0]: {list(a.shape)}, In[1]: {list(b.shape)}"
        )
    return product(left, right)


def product(a: Any, b: Any) -> Any:
    """The product of two matrices; of large ones of floats, by blocks of its rows or columns."""
    rows, columns = a.shape[0], b.shape[1]
    work = rows * columns * a.shape[1]
    if work < _LEAST_FOR_BLAS_THREADS or a.dtype.kind not in "fc" or a.dtype.itemsize == 2:
        # Of bfloat16 NumPy makes float32.
        return np.matmul(a, b).astype(a.dtype, copy=False)
    with one_blas_thread:
        if work < _LEAST_FOR_BLOCKS or in_block():
            return np.matmul(a, b)
        out = np.empty((rows, columns), a.dtype)
        if rows >= columns:
            block = _block(rows, columns)
            in_parallel(lambda i, j: np.matmul(a[i:j], b, out=out[i:j]), rows, block)
        else:
            block = _block(columns, rows)
            in_parallel(lambda i, j: np.matmul(a, b[:, i:j], out=out[:, i:j]), columns, block)
        return out


def _block(size: int, other: int) -> int:
    """The length of one to four blocks a thread, in whole lines of the cache.

    Several are soon shared out when a thread is late. But BLAS rearranges the whole other matrix
    for each; with few rows or columns to it, that tells.
    """
    parts = 1 if other <= 128 else 4 if size >= 2048 else 2
    return max(-(-size // (parts * thread_count() * 32)) * 32, 128)


def _matmul_grad(op: Operation, dy: Tensor) -> Any:
    a, b = (conj(t) for t in op.inputs)
    ta, tb = op.attrs["transpose_a"], op.attrs["transpose_b"]
    if not ta and not tb:
        return _product(dy, b, False, True), _product(a, dy, True, False)
    if not ta and tb:
        return _product(dy, b, False, False), _product(dy, a, True, False)
    if ta and not tb:
        return _product(b, dy, False, True), _product(a, dy, False, False)
    return _product(b, dy, True, True), _product(dy, a, True, True)


_matmul_op = defop(
    "MatMul",
    "a: T, b: T -> T",
    doc="The product of two matrices.",
    types={"T": "float|int32|int64|complex"},
    attrs={"transpose_a": False, "transpose_b": False},
    shape=_matmul_shape,
    kernel=_matmul_kernel,
    torch=torch_kernels.product,
    grad=_matmul_grad,
)


def _product(
    a: Any, b: Any, transpose_a: bool, transpose_b: bool, name: str | None = None
) -> Tensor:
    return _matmul_op(a, b, transpose_a=transpose_a, transpose_b=transpose_b, name=name)


def _batch_shape(op: Operation) -> TensorShape:
    x, y = (t.shape.with_rank_at_least(2) for t in op.inputs)
    if x.sizes is None or y.sizes is None:
        return UNKNOWN
    rows, inner = _inner_and_outer(x, op.attrs["adj_x"])
    other, columns = _inner_and_outer(y, op.attrs["adj_y"])
    if inner is not None and other is not None and inner != other:
        raise ValueError(f"Dimensions must be equal, but are {inner} and {other}")
    return broadcast(x[:-2], y[:-2]).concatenate([rows, columns])


def _batch_kernel(xp: Any, x: Any, y: Any, *, adj_x: bool, adj_y: bool) -> Any:
    x = xp.conj(xp.swapaxes(x, -1, -2)) if adj_x else x
    y = xp.conj(xp.swapaxes(y, -1, -2)) if adj_y else y
    if x.shape[-1] != y.shape[-2]:
        raise ValueError(f"Matrix size-incompatible: In[0]: {x.shape}, In[1]: {y.shape}")
    found = xp.matmul(x, y)
    return found if found.dtype == x.dtype else found.astype(x.dtype)  # of bfloat16: float32


def _batch_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.array import reshape, shape
    from pyengine.ops.broadcasting import broadcast_gradient_args
    from pyengine.ops.reduce import reduce_sum

    x, y = op.inputs
    ax, ay = op.attrs["adj_x"], op.attrs["adj_y"]
    if ax:
        dx = _batch_op(y, dy, adj_x=ay, adj_y=True)
    else:
        dx = _batch_op(dy, y, adj_x=False, adj_y=not ay)
    if ay:
        dy_ = _batch_op(dy, x, adj_x=True, adj_y=ax)
    else:
        dy_ = _batch_op(x, dy, adj_x=not ax, adj_y=False)
    if x.shape[:-2].is_fully_defined() and x.shape[:-2] == y.shape[:-2]:
        return dx, dy_
    # The batch dimensions were broadcast: sum each gradient back.
    sx, sy = shape(x), shape(y)
    rx, ry = broadcast_gradient_args(sx[:-2], sy[:-2])
    return reshape(reduce_sum(dx, rx), sx), reshape(reduce_sum(dy_, ry), sy)


_batch_op = defop(
    "BatchMatMulV2",
    "x: T, y: T -> T",
    doc="Products of the matrices in two tensors, batch dimensions broadcast.",
    types={"T": "float|int32|int64|complex"},
    attrs={"adj_x": False, "adj_y": False},
    shape=_batch_shape,
    kernel=_batch_kernel,
    grad=_batch_grad,
)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The matrix product; for tensors of rank above 2 that of their innermost matrices.

    Args:
        a, b: tensors of one dtype and of rank 2 or more.
        transpose_a, transpose_b: whether to transpose an operand first.
        adjoint_a, adjoint_b: whether to transpose and conjugate an operand first.
        a_is_sparse, b_is_sparse: accepted hints.
        name: the op's name.

    Returns:
        A tensor of shape [..., rows of a, columns of b].

    Raises:
        ValueError: when the inner sizes differ, or both transpose and adjoint are asked for.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.matmul([[3.0, 3.0]], [[2.0], [2.0]])).tolist()
        [[12.0]]
    """
    if transpose_a and adjoint_a:
        raise ValueError("Only one of transpose_a and adjoint_a can be True.")
    if transpose_b and adjoint_b:
        raise ValueError("Only one of transpose_b and adjoint_b can be True.")
    if not hasattr(a, "dtype") and hasattr(b, "dtype"):
        b = convert_to_tensor(b, name="b")
        a = convert_to_tensor(a, b.dtype, name="a")
    else:
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, None if hasattr(b, "graph") else a.dtype, name="b")
    if {a.dtype.base_dtype, b.dtype.base_dtype} == {bfloat16, float32}:  # as `sparse_matmul`
        a, b = cast(a, float32), cast(b, float32)
    ta, tb = bool(transpose_a or adjoint_a), bool(transpose_b or adjoint_b)
    dense = not (a_is_sparse or b_is_sparse)
    if dense and any(rank is None or rank > 2 for rank in (a.shape.ndims, b.shape.ndims)):
        if a.dtype.is_complex and (transpose_a or transpose_b):
            a, b = conj(a) if transpose_a else a, conj(b) if transpose_b else b
        return _batch_op(a, b, adj_x=ta, adj_y=tb, name=name or "MatMul")
    # MatMul itself only transposes.
    a, b = conj(a) if adjoint_a else a, conj(b) if adjoint_b else b
    return _product(a, b, ta, tb, name=name or "MatMul")


batch_matmul = matmul
