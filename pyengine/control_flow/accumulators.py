"""Gradients of a loop's constants: summed up over the iterations of the gradient's loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine.control_flow.loop_gradients import inside, zero_constant
from pyengine.control_flow.while_context import WhileContext
from pyengine.convert import constant
from pyengine.graph import Operation, Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.filling import zeros
from pyengine.ops.joining import concat
from pyengine.ops.math import add, maximum
from pyengine.ops.switch import enter, exit_loop, merge, next_iteration, shape_when_run, switch
from pyengine.shape import TensorShape


def summed_over_iterations(context: WhileContext, op: Operation, grad: Any) -> Any:
    """The gradient of what enters a loop as a constant.

    Args:
        context: the gradient's loop, which is entered.
        op: the Enter of the forward loop.
        grad: its gradient in one iteration, a tensor or an `IndexedSlices`.

    Returns:
        The sum, outside of the loop.
    """
    if isinstance(grad, IndexedSlices):
        return _summed_slices(context, op, grad)
    with inside(context.outer_context):
        start = _zeros(context, op, grad)
    (entered,) = _entered(context, [start])
    merged = merge([entered, entered], name="b_acc")[0]
    ended, goes_on = switch(merged, context.pivot)
    merged.op._update_input(1, next_iteration(add(goes_on, grad)))
    return _left(context, [ended])[0]


def _zeros(context: WhileContext, op: Operation, grad: Tensor) -> Tensor:
    """Zeros of the shape of the gradient; made in the context around its loop."""
    dtype = grad.dtype.base_dtype
    if grad.shape.is_fully_defined():
        return zero_constant(grad.shape, dtype, name="b_acc")
    return zeros(_shape_of_input(context, op), dtype)


def _shape_of_input(context: WhileContext, op: Operation) -> Tensor:
    """The shape of what enters the forward loop, in the context around the gradient's loop."""
    value = op.inputs[0]
    outer = context.outer_context
    if outer is None or not outer.is_while or outer.grad_state is None:
        return shape_when_run(value)
    state = context.grad_state
    with inside(state.forward_context.outer_context):
        shape = shape_when_run(value)
    with inside(state.called_in):
        history = state.outer_grad_state.add_forward_accumulator(shape)
    return state.outer_grad_state.pop_accumulated(history, shape)


def _entered(context: WhileContext, starts: Sequence[Tensor], keep_shape: bool = True) -> Any:
    entered = []
    for start in starts:
        context.add_value_of(start)
        entered.append(
            enter(
                start,
                context.name,
                parallel_iterations=context.parallel_iterations,
                use_input_shape=keep_shape,
                name="b_acc",
            )
        )
    context.loop_enters.extend(entered)
    return entered


def _left(context: WhileContext, values: Sequence[Tensor]) -> list[Tensor]:
    results = [exit_loop(value, name="b_acc") for value in values]
    context.loop_exits.extend(results)
    context.exit_result(results)
    return results


def _summed_slices(context: WhileContext, op: Operation, grad: IndexedSlices) -> IndexedSlices:
    """All iterations' slices one after the other, behind a first row of zeros."""
    row = grad.values.shape[1:] if grad.values.shape.ndims is not None else None
    values_dtype = grad.values.dtype.base_dtype
    with inside(context.outer_context):
        if row is not None and row.is_fully_defined():
            values = zero_constant(TensorShape([1, *row.as_list()]), values_dtype, name="b_acc")
        else:
            sizes = concat([[1], _shape_of_input(context, op)[1:]], 0)
            values = zeros(sizes, values_dtype)
        indices = constant(np.zeros(1, grad.indices.dtype.base_dtype.as_numpy_dtype))
        starts = [indices, values]
        if grad.dense_shape is not None:
            rank = op.inputs[0].shape.ndims
            if rank is None:
                starts.append(_shape_of_input(context, op) * 0)
            else:
                zero = np.zeros(rank, grad.dense_shape.dtype.base_dtype.as_numpy_dtype)
                starts.append(constant(zero))
    entered = _entered(context, starts, keep_shape=False)
    entered[0].set_shape([None])
    if values.shape.ndims is not None:
        entered[1].set_shape([None, *values.shape.as_list()[1:]])
    if grad.dense_shape is not None:
        entered[2].set_shape(starts[2].shape)
    merges = [merge([e, e], name="b_acc")[0] for e in entered]
    switches = [switch(m, context.pivot) for m in merges]
    following = [
        concat([s[1], new], 0) for s, new in zip(switches[:2], (grad.indices, grad.values))
    ]
    if grad.dense_shape is not None:
        following.append(maximum(grad.dense_shape, switches[2][1]))
    for merged, value in zip(merges, following):
        merged.op._update_input(1, next_iteration(value))
    results = _left(context, [s[0] for s in switches])
    return IndexedSlices(results[1], results[0], *results[2:])
