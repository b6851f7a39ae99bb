"""Kronecker products of operators."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from pyengine.graph import Tensor
from pyengine.linalg.linear_operator import LinearOperator, with_batch
from pyengine.linalg.linear_operator_composed import Several, all_have, checked, product
from pyengine.ops.array import expand_dims, reshape, shape, transpose
from pyengine.ops.joining import concat, stack
from pyengine.ops.math import cast
from pyengine.ops.math import pow as pow_of
from pyengine.ops.reduce import reduce_prod
from pyengine.shape import TensorShape, broadcast

__all__ = ["LinearOperatorKronecker"]


class LinearOperatorKronecker(Several):
    """The Kronecker product of operators: blocks of the second, times the elements of the first.

    Args:
        operators: a list of operators of one dtype.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`; what all operators have, the product has.
        name: the name of the scope of its ops; by default made of the operators'.

    Raises:
        TypeError: for operators of several dtypes.
        ValueError: for none.
    """

    def __init__(
        self,
        operators: Sequence[LinearOperator],
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        self.operators = checked(operators)
        super().__init__(
            self.operators[0].dtype, [p for o in self.operators for p in o.graph_parents],
            all_have(self.operators, "is_non_singular", is_non_singular),
            all_have(self.operators, "is_self_adjoint", is_self_adjoint),
            all_have(self.operators, "is_positive_definite", is_positive_definite),
            all_have(self.operators, "is_square", is_square),
            name or "_x_".join(o.name for o in self.operators), {"operators": operators},
        )  # fmt: skip

    def _shape(self) -> TensorShape:
        rows = product([o.range_dimension for o in self.operators])
        columns = product([o.domain_dimension for o in self.operators])
        return self._batch().concatenate([rows, columns])

    def _shape_tensor(self) -> Tensor:
        rows = reduce_prod(stack([o.range_dimension_tensor() for o in self.operators]))
        columns = reduce_prod(stack([o.domain_dimension_tensor() for o in self.operators]))
        return concat([self._batch_tensor(), stack([rows, columns])], 0)

    def _each(
        self, x: Tensor, sizes: list[Tensor], apply: Callable[[LinearOperator, Tensor], Tensor]
    ) -> Tensor:
        """Applies each operator along its own part of the rows of `x`.

        The rows count as axes of `sizes`; one after the other is brought to the front of all
        others, which count as columns, and comes out as the last.
        """
        columns = shape(x)[-1]
        x = with_batch(x, self._batch_tensor())
        for operator, size in zip(self.operators, sizes):
            lead = shape(x)[:-2]
            x = reshape(x, concat([lead, stack([size, -1])], 0))
            x = apply(operator, x)
            n = x.shape.ndims
            if n is None:
                raise ValueError("the Kronecker product needs tensors of a known rank")
            # What was an axis of rows is now behind the others, before the columns.
            sizes_now = shape(x)
            split_columns = concat([lead, stack([sizes_now[-2], -1, columns])], 0)
            x = transpose(reshape(x, split_columns), [*range(n - 2), n - 1, n - 2, n])
            x = reshape(x, concat([lead, stack([-1, columns])], 0))
        return x

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        sizes = [
            o.range_dimension_tensor() if adjoint else o.domain_dimension_tensor()
            for o in self.operators
        ]
        found = self._each(x, sizes, lambda o, part: o.matmul(part, adjoint=adjoint))
        return self._shaped(found, x, adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        sizes = [o.range_dimension_tensor() for o in self.operators]
        found = self._each(rhs, sizes, lambda o, part: o.solve(part, adjoint=adjoint))
        return self._shaped(found, rhs, not adjoint)

    def _shaped(self, found: Tensor, x: Tensor, turned: bool) -> Tensor:
        if x.shape.ndims is not None and self._batch().ndims is not None:
            rows = self.domain_dimension if turned else self.range_dimension
            lead = broadcast(x.shape[:-2], self._batch())
            found.set_shape(lead.concatenate([rows, x.shape[-1]]))
        return found

    def _outer(self, parts: list[Tensor]) -> Tensor:
        """All products of one element of each vector, the last of which changes fastest."""
        found = parts[0]
        for part in parts[1:]:
            product = expand_dims(found, -1) * expand_dims(part, -2)
            found = reshape(product, concat([shape(product)[:-2], [-1]], 0))
        return found

    def _diag_part(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._diag_part()
        return self._outer([o.diag_part() for o in self.operators])

    def _eigvals(self) -> Tensor:
        if not all(o.is_self_adjoint for o in self.operators):
            return super()._eigvals()
        return self._outer([o.eigvals() for o in self.operators])

    def _trace(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._trace()
        return functools.reduce(lambda a, b: a * b, (o.trace() for o in self.operators))

    def _powers(self) -> list[Tensor]:
        """How often the determinant of each is a factor."""
        whole: Any = self.domain_dimension_tensor()
        return [cast(whole // o.domain_dimension_tensor(), self.dtype) for o in self.operators]

    def _determinant(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._determinant()
        found = [pow_of(o.determinant(), n) for o, n in zip(self.operators, self._powers())]
        return functools.reduce(lambda a, b: a * b, found)

    def _log_abs_determinant(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._log_abs_determinant()
        found = [o.log_abs_determinant() * n for o, n in zip(self.operators, self._powers())]
        return functools.reduce(lambda a, b: a + b, found)

    def _adjoint(self) -> LinearOperator:
        return self._of(lambda o: o.adjoint(), False)

    def _inverse(self) -> LinearOperator:
        if not all(o.is_square for o in self.operators):
            return super()._inverse()
        return self._of(lambda o: o.inverse(), False)

    def _cholesky(self) -> LinearOperator:
        if not all(o._can_use_cholesky() for o in self.operators):
            return super()._cholesky()
        return LinearOperatorKronecker([o.cholesky() for o in self.operators], True)
