"""Optimizers of contrib: the `tf.contrib.opt` namespace."""

from __future__ import annotations

from typing import Any

from pyengine.contrib.external_optimizer import ExternalOptimizerInterface, ScipyOptimizerInterface
from pyengine.contrib.weight_decay import (
    AdamWOptimizer,
    DecoupledWeightDecayExtension,
    MomentumWOptimizer,
)
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.control_flow import group
from pyengine.ops.elementwise import abs as absolute
from pyengine.ops.gathering import gather
from pyengine.ops.math import cast, maximum
from pyengine.ops.scatter_state import scatter_add, scatter_update
from pyengine.ops.training import apply_ada_max
from pyengine.scopes import control_dependencies
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable

__all__ = [
    "AdaMaxOptimizer",
    "AdamWOptimizer",
    "DecoupledWeightDecayExtension",
    "ExternalOptimizerInterface",
    "MomentumWOptimizer",
    "ScipyOptimizerInterface",
]


class AdaMaxOptimizer(Optimizer):
    """Adam by the infinity norm (section 7 of Kingma and Ba, http://arxiv.org/abs/1412.6980).

    `m = beta1 m + (1 - beta1) g`, `u = max(beta2 u, |g|)`, `var -= rate / (1 - beta1^t) m / u`.

    Args:
        learning_rate: the step size.
        beta1: how much of the mean of the gradients is kept.
        beta2: how much of their largest size is kept.
        epsilon: a small number that is added to that.
        use_locking: accepted; updates are never seen half done.
        name: the prefix of the ops' names.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     w = tf.Variable(1.0)
        ...     step = tf.contrib.opt.AdaMaxOptimizer(0.25).minimize(w * w)
        ...     sess.run(tf.global_variables_initializer())
        ...     sess.run(step)
        ...     round(float(sess.run(w)), 6)
        0.75
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdaMax",
    ) -> None:
        super().__init__(use_locking, name)
        self._given = {
            "learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon,
        }  # fmt: skip
        self._power: Variable | None = None

    def _create_slots(self, var_list: list[Variable]) -> None:
        if self._power is None or self._power.graph is not var_list[0].graph:
            beta1 = self._call_if_callable(self._given["beta1"])
            self._power = Variable(beta1, trainable=False, name="beta1_power")
        for variable in var_list:
            self._zeros_slot(variable, "m", self._name)
            self._zeros_slot(variable, "v", self._name)

    def _prepare(self) -> None:
        self._make_tensors(**self._given)

    def _powered(self, variable: Variable) -> Tensor:
        assert self._power is not None  # made by _create_slots
        return cast(self._power, variable.dtype.base_dtype)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        m, v = self.get_slot(variable, "m"), self.get_slot(variable, "v")
        return apply_ada_max(
            variable, m, v, self._powered(variable), *self._settings(variable), grad,
            use_locking=self._use_locking,
        ).op  # fmt: skip

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        """Only the rows named change, those of the slots too."""
        m, v = self.get_slot(variable, "m"), self.get_slot(variable, "v")
        rate, beta1, beta2, epsilon = self._settings(variable)
        values, rows = grad.values, grad.indices
        first = gather(m, rows) * beta1 + values * (1 - beta1)
        second = maximum(gather(v, rows) * beta2, absolute(values))
        with control_dependencies([first, second]):
            kept = [scatter_update(m, rows, first), scatter_update(v, rows, second)]
        step = rate / (1 - self._powered(variable)) * (first / (second + epsilon))
        return group(scatter_add(variable, rows, -step), *kept)

    def _finish(self, updates: list[Any], name: str) -> Operation:
        """The power of beta1 changes once all updates have used it."""
        assert self._power is not None  # made by _create_slots
        beta1 = cast(self._tensors["beta1"], self._power.dtype.base_dtype)
        with control_dependencies(updates):
            turn = self._power.assign(self._power * beta1)
        return group(*updates, turn, name=name)

    def _trackable_children(self) -> dict[str, Any]:
        if self._power is None or self._power.graph is not get_default_graph():
            return {}
        return {"beta1_power": self._power}

    def variables(self) -> list[Variable]:
        return super().variables() + ([] if self._power is None else [self._power])
