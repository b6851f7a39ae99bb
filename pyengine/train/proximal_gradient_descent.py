"""Proximal gradient descent (Duchi and Singer, "Efficient Learning using FOBOS", 2009)."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.training import (
    apply_proximal_gradient_descent,
    sparse_apply_proximal_gradient_descent,
)
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class ProximalGradientDescentOptimizer(Optimizer):
    """Gradient descent, each step followed by an exact step of the penalties.

    Args:
        learning_rate: the step length, a number or a scalar tensor.
        l1_regularization_strength: the weight of |w| in the loss; zero or positive.
        l2_regularization_strength: the weight of w^2 / 2 in the loss; zero or positive.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.
    """

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._l1 = l1_regularization_strength
        self._l2 = l2_regularization_strength

    def _prepare(self) -> None:
        self._make_tensors(
            learning_rate=self._learning_rate,
            l1_regularization_strength=self._l1,
            l2_regularization_strength=self._l2,
        )

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        return apply_proximal_gradient_descent(
            variable, *self._settings(variable), grad, use_locking=self._use_locking
        ).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        return sparse_apply_proximal_gradient_descent(
            variable, *self._settings(variable), grad.values, grad.indices,
            use_locking=self._use_locking,
        ).op  # fmt: skip
