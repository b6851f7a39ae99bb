"""Cells over lists of steps, with ops for each: `static_rnn`, `static_bidirectional_rnn`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyengine import nest
from pyengine.convert import constant, convert_to_tensor
from pyengine.graph import Tensor
from pyengine.nn.rnn import (
    _batch_size,
    _check_cell,
    _dtype_of,
    _initial,
    _kept_where,
    _leaves,
    _lengths,
)
from pyengine.nn.rnn_cell_base import zeros_of
from pyengine.ops.compare import greater_equal
from pyengine.ops.joining import concat, stack, unstack
from pyengine.ops.reduce import reduce_max
from pyengine.ops.reversing import reverse_sequence
from pyengine.shape import TensorShape
from pyengine.variable_scope import variable_scope

__all__ = ["static_bidirectional_rnn", "static_rnn"]


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """A cell over a list of steps, with ops for each of them.

    Args:
        cell: a cell.
        inputs: a list of the steps' inputs: tensors of shape [batch, depth], or nested ones.
        initial_state, dtype, sequence_length: as in `dynamic_rnn`.
        scope: the variable scope, "rnn" by default.

    Returns:
        The pair (outputs, state): a list of the steps' outputs, and the last state.

    Raises:
        TypeError: if `cell` or `inputs` is none.
        ValueError: without inputs, or without dtype and initial state.
    """
    _check_cell("cell", cell)
    if not isinstance(inputs, (list, tuple)):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")
    with variable_scope(scope or "rnn"):
        steps = [nest.map_structure(lambda t: convert_to_tensor(t), step) for step in inputs]
        for tensor in nest.flatten(steps[0]):
            if tensor.shape.ndims and tensor.shape[-1].value is None:
                raise ValueError(
                    "Input size (dimension -1 of inputs) must be accessible via shape inference, "
                    "but saw value None."
                )
        batch_size = _batch_size(nest.flatten(steps[0]), 0)
        state = _initial(cell, initial_state, batch_size, dtype)
        lengths, zero, longest = None, None, None
        if sequence_length is not None:
            lengths = _lengths(sequence_length, batch_size)
            out_dtype = _dtype_of(dtype, state)
            zero = [zeros_of(batch_size, s, out_dtype) for s in _leaves(cell.output_size)]
            longest = reduce_max(lengths)
        outputs = []
        for time, given in enumerate(steps):
            if lengths is None:
                output, state = cell(given, state)
            else:
                output, state = _step(cell, time, lengths, longest, zero, given, state)
            outputs.append(output)
        return outputs, state


def _step(
    cell: Any, time: int, lengths: Tensor, longest: Any, zero: Any, given: Any, state: Any
) -> tuple[Any, Any]:
    """One step; nothing is computed once all sequences have ended."""
    from pyengine.ops.cond import cond

    def compute() -> list[Any]:
        output, new_state = cell(given, state)
        nest.assert_same_structure(state, new_state)
        finished = greater_equal(constant(time), lengths)
        out = _kept_where(finished, zero, nest.flatten(output))
        return [*out, *nest.flatten(_kept_where(finished, state, new_state))]

    results = cond(
        constant(time) >= longest, lambda: [*zero, *nest.flatten(state)], compute, strict=True
    )
    count = len(zero)
    for result, source in zip(results[count:], nest.flatten(state)):
        result.set_shape(source.shape)
    size = cell.output_size
    outputs = results[:count]
    output = outputs[0] if isinstance(size, TensorShape) else nest.pack_sequence_as(size, outputs)
    return output, nest.pack_sequence_as(state, results[count:])


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any, Any]:
    """Two cells over a list of steps, one of them from the end to the start.

    Args:
        cell_fw, cell_bw: the cells, forward and backward.
        inputs, dtype, sequence_length: as in `static_rnn`.
        initial_state_fw, initial_state_bw: the states to start from.
        scope: the variable scope, "bidirectional_rnn" by default.

    Returns:
        The triple (outputs, forward state, backward state): for each step both outputs side by
        side.
    """
    _check_cell("cell_fw", cell_fw)
    _check_cell("cell_bw", cell_bw)
    if not isinstance(inputs, (list, tuple)):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw_scope:
            out_fw, state_fw = static_rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, scope=fw_scope
            )
        with variable_scope("bw") as bw_scope:
            turned = _reversed_steps(inputs, sequence_length)
            out_bw, state_bw = static_rnn(
                cell_bw, turned, initial_state_bw, dtype, sequence_length, scope=bw_scope
            )
        out_bw = _reversed_steps(out_bw, sequence_length)
        outputs = [
            nest.pack_sequence_as(
                fw, [concat([a, b], 1) for a, b in zip(nest.flatten(fw), nest.flatten(bw))]
            )
            for fw, bw in zip(out_fw, out_bw)
        ]
        return outputs, state_fw, state_bw


def _reversed_steps(steps: Sequence[Any], lengths: Any) -> list[Any]:
    if lengths is None:
        return list(reversed(steps))
    columns = []
    for column in zip(*[nest.flatten(step) for step in steps]):
        joined = reverse_sequence(stack(list(column)), lengths, seq_axis=0, batch_axis=1)
        rows = unstack(joined, num=len(steps))
        for row, source in zip(rows, column):
            row.set_shape(convert_to_tensor(source).shape)
        columns.append(rows)
    return [nest.pack_sequence_as(steps[0], list(row)) for row in zip(*columns)]
