"""Systems of linear equations, inverses and determinants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, reshape, shape
from pyengine.ops.broadcasting import broadcast_gradient_args
from pyengine.ops.compare import greater_equal
from pyengine.ops.complex import real
from pyengine.ops.declare import defop
from pyengine.ops.decompositions import (
    LAPACK,
    adjoint_of,
    check_square,
    cholesky,
    precise,
    square_shape,
)
from pyengine.ops.diagonals import matrix_band_part, matrix_diag_part, matrix_set_diag
from pyengine.ops.elementwise import log
from pyengine.ops.math import add, cast, multiply, negative, subtract
from pyengine.ops.matmul import matmul
from pyengine.ops.reduce import reduce_sum
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape, broadcast

__all__ = [
    "cholesky_solve", "log_matrix_determinant", "matrix_determinant", "matrix_inverse",
    "matrix_solve", "matrix_solve_ls", "matrix_triangular_solve",
]  # fmt: skip

_SINGULAR = "Input matrix is not invertible."


def _guarded(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except np.linalg.LinAlgError:
        raise ValueError(_SINGULAR) from None


def _adjoint_array(x: Any) -> Any:
    return np.conj(np.swapaxes(x, -1, -2))


# ---------------------------------------------------------------- inverses and determinants


def _inverse_kernel(xp: Any, x: Any, *, adjoint: bool) -> Any:
    check_square(x)
    result = _guarded(xp.linalg.inv, precise(x))
    return (_adjoint_array(result) if adjoint else result).astype(x.dtype, copy=False)


def _inverse_grad(op: Operation, dy: Tensor) -> Tensor:
    result, flipped = op.outputs[0], op.attrs["adjoint"]
    inner = matmul(dy, result, adjoint_a=flipped, adjoint_b=not flipped)
    return negative(matmul(result, inner, adjoint_a=not flipped))


_inverse = defop(
    "MatrixInverse",
    "input: T -> T",
    doc="The inverses of square matrices.",
    types={"T": LAPACK},
    attrs={"adjoint": False},
    shape=square_shape,
    kernel=_inverse_kernel,
    grad=_inverse_grad,
)


def matrix_inverse(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverses of square matrices, or of their conjugate transposes.

    Args:
        input: of shape `[..., m, m]`.
        adjoint: whether to invert the conjugate transposes.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a singular matrix.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.matrix_inverse([[2.0, 0.0], [0.0, 4.0]])).tolist()
        [[0.5, 0.0], [0.0, 0.25]]
    """
    return _inverse(input, adjoint=bool(adjoint), name=name)


def _per_matrix(factor: Tensor, matrices: Tensor) -> Tensor:
    """Each matrix times its number."""
    return multiply(expand_dims(expand_dims(factor, -1), -1), matrices)


def _determinant_kernel(xp: Any, x: Any) -> Any:
    check_square(x)
    return np.asarray(xp.linalg.det(precise(x))).astype(x.dtype, copy=False)


_determinant = defop(
    "MatrixDeterminant",
    "input: T -> T",
    doc="The determinants of square matrices.",
    types={"T": LAPACK},
    shape=lambda op: square_shape(op)[:-2],
    kernel=_determinant_kernel,
    grad=lambda op, dy: _per_matrix(
        multiply(dy, op.outputs[0]), matrix_inverse(op.inputs[0], adjoint=True)
    ),
)


def matrix_determinant(input: Any, name: str | None = None) -> Tensor:
    """The determinants of square matrices, of shape `[...]` for `[..., m, m]`.

    Args:
        input: a tensor of shape [..., n, n], floating or complex.
        name: the op's name.

    Returns:
        A tensor of shape [...].
    """
    return _determinant(input, name=name)


def _log_determinant_shape(op: Operation) -> list[TensorShape]:
    batch = square_shape(op)[:-2]
    return [batch, batch]


