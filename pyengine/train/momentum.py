"""Momentum, and Nesterov's accelerated gradient."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.training import apply_momentum, sparse_apply_momentum
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class MomentumOptimizer(Optimizer):
    """Moves each variable along a decaying sum of its gradients.

    `accum = momentum * accum + gradient; variable -= learning_rate * accum`. With `use_nesterov`
    the gradient counts as if taken one step ahead (Sutskever et al., "On the importance of
    initialization and momentum in deep learning", 2013).

    Args:
        learning_rate: the step length, a number, a scalar tensor, or a function that gives one.
        momentum: how much of the sum is kept at each step.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.
        use_nesterov: whether to look ahead.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     w = tf.Variable(4.0)
        ...     step = tf.train.MomentumOptimizer(0.25, 0.5).minimize(w * w)
        ...     sess.run(tf.global_variables_initializer())
        ...     for _ in range(2):
        ...         sess.run(step)
        ...     float(sess.run(w))
        0.0
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._use_nesterov = bool(use_nesterov)

    def _create_slots(self, var_list: list[Variable]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "momentum", self._name)

    def _prepare(self) -> None:
        self._make_tensors(learning_rate=self._learning_rate, momentum=self._momentum)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        rate, momentum = self._settings(variable)
        return apply_momentum(
            variable, self.get_slot(variable, "momentum"), rate, grad, momentum,
            use_locking=self._use_locking, use_nesterov=self._use_nesterov,
        ).op  # fmt: skip

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        rate, momentum = self._settings(variable)
        return sparse_apply_momentum(
            variable, self.get_slot(variable, "momentum"), rate, grad.values, grad.indices,
            momentum, use_locking=self._use_locking, use_nesterov=self._use_nesterov,
        ).op  # fmt: skip
