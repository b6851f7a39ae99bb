"""The updates of the optimizers as ops: one kernel does all of an update.

Formulas and argument order are those of TensorFlow's `training_ops`. A kernel puts new arrays into
the cells of the variable and its slots, and gives the variable's cell on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor.runtime import Cell
from pyengine.graph import Operation
from pyengine.ops.declare import defop, no_grad
from pyengine.shape import TensorShape

__all__ = ["apply_adam", "apply_gradient_descent", "scatter_add", "scatter_sub"]

_WRITES = "an optimizer's update changes state: it is not a function of its inputs"


def _like_var(op: Operation) -> TensorShape:
    """The variable's shape; the gradient, which comes last or as `delta`, must have it too."""
    gradient = next(
        t for t, arg in zip(op.inputs, op.opdef.inputs) if arg.name in ("delta", "grad")
    )
    return op.inputs[0].shape.merge_with(gradient.shape)


def _check_shapes(value: Any, gradient: Any) -> None:
    if np.shape(value) != np.shape(gradient):
        raise InvalidArgumentError(
            None,
            None,
            f"the variable and its gradient do not have the same shape: {np.shape(value)} and "
            f"{np.shape(gradient)}",
        )


def _gradient_descent_kernel(
    xp: Any, var: Cell, alpha: Any, delta: Any, *, use_locking: bool
) -> Cell:
    value = var.read()
    _check_shapes(value, delta)
    step = xp.asarray(xp.multiply(delta, alpha))
    var.value = xp.subtract(value, step, out=step)
    return var


apply_gradient_descent = defop(
    "ApplyGradientDescent",
    "var: ref(T), alpha: T, delta: T -> ref(T)",
    doc="var - alpha * delta becomes the variable's value.",
    types={"T": "number"},
    attrs={"use_locking": False},
    shape=_like_var,
    kernel=_gradient_descent_kernel,
    stateful=True,
    grad=no_grad(_WRITES),
)


def _adam_kernel(
    xp: Any,
    var: Cell,
    m: Cell,
    v: Cell,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
    *,
    use_locking: bool,
    use_nesterov: bool,
) -> Cell:
    """Algorithm 1 of Kingma and Ba (2015), the step size as at the end of its section 2."""
    value, first, second = var.read(), m.read(), v.read()
    _check_shapes(value, grad)
    alpha = lr * xp.sqrt(1 - beta2_power) / (1 - beta1_power)
    first = xp.asarray(first + (grad - first) * (1 - beta1))
    second = xp.asarray(second + (grad * grad - second) * (1 - beta2))
    direction = first * beta1 + grad * (1 - beta1) if use_nesterov else first
    m.value, v.value = first, second
    var.value = xp.asarray(value - direction * alpha / (xp.sqrt(second) + epsilon))
    return var


apply_adam = defop(
    "ApplyAdam",
    "var: ref(T), m: ref(T), v: ref(T), beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, "
    "epsilon: T, grad: T -> ref(T)",
    doc="One step of Adam for a variable and its two moments.",
    types={"T": "float"},
    attrs={"use_locking": False, "use_nesterov": False},
    shape=_like_var,
    kernel=_adam_kernel,
    stateful=True,
    grad=no_grad(_WRITES),
)


def _scatter_kernel(ufunc: str) -> Any:
    def kernel(xp: Any, ref: Cell, indices: Any, updates: Any, *, use_locking: bool) -> Cell:
        value = ref.read()
        bad = (indices < 0) | (indices >= value.shape[0])
        if np.any(bad):
            where = np.argwhere(np.atleast_1d(bad))[0]
            raise InvalidArgumentError(
                None,
                None,
                f"indices{where.tolist()} = {np.atleast_1d(indices)[tuple(where)]} is not in "
                f"[0, {value.shape[0]})",
            )
        changed = value.copy(order="K")
        getattr(xp, ufunc).at(changed, indices, updates)  # rows named twice count twice
        ref.value = changed
        return ref

    return kernel


def _scatter_shape(op: Operation) -> TensorShape:
    ref, indices, updates = (t.shape for t in op.inputs)
    if ref.ndims is not None and updates.ndims:
        updates.assert_is_compatible_with(indices.concatenate(ref[1:]))
    return ref


scatter_add = defop(
    "ScatterAdd",
    "ref: ref(T), indices: int32|int64, updates: T -> ref(T)",
    doc="Adds rows to the rows of a variable that the indices name.",
    types={"T": "number"},
    attrs={"use_locking": False},
    shape=_scatter_shape,
    kernel=_scatter_kernel("add"),
    stateful=True,
    grad=no_grad(_WRITES),
)

scatter_sub = defop(
    "ScatterSub",
    "ref: ref(T), indices: int32|int64, updates: T -> ref(T)",
    doc="Subtracts rows from the rows of a variable that the indices name.",
    types={"T": "number"},
    attrs={"use_locking": False},
    shape=_scatter_shape,
    kernel=_scatter_kernel("subtract"),
    stateful=True,
    grad=no_grad(_WRITES),
)
