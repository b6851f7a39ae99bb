"""Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015)."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.control_flow import group
from pyengine.ops.elementwise import sqrt
from pyengine.ops.math import cast
from pyengine.ops.scatter_state import scatter_add
from pyengine.ops.training import apply_adam
from pyengine.scopes import (
    control_dependencies,
)
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable


class AdamOptimizer(Optimizer):
    """Steps scaled by running estimates of the gradient's first two moments.

    Args:
        learning_rate: the step length, a number or a scalar tensor.
        beta1: the decay of the first moment.
        beta2: the decay of the second moment.
        epsilon: keeps the division finite; the "epsilon hat" of the paper's section 2.1.
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(use_locking, name)
        self._given = {
            "learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon,
        }  # fmt: skip
        self._powers: tuple[Variable, Variable] | None = None

    def _create_slots(self, var_list: list[Variable]) -> None:
        if self._powers is None or self._powers[0].graph is not var_list[0].graph:
            beta1, beta2 = (self._call_if_callable(self._given[b]) for b in ("beta1", "beta2"))
            self._powers = (
                # float32 for any variables, unless the betas are tensors of another dtype
                Variable(beta1, trainable=False, name="beta1_power"),
                Variable(beta2, trainable=False, name="beta2_power"),
            )
        for variable in var_list:
            self._zeros_slot(variable, "m", self._name)
            self._zeros_slot(variable, "v", self._name)

    def _prepare(self) -> None:
        self._make_tensors(**self._given)

    def _settings(self, variable: Variable) -> list[Tensor]:
        """The powers of the betas, and the hyperparameters, in the variable's dtype."""
        assert self._powers is not None  # made by _create_slots
        dtype = variable.dtype.base_dtype
        return [cast(p, dtype) for p in self._powers] + super()._settings(variable)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        m, v = self.get_slot(variable, "m"), self.get_slot(variable, "v")
        settings = self._settings(variable)
        return apply_adam(variable, m, v, *settings, grad, use_locking=self._use_locking).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        """All rows of the moments decay; only the rows named get a gradient, as in TensorFlow."""
        m, v = self.get_slot(variable, "m"), self.get_slot(variable, "v")
        assert m is not None  # both are made by _create_slots
        assert v is not None
        power1, power2, rate, beta1, beta2, epsilon = self._settings(variable)
        values, rows = grad.values, grad.indices
        rate = rate * sqrt(1 - power2) / (1 - power1)
        with control_dependencies([m.assign(m * beta1)]):
            first = scatter_add(m, rows, values * (1 - beta1))
        with control_dependencies([v.assign(v * beta2)]):
            second = scatter_add(v, rows, values * values * (1 - beta2))
        with control_dependencies([first, second]):
            step = rate * m.read_value() / (sqrt(v.read_value()) + epsilon)
        return group(variable.assign_sub(step), first, second)

    def _finish(self, updates: list[Any], name: str) -> Operation:
        """The powers of the betas change once all updates have used them."""
        assert self._powers is not None  # made by _create_slots
        with control_dependencies(updates):
            settings = zip(self._powers, (self._tensors["beta1"], self._tensors["beta2"]))
            turns = [p.assign(p * cast(b, p.dtype.base_dtype)) for p, b in settings]
        return group(*updates, *turns, name=name)

    def _trackable_children(self) -> dict[str, Any]:
        if self._powers is None or self._powers[0].graph is not get_default_graph():
            return {}
        return dict(zip(("beta1_power", "beta2_power"), self._powers))

    def variables(self) -> list[Variable]:
        return sorted([*super().variables(), *(self._powers or ())], key=lambda v: v.name)
