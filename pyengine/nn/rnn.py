"""Cells over sequences, as loops: `dynamic_rnn`, `bidirectional_dynamic_rnn`, `raw_rnn`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine import dtypes, nest
from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Tensor
from pyengine.nn.rnn_cell_base import with_batch, zeros_of
from pyengine.ops.array import identity, transpose
from pyengine.ops.array import shape as shape_of
from pyengine.ops.compare import equal, greater_equal, logical_not, logical_or
from pyengine.ops.filling import zeros
from pyengine.ops.joining import concat, stack
from pyengine.ops.math import cast, maximum, minimum
from pyengine.ops.reduce import reduce_all, reduce_max
from pyengine.ops.repetition import where
from pyengine.ops.reversing import reverse, reverse_sequence
from pyengine.ops.tensor_array import TensorArray
from pyengine.ops.while_loop import while_loop
from pyengine.scopes import control_dependencies, name_scope
from pyengine.shape import Dimension, TensorShape
from pyengine.variable_scope import variable_scope

__all__ = [
    "bidirectional_dynamic_rnn",
    "dynamic_rnn",
    "raw_rnn",
]


def _check_cell(name: str, cell: Any) -> None:
    missing = [
        what
        for what, found in (
            ("'output_size' property", hasattr(cell, "output_size")),
            ("'state_size' property", hasattr(cell, "state_size")),
            ("zero_state or get_initial_state method",
             hasattr(cell, "zero_state") or hasattr(cell, "get_initial_state")),
            ("to be callable", callable(cell)),
        )
        if not found
    ]  # fmt: skip
    if missing:
        raise TypeError(
            f"The argument {name!r} ({cell}) is not an RNNCell: {', '.join(missing)} is missing."
        )


def _batch_size(flat: Sequence[Tensor], axis: int) -> Any:
    """The size of the batch: a number if an input says it, else a tensor."""
    for tensor in flat:
        if tensor.shape.ndims is not None and tensor.shape[axis].value is not None:
            return tensor.shape[axis].value
    return shape_of(flat[0])[axis]


def _initial(cell: Any, state: Any, batch_size: Any, dtype: Any) -> Any:
    if state is not None:
        return nest.map_structure(lambda s: convert_to_tensor(s), state)
    if dtype is None:
        raise ValueError("If there is no initial_state, you must give a dtype.")
    if hasattr(cell, "get_initial_state"):
        return cell.get_initial_state(inputs=None, batch_size=batch_size, dtype=dtype)
    return cell.zero_state(batch_size, dtype)


def _lengths(sequence_length: Any, batch_size: Any) -> Tensor:
    """The lengths of a batch's sequences, checked to be one for each."""
    from pyengine.ops.asserting import Assert

    lengths = cast(convert_to_tensor(sequence_length), dtypes.int32)
    if lengths.shape.ndims not in (None, 1):
        raise ValueError(
            f"sequence_length must be a vector of length batch_size, but saw shape: {lengths.shape}"
        )
    lengths = identity(lengths, name="sequence_length")
    wanted = stack([convert_to_tensor(batch_size, dtypes.int32)])
    found = shape_of(lengths)
    check = Assert(
        reduce_all(equal(found, wanted)),
        ["Expected shape for Tensor sequence_length:0 is ", wanted, " but saw shape: ", found],
    )
    with control_dependencies([check]):
        return identity(lengths, name="CheckSeqLen")


def _kept_where(finished: Tensor, old: Any, new: Any) -> Any:
    """Nested values: the old ones for sequences that have ended."""

    def choose(before: Any, after: Any) -> Any:
        if hasattr(after, "_with_flow") or after.shape.ndims == 0:
            return after
        chosen = where(finished, before, after)
        chosen.set_shape(after.shape)
        return chosen

    flat = [choose(a, b) for a, b in zip(nest.flatten(old), nest.flatten(new))]
    return nest.pack_sequence_as(new, flat)


def _dtype_of(dtype: Any, state: Any) -> Any:
    if dtype is not None:
        return as_dtype(dtype).base_dtype
    found = {t.dtype.base_dtype for t in nest.flatten(state)}
    if not found:
        raise ValueError("Unable to infer dtype from empty state.")
    if len(found) > 1:
        raise ValueError(
            f"State has tensors of different inferred_dtypes. Unable to infer a single "
            f"representative dtype: {sorted(d.name for d in found)}"
        )
    return found.pop()


