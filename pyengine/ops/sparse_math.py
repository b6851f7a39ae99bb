"""Arithmetic with sparse tensors: products and sums, with dense tensors and with each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import shape, size
from pyengine.ops.declare import defop, no_grad
from pyengine.ops.diagonals import matrix_transpose
from pyengine.ops.filling import ones, zeros_like
from pyengine.ops.gathering import gather, gather_nd
from pyengine.ops.joining import concat
from pyengine.ops.math import (
    conj,
    floordiv,
    multiply,
    negative,
    realdiv,
    subtract,
)
from pyengine.ops.matmul import matmul
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.sparse import check_inside, places
from pyengine.ops.sparse_parts import looked_up
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape
from pyengine.sparse_tensor import SparseTensor, SparseTensorValue, as_sparse

__all__ = [
    "sparse_add", "sparse_matmul", "sparse_maximum", "sparse_minimum",
    "sparse_tensor_dense_matmul",
]  # fmt: skip

# ---------------------------------------------------------------- products of matrices


def _matmul_shape(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(2)
    a, b = static.shape_value(op.inputs[2]).with_rank(2), op.inputs[3].shape.with_rank(2)
    inner, rows = (0, 1) if op.attrs["adjoint_a"] else (1, 0)
    other, columns = (1, 0) if op.attrs["adjoint_b"] else (0, 1)
    if not a[inner].is_compatible_with(b[other]):
        raise ValueError(f"Dimensions must be equal, but are {a[inner]} and {b[other]}")
    return TensorShape([a[rows], b[columns]])


def _matmul_kernel(
    xp: Any, indices: Any, values: Any, sizes: Any, b: Any, *, adjoint_a: bool, adjoint_b: bool
) -> Any:
    import scipy.sparse

    check_inside(indices, sizes)
    left, rows, columns = values, indices[:, 0], indices[:, 1]
    height, width = (int(s) for s in sizes)
    if adjoint_a:
        left, rows, columns, height, width = np.conj(values), columns, rows, width, height
    right = np.conj(b).T if adjoint_b else b
    if right.shape[0] != width:
        raise ValueError(
            f"Cannot multiply A and B because inner dimension does not match: {width} vs. "
            f"{right.shape[0]}"
        )
    wide = np.float32 if values.dtype.itemsize < 4 and values.dtype.kind not in "iu" else None
    if wide is not None:  # scipy.sparse has no half precision
        left, right = left.astype(wide), right.astype(wide)
    matrix = scipy.sparse.csr_matrix((left, (rows, columns)), shape=(height, width))
    return np.asarray(matrix @ right).astype(b.dtype, copy=False)


def _matmul_grad(op: Operation, dy: Tensor) -> Any:
    indices, values, sizes, b = op.inputs
    adjoint_a, adjoint_b = op.attrs["adjoint_a"], op.attrs["adjoint_b"]
    rows, columns = indices[:, 0], indices[:, 1]
    right = matrix_transpose(b, conjugate=True) if adjoint_b else b
    if adjoint_a:
        products = multiply(conj(gather(dy, columns)), gather(right, rows))
    else:
        products = multiply(gather(dy, rows), conj(gather(right, columns)))
    db = _sparse_matmul(indices, values, sizes, dy, adjoint_a=not adjoint_a, adjoint_b=False)
    if adjoint_b:
        db = matrix_transpose(db, conjugate=True)
    return None, reduce_sum(products, 1), None, db


_sparse_matmul = defop(
    "SparseTensorDenseMatMul",
    "a_indices: Tindices, a_values: T, a_shape: int64, b: T -> T",
    doc="The product of a sparse and a dense matrix.",
    types={"T": "number", "Tindices": "index"},
    attrs={"adjoint_a": False, "adjoint_b": False},
    shape=_matmul_shape,
    kernel=_matmul_kernel,
    grad=_matmul_grad,
)


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse and a dense matrix, the sparse one on either side.

    Args:
        sp_a: a `SparseTensor` of rank 2.
        b: a dense matrix of the same dtype.
        adjoint_a, adjoint_b: whether to take the conjugate transpose of an operand.
        name: the name scope.

    Returns:
        A dense matrix.

    Raises:
        ValueError: when the static sizes do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     a = tf.SparseTensor([[0, 1]], [2.0], [2, 2])
        ...     sess.run(tf.sparse_tensor_dense_matmul(a, [[1.0], [3.0]])).tolist()
        [[6.0], [0.0]]
    """
    if isinstance(b, (SparseTensor, SparseTensorValue)):
        # A dense A times a sparse B is (B^H A^H)^H.
        product = sparse_tensor_dense_matmul(
            b, sp_a, adjoint_a=not adjoint_b, adjoint_b=not adjoint_a
        )
        return matrix_transpose(product, name=name or "adjoint", conjugate=True)
    sparse = as_sparse(sp_a, "sp_a")
    with name_scope(name, "SparseTensorDenseMatMul", [sparse.values]) as scope:
        dense = convert_to_tensor(b, sparse.dtype.base_dtype if not hasattr(b, "graph") else None)
        return _sparse_matmul(
            sparse.indices, sparse.values, sparse.dense_shape, dense,
            adjoint_a=bool(adjoint_a), adjoint_b=bool(adjoint_b), name=scope,
        )  # fmt: skip