def _log_determinant_kernel(xp: Any, x: Any) -> Any:
    check_square(x)
    sign, size = xp.linalg.slogdet(precise(x))
    return np.asarray(sign).astype(x.dtype), np.asarray(size).astype(x.dtype)


_log_determinant = defop(
    "LogMatrixDeterminant",
    "input: T -> T, T",
    doc="The signs and the logarithms of the absolute values of determinants.",
    types={"T": LAPACK},
    shape=_log_determinant_shape,
    kernel=_log_determinant_kernel,
    grad=lambda op, _, dy: _per_matrix(dy, matrix_inverse(op.inputs[0], adjoint=True)),
)


class LogMatrixDeterminant(NamedTuple):
    """What `log_matrix_determinant` returns."""

    sign: Tensor
    log_abs_determinant: Tensor


def log_matrix_determinant(input: Any, name: str | None = None) -> LogMatrixDeterminant:
    """The signs and the logarithms of the absolute values of the determinants of square matrices.

    Args:
        input: of shape `[..., m, m]`.
        name: the op's name.

    Returns:
        The signs (for complex matrices numbers of absolute value 1) and the logarithms, both of
        shape `[...]`.
    """
    return LogMatrixDeterminant(*_log_determinant(input, name=name))


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """The logarithms of the determinants of symmetric (Hermitian) positive definite matrices.

    Args:
        matrix: of shape `[..., m, m]`.
        name: the name scope.
    """
    with name_scope(name, "logdet", [matrix]):
        total = reduce_sum(log(real(matrix_diag_part(cholesky(matrix)))), [-1])
        return multiply(total, convert_to_tensor(2.0, total.dtype.base_dtype))


# ---------------------------------------------------------------- solutions


def _solution_shape(op: Operation, square: bool = True, adjoint: bool = False) -> TensorShape:
    """The shape of X in `matrix X = rhs`."""
    matrix = square_shape(op) if square else op.inputs[0].shape.with_rank_at_least(2)
    rhs = op.inputs[1].shape.with_rank_at_least(2)
    if matrix.sizes is None or rhs.sizes is None:
        return UNKNOWN
    rows, columns = matrix.sizes[-1:-3:-1] if adjoint else matrix.sizes[-2:]
    if rows is not None and rhs.sizes[-2] is not None and rows != rhs.sizes[-2]:
        raise ValueError(f"Dimensions must be equal, but are {rows} and {rhs.sizes[-2]}")
    return broadcast(matrix[:-2], rhs[:-2]).concatenate([columns, rhs.sizes[-1]])


def _check_rows(matrix: Any, rhs: Any) -> None:
    if matrix.ndim < 2 or rhs.ndim < 2 or matrix.shape[-2] != rhs.shape[-2]:
        raise ValueError(
            f"Input matrix and rhs are incompatible: shapes {matrix.shape} and {rhs.shape}"
        )


def _solve_kernel(xp: Any, matrix: Any, rhs: Any, *, adjoint: bool) -> Any:
    check_square(matrix)
    _check_rows(matrix, rhs)
    left = precise(_adjoint_array(matrix) if adjoint else matrix)
    return _guarded(xp.linalg.solve, left, precise(rhs)).astype(rhs.dtype, copy=False)


