"""The updates of the optimizers as ops: one kernel does all of an update.

Formulas and argument order are those of TensorFlow's `training_ops`. An optimizer's rule is written
once: `Apply...` uses it on whole arrays, `SparseApply...` on the rows that the indices name. A
kernel puts new arrays into the cells of the variable and its slots, and gives the variable's cell
on.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pyengine.compiled import LANES, dense, kernels
from pyengine.errors import InvalidArgumentError
from pyengine.executor.runtime import Cell
from pyengine.executor.updates import updated_by_blocks, whole
from pyengine.graph import Operation
from pyengine.ops.declare import defop, no_grad
from pyengine.ops.scatter_state import _check_rows
from pyengine.shape import TensorShape

__all__ = [
    "apply_ada_max", "apply_adadelta", "apply_adagrad", "apply_adagrad_da", "apply_adam",
    "apply_centered_rms_prop", "apply_ftrl", "apply_ftrl_v2", "apply_gradient_descent",
    "apply_momentum", "apply_proximal_adagrad", "apply_proximal_gradient_descent",
    "apply_rms_prop", "sparse_apply_adadelta", "sparse_apply_adagrad", "sparse_apply_adagrad_da",
    "sparse_apply_centered_rms_prop", "sparse_apply_ftrl", "sparse_apply_ftrl_v2",
    "sparse_apply_momentum", "sparse_apply_proximal_adagrad",
    "sparse_apply_proximal_gradient_descent", "sparse_apply_rms_prop",
]  # fmt: skip

_PASS_BLOCK = 1 << 18
"""Elements that a compiled update takes at a time: it makes one pass, whatever the cache."""

_WRITES = "an optimizer's update changes state: it is not a function of its inputs"

Rule = Callable[..., tuple[Any, ...]]
"""`rule(xp, *inputs, **attrs)`: the new values of the variable and its slots, from the old ones and
the other inputs in the op's order."""

Pass = Callable[..., None]
"""`step(*inputs, **attrs)`: the same compiled, of vectors of float32, over the old values."""


RULES: dict[str, tuple[Rule, int, int]] = {}
"""By op type of a dense update: its rule, the number of its variables, the gradient's place."""


def _gradient_position(op: Operation) -> int:
    names = [arg.name for arg in op.opdef.inputs]
    return names.index("grad") if "grad" in names else names.index("delta")


def _dense_shape(op: Operation) -> TensorShape:
    """The variable's shape, which the slots and the gradient must have too."""
    shape = op.inputs[0].shape
    for tensor, arg in zip(op.inputs, op.opdef.inputs):
        if arg.ref or arg.name in ("delta", "grad"):
            shape = shape.merge_with(tensor.shape)
    return shape


def _sparse_shape(op: Operation) -> TensorShape:
    at = _gradient_position(op)
    var, grad, indices = op.inputs[0].shape, op.inputs[at].shape, op.inputs[at + 1].shape
    indices = indices.with_rank(1)
    if var.sizes is not None and grad.sizes is not None:
        grad.assert_is_compatible_with(indices[:1].concatenate(var[1:]))
    return var


def _check_shapes(cells: tuple[Any, ...], gradient: Any) -> None:
    """The static shapes may have been unknown."""
    shape = np.shape(cells[0])
    if shape != np.shape(gradient):
        raise InvalidArgumentError(
            None,
            None,
            f"the variable and its gradient do not have the same shape: {shape} and "
            f"{np.shape(gradient)}",
        )
    for slot in cells[1:]:
        if np.shape(slot) != shape:
            raise InvalidArgumentError(
                None,
                None,
                f"the variable and its slot do not have the same shape: {shape} and "
                f"{np.shape(slot)}",
            )