def sparse_matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two dense matrices, many of whose elements may be zero; see `tf.matmul`.

    Args:
        a, b: matrices of float32 or bfloat16 which hold many zeros.
        transpose_a, transpose_b: whether to transpose an operand first.
        a_is_sparse, b_is_sparse: accepted hints.
        name: the op's name.

    Returns:
        A float32 matrix.
    """
    return matmul(
        a, b, transpose_a=transpose_a, transpose_b=transpose_b, a_is_sparse=a_is_sparse,
        b_is_sparse=b_is_sparse, name=name or "SparseMatMul",
    )  # fmt: skip


# ---------------------------------------------------------------- sums of two sparse tensors


def _same_sizes(a: Any, b: Any) -> None:
    if len(a) != len(b) or np.any(a != b):
        raise ValueError(f"Operands' shapes do not match: {a.tolist()} and {b.tolist()}")


def _union(a_indices: Any, b_indices: Any, sizes: Any) -> tuple[Any, Any, Any]:
    """The positions of either, in order, and where those of a and of b are among them."""
    check_inside(a_indices, sizes)
    check_inside(b_indices, sizes)
    joined = np.concatenate([a_indices, b_indices])
    _, first, inverse = np.unique(places(joined, sizes), return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1)
    return joined[first], inverse[: len(a_indices)], inverse[len(a_indices) :]


def _add_kernel(
    xp: Any, ai: Any, av: Any, a_sizes: Any, bi: Any, bv: Any, b_sizes: Any, thresh: Any
) -> Any:
    _same_sizes(a_sizes, b_sizes)
    indices, at_a, at_b = _union(ai, bi, a_sizes)
    total = np.zeros(len(indices), av.dtype)
    np.add.at(total, at_a, av)
    np.add.at(total, at_b, bv)
    kept = np.abs(total) >= thresh
    return indices[kept], total[kept], a_sizes


def _pair_shape(op: Operation) -> list[TensorShape]:
    sizes = op.inputs[2].shape.merge_with(op.inputs[5].shape)
    rank = None if sizes.sizes is None else sizes.sizes[0]
    return [TensorShape.of((None, rank)), TensorShape.of((None,)), TensorShape.of((rank,))]


def _add_grad(op: Operation, _: Any, dy: Tensor, __: Any) -> Any:
    da, db = _add_grad_op(dy, op.inputs[0], op.inputs[3], op.outputs[0])
    return None, da, None, None, db, None, None


def _add_grad_kernel(xp: Any, dy: Any, ai: Any, bi: Any, found: Any) -> Any:
    sizes = np.concatenate([ai, bi, found]).max(axis=0, initial=0) + 1
    at = places(np.concatenate([found, ai, bi]), sizes)  # numbered together: they are compared
    of_sum, rest = at[: len(found)], at[len(found) :]
    return looked_up(dy, of_sum, rest[: len(ai)]), looked_up(dy, of_sum, rest[len(ai) :])


_add_grad_op = defop(
    "SparseAddGrad",
    "backprop_val_grad: T, a_indices: int64, b_indices: int64, sum_indices: int64 -> T, T",
    doc="The gradients of the values of both operands of SparseAdd.",
    types={"T": "number"},
    shape=lambda op: [op.inputs[1].shape[:1], op.inputs[2].shape[:1]],
    kernel=_add_grad_kernel,
    grad=no_grad("TensorFlow defines none"),
)
_add = defop(
    "SparseAdd",
    "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: int64, "
    "thresh: Treal -> int64, T, int64",
    doc="The sum of two sparse tensors.",
    types={"T": "number", "Treal": "real"},
    shape=_pair_shape,
    kernel=_add_kernel,
    grad=_add_grad,
)


def _dense_add_kernel(xp: Any, indices: Any, values: Any, sizes: Any, dense: Any) -> Any:
    if tuple(int(s) for s in sizes) != dense.shape:
        raise ValueError(f"shapes {sizes.tolist()} and {list(dense.shape)} do not match")
    check_inside(indices, sizes)
    result = dense.copy()
    np.add.at(result, tuple(indices.T), values)
    return result


_dense_add = defop(
    "SparseTensorDenseAdd",
    "a_indices: Tindices, a_values: T, a_shape: Tindices, b: T -> T",
    doc="The sum of a sparse and a dense tensor.",
    types={"T": "number", "Tindices": "index"},
    shape=lambda op: op.inputs[3].shape,
    kernel=_dense_add_kernel,
    grad=lambda op, dy: (None, gather_nd(dy, op.inputs[0]), None, dy),
)


def sparse_add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """The sum of two tensors, of which at least one is sparse.

    Args:
        a, b: a `SparseTensor` and another one, or a dense tensor, of the same shape.
        threshold: elements whose absolute value is below it are left out of a sparse sum; 0 by
            default. Its old name is `thresh`.

    Returns:
        A `SparseTensor` for two of them, a dense tensor otherwise.

    Raises:
        TypeError: for two dense tensors.
    """
    sparse_types = (SparseTensor, SparseTensorValue)
    if threshold is not None and thresh is not None:
        raise ValueError("Cannot specify both 'threshold' and 'thresh'")
    limit = threshold if thresh is None else thresh
    if not any(isinstance(x, sparse_types) for x in (a, b)):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if isinstance(a, sparse_types) and isinstance(b, sparse_types):
        x, y = as_sparse(a), as_sparse(b)
        x.shape.assert_is_compatible_with(y.shape)
        bound = convert_to_tensor(
            0 if limit is None else limit, x.dtype.real_dtype.base_dtype, name="thresh"
        )
        return SparseTensor(
            *_add(x.indices, x.values, x.dense_shape, y.indices, y.values, y.dense_shape, bound)
        )
    if isinstance(b, sparse_types):
        a, b = b, a
    x = as_sparse(a)
    return _dense_add(x.indices, x.values, x.dense_shape, b)


# ---------------------------------------------------------------- larger and smaller


def _extreme(name: str, choose: Any) -> Any:
    def kernel(xp: Any, ai: Any, av: Any, a_sizes: Any, bi: Any, bv: Any, b_sizes: Any) -> Any:
        _same_sizes(a_sizes, b_sizes)
        indices, at_a, at_b = _union(ai, bi, a_sizes)
        first, second = np.zeros(len(indices), av.dtype), np.zeros(len(indices), av.dtype)
        first[at_a], second[at_b] = av, bv
        return indices, choose(first, second)

    return defop(
        f"SparseSparse{name}",
        "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: "
        "int64 -> int64, T",
        doc=f"The {name.lower()} of two sparse tensors, elementwise; absent elements are zero.",
        types={"T": "real"},
        shape=lambda op: _pair_shape(op)[:2],
        kernel=kernel,
        grad=no_grad("TensorFlow defines none"),
    )


_maximum, _minimum = _extreme("Maximum", np.maximum), _extreme("Minimum", np.minimum)


def _extreme_of(op: Any, default: str, sp_a: Any, sp_b: Any, name: str | None) -> SparseTensor:
    a, b = as_sparse(sp_a, "sp_a"), as_sparse(sp_b, "sp_b")
    with name_scope(name, default, [a.values, b.values]) as scope:
        indices, values = op(
            a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, name=scope
        )
        return SparseTensor(indices, values, a.dense_shape)


def sparse_maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The larger elements of two sparse tensors of one shape; absent elements are zero.

    Args:
        sp_a, sp_b: `SparseTensor`s of one real type and shape.
        name: the op's name.

    Returns:
        A `SparseTensor`, with an element where either has one.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     a = tf.SparseTensor([[0], [2]], [1.0, -1.0], [3])
        ...     b = tf.SparseTensor([[0]], [4.0], [3])
        ...     sess.run(tf.sparse.maximum(a, b)).values.tolist()
        [4.0, 0.0]
    """
    return _extreme_of(_maximum, "SparseSparseMaximum", sp_a, sp_b, name)


