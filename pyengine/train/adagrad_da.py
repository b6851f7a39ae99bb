"""Adagrad by dual averaging (Duchi et al., 2011)."""

from __future__ import annotations

from typing import Any

from pyengine.dtypes import int64
from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.math import add, cast
from pyengine.ops.training import apply_adagrad_da, sparse_apply_adagrad_da
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class AdagradDAOptimizer(Optimizer):
    """Adagrad that weighs all gradients so far, for sparse linear models.

    A weight is a function of the sum of its gradients, so that a strong enough L1 penalty makes it
    exactly zero.

    Args:
        learning_rate: the step length, a number or a scalar tensor.
        global_step: the variable that counts steps; it must be counted up, as `minimize` does.
        initial_gradient_squared_accumulator_value: what the sums of squares start with; positive.
        l1_regularization_strength: the weight of |w| in the loss.
        l2_regularization_strength: the weight of w^2 in the loss.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.

    Raises:
        ValueError: when the initial value is not positive.
    """

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        if initial_gradient_squared_accumulator_value <= 0.0:
            raise ValueError(
                f"initial_gradient_squared_accumulator_value must be positive: "
                f"{initial_gradient_squared_accumulator_value}"
            )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._global_step = global_step
        self._initial_value = initial_gradient_squared_accumulator_value
        self._l1 = l1_regularization_strength
        self._l2 = l2_regularization_strength

    def _create_slots(self, var_list: list[Variable]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "gradient_accumulator", self._name)
            self._constant_slot(
                variable, self._initial_value, "gradient_squared_accumulator", self._name
            )

    def _prepare(self) -> None:
        self._make_tensors(
            learning_rate=self._learning_rate,
            l1_regularization_strength=self._l1,
            l2_regularization_strength=self._l2,
        )
        self._step = add(cast(self._global_step, int64), 1)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        return apply_adagrad_da(
            variable, self.get_slot(variable, "gradient_accumulator"),
            self.get_slot(variable, "gradient_squared_accumulator"), grad,
            *self._settings(variable), self._step, use_locking=self._use_locking,
        ).op  # fmt: skip

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        return sparse_apply_adagrad_da(
            variable, self.get_slot(variable, "gradient_accumulator"),
            self.get_slot(variable, "gradient_squared_accumulator"), grad.values, grad.indices,
            *self._settings(variable), self._step, use_locking=self._use_locking,
        ).op  # fmt: skip