def _dense_kernel(
    rule: Rule, slots: int, grad_at: int, compiled: Pass | None = None
) -> Callable[..., Cell]:
    def kernel(xp: Any, *inputs: Any, use_locking: bool, **attrs: Any) -> Cell:
        cells, rest = inputs[:slots], inputs[slots:]
        _check_shapes(tuple([c.read() for c in cells]), inputs[grad_at])
        bound = functools.partial(rule, xp, **attrs)
        if compiled is not None and LANES and cells[0].read().dtype == np.float32:
            _in_one_pass(functools.partial(compiled, **attrs), cells, rest, grad_at - slots)
            return cells[0]
        if updated_by_blocks(_writing(bound, slots), cells, rest, grad_at - slots):
            return cells[0]
        inputs = (*[c.read() for c in cells], *map(whole, rest))
        for cell, value in zip(cells, bound(*inputs)):
            # asarray: arithmetic on 0-d arrays gives scalars, and cells hold arrays.
            array, dtype = xp.asarray(value), cell.read().dtype
            # With numbers, bfloat16 makes float32.
            cell.value = array if array.dtype == dtype else array.astype(dtype)
        var: Cell = cells[0]
        return var

    return kernel


def _in_one_pass(
    step: Callable[..., None], cells: tuple[Any, ...], rest: tuple[Any, ...], grad_at: int
) -> None:
    """Updates cells by a compiled pass, of large arrays in place, of others on copies."""
    if updated_by_blocks(step, cells, rest, grad_at, _PASS_BLOCK):
        return
    values = [np.array(c.read(), order="C") for c in cells]
    inputs = list(rest)
    inputs[grad_at] = dense(whole(rest[grad_at])).reshape(-1)
    step(*[v.reshape(-1) for v in values], *inputs)
    for cell, value in zip(cells, values):
        cell.value = value


def _writing(rule: Rule, slots: int) -> Callable[..., None]:
    """A rule that writes the new values over the old ones."""

    def write(*inputs: Any) -> None:
        for old, new in zip(inputs[:slots], rule(*inputs)):
            old[...] = new

    return write


def _rounds(indices: Any) -> Iterator[Any]:
    """Positions in `indices`, in rounds that have each row once: repeats are later updates."""
    order = np.argsort(indices, kind="stable")
    ordered = indices[order]
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    if first.all():
        yield slice(None)
        return
    starts = np.flatnonzero(first)
    turn = np.arange(len(ordered)) - np.repeat(starts, np.diff([*starts, len(ordered)]))
    for n in range(int(turn.max()) + 1):
        yield np.sort(order[turn == n])


def _sparse_kernel(rule: Rule, slots: int, grad_at: int) -> Callable[..., Cell]:
    def kernel(xp: Any, *inputs: Any, use_locking: bool, **attrs: Any) -> Cell:
        cells, grad, indices = inputs[:slots], inputs[grad_at], inputs[grad_at + 1]
        arrays = [c.read() for c in cells]
        _check_shapes(tuple(arrays), arrays[0])
        if np.ndim(indices) != 1 or np.shape(grad) != (len(indices), *arrays[0].shape[1:]):
            raise InvalidArgumentError(
                None,
                None,
                f"the gradient of shape {np.shape(grad)} does not fit indices of shape "
                f"{np.shape(indices)} and the variable of shape {arrays[0].shape}",
            )
        _check_rows(indices, arrays[0].shape[0])
        arrays = [a.copy(order="K") for a in arrays]
        for chosen in _rounds(indices):
            rows = indices[chosen]
            rest = list(inputs[slots:grad_at]) + [grad[chosen]] + list(inputs[grad_at + 2 :])
            new = rule(xp, *[a[rows] for a in arrays], *rest, **attrs)
            for array, value in zip(arrays, new):
                array[rows] = value
        for cell, array in zip(cells, arrays):
            cell.value = array
        var: Cell = cells[0]
        return var

    return kernel