def _swapped(tensor: Tensor) -> Tensor:
    """A tensor with time and batch exchanged."""
    if tensor.shape.ndims is None:
        raise ValueError(f"the rank of the inputs must be known, {tensor!r} has none")
    return transpose(tensor, [1, 0, *range(2, tensor.shape.ndims)])


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """A cell over sequences, as a loop.

    Args:
        cell: a cell, such as `tf.nn.rnn_cell.LSTMCell`.
        inputs: a tensor of shape [batch, time, depth...], or nested ones.
        sequence_length: an integer vector of length batch: past its end a sequence gives zeros as
            outputs, and its state stays.
        initial_state: the state to start from, nested as `cell.state_size`; zeros by default.
        dtype: the dtype of state and outputs; needed without `initial_state`.
        parallel_iterations, swap_memory: accepted, as by `while_loop`.
        time_major: whether inputs and outputs are of shape [time, batch, depth...].
        scope: the variable scope, "rnn" by default.

    Returns:
        The pair (outputs, state): the outputs of shape [batch, time, output_size], nested as
        `cell.output_size`, and the last state.

    Raises:
        TypeError: if `cell` is none.
        ValueError: for inputs whose depth is not known, or without dtype and initial state.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     x = tf.placeholder(tf.float32, [None, 5, 3])
        ...     outputs, state = tf.nn.dynamic_rnn(
        ...         tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
        ...     [v.name for v in tf.trainable_variables()][:2], outputs.shape.as_list()
        (['rnn/gru_cell/gates/kernel:0', 'rnn/gru_cell/gates/bias:0'], [None, 5, 4])
    """
    _check_cell("cell", cell)
    with variable_scope(scope or "rnn"):
        flat = [convert_to_tensor(t) for t in nest.flatten(inputs)]
        if not time_major:
            flat = [_swapped(t) for t in flat]
        batch_size = _batch_size(flat, 1)
        state = _initial(cell, initial_state, batch_size, dtype)
        lengths = None if sequence_length is None else _lengths(sequence_length, batch_size)
        outputs, final = _loop(
            cell,
            nest.pack_sequence_as(inputs, flat),
            state,
            lengths,
            dtype,
            {"parallel_iterations": parallel_iterations or 32, "swap_memory": swap_memory},
        )
        if not time_major:
            outputs = nest.map_structure(_swapped, outputs)
        return outputs, final


def _loop(
    cell: Any, inputs: Any, state: Any, lengths: Any, dtype: Any, settings: dict[str, Any]
) -> tuple[Any, Any]:
    """`dynamic_rnn` over inputs with the time first."""
    flat = nest.flatten(inputs)
    known_steps = Dimension(None)
    for tensor in flat:
        if tensor.shape.ndims is None or tensor.shape.ndims < 3:
            raise ValueError(f"Shape {tensor.shape} must have rank at least 3")
        if not tensor.shape[2:].is_fully_defined():
            raise ValueError(
                "Input size (depth of inputs) must be accessible via shape inference, but saw "
                f"value {tensor.shape[2:]}."
            )
        known_steps = known_steps.merge_with(tensor.shape[0])
    steps = shape_of(flat[0])[0] if known_steps.value is None else constant(known_steps.value)
    batch_size = _batch_size(flat, 1)
    out_sizes = _leaves(cell.output_size)
    with name_scope("dynamic_rnn"):
        out_dtype = _dtype_of(dtype, state)
        in_arrays = [
            TensorArray(t.dtype.base_dtype, size=steps, element_shape=t.shape[1:]).unstack(t)
            for t in flat
        ]
        out_arrays = [
            TensorArray(out_dtype, size=steps, element_shape=with_batch(batch_size, s)[1])
            for s in out_sizes
        ]
        bound: Any = steps
        zero: Any = None
        if lengths is not None:
            # One step at least, for the TensorArrays to learn the shapes.
            bound = minimum(steps, maximum(1, reduce_max(lengths)))
            zero = [zeros_of(batch_size, s, out_dtype) for s in out_sizes]

        def step(time: Tensor, arrays: list[TensorArray], state: Any) -> Any:
            given = [a.read(time) for a in in_arrays]
            for value, tensor in zip(given, flat):
                value.set_shape(tensor.shape[1:])
            output, new_state = cell(nest.pack_sequence_as(inputs, given), state)
            nest.assert_same_structure(state, new_state)
            outs = nest.flatten(output)
            if lengths is not None:
                finished = greater_equal(time, lengths)
                outs = _kept_where(finished, zero, outs)
                new_state = _kept_where(finished, state, new_state)
            written = [a.write(time, out) for a, out in zip(arrays, outs)]
            return time + 1, written, new_state

        _, arrays, final = while_loop(
            lambda time, *_: time < bound,
            step,
            (constant(0, name="time"), out_arrays, state),
            maximum_iterations=steps,
            **settings,
        )
        results = [a.stack() for a in arrays]
        for result, size in zip(results, out_sizes):
            _, row = with_batch(batch_size, size)
            result.set_shape([known_steps.value, *row.as_list()])
    if isinstance(cell.output_size, TensorShape):
        return results[0], final
    return nest.pack_sequence_as(cell.output_size, results), final


