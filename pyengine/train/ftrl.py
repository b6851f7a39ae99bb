"""FTRL-proximal (McMahan et al., "Ad Click Prediction: a View from the Trenches", 2013)."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.training import apply_ftrl, apply_ftrl_v2, sparse_apply_ftrl, sparse_apply_ftrl_v2
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class FtrlOptimizer(Optimizer):
    """Follow the regularized leader, with penalties that make weights exactly zero.

    Args:
        learning_rate: the step length, a number, a scalar tensor, or a function that gives one.
        learning_rate_power: how steps get shorter; zero or negative, 0 for a fixed rate.
        initial_accumulator_value: what the sums of squares start with; zero or positive.
        l1_regularization_strength: the weight of |w|; zero or positive.
        l2_regularization_strength: the weight of w^2, as a stabilization; zero or positive.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.
        accum_name: the name of the slot of the sums of squares; `name` by default.
        linear_name: the name of the slot of the linear term; `name` by default.
        l2_shrinkage_regularization_strength: the weight of w^2, as a penalty on the size.

    Raises:
        ValueError: for a value of the wrong sign.
    """

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ) -> None:
        super().__init__(use_locking, name)
        for what, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0.0:
                raise ValueError(f"{what} {value} needs to be positive or zero")
        if learning_rate_power > 0.0:
            raise ValueError(
                f"learning_rate_power {learning_rate_power} needs to be negative or zero"
            )
        self._learning_rate = learning_rate
        self._learning_rate_power = learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1 = l1_regularization_strength
        self._l2 = l2_regularization_strength
        self._l2_shrinkage = l2_shrinkage_regularization_strength
        self._accum_name = accum_name or name
        self._linear_name = linear_name or name

    def _create_slots(self, var_list: list[Variable]) -> None:
        for variable in var_list:
            self._constant_slot(
                variable, self._initial_accumulator_value, "accum", self._accum_name
            )
            self._zeros_slot(variable, "linear", self._linear_name)

    def _prepare(self) -> None:
        shrinkage = {"l2_shrinkage_regularization_strength": self._l2_shrinkage}
        self._make_tensors(
            learning_rate=self._learning_rate,
            l1_regularization_strength=self._l1,
            l2_regularization_strength=self._l2,
            **(shrinkage if self._l2_shrinkage > 0.0 else {}),
            learning_rate_power=self._learning_rate_power,
        )

    def _slots_of(self, variable: Variable) -> tuple[Any, Any]:
        return self.get_slot(variable, "accum"), self.get_slot(variable, "linear")

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        apply = apply_ftrl_v2 if self._l2_shrinkage > 0.0 else apply_ftrl
        return apply(
            variable, *self._slots_of(variable), grad, *self._settings(variable),
            use_locking=self._use_locking,
        ).op  # fmt: skip

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        apply = sparse_apply_ftrl_v2 if self._l2_shrinkage > 0.0 else sparse_apply_ftrl
        return apply(
            variable, *self._slots_of(variable), grad.values, grad.indices,
            *self._settings(variable), use_locking=self._use_locking,
        ).op  # fmt: skip
