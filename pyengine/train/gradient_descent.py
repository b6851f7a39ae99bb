"""Gradient descent: `w - learning_rate * gradient`."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.scatter_state import scatter_sub
from pyengine.ops.training import apply_gradient_descent
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class GradientDescentOptimizer(Optimizer):
    """Moves each variable against its gradient.

    Args:
        learning_rate: the step length, a number or a scalar tensor.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.
    """

    def __init__(
        self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent"
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate

    def _prepare(self) -> None:
        self._make_tensors(learning_rate=self._learning_rate)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        (rate,) = self._settings(variable)
        return apply_gradient_descent(variable, rate, grad, use_locking=self._use_locking).op

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, variable: Variable) -> Any:
        (rate,) = self._settings(variable)
        step = grad.values * rate
        return scatter_sub(variable, grad.indices, step, use_locking=self._use_locking)
