"""Operators that are diagonals: any, the identity, and multiples of it."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype, float32, int32
from pyengine.graph import Operation, Tensor
from pyengine.linalg.linear_operator import LinearOperator
from pyengine.ops import elementwise
from pyengine.ops.array import expand_dims, shape
from pyengine.ops.check import assert_none_equal, assert_positive
from pyengine.ops.control_flow import no_op
from pyengine.ops.diagonals import matrix_diag, matrix_diag_part, matrix_set_diag
from pyengine.ops.filling import eye, ones, zeros
from pyengine.ops.identities import broadcast_dynamic_shape
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, conj
from pyengine.ops.reduce import reduce_max, reduce_min, reduce_prod, reduce_sum
from pyengine.ops.repetition import broadcast_to
from pyengine.shape import TensorShape, as_shape
from pyengine.static import constant_value, shape_value

__all__ = ["LinearOperatorDiag", "LinearOperatorIdentity", "LinearOperatorScaledIdentity"]


class LinearOperatorDiag(LinearOperator):
    """A square matrix with zeros outside of its diagonal.

    Args:
        diag: the diagonal, a floating-point or complex tensor `[B1, ..., Bb, N]`.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`; a real diagonal is known to be self-adjoint.
        name: the name of the scope of its ops.

    Raises:
        ValueError: for promises that do not hold for a diagonal.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     operator = tf.linalg.LinearOperatorDiag([1.0, 2.0])
        ...     float(sess.run(operator.determinant()))
        2.0
    """

    def __init__(
        self,
        diag: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorDiag",
    ) -> None:
        self._diag = convert_to_tensor(diag, name="diag")
        if self._diag.shape.ndims == 0:
            raise ValueError(f"Argument diag must have at least 1 dimension. Found: {diag!r}")
        if not self._diag.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real diagonal operator is always self adjoint.")
            is_self_adjoint = True
        if is_square is False:
            raise ValueError("Only square diagonal operators currently supported.")
        super().__init__(
            self._diag.dtype, [self._diag], is_non_singular, is_self_adjoint,
            is_positive_definite, True, name, {"diag": diag},
        )  # fmt: skip

    @property
    def diag(self) -> Tensor:
        return self._diag

    def _shape(self) -> TensorShape:
        own = self._diag.shape
        return own if own.ndims is None else own.concatenate(own[-1:])

    def _shape_tensor(self) -> Tensor:
        sizes = shape(self._diag)
        return concat([sizes, sizes[-1:]], 0)

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return expand_dims(conj(self._diag) if adjoint else self._diag, -1) * x

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return rhs * expand_dims(1 / (conj(self._diag) if adjoint else self._diag), -1)

    def _to_dense(self) -> Tensor:
        return matrix_diag(self._diag)

    def _diag_part(self) -> Tensor:
        return self._diag

    def _determinant(self) -> Tensor:
        return reduce_prod(self._diag, -1)

    def _log_abs_determinant(self) -> Tensor:
        found = reduce_sum(elementwise.log(elementwise.abs(self._diag)), -1)
        return cast(found, self.dtype)

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return matrix_set_diag(x, matrix_diag_part(x) + self._diag)

    def _eigvals(self) -> Tensor:
        return self._diag

    def _cond(self) -> Tensor:
        sizes = elementwise.abs(self._diag)
        return reduce_max(sizes, -1) / reduce_min(sizes, -1)

    def _adjoint(self) -> LinearOperator:
        return LinearOperatorDiag(
            conj(self._diag), self.is_non_singular, self.is_self_adjoint,
            self.is_positive_definite, True,
        )  # fmt: skip

    def _inverse(self) -> LinearOperator:
        return LinearOperatorDiag(
            1 / self._diag, self.is_non_singular, self.is_self_adjoint,
            self.is_positive_definite, True,
        )  # fmt: skip

    def _cholesky(self) -> LinearOperator:
        return LinearOperatorDiag(elementwise.sqrt(self._diag), is_non_singular=True)

    def _assert_positive_definite(self) -> Operation:
        if self.dtype.is_complex:
            from pyengine.ops.complex import real

            return assert_positive(real(self._diag), message="diag was not positive definite.")
        return assert_positive(self._diag, message="diag was not positive definite.")

    def assert_non_singular(self, name: str = "assert_non_singular") -> Operation:
        with self._scope(name):
            zero = zeros([], elementwise.abs(self._diag).dtype)
            message = "Singular operator: Diagonal contained zero values."
            return assert_none_equal(elementwise.abs(self._diag), zero, message=message)


def _static_rows(num_rows: Any) -> tuple[Tensor, int | None]:
    rows = convert_to_tensor(num_rows, None if hasattr(num_rows, "graph") else int32, "num_rows")
    if not rows.dtype.is_integer:
        raise TypeError(f"Argument num_rows must be integer type.  Found: {rows!r}")
    if rows.shape.ndims not in (None, 0):
        raise ValueError(f"Argument num_rows must be a 0-D Tensor.  Found: {rows!r}")
    known = constant_value(rows)
    if known is not None and int(known) < 0:
        raise ValueError(f"Argument num_rows must be non-negative.  Found: {int(known)}")
    return cast(rows, int32), None if known is None else int(known)


class _Scaled(LinearOperator):
    """What the identity and its multiples have in common: a number for each place of a batch."""

    _rows: Tensor
    _static: int | None

    def _scale(self) -> Tensor:
        """The number, in the batch shape."""
        raise NotImplementedError(f"{type(self).__name__} must define _scale()")

    def _lead(self) -> Tensor:
        """The batch shape."""
        return shape(self._scale())

    def _shape(self) -> TensorShape:
        return self._scale().shape.concatenate([self._static, self._static])

    def _shape_tensor(self) -> Tensor:
        rows = expand_dims(self._rows, 0)
        return concat([self._lead(), rows, rows], 0)

    def _factor(self, adjoint: bool) -> Tensor:
        scale = self._scale()
        return expand_dims(expand_dims(conj(scale) if adjoint else scale, -1), -1)

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return x * self._factor(adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return rhs / self._factor(adjoint)

    def _to_dense(self) -> Tensor:
        return eye(self._rows, batch_shape=self._lead(), dtype=self.dtype) * self._factor(False)

    def _diag_part(self) -> Tensor:
        rows = ones(expand_dims(self._rows, 0), self.dtype)
        return expand_dims(self._scale(), -1) * rows

    def _trace(self) -> Tensor:
        return self._scale() * cast(self._rows, self.dtype)

    def _determinant(self) -> Tensor:
        return self._scale() ** cast(self._rows, self.dtype)

    def _log_abs_determinant(self) -> Tensor:
        logs = elementwise.log(elementwise.abs(self._scale()))
        return logs * cast(self._rows, logs.dtype)

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return matrix_set_diag(x, matrix_diag_part(x) + expand_dims(self._scale(), -1))

    def _eigvals(self) -> Tensor:
        return self._diag_part()

    def _cond(self) -> Tensor:
        scale = self._scale()
        # One everywhere, but for a multiple of nothing.
        return scale / scale


class LinearOperatorIdentity(_Scaled):
    """The identity, or a batch of identities.

    Args:
        num_rows: the number of rows, an integer or an integer tensor.
        batch_shape: the batch shape, `[]` by default.
        dtype: the dtype, float32 by default.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: True all.
        assert_proper_shapes: accepted; what is known of shapes is always checked.
        name: the name of the scope of its ops.

    Raises:
        ValueError: when one of the promises is said not to hold.
    """

    def __init__(
        self,
        num_rows: Any,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = True,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = True,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorIdentity",
    ) -> None:
        for holds, what in (
            (is_self_adjoint, "self adjoint"),
            (is_square, "square"),
            (is_non_singular, "non-singular"),
            (is_positive_definite, "positive-definite"),
        ):
            if not holds:
                raise ValueError(f"An identity operator is always {what}.")
        self._rows, self._static = _static_rows(num_rows)
        lead: Any = [] if batch_shape is None else batch_shape
        if not hasattr(lead, "graph"):
            lead = convert_to_tensor(as_shape(lead).as_list(), int32)
        self._batch = cast(lead, int32)
        super().__init__(
            as_dtype(dtype or float32), None, True, True, True, True, name,
            {"num_rows": num_rows, "batch_shape": batch_shape, "dtype": dtype},
        )  # fmt: skip

    def _scale(self) -> Tensor:
        found = ones(self._batch, self.dtype)
        found.set_shape(shape_value(self._batch))
        return found

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        if shape_value(self._batch).ndims == 0:
            return x
        sizes = shape(x)
        lead = broadcast_dynamic_shape(sizes[:-2], self._batch)
        return broadcast_to(x, concat([lead, sizes[-2:]], 0))

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return self._matmul(rhs)

    def _determinant(self) -> Tensor:
        return self._scale()

    def _log_abs_determinant(self) -> Tensor:
        return zeros(self._batch, self.dtype)

    def _adjoint(self) -> LinearOperator:
        return self

    _inverse = _cholesky = _adjoint

    def _assert_positive_definite(self) -> Operation:
        return no_op()

    def assert_non_singular(self, name: str = "assert_non_singular") -> Operation:
        """An op that does nothing."""
        return no_op(name)

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Operation:
        """An op that does nothing."""
        return no_op(name)


class LinearOperatorScaledIdentity(_Scaled):
    """A multiple of the identity.

    Args:
        num_rows: the number of rows, an integer or an integer tensor.
        multiplier: the numbers, a floating-point or complex tensor `[B1, ..., Bb]`.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`; a real multiple is known to be self-adjoint.
        assert_proper_shapes: accepted; what is known of shapes is always checked.
        name: the name of the scope of its ops.

    Raises:
        ValueError: for promises that do not hold for it.
    """

    def __init__(
        self,
        num_rows: Any,
        multiplier: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ) -> None:
        self._multiplier = convert_to_tensor(multiplier, name="multiplier")
        if not self._multiplier.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real diagonal operator is always self adjoint.")
            is_self_adjoint = True
        if not is_square:
            raise ValueError("A ScaledIdentity operator is always square.")
        self._rows, self._static = _static_rows(num_rows)
        super().__init__(
            self._multiplier.dtype, [self._multiplier], is_non_singular, is_self_adjoint,
            is_positive_definite, True, name, {"num_rows": num_rows, "multiplier": multiplier},
        )  # fmt: skip

    @property
    def multiplier(self) -> Tensor:
        return self._multiplier

    def _scale(self) -> Tensor:
        return self._multiplier

    def _like(self, multiplier: Tensor) -> LinearOperator:
        return LinearOperatorScaledIdentity(
            self._rows if self._static is None else self._static, multiplier,
            self.is_non_singular, self.is_self_adjoint, self.is_positive_definite,
        )  # fmt: skip

    def _adjoint(self) -> LinearOperator:
        return self._like(conj(self._multiplier))

    def _inverse(self) -> LinearOperator:
        return self._like(1 / self._multiplier)

    def _cholesky(self) -> LinearOperator:
        return self._like(elementwise.sqrt(self._multiplier))

    def _assert_positive_definite(self) -> Operation:
        from pyengine.ops.complex import real

        return assert_positive(
            real(self._multiplier), message="LinearOperator was not positive definite."
        )

    def assert_non_singular(self, name: str = "assert_non_singular") -> Operation:
        with self._scope(name):
            sizes = elementwise.abs(self._multiplier)
            return assert_positive(sizes, message="LinearOperator was singular")