def _unbroadcast_pair(op: Operation, da: Tensor, db: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients summed over the batch dimensions that were broadcast."""
    a, b = op.inputs[:2]
    if a.shape[:-2].is_fully_defined() and a.shape[:-2] == b.shape[:-2]:
        return da, db
    sa, sb = shape(a), shape(b)
    ra, rb = broadcast_gradient_args(sa[:-2], sb[:-2])
    return reshape(reduce_sum(da, ra), sa), reshape(reduce_sum(db, rb), sb)


def _solve_grad(op: Operation, dy: Tensor) -> Any:
    a, solution, flipped = op.inputs[0], op.outputs[0], op.attrs["adjoint"]
    db = matrix_solve(a, dy, adjoint=not flipped)
    pair = (solution, db) if flipped else (db, solution)
    return _unbroadcast_pair(op, negative(matmul(*pair, adjoint_b=True)), db)


_solve = defop(
    "MatrixSolve",
    "matrix: T, rhs: T -> T",
    doc="The solutions of systems of linear equations.",
    types={"T": LAPACK},
    attrs={"adjoint": False},
    shape=_solution_shape,
    kernel=_solve_kernel,
    grad=_solve_grad,
)


def matrix_solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The solutions X of `matrix X = rhs`, or of `matrix^H X = rhs`.

    Args:
        matrix: of shape `[..., m, m]`.
        rhs: of shape `[..., m, k]`.
        adjoint: whether to take the conjugate transposes of the matrices.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a singular matrix.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.matrix_solve([[2.0, 0.0], [0.0, 4.0]], [[2.0], [8.0]])).tolist()
        [[1.0], [2.0]]
    """
    return _solve(matrix, rhs, adjoint=bool(adjoint), name=name)


def _triangular_kernel(xp: Any, matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    import scipy.linalg

    check_square(matrix)
    _check_rows(matrix, rhs)
    if not np.all(np.diagonal(matrix, axis1=-2, axis2=-1)):
        raise ValueError(_SINGULAR)
    batch = np.broadcast_shapes(matrix.shape[:-2], rhs.shape[:-2])
    left = np.broadcast_to(precise(matrix), (*batch, *matrix.shape[-2:]))
    right = np.broadcast_to(precise(rhs), (*batch, *rhs.shape[-2:]))
    result = np.empty(right.shape, rhs.dtype)
    if not result.size:
        return result
    for at in np.ndindex(batch):
        result[at] = scipy.linalg.solve_triangular(
            left[at], right[at], trans="C" if adjoint else "N", lower=lower, check_finite=False
        )
    return result


def _triangular_grad(op: Operation, dy: Tensor) -> Any:
    a, solution = op.inputs[0], op.outputs[0]
    lower, flipped = op.attrs["lower"], op.attrs["adjoint"]
    db = matrix_triangular_solve(a, dy, lower=lower, adjoint=not flipped)
    pair = (solution, db) if flipped else (db, solution)
    da = matrix_band_part(
        negative(matmul(*pair, adjoint_b=True)), -1 if lower else 0, 0 if lower else -1
    )
    return _unbroadcast_pair(op, da, db)


_triangular_solve = defop(
    "MatrixTriangularSolve",
    "matrix: T, rhs: T -> T",
    doc="The solutions of systems of linear equations with triangular matrices.",
    types={"T": LAPACK},
    attrs={"lower": True, "adjoint": False},
    shape=_solution_shape,
    kernel=_triangular_kernel,
    grad=_triangular_grad,
)


def matrix_triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """The solutions X of `matrix X = rhs` for triangular matrices, or of `matrix^H X = rhs`.

    Args:
        matrix: of shape `[..., m, m]`; the other triangle is not read.
        rhs: of shape `[..., m, k]`.
        lower: whether the matrices are lower triangular.
        adjoint: whether to take the conjugate transposes of the matrices.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a zero on the diagonal.
    """
    return _triangular_solve(matrix, rhs, lower=bool(lower), adjoint=bool(adjoint), name=name)


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """The solutions X of `A X = rhs`, from the Cholesky factors of A.

    Args:
        chol: the factors, as `cholesky` gives them, of shape `[..., m, m]`.
        rhs: of shape `[..., m, k]`.
        name: the name scope.
    """
    with name_scope(name, "cholesky_solve", [chol, rhs]):
        half = matrix_triangular_solve(chol, rhs)
        found = matrix_triangular_solve(chol, half, adjoint=True)
        found.set_shape(half.op.inputs[1].shape)
        return found


# ---------------------------------------------------------------- least squares


def _least_squares_kernel(xp: Any, matrix: Any, rhs: Any, l2: Any, *, fast: bool) -> Any:
    _check_rows(matrix, rhs)
    rows, columns = matrix.shape[-2:]
    a, b = precise(matrix), precise(rhs)
    if not fast:
        return (np.linalg.pinv(a) @ b).astype(rhs.dtype, copy=False)
    adjoint = _adjoint_array(a)
    weight = a.dtype.type(l2) * np.eye(min(rows, columns), dtype=a.dtype)
    if rows >= columns:
        result = _guarded(xp.linalg.solve, adjoint @ a + weight, adjoint @ b)
    else:
        result = adjoint @ _guarded(xp.linalg.solve, a @ adjoint + weight, b)
    return result.astype(rhs.dtype, copy=False)


def _gram_factor(a: Tensor, l2: Tensor, tall: bool) -> Tensor:
    """The Cholesky factor of `A^H A + l2 I`, or of `A A^H + l2 I`."""
    gram = matmul(a, a, adjoint_a=tall, adjoint_b=not tall)
    diagonal = matrix_diag_part(gram)
    return cholesky(matrix_set_diag(gram, add(diagonal, cast(l2, a.dtype.base_dtype))))


def _least_squares_grad(op: Operation, dy: Tensor) -> Any:
    a = op.inputs[0]
    if not op.attrs["fast"]:
        raise ValueError("Gradient not defined for fast=False")
    rows, columns = (None, None) if a.shape.ndims is None else a.shape.sizes[-2:]  # type: ignore[index]
    if rows is not None and columns is not None:
        return *_least_squares_slopes(op, dy, rows >= columns), None
    from pyengine.ops.cond import cond

    sizes = shape(a)
    tall = greater_equal(sizes[-2], sizes[-1])
    return *cond(
        tall,
        lambda: _least_squares_slopes(op, dy, True),
        lambda: _least_squares_slopes(op, dy, False),
    ), None


def _least_squares_slopes(op: Operation, dy: Tensor, tall: bool) -> tuple[Tensor, Tensor]:
    a, b, l2 = op.inputs
    if tall:
        z = cholesky_solve(_gram_factor(a, l2, True), dy)
        outer = matmul(op.outputs[0], z, adjoint_b=True)
        da = subtract(matmul(b, z, adjoint_b=True), matmul(a, add(outer, adjoint_of(outer))))
        return da, matmul(a, z)
    factor = _gram_factor(a, l2, False)
    db = cholesky_solve(factor, matmul(a, dy))
    inner = cholesky_solve(factor, b)
    first = negative(matmul(db, matmul(inner, a, adjoint_a=True)))
    rest = subtract(dy, matmul(a, db, adjoint_a=True))
    return add(first, matmul(inner, rest, adjoint_b=True)), db


_least_squares = defop(
    "MatrixSolveLs",
    "matrix: T, rhs: T, l2_regularizer: float64 -> T",
    doc="The solutions of linear least squares problems.",
    types={"T": LAPACK},
    attrs={"fast": True},
    shape=lambda op: _solution_shape(op, square=False),
    kernel=_least_squares_kernel,
    grad=_least_squares_grad,
)


def matrix_solve_ls(
    matrix: Any,
    rhs: Any,
    l2_regularizer: Any = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """The X that make `|matrix X - rhs|^2 + l2_regularizer |X|^2` smallest.

    Args:
        matrix: of shape `[..., m, n]`. For m < n and no regularizer the smallest exact solution.
        rhs: of shape `[..., m, k]`.
        l2_regularizer: a float or scalar float64 tensor.
        fast: whether to solve the normal equations; if not, a decomposition that copes with
            matrices of low rank, which takes no regularizer and has no gradient.
        name: the op's name.

    Returns:
        A tensor of shape `[..., n, k]`.
    """
    weight = convert_to_tensor(l2_regularizer, dtypes.float64, name="l2_regularizer")
    return _least_squares(matrix, rhs, weight, fast=bool(fast), name=name)
