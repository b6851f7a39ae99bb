"""RMSProp (Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012)."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.training import (
    apply_centered_rms_prop,
    apply_rms_prop,
    sparse_apply_centered_rms_prop,
    sparse_apply_rms_prop,
)
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class RMSPropOptimizer(Optimizer):
    """Steps divided by the root of a running mean of the squared gradients.

    Args:
        learning_rate: the step length, a number, a scalar tensor, or a function that gives one.
        decay: the decay of the running means.
        momentum: how much of the last step is kept.
        epsilon: keeps the division finite.
        use_locking: accepted; an update is never seen half done.
        centered: whether to divide by the gradients' estimated standard deviation (Graves,
            "Generating Sequences With Recurrent Neural Networks", 2013).
        name: the name scope of the update ops.
    """

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._decay = decay
        self._momentum = momentum
        self._epsilon = epsilon
        self._centered = centered

    def _create_slots(self, var_list: list[Variable]) -> None:
        for variable in var_list:
            self._constant_slot(variable, 1.0, "rms", self._name)
            if self._centered:
                self._zeros_slot(variable, "mg", self._name)
            self._zeros_slot(variable, "momentum", self._name)

    def _prepare(self) -> None:
        self._make_tensors(
            learning_rate=self._learning_rate, decay=self._decay, momentum=self._momentum,
            epsilon=self._epsilon,
        )  # fmt: skip

    def _state(self, variable: Variable) -> list[Any]:
        """The variable, its slots and the hyperparameters, as the ops take them."""
        names = ("mg", "rms", "momentum") if self._centered else ("rms", "momentum")
        slots = [self.get_slot(variable, name) for name in names]
        return [variable, *slots, *self._settings(variable)]

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        apply = apply_centered_rms_prop if self._centered else apply_rms_prop
        return apply(*self._state(variable), grad, use_locking=self._use_locking).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        apply = sparse_apply_centered_rms_prop if self._centered else sparse_apply_rms_prop
        state = self._state(variable)
        return apply(*state, grad.values, grad.indices, use_locking=self._use_locking).op
