"""`optimize_loss`: a training step with everything around it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from pyengine import summary
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32
from pyengine.graph import Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.indexed_slices import IndexedSlices
from pyengine.initializers import constant_initializer
from pyengine.ops.array import identity
from pyengine.ops.clip import clip_by_global_norm, global_norm
from pyengine.ops.math import multiply
from pyengine.ops.random import truncated_normal
from pyengine.scopes import control_dependencies
from pyengine.variable_collections import trainable_variables
from pyengine.variable_scope import get_variable, variable_scope

__all__ = ["OPTIMIZER_CLS_NAMES", "OPTIMIZER_SUMMARIES", "optimize_loss"]

OPTIMIZER_SUMMARIES = [
    "learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm",
]  # fmt: skip


def _optimizers() -> dict[str, Callable[[Any], Any]]:
    from pyengine import train

    return {
        "Adagrad": train.AdagradOptimizer,
        "Adam": train.AdamOptimizer,
        "Ftrl": train.FtrlOptimizer,
        "Momentum": lambda rate: train.MomentumOptimizer(rate, momentum=0.9),
        "RMSProp": train.RMSPropOptimizer,
        "SGD": train.GradientDescentOptimizer,
    }


OPTIMIZER_CLS_NAMES = ("Adagrad", "Adam", "Ftrl", "Momentum", "RMSProp", "SGD")


def optimize_loss(
    loss: Any,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: dict[Any, Any] | None = None,
    clip_gradients: Any = None,
    learning_rate_decay_fn: Callable[..., Any] | None = None,
    update_ops: Any = None,
    variables: Any = None,
    name: str | None = None,
    summaries: Any = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Tensor:
    """The loss, after a step that lowers it.

    Args:
        loss: a scalar tensor.
        global_step: the variable that counts the steps; None for the graph's.
        learning_rate: a number, a scalar tensor, or None if the optimizer needs none.
        optimizer: the name of one ("SGD", "Adam", "Momentum", ...), a class, an instance, or a
            function of the learning rate.
        gradient_noise_scale: the scale of noise to add to the gradients.
        gradient_multipliers: numbers by variable, or by a variable's name, to multiply its
            gradient with.
        clip_gradients: the largest global norm, or a function of the pairs of gradients and
            variables.
        learning_rate_decay_fn: a function of the learning rate and the step.
        update_ops: ops to run before; by default those of the collection UPDATE_OPS.
        variables: what to train; by default all trainable variables.
        name: the variable scope.
        summaries: which of `OPTIMIZER_SUMMARIES` to make; by default the loss, the learning rate
            and the global norm.
        colocate_gradients_with_ops: as for `tf.gradients`.
        increment_global_step: whether to count the step.

    Returns:
        The loss; running it runs the step.

    Raises:
        ValueError: for a wrong loss, rate, optimizer, or when no gradient is there.
    """
    from pyengine import train

    loss = convert_to_tensor(loss)
    if not loss.shape.is_compatible_with([]):
        raise ValueError(f"loss must be a scalar, got the shape {loss.shape}")
    step = train.get_global_step() if global_step is None else global_step
    with variable_scope(name, "OptimizeLoss", [loss, step]):
        if update_ops is None:
            update_ops = get_default_graph().get_collection(GraphKeys.UPDATE_OPS)
        update_ops = list(dict.fromkeys(update_ops))
        if update_ops:
            with control_dependencies(update_ops):
                loss = identity(loss)
        rate = _rate(learning_rate, learning_rate_decay_fn, step)
        opt = _optimizer(optimizer, rate)
        trained = trainable_variables() if variables is None else list(variables)
        pairs = opt.compute_gradients(
            loss, trained, colocate_gradients_with_ops=colocate_gradients_with_ops
        )
        if gradient_noise_scale is not None:
            pairs = _noisy(pairs, gradient_noise_scale)
        if gradient_multipliers is not None:
            if not gradient_multipliers:
                raise ValueError("Empty gradient_multipliers dict given")
            pairs = _multiplied(pairs, gradient_multipliers)
        norm = global_norm([g for g, _ in pairs if g is not None])
        names = _summary_names(summaries)
        is_clipped = clip_gradients is not None
        if isinstance(clip_gradients, (int, float)):
            clipped, _ = clip_by_global_norm([g for g, _ in pairs], float(clip_gradients))
            pairs = list(zip(clipped, [v for _, v in pairs]))
        elif callable(clip_gradients):
            pairs = clip_gradients(pairs)
        elif clip_gradients is not None:
            raise ValueError(
                f"Unknown type {type(clip_gradients).__name__} for clip_gradients: it is a number, "
                f"or a function of the pairs of gradients and variables"
            )
        _summarize(names, loss, rate, pairs, norm, is_clipped)
        done = opt.apply_gradients(
            pairs, global_step=step if increment_global_step else None, name="train"
        )
        with control_dependencies([done]):
            return identity(loss)


def _rate(learning_rate: Any, decay: Callable[..., Any] | None, step: Any) -> Any:
    """The learning rate as a tensor or variable; None for none."""
    rate = learning_rate
    if rate is None:
        return None
    if hasattr(rate, "graph"):
        if rate.shape.ndims not in (None, 0):
            raise ValueError(f"Invalid learning_rate: {learning_rate}")
    elif isinstance(rate, float):
        if rate < 0.0:
            raise ValueError(f"Invalid learning_rate {learning_rate}.")
        rate = get_variable(
            "learning_rate", [], float32, constant_initializer(rate), trainable=False
        )
    else:
        raise ValueError(
            f"Learning rate should be 0d Tensor or float. Got {learning_rate} of type "
            f"{type(learning_rate).__name__}"
        )
    if decay is None:
        return rate
    if step is None:
        raise ValueError("global_step is required for learning_rate_decay_fn.")
    return decay(rate, step)


def _optimizer(optimizer: Any, rate: Any) -> Any:
    from pyengine.train import Optimizer

    if isinstance(optimizer, str):
        if optimizer not in OPTIMIZER_CLS_NAMES:
            raise ValueError(
                f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], you provided "
                f"{optimizer}."
            )
        optimizer = _optimizers()[optimizer]
    if isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer) and rate is None:
        raise ValueError(f"Learning rate is None, but should be specified if optimizer is class ({optimizer}).")  # fmt: skip # noqa: E501
    if not callable(optimizer):
        raise ValueError(
            "Unrecognized optimizer: should be string, subclass of Optimizer, instance of "
            f"subclass of Optimizer or function with one argument. Got {optimizer!r}."
        )
    made = optimizer(rate) if rate is not None or inspect.isclass(optimizer) else optimizer()
    if not isinstance(made, Optimizer):
        raise ValueError(f"Unrecognized optimizer: {optimizer!r} gave {made!r}")
    return made


def _changed(gradient: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """A gradient with its values changed: those of its rows alone if it has only some."""
    if isinstance(gradient, IndexedSlices):
        return IndexedSlices(change(gradient.values), gradient.indices, gradient.dense_shape)
    return change(gradient)


def _noisy(pairs: Any, scale: float) -> list[Any]:
    def noise(values: Tensor) -> Tensor:
        return values + truncated_normal(values.shape, dtype=values.dtype.base_dtype) * scale

    return [(None if g is None else _changed(g, noise), v) for g, v in pairs]


def _multiplied(pairs: Any, factors: dict[Any, Any]) -> list[Any]:
    found = []
    for gradient, variable in pairs:
        factor = factors.get(variable, factors.get(variable.op.name))
        if gradient is not None and factor is not None:
            gradient = _changed(gradient, functools.partial(multiply, factor))
        found.append((gradient, variable))
    return found


def _summary_names(names: Any) -> list[str]:
    """Which summaries to make; the usual ones for None."""
    if names is None:
        return ["loss", "learning_rate", "global_gradient_norm"]
    for name in names:
        if name not in OPTIMIZER_SUMMARIES:
            raise ValueError(
                f"Summaries should be one of [{', '.join(OPTIMIZER_SUMMARIES)}], you provided "
                f"{name}."
            )
    return list(names)


def _summarize(
    names: list[str], loss: Tensor, rate: Any, pairs: Any, norm: Tensor, is_clipped: bool
) -> None:
    """Adds the summaries, under the names that contrib's have."""
    if not names:
        return

    if "learning_rate" in names and rate is not None:
        summary.scalar("learning_rate", rate)
    has_norms = "global_gradient_norm" in names or "gradient_norm" in names
    if has_norms:
        summary.scalar("global_norm/gradient_norm", norm)
    if "loss" in names:
        summary.scalar("loss", loss)
    for gradient, variable in pairs:
        if gradient is None:
            continue
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        name = variable.name.replace(":", "_")
        if "gradients" in names:
            summary.histogram(f"gradients/{name}", values)
        if "gradient_norm" in names:
            summary.scalar(f"gradient_norm/{name}", global_norm([values]))
    if is_clipped and has_norms:
        after = global_norm([g for g, _ in pairs if g is not None])
        summary.scalar("global_norm/clipped_gradient_norm", after)
