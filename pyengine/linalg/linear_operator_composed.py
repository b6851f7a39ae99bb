"""Operators made of others: products, blocks, adjoints, inverses."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from pyengine.graph import Tensor
from pyengine.linalg.linear_operator import LinearOperator, with_batch
from pyengine.ops.array import expand_dims, reshape, shape
from pyengine.ops.decompositions import adjoint as adjoint_of
from pyengine.ops.identities import broadcast_dynamic_shape
from pyengine.ops.joining import concat, split, stack
from pyengine.ops.math import conj
from pyengine.ops.reduce import reduce_sum
from pyengine.shape import Dimension, TensorShape, broadcast

__all__ = [
    "LinearOperatorAdjoint", "LinearOperatorBlockDiag", "LinearOperatorComposition",
    "LinearOperatorInversion",
]  # fmt: skip


def checked(operators: Sequence[Any]) -> list[LinearOperator]:
    found = list(operators)
    if not found:
        raise ValueError("Expected a non-empty list of operators. Found: []")
    for operator in found:
        if operator.dtype is not found[0].dtype:
            names = [(o.name, o.dtype.name) for o in found]
            raise TypeError(f"Expected all operators to have the same dtype. Found: {names}")
    return found


def all_have(operators: Sequence[LinearOperator], promise: str, given: bool | None) -> bool | None:
    """What holds if it holds for each; raises ValueError where that was denied."""
    if all(getattr(operator, promise) for operator in operators):
        if given is False:
            raise ValueError(f"{promise} was False, but all operators have it")
        return True
    return given


class Several(LinearOperator):
    """What is made of a list of operators."""

    operators: list[LinearOperator]

    def _batch(self) -> TensorShape:
        return functools.reduce(broadcast, (o.batch_shape for o in self.operators))

    def _batch_tensor(self) -> Tensor:
        lead = [o.batch_shape_tensor() for o in self.operators]
        return functools.reduce(broadcast_dynamic_shape, lead)

    def _of(self, change: Callable[[LinearOperator], LinearOperator], turned: bool) -> Any:
        """The like, of the operators changed, in their order or backwards."""
        operators = self.operators[::-1] if turned else self.operators
        like: Any = type(self)
        return like(
            [change(o) for o in operators], self.is_non_singular, self.is_self_adjoint,
            self.is_positive_definite, self.is_square,
        )  # fmt: skip


class _EachByItself(Several):
    """What has its operators' determinants multiplied, their adjoints and their inverses."""

    turned = False  # whether those come in the other order

    def _determinant(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._determinant()
        return functools.reduce(lambda a, b: a * b, (o.determinant() for o in self.operators))

    def _log_abs_determinant(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._log_abs_determinant()
        found = (o.log_abs_determinant() for o in self.operators)
        return functools.reduce(lambda a, b: a + b, found)

    def _adjoint(self) -> LinearOperator:
        return self._of(lambda o: o.adjoint(), self.turned)

    def _inverse(self) -> LinearOperator:
        if not all(o.is_square for o in self.operators):
            return super()._inverse()
        return self._of(lambda o: o.inverse(), self.turned)


def product(sizes: Sequence[Dimension]) -> int | None:
    values = [size.value for size in sizes]
    found = 1
    for value in values:
        if value is None:
            return None
        found *= value
    return found


class LinearOperatorComposition(_EachByItself):
    """The product of operators, the last of which is applied first.

    Args:
        operators: a list of operators of one dtype, whose sizes fit each other.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`.
        name: the name of the scope of its ops; by default made of the operators'.

    Raises:
        TypeError: for operators of several dtypes.
        ValueError: for none, or sizes that do not fit.
    """

    turned = True

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
        for left, right in zip(self.operators, self.operators[1:]):
            self._check_fits(left.domain_dimension, right.range_dimension)
        super().__init__(
            self.operators[0].dtype, [p for o in self.operators for p in o.graph_parents],
            all_have(self.operators, "is_non_singular", is_non_singular), is_self_adjoint,
            is_positive_definite, is_square, name or "_o_".join(o.name for o in self.operators),
            {"operators": operators},
        )  # fmt: skip

    def _shape(self) -> TensorShape:
        first, last = self.operators[0], self.operators[-1]
        return self._batch().concatenate([first.range_dimension, last.domain_dimension])

    def _shape_tensor(self) -> Tensor:
        rows = self.operators[0].range_dimension_tensor()
        columns = self.operators[-1].domain_dimension_tensor()
        return concat([self._batch_tensor(), stack([rows, columns])], 0)

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        for operator in self.operators if adjoint else self.operators[::-1]:
            x = operator.matmul(x, adjoint=adjoint)
        return x

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        for operator in self.operators[::-1] if adjoint else self.operators:
            rhs = operator.solve(rhs, adjoint=adjoint)
        return rhs


class LinearOperatorBlockDiag(_EachByItself):
    """Operators along the diagonal, with zeros outside of them.

    Args:
        operators: a list of operators of one dtype.
        is_non_singular, is_self_adjoint, is_positive_definite: promises, as for `LinearOperator`;
            what all operators have, the whole has.
        is_square: whether each of them is square.
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
        is_square: bool | None = True,
        name: str | None = None,
    ) -> None:
        self.operators = checked(operators)
        super().__init__(
            self.operators[0].dtype, [p for o in self.operators for p in o.graph_parents],
            all_have(self.operators, "is_non_singular", is_non_singular),
            all_have(self.operators, "is_self_adjoint", is_self_adjoint),
            all_have(self.operators, "is_positive_definite", is_positive_definite), is_square,
            name or "_ds_".join(o.name for o in self.operators), {"operators": operators},
        )  # fmt: skip

    def _shape(self) -> TensorShape:
        rows = [o.range_dimension.value for o in self.operators]
        columns = [o.domain_dimension.value for o in self.operators]
        sizes = [None if None in n else sum(n) for n in (rows, columns)]  # type: ignore[arg-type]  # no None
        return self._batch().concatenate(sizes)

    def _sizes(self, of_rows: bool) -> Tensor:
        return stack([
            o.range_dimension_tensor() if of_rows else o.domain_dimension_tensor()
            for o in self.operators
        ])  # fmt: skip

    def _shape_tensor(self) -> Tensor:
        sizes = stack([reduce_sum(self._sizes(True)), reduce_sum(self._sizes(False))])
        return concat([self._batch_tensor(), sizes], 0)

    def _each(
        self, x: Tensor, of_rows: bool, apply: Callable[[LinearOperator, Tensor], Tensor]
    ) -> Tensor:
        n = x.shape.ndims
        if n is None:
            raise ValueError("a product with blocks needs tensors of a known rank")
        parts = split(x, self._sizes(of_rows), axis=n - 2, num=len(self.operators))
        found = [apply(o, part) for o, part in zip(self.operators, parts)]
        lead = functools.reduce(broadcast_dynamic_shape, [shape(t)[:-2] for t in found])
        return concat([with_batch(t, lead) for t in found], -2)

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return self._each(x, adjoint, lambda o, part: o.matmul(part, adjoint=adjoint))

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return self._each(rhs, not adjoint, lambda o, part: o.solve(part, adjoint=adjoint))

    def _joined(self, vectors: list[Tensor]) -> Tensor:
        lead = self._batch_tensor()
        wide = [with_batch(expand_dims(v, -2), lead) for v in vectors]
        found = concat(wide, -1)
        return reshape(found, concat([lead, [-1]], 0))

    def _diag_part(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._diag_part()
        return self._joined([o.diag_part() for o in self.operators])

    def _eigvals(self) -> Tensor:
        if not all(o.is_self_adjoint for o in self.operators):
            return super()._eigvals()
        return self._joined([o.eigvals() for o in self.operators])

    def _trace(self) -> Tensor:
        if not all(o.is_square for o in self.operators):
            return super()._trace()
        return functools.reduce(lambda a, b: a + b, (o.trace() for o in self.operators))

    def _cholesky(self) -> LinearOperator:
        if not all(o._can_use_cholesky() for o in self.operators):
            return super()._cholesky()
        return LinearOperatorBlockDiag([o.cholesky() for o in self.operators], True)


class LinearOperatorAdjoint(LinearOperator):
    """The conjugate transpose of an operator.

    Args:
        operator: the operator.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`; by default those of the operator.
        name: the name of the scope of its ops.
    """

    def __init__(
        self,
        operator: LinearOperator,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        self._operator = operator

        def promise(given: bool | None, own: bool | None) -> bool | None:
            return own if given is None else given

        super().__init__(
            operator.dtype, operator.graph_parents,
            promise(is_non_singular, operator.is_non_singular),
            promise(is_self_adjoint, operator.is_self_adjoint),
            promise(is_positive_definite, operator.is_positive_definite),
            promise(is_square, operator.is_square),
            name or f"{operator.name}_adjoint", {"operator": operator},
        )  # fmt: skip

    @property
    def operator(self) -> LinearOperator:
        return self._operator

    def _shape(self) -> TensorShape:
        own = self._operator.shape
        return own if own.ndims is None else own[:-2].concatenate([own[-1], own[-2]])

    def _shape_tensor(self) -> Tensor:
        own = self._operator.shape_tensor()
        return concat([own[:-2], stack([own[-1], own[-2]])], 0)

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return self._operator.matmul(x, adjoint=not adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return self._operator.solve(rhs, adjoint=not adjoint)

    def _to_dense(self) -> Tensor:
        return adjoint_of(self._operator.to_dense())

    def _diag_part(self) -> Tensor:
        return conj(self._operator.diag_part())

    def _determinant(self) -> Tensor:
        return conj(self._operator.determinant())

    def _log_abs_determinant(self) -> Tensor:
        return self._operator.log_abs_determinant()

    def _cond(self) -> Tensor:
        return self._operator.cond()

    def _adjoint(self) -> LinearOperator:
        return self._operator

    def _inverse(self) -> LinearOperator:
        return self._operator.inverse().adjoint()


class LinearOperatorInversion(LinearOperator):
    """The inverse of an operator; its products are solutions.

    Args:
        operator: the operator, which must be square and not singular.
        is_non_singular, is_self_adjoint, is_positive_definite, is_square: promises, as for
            `LinearOperator`; by default those of the operator.
        name: the name of the scope of its ops.

    Raises:
        ValueError: for an operator that is known to have no inverse.
    """

    def __init__(
        self,
        operator: LinearOperator,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        if operator.is_non_singular is False:
            raise ValueError(
                f"Operator {operator.name} represents a singular matrix, thus it is impossible "
                f"to invert"
            )
        if operator.is_square is False or is_square is False:
            raise ValueError("An inverse operator is always square.")
        if is_non_singular is False:
            raise ValueError("An inverse operator is always non-singular.")
        self._operator = operator
        super().__init__(
            operator.dtype, operator.graph_parents, True,
            operator.is_self_adjoint if is_self_adjoint is None else is_self_adjoint,
            operator.is_positive_definite if is_positive_definite is None else is_positive_definite,
            True, name or f"{operator.name}_inv", {"operator": operator},
        )  # fmt: skip

    @property
    def operator(self) -> LinearOperator:
        return self._operator

    def _shape(self) -> TensorShape:
        return self._operator.shape

    def _shape_tensor(self) -> Tensor:
        return self._operator.shape_tensor()

    def _matmul(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return self._operator.solve(x, adjoint=adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return self._operator.matmul(rhs, adjoint=adjoint)

    def _determinant(self) -> Tensor:
        return 1 / self._operator.determinant()

    def _log_abs_determinant(self) -> Tensor:
        return -self._operator.log_abs_determinant()

    def _eigvals(self) -> Tensor:
        return 1 / self._operator.eigvals()

    def _cond(self) -> Tensor:
        return self._operator.cond()

    def _inverse(self) -> LinearOperator:
        return self._operator