def _leaves(size: Any) -> list[Any]:
    return [size] if isinstance(size, TensorShape) else nest.flatten(size)


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """Two cells over sequences, one of them from the end to the start.

    Args:
        cell_fw, cell_bw: the cells, forward and backward.
        inputs, sequence_length, dtype, parallel_iterations, swap_memory, time_major: as in
            `dynamic_rnn`.
        initial_state_fw, initial_state_bw: the states to start from.
        scope: the variable scope, "bidirectional_rnn" by default.

    Returns:
        The pair (outputs, states), each of them a pair (forward, backward).
    """
    _check_cell("cell_fw", cell_fw)
    _check_cell("cell_bw", cell_bw)
    settings: dict[str, Any] = {
        "sequence_length": sequence_length,
        "dtype": dtype,
        "parallel_iterations": parallel_iterations,
        "swap_memory": swap_memory,
        "time_major": time_major,
    }
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw_scope:
            forward = dynamic_rnn(
                cell_fw, inputs, initial_state=initial_state_fw, scope=fw_scope, **settings
            )

        def turned(values: Any) -> Any:
            return nest.map_structure(lambda v: _reversed(v, sequence_length, time_major), values)

        with variable_scope("bw") as bw_scope:
            outputs, state = dynamic_rnn(
                cell_bw, turned(inputs), initial_state=initial_state_bw, scope=bw_scope, **settings
            )
        return (forward[0], turned(outputs)), (forward[1], state)


def _reversed(value: Any, lengths: Any, time_major: bool) -> Tensor:
    """Sequences from their ends to their starts."""
    time, batch = (0, 1) if time_major else (1, 0)
    if lengths is None:
        return reverse(value, axis=[time])
    return reverse_sequence(value, lengths, seq_axis=time, batch_axis=batch)


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """A cell in a loop whose inputs, states and end a function decides.

    Args:
        cell: a cell.
        loop_fn: takes (time, cell_output, cell_state, loop_state), all but the first None at the
            start, and returns (elements_finished, next_input, next_cell_state, emit_output,
            next_loop_state): a boolean vector, the next inputs and state, what to emit (at the
            start: zeros like one row of it, or None for the cell's output), and a state of its own
            or None.
        parallel_iterations, swap_memory: accepted, as by `while_loop`.
        scope: the variable scope, "rnn" by default.

    Returns:
        The triple (emit_ta, final_state, final_loop_state): TensorArrays of what was emitted, the
        last state, and the last state of `loop_fn`.
    """
    _check_cell("cell", cell)
    if not callable(loop_fn):
        raise TypeError("loop_fn must be a callable")
    with variable_scope(scope or "rnn"):
        time = constant(0)
        finished, given, state, emit, first_own = loop_fn(time, None, None, None)
        own = constant(0) if first_own is None else first_own
        given = nest.map_structure(lambda t: convert_to_tensor(t), given)
        state = nest.map_structure(_as_value, state)
        finished = convert_to_tensor(finished)
        batch_size = _batch_size(nest.flatten(given), 0)
        nest.assert_same_structure(state, cell.state_size)
        sizes, kinds, structure = _emitted(cell, emit, state)
        arrays = [
            TensorArray(d, size=0, dynamic_size=True, element_shape=_emit_shape(batch_size, s))
            for d, s in zip(kinds, sizes)
        ]
        zero = [_emit_zeros(batch_size, s, d) for d, s in zip(kinds, sizes)]

        def body(time: Any, finished: Any, given: Any, arrays: Any, state: Any, own: Any) -> Any:
            output, cell_state = cell(given, state)
            result = loop_fn(time + 1, output, cell_state, own)
            next_finished, next_given, next_state, emitted, next_own = result
            nest.assert_same_structure(state, next_state)
            nest.assert_same_structure(given, next_given)
            emits = [convert_to_tensor(e) for e in nest.flatten(emitted)]
            next_state = nest.map_structure(_as_value, next_state)
            emits = _kept_where(finished, zero, emits)
            next_state = _kept_where(finished, state, next_state)
            written = [a.write(time, e) for a, e in zip(arrays, emits)]
            return (
                time + 1,
                logical_or(finished, next_finished),
                next_given,
                written,
                next_state,
                own if next_own is None else next_own,
            )

        found = while_loop(
            lambda time, finished, *_: logical_not(reduce_all(finished)),
            body,
            [time, finished, given, arrays, state, own],
            parallel_iterations=parallel_iterations or 32,
            swap_memory=swap_memory,
        )
        emitted = nest.pack_sequence_as(structure, found[3])
        return emitted, found[4], None if first_own is None else found[5]


def _as_value(value: Any) -> Any:
    return value if hasattr(value, "_with_flow") else convert_to_tensor(value)


def _emitted(cell: Any, emit: Any, state: Any) -> tuple[list[Any], list[Any], Any]:
    """Sizes, dtypes and nesting of what a `raw_rnn` emits."""
    if emit is None:
        sizes = _leaves(cell.output_size)
        kind = nest.flatten(state)[0].dtype.base_dtype
        structure = 0 if isinstance(cell.output_size, TensorShape) else cell.output_size
        return sizes, [kind] * len(sizes), structure
    flat = [convert_to_tensor(e) for e in nest.flatten(emit)]
    sizes = [t.shape if t.shape.is_fully_defined() else shape_of(t) for t in flat]
    return sizes, [t.dtype.base_dtype for t in flat], emit


def _emit_shape(batch_size: Any, size: Any) -> Any:
    return None if isinstance(size, Tensor) else with_batch(batch_size, size)[1]


def _emit_zeros(batch_size: Any, size: Any, dtype: Any) -> Tensor:
    if isinstance(size, Tensor):
        return zeros(concat([[batch_size], size], 0), dtype)
    return zeros_of(batch_size, size, dtype)
