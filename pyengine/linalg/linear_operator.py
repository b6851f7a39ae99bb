"""`LinearOperator`: a matrix, or a batch of them, that need not be written out.

A subclass says its shape, its product with a tensor, and what it can do better than by its dense
form: solving, determinants, the diagonal. The rest is here, by the dense form.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype, int32
from pyengine.graph import Operation, Tensor
from pyengine.ops import elementwise, math
from pyengine.ops.array import expand_dims, shape, squeeze
from pyengine.ops.asserting import Assert
from pyengine.ops.check import assert_less, assert_positive
from pyengine.ops.compare import equal
from pyengine.ops.complex import real
from pyengine.ops.decompositions import adjoint as adjoint_of
from pyengine.ops.decompositions import cholesky, self_adjoint_eigvals, svd
from pyengine.ops.diagonals import matrix_diag_part
from pyengine.ops.filling import eye
from pyengine.ops.identities import broadcast_dynamic_shape
from pyengine.ops.joining import concat
from pyengine.ops.math import cast
from pyengine.ops.reduce import reduce_all, reduce_max, reduce_min, reduce_sum
from pyengine.ops.repetition import broadcast_to
from pyengine.ops.solving import (
    cholesky_solve,
    log_matrix_determinant,
    matrix_determinant,
    matrix_solve,
)
from pyengine.scopes import name_scope
from pyengine.shape import Dimension, TensorShape

__all__ = ["LinearOperator"]


def with_batch(matrix: Tensor, batch: Any) -> Tensor:
    """A matrix for each place of a batch shape that its own batch shape broadcasts with."""
    sizes = shape(matrix)
    lead = broadcast_dynamic_shape(sizes[:-2], batch)
    return broadcast_to(matrix, concat([lead, sizes[-2:]], 0))


class LinearOperator:
    """A matrix, or a batch of matrices `[B1, ..., Bb, M, N]`, by what it does.

    A subclass has `_shape`, `_shape_tensor` and `_matmul`.

    Args:
        dtype: the dtype of the matrix.
        graph_parents: the tensors that it is made of.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, which choose
            the way of computing and are not checked; None where nothing is known.
        name: the name of the scope of its ops.
        parameters: what it was made with.

    Raises:
        ValueError: for promises that exclude each other.
    """

    def __init__(
        self,
        dtype: Any,
        graph_parents: Any = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        if is_non_singular:
            if is_square is False:
                raise ValueError("A non-singular matrix is always square.")
            is_square = True
        if is_self_adjoint:
            if is_square is False:
                raise ValueError("A self-adjoint matrix is always square.")
            is_square = True
        self._dtype = as_dtype(dtype).base_dtype
        self._graph_parents = list(graph_parents or ())
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._is_square = is_square
        self._name = name or type(self).__name__
        self._parameters = dict(parameters or {})

    # ------------------------------------------------------------ for subclasses

    def _shape(self) -> TensorShape:
        raise NotImplementedError(f"{type(self).__name__} must define _shape()")

    def _shape_tensor(self) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} must define _shape_tensor()")

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} must define _matmul()")

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        matrix = self._to_dense()
        lead = broadcast_dynamic_shape(shape(matrix)[:-2], shape(rhs)[:-2])
        matrix, rhs = with_batch(matrix, lead), with_batch(rhs, lead)
        if self._can_use_cholesky():
            return cholesky_solve(cholesky(matrix), rhs)
        return matrix_solve(matrix, rhs, adjoint=adjoint)

    def _to_dense(self) -> Tensor:
        sizes = self.shape_tensor()
        return self._matmul(eye(sizes[-1], batch_shape=sizes[:-2], dtype=self.dtype))

    def _diag_part(self) -> Tensor:
        return matrix_diag_part(self._to_dense())

    def _trace(self) -> Tensor:
        return reduce_sum(self._diag_part(), -1)

    def _determinant(self) -> Tensor:
        if self._can_use_cholesky():
            return elementwise.exp(self._log_abs_determinant())
        return matrix_determinant(self._to_dense())

    def _log_abs_determinant(self) -> Tensor:
        if self._can_use_cholesky():
            diagonal = matrix_diag_part(cholesky(self._to_dense()))
            return 2 * reduce_sum(elementwise.log(diagonal), -1)
        return log_matrix_determinant(self._to_dense())[1]

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return self._to_dense() + x

    def _eigvals(self) -> Tensor:
        return self_adjoint_eigvals(self._to_dense())

    def _cond(self) -> Tensor:
        if self.is_self_adjoint:
            values = elementwise.abs(self._eigvals())
        else:
            values = elementwise.abs(svd(self._to_dense(), compute_uv=False))
        return reduce_max(values, -1) / reduce_min(values, -1)

    def _adjoint(self) -> LinearOperator:
        from pyengine.linalg.linear_operator_composed import LinearOperatorAdjoint

        return LinearOperatorAdjoint(self)

    def _inverse(self) -> LinearOperator:
        from pyengine.linalg.linear_operator_composed import LinearOperatorInversion

        return LinearOperatorInversion(self)

    def _cholesky(self) -> LinearOperator:
        from pyengine.linalg.linear_operator_dense import LinearOperatorLowerTriangular

        return LinearOperatorLowerTriangular(cholesky(self._to_dense()), is_non_singular=True)

    def _assert_positive_definite(self) -> Operation:
        if self.is_self_adjoint:
            values = self.eigvals()
            values = real(values) if self.dtype.is_complex else values
            return assert_positive(values, message="Matrix was not positive definite.")
        raise NotImplementedError(
            f"{type(self).__name__} can assert that it is positive definite only if it is known "
            f"to be self-adjoint: give is_self_adjoint=True"
        )

    def _can_use_cholesky(self) -> bool:
        return bool(self.is_self_adjoint and self.is_positive_definite)

    # ------------------------------------------------------------ what it is

    @property
    def dtype(self) -> Any:
        return self._dtype

    @property
    def name(self) -> str:
        return self._name

    @property
    def parameters(self) -> dict[str, Any]:
        """What the operator was made with."""
        return dict(self._parameters)

    @property
    def graph_parents(self) -> list[Any]:
        """The tensors that it is made of."""
        return self._graph_parents

    @property
    def is_non_singular(self) -> bool | None:
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether rows are as many as columns; None if that is not known.

        Raises:
            ValueError: when it is square and was said not to be.
        """
        rows, columns = self.range_dimension.value, self.domain_dimension.value
        known = rows == columns if rows is not None and columns is not None else None
        if self._is_square is False and known:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return known if self._is_square is None else self._is_square

    @property
    def shape(self) -> TensorShape:
        """`[B1, ..., Bb, M, N]`, as far as it is known."""
        return self._shape()

    @property
    def batch_shape(self) -> TensorShape:
        return self.shape[:-2]

    @property
    def tensor_rank(self) -> int | None:
        return self.shape.ndims

    @property
    def domain_dimension(self) -> Dimension:
        """The number of columns."""
        return Dimension(None) if self.shape.ndims is None else self.shape[-1]

    @property
    def range_dimension(self) -> Dimension:
        """The number of rows."""
        return Dimension(None) if self.shape.ndims is None else self.shape[-2]

    def _scope(self, name: str) -> Any:
        return name_scope(f"{self.name}/{name}")

    def shape_tensor(self, name: str = "shape_tensor") -> Tensor:
        """The shape as an int32 tensor."""
        with self._scope(name):
            if self.shape.is_fully_defined():
                return convert_to_tensor(self.shape.as_list(), int32)
            return self._shape_tensor()

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The batch shape as an int32 tensor."""
        with self._scope(name):
            return self.shape_tensor()[:-2]

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Tensor:
        """The rank as an int32 tensor."""
        with self._scope(name):
            return shape(self.shape_tensor())[0]

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Tensor:
        """The number of columns as an int32 tensor."""
        with self._scope(name):
            return self.shape_tensor()[-1]

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Tensor:
        """The number of rows as an int32 tensor."""
        with self._scope(name):
            return self.shape_tensor()[-2]

    def __repr__(self) -> str:
        return f"<tf.linalg.{type(self).__name__} shape={self.shape} dtype={self.dtype.name}>"

    # ------------------------------------------------------------ products

    def _argument(self, x: Any, name: str) -> Tensor:
        tensor = convert_to_tensor(x, None if hasattr(x, "graph") else self.dtype, name=name)
        if tensor.dtype.base_dtype is not self.dtype:
            raise TypeError(
                f"Expected argument to have dtype {self.dtype.name}. Found: {tensor.dtype.name} in "
                f"tensor {tensor!r}"
            )
        return tensor

    @staticmethod
    def _check_fits(own: Dimension, other: Dimension) -> None:
        if not own.is_compatible_with(other):
            raise ValueError(f"Dimensions are not compatible: {own} and {other}")

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """The product with a matrix, or with another operator.

        Args:
            x: a tensor `[..., N, R]`, or a `LinearOperator`.
            adjoint: whether to multiply by the adjoint of this operator.
            adjoint_arg: whether to multiply by the adjoint of `x`.
            name: the op's name.

        Returns:
            A tensor `[..., M, R]`; of an operator another one.

        Raises:
            TypeError: for another dtype.
            ValueError: for sizes that do not fit.
        """
        if isinstance(x, LinearOperator):
            return self._composed(x, adjoint, adjoint_arg, False)
        with self._scope(name):
            y = self._argument(x, "x")
            y = adjoint_of(y) if adjoint_arg else y
            if y.shape.ndims is not None:
                own = self.range_dimension if adjoint else self.domain_dimension
                self._check_fits(own, y.shape[-2])
            return self._matmul(y, adjoint)

    def _composed(self, x: LinearOperator, adjoint: bool, adjoint_arg: bool, inverse: bool) -> Any:
        from pyengine.linalg.linear_operator_composed import LinearOperatorComposition

        left = self.adjoint() if adjoint else self
        left = left.inverse() if inverse else left
        right = x.adjoint() if adjoint_arg else x
        self._check_fits(left.domain_dimension, right.range_dimension)
        return LinearOperatorComposition([left, right])

    __matmul__ = matmul

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Tensor:
        """The product with a vector `[..., N]`; otherwise as `matmul`."""
        with self._scope(name):
            y = expand_dims(self._argument(x, "x"), -1)
            return squeeze(self.matmul(y, adjoint), [-1])

    # ------------------------------------------------------------ solving

    def _check_solvable(self, what: str) -> None:
        if self.is_non_singular is False:
            raise NotImplementedError(
                f"{what} not implemented for an operator that is expected to be singular."
            )
        if self.is_square is False:
            raise NotImplementedError(
                f"{what} not implemented for an operator that is expected to not be square."
            )

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """The solutions X of `A X = rhs`.

        Args:
            rhs: a tensor `[..., M, R]`, or a `LinearOperator`.
            adjoint: whether to solve for the adjoint of this operator.
            adjoint_arg: whether `rhs` stands for its adjoint.
            name: the op's name.

        Returns:
            A tensor `[..., N, R]`; of an operator another one.

        Raises:
            NotImplementedError: for an operator that is known to be singular or not square.
            ValueError: for sizes that do not fit.
        """
        self._check_solvable("Exact solve")
        if isinstance(rhs, LinearOperator):
            return self._composed(rhs, adjoint, adjoint_arg, True)
        with self._scope(name):
            y = self._argument(rhs, "rhs")
            y = adjoint_of(y) if adjoint_arg else y
            if y.shape.ndims is not None:
                self._check_fits(self.range_dimension, y.shape[-2])
            return self._solve(y, adjoint)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Tensor:
        """The solution for a vector `[..., M]`; otherwise as `solve`."""
        with self._scope(name):
            y = expand_dims(self._argument(rhs, "rhs"), -1)
            return squeeze(self.solve(y, adjoint), [-1])

    # ------------------------------------------------------------ other operators

    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The operator's conjugate transpose."""
        if self.is_self_adjoint is True:
            return self
        with self._scope(name):
            return self._adjoint()

    H = property(adjoint)

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator's inverse.

        Raises:
            ValueError: for an operator that is known to be singular or not square.
        """
        if self.is_square is False:
            raise ValueError(
                "Cannot take the Inverse: This operator represents a non square matrix."
            )
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        with self._scope(name):
            return self._inverse()

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """The lower triangular L with `L L^H = A`, as an operator.

        Raises:
            ValueError: unless the operator is known to be self-adjoint and positive definite.
        """
        if not self._can_use_cholesky():
            raise ValueError(
                "Cannot take the Cholesky decomposition: Not a positive definite self adjoint "
                "matrix."
            )
        with self._scope(name):
            return self._cholesky()

    # ------------------------------------------------------------ numbers

    def to_dense(self, name: str = "to_dense") -> Tensor:
        """The matrix written out."""
        with self._scope(name):
            return self._to_dense()

    def diag_part(self, name: str = "diag_part") -> Tensor:
        """The diagonal, `[..., min(M, N)]`."""
        with self._scope(name):
            return self._diag_part()

    def trace(self, name: str = "trace") -> Tensor:
        """The sum of the diagonal."""
        with self._scope(name):
            return self._trace()

    def determinant(self, name: str = "det") -> Tensor:
        """The determinant; NotImplementedError for an operator that is known not to be square."""
        if self.is_square is False:
            raise NotImplementedError(
                "Determinant not implemented for an operator that is expected to not be square."
            )
        with self._scope(name):
            return self._determinant()

    def log_abs_determinant(self, name: str = "log_abs_det") -> Tensor:
        """The logarithm of the determinant's absolute value; otherwise as `determinant`."""
        if self.is_square is False:
            raise NotImplementedError(
                "Determinant not implemented for an operator that is expected to not be square."
            )
        with self._scope(name):
            return self._log_abs_determinant()

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Tensor:
        """The sum of the matrix and a tensor."""
        with self._scope(name):
            return self._add_to_tensor(self._argument(x, "x"))

    def eigvals(self, name: str = "eigvals") -> Tensor:
        """The eigenvalues; NotImplementedError for what is not known to be self-adjoint."""
        if not self.is_self_adjoint:
            raise NotImplementedError("Only self-adjoint matrices are supported.")
        with self._scope(name):
            return self._eigvals()

    def cond(self, name: str = "cond") -> Tensor:
        """The condition number: the largest singular value divided by the smallest."""
        with self._scope(name):
            return self._cond()

    # ------------------------------------------------------------ assertions

    def assert_non_singular(self, name: str = "assert_non_singular") -> Operation:
        """An op that fails for a matrix that is singular up to the precision of its dtype."""
        with self._scope(name):
            number = self.cond()
            epsilon = float(np.finfo(self.dtype.real_dtype.as_numpy_dtype).eps)
            size = cast(self.domain_dimension_tensor(), number.dtype)
            limit = math.realdiv(convert_to_tensor(1 / epsilon, number.dtype), size)
            return assert_less(number, limit, message="Singular matrix up to precision epsilon.")

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Operation:
        """An op that fails for a matrix that is not positive definite."""
        with self._scope(name):
            return self._assert_positive_definite()

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Operation:
        """An op that fails for a matrix that is not its own conjugate transpose."""
        with self._scope(name):
            dense = self._to_dense()
            is_same = reduce_all(equal(dense, adjoint_of(dense)))
            return Assert(is_same, ["Matrix was not equal to its adjoint.", dense])
