"""Adadelta (Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012)."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.training import apply_adadelta, sparse_apply_adadelta
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class AdadeltaOptimizer(Optimizer):
    """Steps as long as recent steps were, relative to recent gradients.

    Args:
        learning_rate: a factor of the steps: a number, a scalar tensor, or a function that gives
            one. The paper's algorithm has 1.0.
        rho: the decay of both averages.
        epsilon: keeps the first steps from being zero.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._rho = rho
        self._epsilon = epsilon

    def _create_slots(self, var_list: list[Variable]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "accum", self._name)
            self._zeros_slot(variable, "accum_update", self._name)

    def _prepare(self) -> None:
        self._make_tensors(lr=self._lr, rho=self._rho, epsilon=self._epsilon)

    def _slots_of(self, variable: Variable) -> tuple[Any, Any]:
        return self.get_slot(variable, "accum"), self.get_slot(variable, "accum_update")

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        return apply_adadelta(
            variable, *self._slots_of(variable), *self._settings(variable), grad,
            use_locking=self._use_locking,
        ).op  # fmt: skip

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        return sparse_apply_adadelta(
            variable, *self._slots_of(variable), *self._settings(variable), grad.values,
            grad.indices, use_locking=self._use_locking,
        ).op  # fmt: skip
