"""Adagrad (Duchi et al., "Adaptive Subgradient Methods for Online Learning", 2011)."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.training import apply_adagrad, sparse_apply_adagrad
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class AdagradOptimizer(Optimizer):
    """Steps divided by the root of the sum of all squared gradients so far.

    Args:
        learning_rate: the step length, a number, a scalar tensor, or a function that gives one.
        initial_accumulator_value: what the sums start with; positive.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.

    Raises:
        ValueError: when `initial_accumulator_value` is not positive.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        if initial_accumulator_value <= 0.0:
            raise ValueError(
                f"initial_accumulator_value must be positive: {initial_accumulator_value}"
            )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value

    def _create_slots(self, var_list: list[Variable]) -> None:
        for variable in var_list:
            self._constant_slot(
                variable, self._initial_accumulator_value, "accumulator", self._name
            )

    def _prepare(self) -> None:
        self._make_tensors(learning_rate=self._learning_rate)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        (rate,) = self._settings(variable)
        accumulator = self.get_slot(variable, "accumulator")
        return apply_adagrad(variable, accumulator, rate, grad, use_locking=self._use_locking).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        (rate,) = self._settings(variable)
        accumulator = self.get_slot(variable, "accumulator")
        return sparse_apply_adagrad(
            variable, accumulator, rate, grad.values, grad.indices, use_locking=self._use_locking
        ).op
