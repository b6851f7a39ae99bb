"""Operators with an update of low rank."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.linalg.linear_operator import LinearOperator, with_batch
from pyengine.ops import elementwise
from pyengine.ops.array import expand_dims, shape
from pyengine.ops.decompositions import adjoint as adjoint_of
from pyengine.ops.identities import broadcast_dynamic_shape
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, conj
from pyengine.ops.matmul import matmul
from pyengine.ops.reduce import reduce_prod, reduce_sum
from pyengine.ops.solving import log_matrix_determinant, matrix_determinant, matrix_solve
from pyengine.shape import TensorShape, broadcast

__all__ = ["LinearOperatorLowRankUpdate"]


class LinearOperatorLowRankUpdate(LinearOperator):
    """An operator and a matrix of low rank: `L + U D V^H`.

    It is solved by way of the operator (https://en.wikipedia.org/wiki/Woodbury_matrix_identity).

    Args:
        base_operator: L, `[..., M, N]`, of a real or complex dtype.
        u: `[..., M, K]`.
        diag_update: the diagonal of D, `[..., K]`; ones by default.
        v: `[..., N, K]`; `u` by default.
        is_diag_update_positive: whether D is known to be positive.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`.
        name: the name of the scope of its ops.

    Raises:
        TypeError: for another dtype.
    """

    def __init__(
        self,
        base_operator: LinearOperator,
        u: Any,
        diag_update: Any = None,
        v: Any = None,
        is_diag_update_positive: bool | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowRankUpdate",
    ) -> None:
        self._base = base_operator
        self._u = base_operator._argument(u, "u")
        self._v = self._u if v is None else base_operator._argument(v, "v")
        self._diag = None
        if diag_update is not None:
            self._diag = base_operator._argument(diag_update, "diag_update")
        self._is_diag_positive = True if diag_update is None else is_diag_update_positive
        is_real = not base_operator.dtype.is_complex or diag_update is None
        if v is None and is_real and base_operator.is_self_adjoint:
            is_self_adjoint = True if is_self_adjoint is None else is_self_adjoint
            if self._is_diag_positive and base_operator.is_positive_definite:
                is_positive_definite = True
        parents = [*base_operator.graph_parents, self._u, self._v]
        super().__init__(
            base_operator.dtype, parents, is_non_singular, is_self_adjoint, is_positive_definite,
            base_operator.is_square if is_square is None else is_square, name,
            {"base_operator": base_operator, "u": u, "diag_update": diag_update, "v": v},
        )  # fmt: skip

    @property
    def base_operator(self) -> LinearOperator:
        return self._base

    @property
    def u(self) -> Tensor:
        return self._u

    @property
    def v(self) -> Tensor:
        return self._v

    @property
    def diag_update(self) -> Tensor | None:
        return self._diag

    @property
    def is_diag_update_positive(self) -> bool | None:
        return self._is_diag_positive

    def _shape(self) -> TensorShape:
        lead = broadcast(self._base.batch_shape, self._u.shape[:-2])
        lead = broadcast(lead, self._v.shape[:-2])
        return lead.concatenate(self._base.shape[-2:])

    def _shape_tensor(self) -> Tensor:
        lead = broadcast_dynamic_shape(self._base.batch_shape_tensor(), shape(self._u)[:-2])
        lead = broadcast_dynamic_shape(lead, shape(self._v)[:-2])
        return concat([lead, self._base.shape_tensor()[-2:]], 0)

    def _by_diag(self, x: Tensor, adjoint: bool) -> Tensor:
        if self._diag is None:
            return x
        return expand_dims(conj(self._diag) if adjoint else self._diag, -1) * x

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        left, right = (self._v, self._u) if adjoint else (self._u, self._v)
        inner = self._by_diag(matmul(right, x, adjoint_a=True), adjoint)
        return self._base.matmul(x, adjoint=adjoint) + matmul(left, inner)

    def _to_dense(self) -> Tensor:
        inner = self._by_diag(adjoint_of(self._v), False)
        return self._base.to_dense() + matmul(self._u, inner)

    def _capacitance(self, adjoint: bool = False) -> Tensor:
        """`D^-1 + V^H L^-1 U`, of which the rest follows; or that of the adjoint."""
        from pyengine.ops.diagonals import matrix_diag
        from pyengine.ops.filling import eye

        left, right = (self._v, self._u) if adjoint else (self._u, self._v)
        inner = matmul(right, self._base.solve(left, adjoint=adjoint), adjoint_a=True)
        if self._diag is None:
            return inner + eye(shape(inner)[-1], dtype=self.dtype)
        return inner + matrix_diag(1 / (conj(self._diag) if adjoint else self._diag))

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        left, right = (self._v, self._u) if adjoint else (self._u, self._v)
        first = self._base.solve(rhs, adjoint=adjoint)
        inner, middle = matmul(right, first, adjoint_a=True), self._capacitance(adjoint)
        lead = broadcast_dynamic_shape(shape(middle)[:-2], shape(inner)[:-2])
        found = matrix_solve(with_batch(middle, lead), with_batch(inner, lead))
        return first - self._base.solve(matmul(left, found), adjoint=adjoint)

    def _diag_part(self) -> Tensor:
        right = conj(self._v)
        product = self._u * (right if self._diag is None else right * expand_dims(self._diag, -2))
        return self._base.diag_part() + reduce_sum(product, -1)

    def _determinant(self) -> Tensor:
        found = matrix_determinant(self._capacitance()) * self._base.determinant()
        return found if self._diag is None else found * reduce_prod(self._diag, -1)

    def _log_abs_determinant(self) -> Tensor:
        found = log_matrix_determinant(self._capacitance())[1] + self._base.log_abs_determinant()
        if self._diag is None:
            return found
        return found + cast(
            reduce_sum(elementwise.log(elementwise.abs(self._diag)), -1), self.dtype
        )