def _update(
    name: str,
    inputs: str,
    rule: Rule,
    *,
    doc: str,
    attrs: dict[str, Any] | None = None,
    types: str = "float|complex",
    sparse: bool = True,
    compiled: Pass | None = None,
) -> list[Callable[..., Any]]:
    """Declares `Apply<name>` and `SparseApply<name>`, and returns their functions.

    Args:
        inputs: the names in order; a `&` marks those that are variables, an `=` a dtype that is
            not the variable's.
        rule: the update.
        compiled: the dense update of float32, compiled.
    """
    words = inputs.split()
    slots = sum(word.startswith("&") for word in words)

    def term(word: str) -> str:
        if word.startswith("&"):
            return f"{word[1:]}: ref(T)"
        name, _, dtype = word.partition("=")
        return f"{name}: {dtype or 'T'}"

    def declare(prefix: str, words: list[str], shape: Any, make: Any) -> Callable[..., Any]:
        names = [w.lstrip("&").partition("=")[0] for w in words]
        at = names.index("grad") if "grad" in names else names.index("delta")
        return defop(
            f"{prefix}{name}",
            ", ".join(map(term, words)) + " -> ref(T)",
            doc=doc,
            types={"T": types, "Tindices": "index"},
            attrs={"use_locking": False, **(attrs or {})},
            shape=shape,
            kernel=make(rule, slots, at),
            stateful=True,
            grad=no_grad(_WRITES),
        )

    dense = functools.partial(_dense_kernel, compiled=compiled)
    functions = [declare("Apply", words, _dense_shape, dense)]
    names = [w.lstrip("&").partition("=")[0] for w in words]
    RULES[f"Apply{name}"] = rule, slots, names.index("grad" if "grad" in names else "delta")
    if sparse:
        rows: list[str] = []
        for word in words:
            rows += ["grad", "indices=Tindices"] if word in ("grad", "delta") else [word]
        functions.append(declare("SparseApply", rows, _sparse_shape, _sparse_kernel))
    return functions


# ---------------------------------------------------------------- the rules


def _gradient_descent(xp: Any, var: Any, alpha: Any, delta: Any) -> tuple[Any, ...]:
    step = xp.asarray(xp.multiply(delta, alpha))
    return (xp.subtract(var, step, out=step),)


(apply_gradient_descent,) = _update(
    "GradientDescent",
    "&var alpha delta",
    _gradient_descent,
    doc="var - alpha * delta becomes the variable's value.",
    types="number",
    sparse=False,
)


def _momentum(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, *, use_nesterov: bool
) -> tuple[Any, ...]:
    accum = accum * momentum + grad
    if use_nesterov:
        return var - (grad * lr + accum * momentum * lr), accum
    return var - accum * lr, accum


apply_momentum, sparse_apply_momentum = _update(
    "Momentum",
    "&var &accum lr grad momentum",
    _momentum,
    doc="One step of momentum, or of Nesterov's (Sutskever et al., 2013).",
    attrs={"use_nesterov": False},
)


def _adam(
    xp: Any, var: Any, m: Any, v: Any, beta1_power: Any, beta2_power: Any, lr: Any, beta1: Any,
    beta2: Any, epsilon: Any, grad: Any, *, use_nesterov: bool,
) -> tuple[Any, ...]:  # fmt: skip
    """Algorithm 1 of Kingma and Ba (2015), the step size as at the end of its section 2."""
    alpha = lr * xp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m_change, v_change = grad - m, grad * grad
    m_change *= 1 - beta1
    m_change += m
    v_change -= v
    v_change *= 1 - beta2
    v_change += v
    m, v = m_change, v_change
    direction = m * beta1 + grad * (1 - beta1) if use_nesterov else m
    scale = xp.sqrt(v)
    scale += epsilon
    step = direction * alpha
    step /= scale
    return xp.subtract(var, step, out=step if xp.ndim(step) else None), m, v


def _compiled_adam(
    var: Any, m: Any, v: Any, power1: Any, power2: Any, lr: Any, beta1: Any, beta2: Any,
    epsilon: Any, grad: Any, *, use_nesterov: bool,
) -> None:  # fmt: skip
    alpha = lr * np.sqrt(1 - power2) / (1 - power1)
    kernels.adam_step(var, m, v, grad, alpha, beta1, beta2, epsilon, use_nesterov, LANES)


