"""Decompositions of matrices: Cholesky, QR, singular values, eigenvalues, LU.

The derivatives are those of Giles, "Collected Matrix Derivative Results for Forward and Reverse
Mode" (2008), Murray, "Differentiation of the Cholesky decomposition" (2016), and, for wide
matrices, of Roberts and Roberts, "QR and LQ Decomposition Matrix Backpropagation" (2020).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims
from pyengine.ops.complex import real
from pyengine.ops.declare import defop, missing_grad
from pyengine.ops.diagonals import (
    matrix_band_part,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
    matrix_transpose,
)
from pyengine.ops.elementwise import square
from pyengine.ops.filling import zeros_like
from pyengine.ops.joining import concat
from pyengine.ops.math import add, conj, multiply, realdiv, subtract
from pyengine.ops.matmul import matmul
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["cholesky", "qr", "self_adjoint_eig", "self_adjoint_eigvals", "svd"]

LAPACK = "float32|float64|float16|complex"


def precise(x: Any) -> Any:
    """An array that LAPACK takes: float16 is computed in float32."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def square_shape(op: Operation) -> TensorShape:
    """The shape of the first input, whose last two sizes must be equal."""
    shape = op.inputs[0].shape.with_rank_at_least(2)
    if shape.sizes is None:
        return UNKNOWN
    rows, columns = shape.sizes[-2:]
    if rows is not None and columns is not None and rows != columns:
        raise ValueError(f"Dimensions must be equal, but are {rows} and {columns}")
    size = columns if rows is None else rows
    return TensorShape.of((*shape.sizes[:-2], size, size))


