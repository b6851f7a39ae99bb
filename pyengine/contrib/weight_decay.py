"""Optimizers whose weight decay is apart from the gradient (Loshchilov and Hutter, 2017).

The variables shrink by `weight_decay` times themselves, and then the optimizer's step follows, as
in https://arxiv.org/abs/1711.05101.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.gathering import gather
from pyengine.ops.math import cast
from pyengine.ops.scatter_state import scatter_sub
from pyengine.scopes import control_dependencies
from pyengine.train.adam import AdamOptimizer
from pyengine.train.momentum import MomentumOptimizer
from pyengine.train.optimizer import Optimizer
from pyengine.variables import Variable

__all__ = ["AdamWOptimizer", "DecoupledWeightDecayExtension", "MomentumWOptimizer"]


class DecoupledWeightDecayExtension(Optimizer):
    """What makes an optimizer decay weights: a class to inherit from before the optimizer.

    Args:
        weight_decay: how much of a variable goes at each step, a number or a scalar tensor.
        **kwargs: the arguments of the optimizer.
    """

    def __init__(self, weight_decay: Any, **kwargs: Any) -> None:
        self._weight_decay = weight_decay
        self._decayed: set[int] | None = None
        super().__init__(**kwargs)

    def minimize(self, loss: Tensor, *args: Any, decay_var_list: Any = None, **kwargs: Any) -> Any:
        """As other optimizers' `minimize`, with weights that decay.

        Args:
            loss: a scalar tensor.
            *args: further arguments, as of other optimizers.
            decay_var_list: the variables that decay; all that are changed by default.
            **kwargs: further arguments likewise.
        """
        self._choose(decay_var_list)
        return super().minimize(loss, *args, **kwargs)

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Variable]],
        global_step: Any = None,
        name: str | None = None,
        decay_var_list: Any = None,
    ) -> Operation:
        """As other optimizers' `apply_gradients`, with weights that decay."""
        if decay_var_list is not None:
            self._choose(decay_var_list)
        return super().apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def _choose(self, variables: Any) -> None:
        self._decayed = {id(v) for v in variables} if variables else None

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        if not self._decays(variable):
            return super()._apply_dense(grad, variable)
        with control_dependencies([grad]):  # the gradient is that of the weights before
            shrunk = variable.assign_sub(self._rate(variable) * variable)
        with control_dependencies([shrunk]):
            return super()._apply_dense(grad, variable)

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        """Only the rows named decay."""
        if not self._decays(variable):
            return super()._apply_sparse(grad, variable)
        with control_dependencies([grad.values]):
            part = self._rate(variable) * gather(variable, grad.indices)
            shrunk = scatter_sub(variable, grad.indices, part)
        with control_dependencies([shrunk]):
            return super()._apply_sparse(grad, variable)

    def _decays(self, variable: Variable) -> bool:
        return self._decayed is None or id(variable) in self._decayed

    def _rate(self, variable: Variable) -> Tensor:
        decay = self._call_if_callable(self._weight_decay)
        tensor = convert_to_tensor(decay, name="weight_decay")
        return cast(tensor, variable.dtype.base_dtype)


class AdamWOptimizer(DecoupledWeightDecayExtension, AdamOptimizer):
    """Adam with weight decay.

    Args:
        weight_decay: how much of a variable goes at each step.
        learning_rate: the step size.
        beta1: how much of the mean of the gradients is kept.
        beta2: how much of the mean of their squares is kept.
        epsilon: a small number that keeps the division finite.
        use_locking: accepted; updates are never seen half done.
        name: the prefix of the ops' names.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     w = tf.Variable(1.0)
        ...     step = tf.contrib.opt.AdamWOptimizer(0.5, 0.25).minimize(w * w)
        ...     sess.run(tf.global_variables_initializer())
        ...     sess.run(step)
        ...     round(float(sess.run(w)), 5)
        0.25
    """

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ) -> None:
        super().__init__(
            weight_decay, learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon,
            use_locking=use_locking, name=name,
        )  # fmt: skip


class MomentumWOptimizer(DecoupledWeightDecayExtension, MomentumOptimizer):
    """Momentum with weight decay; the arguments after the decay are `MomentumOptimizer`'s."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(
            weight_decay, learning_rate=learning_rate, momentum=momentum, use_locking=use_locking,
            name=name, use_nesterov=use_nesterov,
        )  # fmt: skip