def sparse_minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The smaller elements of two sparse tensors of one shape; absent elements are zero.

    Args:
        sp_a, sp_b: `SparseTensor`s of one real type and shape.
        name: the op's name.

    Returns:
        A `SparseTensor`, with an element where either has one.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     a = tf.SparseTensor([[0], [2]], [1.0, -1.0], [3])
        ...     b = tf.SparseTensor([[0]], [4.0], [3])
        ...     sess.run(tf.sparse.minimum(a, b)).values.tolist()
        [1.0, -1.0]
    """
    return _extreme_of(_minimum, "SparseSparseMinimum", sp_a, sp_b, name)


# ---------------------------------------------------------------- with a dense tensor, elementwise


def _spread(dense: Any, indices: Any, sizes: Any) -> Any:
    """The elements of a dense tensor, broadcast to the sparse one, at its positions."""
    check_inside(indices, sizes)
    wanted = tuple(int(s) for s in sizes)
    if dense.ndim > len(wanted) or any(
        d not in (1, w) for d, w in zip(dense.shape[::-1], wanted[::-1])
    ):
        raise ValueError(
            f"SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: "
            f"{list(wanted)} vs. {list(dense.shape)}"
        )
    return np.broadcast_to(dense, wanted)[tuple(indices.T)]


def _dense_at(op: Operation) -> tuple[Tensor, Tensor]:
    """The dense operand at the positions of the sparse one, and these positions in it."""
    indices, _, sizes, dense = op.inputs
    from pyengine.dtypes import int64

    own = shape(dense, out_type=int64)
    extra = subtract(size(sizes), size(own))
    filled = concat([ones([extra], int64), own], 0)
    at = floordiv(indices, floordiv(sizes, filled))[:, extra:]
    return gather_nd(dense, at), at


def _summed_at(dense: Tensor, at: Tensor, values: Tensor) -> Tensor:
    from pyengine.dtypes import int64

    return _dense_add(at, values, shape(dense, out_type=int64), zeros_like(dense))


def _multiply_grad(op: Operation, dy: Tensor) -> Any:
    elements, at = _dense_at(op)
    back = _summed_at(op.inputs[3], at, multiply(dy, conj(op.inputs[1])))
    return None, multiply(dy, conj(elements)), None, back


def _divide_grad(op: Operation, dy: Tensor) -> Any:
    elements, at = _dense_at(op)
    elements = conj(elements)
    slope = realdiv(negative(conj(op.inputs[1])), multiply(elements, elements))
    back = _summed_at(op.inputs[3], at, multiply(dy, slope))
    return None, realdiv(dy, elements), None, back


def _plus_grad(op: Operation, dy: Tensor) -> Any:
    _, at = _dense_at(op)
    return None, dy, None, _summed_at(op.inputs[3], at, dy)


def _dense_op(name: str, combine: Any, grad: Any) -> Any:
    return defop(
        f"SparseDenseCwise{name}",
        "sp_indices: int64, sp_values: T, sp_shape: int64, dense: T -> T",
        doc="A sparse tensor's values combined with a dense tensor, which is broadcast to it.",
        types={"T": "number"},
        shape=lambda op: op.inputs[1].shape,
        kernel=lambda xp, indices, values, sizes, dense: combine(
            values, _spread(dense, indices, sizes)
        ),
        grad=grad,
    )


def _quotient(x: Any, y: Any) -> Any:
    if x.dtype.kind not in "iu":
        return np.divide(x, y)
    from pyengine.ops.math import _truncated_quotient

    return _truncated_quotient(np, x, y)


_dense_multiply = _dense_op("Mul", np.multiply, _multiply_grad)
_dense_divide = _dense_op("Div", _quotient, _divide_grad)
_dense_plus = _dense_op("Add", np.add, _plus_grad)


def _with_dense(op: Any, name: str, sparse: SparseTensor, dense: Any) -> SparseTensor:
    with name_scope(None, name, [sparse.values]) as scope:
        other = convert_to_tensor(dense, sparse.dtype.base_dtype)
        return sparse.with_values(
            op(sparse.indices, sparse.values, sparse.dense_shape, other, name=scope)
        )


def sparse_dense_multiply(sparse: SparseTensor, dense: Any) -> SparseTensor:
    """`sparse * dense`: elementwise, the dense tensor broadcast to the sparse one."""
    return _with_dense(_dense_multiply, "mul", sparse, dense)


def sparse_dense_divide(sparse: SparseTensor, dense: Any) -> SparseTensor:
    """`sparse / dense`: elementwise, the dense tensor broadcast to the sparse one."""
    return _with_dense(_dense_divide, "truediv", sparse, dense)
