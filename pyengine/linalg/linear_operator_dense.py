"""Operators of matrices that are written out: full ones, and lower triangles."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.linalg.linear_operator import LinearOperator, with_batch
from pyengine.ops import elementwise
from pyengine.ops.array import shape
from pyengine.ops.decompositions import adjoint as adjoint_of
from pyengine.ops.diagonals import matrix_band_part, matrix_diag_part
from pyengine.ops.identities import broadcast_dynamic_shape
from pyengine.ops.matmul import matmul
from pyengine.ops.reduce import reduce_prod, reduce_sum
from pyengine.ops.solving import matrix_triangular_solve
from pyengine.shape import TensorShape

__all__ = ["LinearOperatorFullMatrix", "LinearOperatorLowerTriangular"]


def _matrix(value: Any, name: str) -> Tensor:
    found = convert_to_tensor(value, name=name)
    if found.shape.ndims is not None and found.shape.ndims < 2:
        raise ValueError(f"Argument `{name}` must have at least 2 dimensions.  Found: {found!r}")
    return found


class LinearOperatorFullMatrix(LinearOperator):
    """A matrix that is written out.

    Args:
        matrix: a floating-point or complex tensor `[B1, ..., Bb, M, N]`.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`.
        name: the name of the scope of its ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     operator = tf.linalg.LinearOperatorFullMatrix([[1.0, 2.0], [3.0, 4.0]])
        ...     sess.run(operator.matvec([1.0, 1.0])).tolist()
        [3.0, 7.0]
    """

    def __init__(
        self,
        matrix: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorFullMatrix",
    ) -> None:
        self._matrix = _matrix(matrix, "matrix")
        super().__init__(
            self._matrix.dtype, [self._matrix], is_non_singular, is_self_adjoint,
            is_positive_definite, is_square, name, {"matrix": matrix},
        )  # fmt: skip

    @property
    def matrix(self) -> Tensor:
        return self._matrix

    def _shape(self) -> TensorShape:
        return self._matrix.shape

    def _shape_tensor(self) -> Tensor:
        return shape(self._matrix)

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return matmul(self._matrix, x, adjoint_a=adjoint)

    def _to_dense(self) -> Tensor:
        return self._matrix

    def _adjoint(self) -> LinearOperator:
        return LinearOperatorFullMatrix(
            adjoint_of(self._matrix), self.is_non_singular, self.is_self_adjoint,
            self.is_positive_definite, self.is_square,
        )  # fmt: skip


class LinearOperatorLowerTriangular(LinearOperator):
    """The lower triangle of a matrix; what is above the diagonal counts as zero.

    Args:
        tril: a floating-point or complex tensor `[B1, ..., Bb, N, N]`.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`.
        name: the name of the scope of its ops.

    Raises:
        ValueError: when it is said not to be square.
    """

    def __init__(
        self,
        tril: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowerTriangular",
    ) -> None:
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        self._tril = matrix_band_part(_matrix(tril, "tril"), -1, 0)
        super().__init__(
            self._tril.dtype, [self._tril], is_non_singular, is_self_adjoint,
            is_positive_definite, True, name, {"tril": tril},
        )  # fmt: skip

    @property
    def tril(self) -> Tensor:
        """The lower triangle, with zeros above the diagonal."""
        return self._tril

    def _shape(self) -> TensorShape:
        return self._tril.shape

    def _shape_tensor(self) -> Tensor:
        return shape(self._tril)

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return matmul(self._tril, x, adjoint_a=adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        lead = broadcast_dynamic_shape(shape(self._tril)[:-2], shape(rhs)[:-2])
        matrix, rhs = with_batch(self._tril, lead), with_batch(rhs, lead)
        return matrix_triangular_solve(matrix, rhs, lower=True, adjoint=adjoint)

    def _to_dense(self) -> Tensor:
        return self._tril

    def _diag_part(self) -> Tensor:
        return matrix_diag_part(self._tril)

    def _determinant(self) -> Tensor:
        return reduce_prod(self._diag_part(), -1)

    def _log_abs_determinant(self) -> Tensor:
        return reduce_sum(elementwise.log(elementwise.abs(self._diag_part())), -1)

    def _eigvals(self) -> Tensor:
        return self._diag_part()
