"""Linear algebra on a GPU: see the package.

Matrices that are singular, or not positive definite, are left to the CPU's kernels, which say so.
"""

from __future__ import annotations

import math
from typing import Any

from pyengine.device_kernels.kinds import ALL, COMPLEX, FLOATS, kernels

_LAPACK = (FLOATS - {"float16"}) | COMPLEX


def _is_square(x: Any) -> bool:
    return x.ndim >= 2 and x.shape[-1] == x.shape[-2] and x.numel() > 0


def _cholesky(torch: Any, x: Any) -> Any:
    return torch.linalg.cholesky(x) if _is_square(x) else NotImplemented


def _inverse(torch: Any, x: Any, *, adjoint: bool) -> Any:
    if not _is_square(x):
        return NotImplemented
    found = torch.linalg.inv(x)
    return found.mH if adjoint else found


def _determinant(torch: Any, x: Any) -> Any:
    return torch.linalg.det(x) if _is_square(x) else NotImplemented


def _log_determinant(torch: Any, x: Any) -> Any:
    if not _is_square(x):
        return NotImplemented
    sign, size = torch.linalg.slogdet(x)
    return sign, size.to(x.dtype)


def _fit(matrix: Any, rhs: Any) -> bool:
    return _is_square(matrix) and rhs.ndim >= 2 and rhs.shape[-2] == matrix.shape[-1]


def _solve(torch: Any, matrix: Any, rhs: Any, *, adjoint: bool) -> Any:
    if not _fit(matrix, rhs):
        return NotImplemented
    left = matrix.mH if adjoint else matrix
    # A right side with one axis less would be taken for vectors.
    rhs = rhs.expand(*(1,) * (left.ndim - rhs.ndim), *rhs.shape)
    return torch.linalg.solve(left, rhs)


def _triangular_solve(torch: Any, matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    if not _fit(matrix, rhs) or bool((matrix.diagonal(dim1=-2, dim2=-1) == 0).any()):
        return NotImplemented
    left = matrix.mH if adjoint else matrix
    return torch.linalg.solve_triangular(left, rhs, upper=lower is adjoint)


def _band_part(torch: Any, x: Any, lower: int, upper: int) -> Any:
    if x.ndim < 2 or lower > x.shape[-2] or upper > x.shape[-1]:
        return NotImplemented
    x = x if lower < 0 else torch.triu(x, -lower)
    return x if upper < 0 else torch.tril(x, upper)


def _diag(torch: Any, x: Any) -> Any:
    return torch.diag_embed(x.reshape(-1)).reshape(*x.shape, *x.shape)


def _diag_part(torch: Any, x: Any) -> Any:
    sizes = x.shape[: x.ndim // 2]
    if not x.ndim or x.shape != (*sizes, *sizes):
        return NotImplemented
    count = math.prod(sizes)
    return x.reshape(count, count).diagonal().reshape(sizes)


KERNELS = {
    **kernels(
        _LAPACK,
        {
            "Cholesky": _cholesky,
            "LogMatrixDeterminant": _log_determinant,
            "MatrixDeterminant": _determinant,
            "MatrixInverse": _inverse,
            "MatrixSolve": _solve,
            "MatrixTriangularSolve": _triangular_solve,
        },
    ),
    **kernels(ALL, {"Diag": _diag, "DiagPart": _diag_part, "MatrixBandPart": _band_part}),
}