(apply_adam,) = _update(
    "Adam",
    "&var &m &v beta1_power beta2_power lr beta1 beta2 epsilon grad",
    _adam,
    doc="One step of Adam for a variable and its two moments.",
    attrs={"use_nesterov": False},
    sparse=False,
    compiled=_compiled_adam,
)


def _ada_max(
    xp: Any, var: Any, m: Any, v: Any, beta1_power: Any, lr: Any, beta1: Any, beta2: Any,
    epsilon: Any, grad: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Section 7.1 of Kingma and Ba (2015)."""
    m = m + (grad - m) * (1 - beta1)
    v = xp.maximum(beta2 * v, xp.abs(grad))
    return var - lr / (1 - beta1_power) * (m / (v + epsilon)), m, v


(apply_ada_max,) = _update(
    "AdaMax",
    "&var &m &v beta1_power lr beta1 beta2 epsilon grad",
    _ada_max,
    doc="One step of AdaMax.",
    types="float",
    sparse=False,
)


def _adagrad(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, *, update_slots: bool
) -> tuple[Any, ...]:
    accum = accum + grad * grad if update_slots else accum
    return var - grad * lr / xp.sqrt(accum), accum


apply_adagrad, sparse_apply_adagrad = _update(
    "Adagrad",
    "&var &accum lr grad",
    _adagrad,
    doc="One step of Adagrad (Duchi et al., 2011).",
    attrs={"update_slots": True},
)


def _adagrad_da(
    xp: Any, var: Any, total: Any, squared: Any, grad: Any, lr: Any, l1: Any, l2: Any,
    global_step: Any,
) -> tuple[Any, ...]:  # fmt: skip
    total = total + grad
    squared = squared + grad * grad
    step = np.asarray(var).dtype.type(global_step)
    shrunk = xp.sign(total) * xp.maximum(xp.abs(total) - step * l1, 0) if l1 > 0 else total
    return -lr * shrunk / (l2 * step * lr + xp.sqrt(squared)), total, squared


apply_adagrad_da, sparse_apply_adagrad_da = _update(
    "AdagradDA",
    "&var &gradient_accumulator &gradient_squared_accumulator grad lr l1 l2 global_step=int64",
    _adagrad_da,
    doc="One step of Adagrad by dual averaging (Duchi et al., 2011).",
    types="float",
)


def _adadelta(
    xp: Any, var: Any, accum: Any, accum_update: Any, lr: Any, rho: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    accum = accum * rho + grad * grad * (1 - rho)
    step = xp.sqrt(accum_update + epsilon) / xp.sqrt(accum + epsilon) * grad
    return var - step * lr, accum, accum_update * rho + step * step * (1 - rho)


apply_adadelta, sparse_apply_adadelta = _update(
    "Adadelta",
    "&var &accum &accum_update lr rho epsilon grad",
    _adadelta,
    doc="One step of Adadelta (Zeiler, 2012).",
)


def _rms_prop(
    xp: Any, var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    ms = ms + (grad * grad - ms) * (1 - rho)
    mom = mom * momentum + grad * lr / xp.sqrt(ms + epsilon)
    return var - mom, ms, mom


apply_rms_prop, sparse_apply_rms_prop = _update(
    "RMSProp",
    "&var &ms &mom lr rho momentum epsilon grad",
    _rms_prop,
    doc="One step of RMSProp (Tieleman and Hinton, 2012).",
)


def _centered_rms_prop(
    xp: Any, var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any,
    grad: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """The variance in place of the second moment (Graves, 2013)."""
    ms = ms + (grad * grad - ms) * (1 - rho)
    mg = mg + (grad - mg) * (1 - rho)
    mom = mom * momentum + grad * lr / xp.sqrt(ms - mg * mg + epsilon)
    return var - mom, mg, ms, mom


apply_centered_rms_prop, sparse_apply_centered_rms_prop = _update(
    "CenteredRMSProp",
    "&var &mg &ms &mom lr rho momentum epsilon grad",
    _centered_rms_prop,
    doc="One step of RMSProp with the estimated variance of the gradient.",
)


def _ftrl_step(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, shrunk_grad: Any, lr: Any, l1: Any,
    l2: Any, lr_power: Any, by_lr: bool,
) -> tuple[Any, ...]:  # fmt: skip
    """Algorithm 1 of McMahan et al. (2013); `by_lr` keeps `linear` multiplied by the rate."""
    new_accum = accum + grad * grad
    power, new_power = xp.power(accum, -lr_power), xp.power(new_accum, -lr_power)
    if by_lr:
        linear = linear + shrunk_grad * lr - (new_power - power) * var
        quadratic, l1 = new_power + 2 * l2 * lr, l1 * lr
    else:
        linear = linear + shrunk_grad - (new_power - power) / lr * var
        quadratic = new_power / lr + 2 * l2
    var = (xp.clip(linear, -l1, l1) - linear) / quadratic
    return var, new_accum, linear


def _ftrl(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any,
    lr_power: Any, *, multiply_linear_by_lr: bool,
) -> tuple[Any, ...]:  # fmt: skip
    return _ftrl_step(
        xp, var, accum, linear, grad, grad, lr, l1, l2, lr_power, multiply_linear_by_lr
    )


def _ftrl_v2(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any,
    l2_shrinkage: Any, lr_power: Any, *, multiply_linear_by_lr: bool,
) -> tuple[Any, ...]:  # fmt: skip
    shrunk = grad + 2 * l2_shrinkage * var
    return _ftrl_step(
        xp, var, accum, linear, grad, shrunk, lr, l1, l2, lr_power, multiply_linear_by_lr
    )


apply_ftrl, sparse_apply_ftrl = _update(
    "Ftrl",
    "&var &accum &linear grad lr l1 l2 lr_power",
    _ftrl,
    doc="One step of FTRL-proximal (McMahan et al., 2013).",
    attrs={"multiply_linear_by_lr": False},
    types="float",
)
apply_ftrl_v2, sparse_apply_ftrl_v2 = _update(
    "FtrlV2",
    "&var &accum &linear grad lr l1 l2 l2_shrinkage lr_power",
    _ftrl_v2,
    doc="One step of FTRL-proximal, with a shrinkage of the weights in the gradient.",
    attrs={"multiply_linear_by_lr": False},
    types="float",
)


def _proximal(xp: Any, var: Any, rate: Any, l1: Any, l2: Any) -> Any:
    """The proximal step for penalties l1 |w| and l2 w^2 / 2 (Duchi and Singer, 2009)."""
    if l1 > 0:
        var = xp.sign(var) * xp.maximum(xp.abs(var) - rate * l1, 0)
    return var / (1 + l2 * rate)


def _proximal_gradient_descent(
    xp: Any, var: Any, alpha: Any, l1: Any, l2: Any, delta: Any
) -> tuple[Any, ...]:
    return (_proximal(xp, var - delta * alpha, alpha, l1, l2),)


apply_proximal_gradient_descent, sparse_apply_proximal_gradient_descent = _update(
    "ProximalGradientDescent",
    "&var alpha l1 l2 delta",
    _proximal_gradient_descent,
    doc="One step of gradient descent, then of the penalties (FOBOS).",
    types="float",
)


def _proximal_adagrad(
    xp: Any, var: Any, accum: Any, lr: Any, l1: Any, l2: Any, grad: Any
) -> tuple[Any, ...]:
    accum = accum + grad * grad
    rate = lr / xp.sqrt(accum)
    return _proximal(xp, var - grad * rate, rate, l1, l2), accum


apply_proximal_adagrad, sparse_apply_proximal_adagrad = _update(
    "ProximalAdagrad",
    "&var &accum lr l1 l2 grad",
    _proximal_adagrad,
    doc="One step of Adagrad, then of the penalties (FOBOS).",
    types="float",
)
