"""`custom_gradient`, `identity_n` and `prevent_gradient`: gradients other than those of the ops."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from pyengine import nest
from pyengine.convert import convert_to_tensor
from pyengine.gradients import RegisterGradient
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops.array import identity
from pyengine.ops.declare import defop, same_shape
from pyengine.ops.identities import identity_n

__all__ = ["custom_gradient", "grad_pass_through", "prevent_gradient", "recompute_grad"]

_NUMBERS = itertools.count()


def _refused(op: Operation, grad: Any) -> Any:
    raise LookupError(f"Gradient explicitly disabled. Reason: {op.attrs['message']}")


_prevent_gradient = defop(
    "PreventGradient",
    "input: T -> T",
    doc="The input again, through which no gradient may be asked for.",
    attrs={"message": ""},
    shape=same_shape,
    kernel=lambda xp, x, *, message: x,
    grad=_refused,
)


def prevent_gradient(input: Any, message: str = "", name: str | None = None) -> Tensor:
    """A tensor again; `tf.gradients` through it raises LookupError.

    Args:
        input: a tensor.
        message: the reason, for the error.
        name: the op's name.
    """
    return _prevent_gradient(input, message=message, name=name)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator for a function that says what its gradient is.

    Args:
        f: takes tensors and returns a pair: its result (a tensor or nested ones), and a function of
            the gradients of the results that returns the gradient of each argument. If `f` uses
            variables, that function takes `variables=` too, and returns a pair: the gradients of
            the arguments, and those of the variables.

    Returns:
        A function of the same arguments that returns the result.

    Example:
        >>> import pyengine as tf
        >>> @tf.custom_gradient
        ... def log1pexp(x):
        ...     e = tf.exp(x)
        ...     return tf.log(1 + e), lambda dy: dy * (1 - 1 / (1 + e))
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant(100.0)
        ...     float(sess.run(tf.gradients(log1pexp(x), x)[0]))
        1.0
    """

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            raise ValueError(
                "The custom_gradient decorator currently supports keywords arguments only when "
                "eager execution is enabled."
            )
        tensors = [convert_to_tensor(a) for a in args]
        return _decorated(f, tensors)

    return decorated


def _decorated(f: Callable[..., Any], args: list[Tensor]) -> Any:
    graph = get_default_graph()
    before = len(graph.get_operations())
    result, grad_fn = f(*args)
    results = [convert_to_tensor(r) for r in nest.flatten(result)]
    variables = _variables_used(graph.get_operations()[before:])
    wants = inspect.signature(grad_fn).parameters
    takes_variables = "variables" in wants or any(
        p.kind is inspect.Parameter.VAR_KEYWORD for p in wants.values()
    )
    if variables and not takes_variables:
        raise TypeError(
            "If using @custom_gradient with a function that uses variables, then grad_fn must "
            "accept a 'variables' keyword argument."
        )
    name = f"CustomGradient-{next(_NUMBERS)}"

    @RegisterGradient(name)
    def gradient(op: Operation, *grads: Any) -> list[Any]:
        given = grads[: len(results)]
        if variables:
            of_args, of_variables = grad_fn(*given, variables=variables)
            of_variables = list(of_variables)
            if len(of_variables) != len(variables):
                raise ValueError(
                    "Must return gradient for each variable from @custom_gradient grad_fn."
                )
        else:
            of_args, of_variables = grad_fn(*given), []
        of_args = nest.flatten(of_args)
        if len(of_args) != len(args):
            raise ValueError(
                f"custom_gradient function expected to return {len(args)} gradients but returned "
                f"{len(of_args)} instead."
            )
        return [None] * len(results) + of_args + of_variables

    del gradient
    everything = [*results, *args, *[v.value() for v in variables]]
    with graph.gradient_override_map({"IdentityN": name}):
        outputs = identity_n(everything)
    return nest.pack_sequence_as(result, outputs[: len(results)])


def _variables_used(ops: Sequence[Operation]) -> list[Any]:
    """The trainable variables that ops read."""
    read = {t for op in ops for t in op.inputs}
    found = []
    for variable in get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES):
        if variable._ref() in read or variable.value() in read:
            found.append(variable)
    return found


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function like `f` whose gradient is that of the identity.

    Args:
        f: a function of tensors; its results are as many as its arguments.

    Returns:
        A function that hands the gradients of its results on to its arguments; the variables that
        `f` uses get none.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant(1.7)
        ...     y = tf.grad_pass_through(tf.round)(x)
        ...     [float(v) for v in sess.run([y, tf.gradients(y, x)[0]])]
        [2.0, 1.0]
    """

    @custom_gradient
    def passing(*args: Any) -> Any:
        def grad(*grads: Any, variables: Any = None) -> Any:
            return grads if variables is None else (grads, [None] * len(variables))

        return f(*args), grad

    return functools.wraps(f)(passing)


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function like `f` that is computed again for its gradient, so that less memory is held.

    Args:
        f: a function of tensors.

    Returns:
        A function of the same arguments, results and gradients.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant(3.0)
        ...     y = tf.recompute_grad(lambda x: x * x)(x)
        ...     float(sess.run(tf.gradients(y, x)[0]))
        6.0
    """

    @custom_gradient
    def recomputing(*args: Any) -> Any:
        def grad(*grads: Any, variables: Any = None) -> Any:
            from pyengine.gradients import gradients
            from pyengine.scopes import control_dependencies
            from pyengine.variable_scope import get_variable_scope, variable_scope

            # Not before the gradients are there: the point is to compute it late.
            scope = get_variable_scope()
            given = [g for g in grads if g is not None]
            with control_dependencies(given), variable_scope(scope, reuse=scope.reuse):
                inputs = [identity(a) for a in args]
                results = nest.flatten(f(*inputs))
            found = gradients(results, [*inputs, *(variables or ())], grad_ys=list(grads))
            of_args, of_variables = found[: len(args)], found[len(args) :]
            return of_args if variables is None else (of_args, of_variables)

        return f(*args), grad

    return functools.wraps(f)(recomputing)