def check_square(x: Any) -> None:
    """Raises ValueError unless an array is of square matrices."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"Input matrix must be square, got shape {x.shape}")


def adjoint_of(x: Tensor) -> Tensor:
    """The conjugate transpose of matrices."""
    return matrix_transpose(x, conjugate=True)


def _times(x: Tensor, factor: float) -> Tensor:
    return multiply(x, convert_to_tensor(factor, x.dtype.base_dtype))


# ---------------------------------------------------------------- Cholesky


def _cholesky_kernel(xp: Any, x: Any) -> Any:
    check_square(x)
    try:
        return xp.linalg.cholesky(precise(x)).astype(x.dtype, copy=False)
    except np.linalg.LinAlgError:
        raise ValueError(
            "Cholesky decomposition was not successful. The input might not be valid: it must be "
            "symmetric and positive definite"
        ) from None


def _cholesky_grad(op: Operation, dy: Tensor) -> Tensor:
    from pyengine.ops.solving import matrix_triangular_solve

    factor = op.outputs[0]
    inner = matmul(factor, dy, adjoint_a=True)
    half = _times(matrix_diag_part(inner), 0.5)
    inner = matrix_band_part(matrix_set_diag(inner, half), -1, 0)
    # L^-H inner L^-1, by two triangular solves.
    left = matrix_triangular_solve(factor, inner, adjoint=True)
    both = adjoint_of(matrix_triangular_solve(factor, adjoint_of(left), adjoint=True))
    return _times(add(both, adjoint_of(both)), 0.5)


_cholesky = defop(
    "Cholesky",
    "input: T -> T",
    doc="The lower triangular factor of positive definite matrices.",
    types={"T": LAPACK},
    shape=square_shape,
    kernel=_cholesky_kernel,
    grad=_cholesky_grad,
)


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """The Cholesky factors of symmetric (Hermitian) positive definite matrices.

    Args:
        input: of shape `[..., m, m]`; only the lower triangles are read.
        name: the op's name.

    Returns:
        Lower triangular matrices L of the same shape, with `L L^H = input`.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a matrix that is not positive definite.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.cholesky([[4.0, 2.0], [2.0, 5.0]])).tolist()
        [[2.0, 0.0], [1.0, 2.0]]
    """
    return _cholesky(input, name=name)


# ---------------------------------------------------------------- QR


def _qr_shape(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].shape.with_rank_at_least(2)
    if shape.sizes is None:
        return [UNKNOWN, UNKNOWN]
    *batch, rows, columns = shape.sizes
    inner = rows if op.attrs["full_matrices"] else _smaller(rows, columns)
    return [TensorShape.of((*batch, rows, inner)), TensorShape.of((*batch, inner, columns))]


def _smaller(rows: Any, columns: Any) -> Any:
    return None if rows is None or columns is None else min(rows, columns)


def _qr_kernel(xp: Any, x: Any, *, full_matrices: bool) -> Any:
    q, r = xp.linalg.qr(precise(x), mode="complete" if full_matrices else "reduced")
    return q.astype(x.dtype, copy=False), r.astype(x.dtype, copy=False)


def _qr_grad(op: Operation, dq: Tensor, dr: Tensor) -> Tensor:
    q, r = op.outputs
    sizes = r.shape.sizes
    if sizes is None or None in sizes[-2:] or q.shape[-2].value is None:
        raise NotImplementedError(
            f"the gradient of QR needs known matrix sizes, got {op.inputs[0].shape}; tell them by "
            f"set_shape()"
        )
    rows, columns = q.shape[-2].value, sizes[-1]
    if sizes[-2] > columns and rows == q.shape[-1].value:  # type: ignore[operator]  # known
        raise NotImplementedError(
            "the gradient of QR is not defined for full_matrices=True and more rows than columns: "
            "take full_matrices=False"
        )
    if rows >= columns:
        return _deep_qr_grad(q, r, dq, dr)
    # A wide matrix [X, Y]: X = Q U is square, and Y = Q V.
    wide = op.inputs[0][..., :, rows:]
    dv = dr[..., :, rows:]
    dx = _deep_qr_grad(
        q, r[..., :, :rows], add(dq, matmul(wide, dv, adjoint_b=True)), dr[..., :, :rows]
    )
    return concat([dx, matmul(q, dv)], axis=-1)


def _deep_qr_grad(q: Tensor, r: Tensor, dq: Tensor, dr: Tensor) -> Tensor:
    from pyengine.ops.solving import matrix_triangular_solve

    def over_r(x: Tensor) -> Tensor:
        """x R^-H."""
        return adjoint_of(matrix_triangular_solve(r, adjoint_of(x), lower=False))

    qdq, rdr = matmul(q, dq, adjoint_a=True), matmul(r, dr, adjoint_b=True)
    skew = add(subtract(qdq, adjoint_of(qdq)), subtract(rdr, adjoint_of(rdr)))
    inside = matmul(q, add(dr, over_r(matrix_band_part(skew, -1, 0))))
    outside = over_r(subtract(dq, matmul(q, qdq)))
    total = add(inside, outside)
    if not q.dtype.is_complex:
        return total
    # The diagonal of R is real, which leaves out the imaginary parts counted above.
    diagonal = matrix_diag_part(subtract(rdr, adjoint_of(qdq)))
    imaginary = _times(subtract(diagonal, conj(diagonal)), 0.5)
    return add(total, over_r(matmul(q, adjoint_of(matrix_diag(imaginary)))))


_qr = defop(
    "Qr",
    "input: T -> T, T",
    doc="The QR decompositions of matrices.",
    types={"T": LAPACK},
    attrs={"full_matrices": False},
    shape=_qr_shape,
    kernel=_qr_kernel,
    grad=_qr_grad,
)


class Qr(NamedTuple):
    """What `qr` returns."""

    q: Tensor
    r: Tensor


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Qr:
    """The QR decompositions of matrices: `input = Q R`, Q unitary and R upper triangular.

    Args:
        input: of shape `[..., m, n]`.
        full_matrices: whether Q is m x m rather than m x min(m, n).
        name: the op's name.

    Returns:
        Q and R.
    """
    return Qr(*_qr(input, full_matrices=bool(full_matrices), name=name))


# ---------------------------------------------------------------- singular values


def _svd_shape(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].shape.with_rank_at_least(2)
    if not op.attrs["compute_uv"]:
        empty = TensorShape.of((0,))
        values = UNKNOWN
        if shape.sizes is not None:
            values = TensorShape.of((*shape.sizes[:-2], _smaller(*shape.sizes[-2:])))
        return [values, empty, empty]
    if shape.sizes is None:
        return [UNKNOWN] * 3
    *batch, rows, columns = shape.sizes
    inner = _smaller(rows, columns)
    full = op.attrs["full_matrices"]
    return [
        TensorShape.of((*batch, inner)),
        TensorShape.of((*batch, rows, rows if full else inner)),
        TensorShape.of((*batch, columns, columns if full else inner)),
    ]


def _svd_kernel(xp: Any, x: Any, *, compute_uv: bool, full_matrices: bool) -> Any:
    given = precise(x)
    if not compute_uv:
        values = xp.linalg.svd(given, compute_uv=False).astype(x.dtype)
        return values, xp.zeros((0,), x.dtype), xp.zeros((0,), x.dtype)
    u, s, vh = xp.linalg.svd(given, full_matrices=full_matrices)
    v = xp.conj(xp.swapaxes(vh, -1, -2))
    return s.astype(x.dtype), u.astype(x.dtype, copy=False), v.astype(x.dtype, copy=False)


def _safe_reciprocal(x: Tensor) -> Tensor:
    """1 / x, and 0 for 0: equal values have no part in a derivative."""
    tiny = convert_to_tensor(1e-20, x.dtype.base_dtype)
    return realdiv(x, add(multiply(x, x), tiny))


def _gaps(values: Tensor) -> Tensor:
    """1 / (x_j - x_i) at [i, j], and 0 on the diagonal."""
    apart = subtract(expand_dims(values, -2), expand_dims(values, -1))
    return matrix_set_diag(_safe_reciprocal(apart), zeros_like(values))


def _svd_grad(op: Operation, ds: Tensor, du: Tensor, dv: Tensor) -> Tensor:
    a = op.inputs[0]
    if not op.attrs["compute_uv"]:
        _, u, v = _svd(a, compute_uv=True, full_matrices=False)
        return matmul(u, matmul(matrix_diag(ds), v, adjoint_b=True))
    s, u, v = op.outputs
    rows, columns = a.shape[-2].value, a.shape[-1].value
    if rows is None or columns is None:
        raise NotImplementedError(
            f"the gradient of SVD needs known matrix sizes, got {a.shape}; tell them by set_shape()"
        )
    full = op.attrs["full_matrices"]
    if full and abs(rows - columns) > 1:
        raise NotImplementedError(
            f"the gradient of SVD with full_matrices=True needs a matrix that is square up to one "
            f"row or column, got {a.shape}: take full_matrices=False"
        )
    if rows > columns:  # the decomposition of the adjoint
        back = _wide_svd_grad(s, v, u, ds, dv, du, columns, rows, full)
        return adjoint_of(back)
    return _wide_svd_grad(s, u, v, ds, du, dv, rows, columns, full)


def _wide_svd_grad(
    s: Tensor, u: Tensor, v: Tensor, ds: Tensor, du: Tensor, dv: Tensor, m: int, n: int, full: bool
) -> Tensor:
    """For m <= n."""
    gaps, values = _gaps(square(s)), matrix_diag(s)
    inverse = matrix_diag(_safe_reciprocal(s))
    v1, dv1 = v[..., :, :m], dv[..., :, :m]
    vdv = matmul(v1, dv1, adjoint_a=True)
    of_u = multiply(gaps, matmul(u, du, adjoint_a=True))
    of_v = multiply(gaps, vdv)
    middle = add(
        add(matrix_diag(ds), matmul(add(of_u, adjoint_of(of_u)), values)),
        matmul(values, add(of_v, adjoint_of(of_v))),
    )
    total = matmul(u, matmul(middle, v1, adjoint_b=True))
    if m < n:
        row = adjoint_of(dv1)
        rest = subtract(row, matmul(matmul(row, v1), v1, adjoint_b=True))
        if full:
            v2, dv2 = v[..., :, m:n], dv[..., :, m:n]
            rest = subtract(rest, matmul(matmul(v1, dv2, adjoint_a=True), v2, adjoint_b=True))
        total = add(total, matmul(matmul(u, inverse), rest))
    if u.dtype.is_complex:
        phases = matrix_diag(matrix_diag_part(vdv))
        turn = matmul(inverse, subtract(adjoint_of(phases), phases))
        total = add(total, _times(matmul(u, matmul(turn, v1, adjoint_b=True)), 0.5))
    return total


_svd = defop(
    "Svd",
    "input: T -> T, T, T",
    doc="The singular value decompositions of matrices.",
    types={"T": LAPACK},
    attrs={"compute_uv": True, "full_matrices": False},
    shape=_svd_shape,
    kernel=_svd_kernel,
    grad=_svd_grad,
)


def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """The singular value decompositions of matrices: `tensor = U diag(s) V^H`.

    Args:
        tensor: of shape `[..., m, n]`.
        full_matrices: whether U is m x m and V n x n, rather than of min(m, n) columns.
        compute_uv: whether to compute U and V.
        name: the op's name.

    Returns:
        s, of shape `[..., min(m, n)]` and in decreasing order, U and V; only s if not
        `compute_uv`. (NumPy gives V^H, and in another order.)
    """
    s, u, v = _svd(
        tensor, compute_uv=bool(compute_uv), full_matrices=bool(full_matrices), name=name
    )
    s = real(s)
    return (s, u, v) if compute_uv else s


# ---------------------------------------------------------------- eigenvalues


def _eigh_shape(op: Operation) -> list[TensorShape]:
    shape = square_shape(op)
    return [shape[:-1], shape if op.attrs["compute_v"] else TensorShape.of((0,))]


def _eigh_kernel(xp: Any, x: Any, *, compute_v: bool) -> Any:
    check_square(x)
    if not compute_v:
        return xp.linalg.eigvalsh(precise(x)).astype(x.dtype), xp.zeros((0,), x.dtype)
    values, vectors = xp.linalg.eigh(precise(x))
    return values.astype(x.dtype), vectors.astype(x.dtype, copy=False)


def _eigh_grad(op: Operation, de: Tensor, dv: Tensor) -> Tensor:
    if op.attrs["compute_v"]:
        e, v = op.outputs
        inner = add(matrix_diag(de), multiply(_gaps(e), matmul(v, dv, adjoint_a=True)))
    else:
        _, v = _eigh(op.inputs[0], compute_v=True)
        inner = matrix_diag(de)
    whole = matmul(v, matmul(inner, v, adjoint_b=True))
    # Only the lower triangle of the input is read.
    lower = matrix_band_part(add(whole, adjoint_of(whole)), -1, 0)
    return matrix_set_diag(lower, _times(matrix_diag_part(lower), 0.5))


_eigh = defop(
    "SelfAdjointEigV2",
    "input: T -> T, T",
    doc="The eigenvalues and eigenvectors of self-adjoint matrices.",
    types={"T": LAPACK},
    attrs={"compute_v": True},
    shape=_eigh_shape,
    kernel=_eigh_kernel,
    grad=_eigh_grad,
)


def self_adjoint_eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The eigenvalues and eigenvectors of symmetric (Hermitian) matrices.

    Args:
        tensor: of shape `[..., m, m]`; only the lower triangles are read.
        name: the op's name.

    Returns:
        The eigenvalues, of shape `[..., m]` and in increasing order, and the eigenvectors as
        columns, of shape `[..., m, m]`.
    """
    e, v = _eigh(tensor, compute_v=True, name=name)
    return e, v


