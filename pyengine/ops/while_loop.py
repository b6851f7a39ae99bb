"""`while_loop`: ops that run again and again, as long as a condition holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.convert import constant, convert_to_tensor
from pyengine.graph import get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops.cond import only
from pyengine.scopes import name_scope
from pyengine.shape import SCALAR

__all__ = ["while_loop"]


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """Repeats `body` as long as `cond` is true.

    Both functions are called once, here, to add their ops.

    Args:
        cond: takes the loop variables and returns a boolean scalar tensor.
        body: takes the loop variables and returns their next values, as a list or tuple nested as
            `loop_vars` (a single one may come alone).
        loop_vars: a list or tuple, nested if wanted, of tensors, TensorArrays and `IndexedSlices`.
        shape_invariants: for each loop variable the shape that it keeps, with None for sizes that
            change; by default the shape that it has at the start.
        parallel_iterations: accepted; iterations run one after the other.
        back_prop: whether gradients may be taken through the loop.
        swap_memory: accepted; values for the gradient stay in memory.
        name: the name scope.
        maximum_iterations: an upper bound, a scalar integer.
        return_same_structure: whether a single result stays in its list.

    Returns:
        The values of the loop variables when `cond` became false, nested as `loop_vars`; a single
        one alone unless `return_same_structure`.

    Raises:
        TypeError: if `cond` or `body` is not callable.
        ValueError: without loop variables, when the results of `body` are nested in another way,
            or when a shape changes that is not to change.
        tf.errors.InvalidArgumentError: when a dtype changes.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     i = tf.while_loop(lambda i: i < 10, lambda i: i + 3, [tf.constant(0)])
        ...     int(sess.run(i))
        12
    """
    from pyengine.control_flow.while_context import WhileContext

    if not callable(cond):
        raise TypeError("cond must be callable.")
    if not callable(body):
        raise TypeError("body must be callable.")
    if parallel_iterations < 1:
        raise TypeError("parallel_iterations must be a positive integer.")
    with name_scope(name, "while", []):
        if not loop_vars:
            raise ValueError("No loop variables provided")
        if maximum_iterations is not None:
            limit = convert_to_tensor(maximum_iterations, name="maximum_iterations")
            if limit.shape.ndims != 0:
                raise ValueError(f"maximum_iterations must be a scalar, saw shape: {limit.shape}")
            one_alone = len(loop_vars) == 1 and not return_same_structure
            cond, body, loop_vars = _counted(cond, body, loop_vars, limit, one_alone)
            if shape_invariants is not None:
                inner = shape_invariants[0] if one_alone else shape_invariants
                shape_invariants = (SCALAR, inner)
            maximum_iterations = limit
        context = WhileContext(
            maximum_iterations=maximum_iterations,
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
        )
        if context.outer_context is None:
            get_default_graph().add_to_collection(GraphKeys.WHILE_CONTEXT, context)
        result = context.build_loop(cond, body, loop_vars, shape_invariants, return_same_structure)
        return result if maximum_iterations is None else result[1]


def _counted(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, limit: Any, one_alone: bool
) -> tuple[Callable[..., Any], Callable[..., Any], Any]:
    """The loop with a counter as its first variable, and the limit in its condition."""
    from pyengine.ops.compare import logical_and

    counter = constant(0, dtype=limit.dtype, name="iteration_counter")
    if one_alone:
        return (
            lambda i, v: logical_and(i < limit, cond(v)),
            lambda i, v: (i + 1, only(body(v))),
            (counter, loop_vars[0]),
        )
    return (
        lambda i, v: logical_and(i < limit, cond(*v)),
        lambda i, v: (i + 1, _like_vars(loop_vars, body(*v))),
        (counter, loop_vars),
    )


def _like_vars(loop_vars: Any, result: Any) -> Any:
    """The body's results as a list or a tuple, whichever the loop variables are in."""
    if not isinstance(result, (list, tuple)):
        result = [result]
    if hasattr(loop_vars, "_fields") or hasattr(result, "_fields"):
        return result
    return type(loop_vars)(result)
