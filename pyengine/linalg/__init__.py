"""Linear algebra: the `tf.linalg` namespace."""

from __future__ import annotations

from pyengine.ops.clip import global_norm
from pyengine.ops.contraction import einsum, tensordot
from pyengine.ops.decompositions import (
    adjoint,
    cholesky,
    lu,
    qr,
    self_adjoint_eig,
    self_adjoint_eigvals,
    svd,
)
from pyengine.ops.diagonals import diag as tensor_diag
from pyengine.ops.diagonals import diag_part as tensor_diag_part
from pyengine.ops.diagonals import matrix_band_part as band_part
from pyengine.ops.diagonals import matrix_diag as diag
from pyengine.ops.diagonals import matrix_diag_part as diag_part
from pyengine.ops.diagonals import matrix_set_diag as set_diag
from pyengine.ops.diagonals import matrix_transpose, trace
from pyengine.ops.filling import eye
from pyengine.ops.lu_solving import lu_matrix_inverse, lu_reconstruct, lu_solve
from pyengine.ops.matmul import matmul
from pyengine.ops.matrix_functions import (
    expm,
    logm,
    matrix_rank,
    matvec,
    normalize,
    pinv,
)
from pyengine.ops.matrix_functions import matrix_square_root as sqrtm
from pyengine.ops.nn import l2_normalize
from pyengine.ops.nonan import cross
from pyengine.ops.solving import cholesky_solve, logdet
from pyengine.ops.solving import log_matrix_determinant as slogdet
from pyengine.ops.solving import matrix_determinant as det
from pyengine.ops.solving import matrix_inverse as inv
from pyengine.ops.solving import matrix_solve as solve
from pyengine.ops.solving import matrix_solve_ls as lstsq
from pyengine.ops.solving import matrix_triangular_solve as triangular_solve
from pyengine.ops.statistics import norm
from pyengine.ops.tridiagonal import tridiagonal_matmul, tridiagonal_solve

eigh = self_adjoint_eig
eigvalsh = self_adjoint_eigvals
transpose = matrix_transpose

# Operators: imported when they are first used.
_LAZY = {
    f"LinearOperator{name}": f"pyengine.linalg.linear_operator{module}"
    for module, names in {
        "": ("",),
        "_dense": ("FullMatrix", "LowerTriangular"),
        "_diag": ("Diag", "Identity", "ScaledIdentity"),
        "_composed": ("Adjoint", "BlockDiag", "Composition", "Inversion"),
        "_kronecker": ("Kronecker",),
        "_update": ("LowRankUpdate",),
    }.items()
    for name in names
}  # fmt: skip


def __getattr__(name: str) -> object:
    import importlib

    if name in _LAZY:
        found = getattr(importlib.import_module(_LAZY[name]), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