def self_adjoint_eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues of symmetric (Hermitian) matrices, in increasing order.

    Args:
        tensor: of shape `[..., m, m]`; only the lower triangles are read.
        name: the op's name.
    """
    return _eigh(tensor, compute_v=False, name=name)[0]


# ---------------------------------------------------------------- LU


def _lu_shape(op: Operation) -> list[TensorShape]:
    shape = square_shape(op)
    return [shape, shape[:-1]]


def _lu_kernel(xp: Any, x: Any, *, output_idx_type: Any) -> Any:
    import scipy.linalg

    check_square(x)
    packed = np.empty(x.shape, x.dtype)
    order = np.empty(x.shape[:-1], output_idx_type.as_numpy_dtype)
    for at in np.ndindex(x.shape[:-2]):
        matrix = precise(x[at])
        (factor,) = scipy.linalg.lapack.get_lapack_funcs(("getrf",), (matrix,))
        lu, pivots, info = factor(matrix)
        if info:
            raise ValueError("Input is not invertible.")
        rows = np.arange(len(lu))
        for i, j in enumerate(pivots):  # row i was exchanged with row j
            rows[[i, j]] = rows[[j, i]]
        packed[at], order[at] = lu, rows
    return packed, order


_lu = defop(
    "Lu",
    "input: T -> T, @output_idx_type",
    doc="The LU decompositions of square matrices, with the order of the rows.",
    types={"T": LAPACK},
    attrs={"output_idx_type": dtypes.int32},
    shape=_lu_shape,
    kernel=_lu_kernel,
    grad=missing_grad("TensorFlow 1.x defines none"),
)


class Lu(NamedTuple):
    """What `lu` returns."""

    lu: Tensor
    p: Tensor


def lu(input: Any, output_idx_type: Any = dtypes.int32, name: str | None = None) -> Lu:
    """The LU decompositions of square matrices: `P input = L U`.

    Args:
        input: of shape `[..., m, m]`.
        output_idx_type: the dtype of the permutation, int32 or int64.
        name: the op's name.

    Returns:
        U in the upper triangles and L, whose diagonal is 1, below them; and the permutation: row i
        of L U is row `p[i]` of the input.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a singular matrix.
    """
    return Lu(*_lu(input, output_idx_type=as_dtype(output_idx_type), name=name))


def adjoint(matrix: Any, name: str | None = None) -> Tensor:
    """The conjugate transposes of matrices, of shape `[..., n, m]` for `[..., m, n]`.

    Args:
        matrix: a tensor of shape [..., m, n], floating or complex.
        name: the op's name.

    Returns:
        A tensor of shape [..., n, m].

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.linalg.adjoint([[1j, 2.0]])).tolist()
        [[-1j], [(2-0j)]]
    """
    with name_scope(name, "adjoint", [matrix]):
        return adjoint_of(convert_to_tensor(matrix, name="matrix"))
