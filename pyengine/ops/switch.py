"""TensorFlow 1.x's control-flow nodes: Switch, Merge, Enter, Exit, NextIteration, LoopCond.

`cond` and `while_loop` are built of them, and the executor turns them back into branches and loops
(`executor.structure`): none of them costs a kernel call of its own. Their meaning is that of
"Implementation of Control Flow in TensorFlow" (Yu et al., 2017): a value that is not on the taken
way is dead, and so is all that is computed from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR, UNKNOWN, TensorShape

__all__ = [
    "control_trigger",
    "enter",
    "exit_loop",
    "loop_cond",
    "merge",
    "next_iteration",
    "switch",
    "switch_ref_or_tensor",
]


def _unrun(what: str) -> Any:
    """The kernel of a node that only the executor's branches and loops carry out."""

    def kernel(*_: Any, **__: Any) -> Any:
        raise AssertionError(f"{what} is part of a branch or a loop, and has no kernel")

    return kernel


# ---------------------------------------------------------------- Switch and Merge


def _switch_grad(op: Operation, *grads: Any) -> Any:
    """A Merge. A loop's Switch is met twice: first from the Exit, then from the loop's body."""
    own = op._get_control_flow_context()
    if own is None or (own.is_while and not is_loop_switch(op)):
        off, on = grads
        return merge([switch(off, op.inputs[1])[0], switch(on, op.inputs[1])[1]])[0], None
    if own.is_while:
        state = get_default_graph()._get_control_flow_context().grad_state
        merged = state.switch_map.get(op)
        if merged is not None:
            if grads[1] is not None:
                _close_loop(merged, grads[1])
            return None, None
        if grads[0] is None:
            return None, None
        # A stand-in for the second input, until the gradient of the body is known.
        state.switch_map[op] = merge([grads[0], grads[0]], name="b_switch")[0]
        return state.switch_map[op], None
    if grads[1 - own.branch] is None:
        return None, None
    return merge(grads, name="cond_grad")[0], None


def _merge_grad(op: Operation, grad: Any, _: Any) -> Any:
    graph = get_default_graph()
    own = output_context(op.inputs[0].op)
    if own is None:
        from pyengine.ops.compare import equal

        chosen = [equal(op.outputs[1], i) for i in range(len(op.inputs))]
        return [switch_ref_or_tensor(grad, c)[1] for c in chosen]
    current = graph._get_control_flow_context()
    if own.is_while:
        return switch_ref_or_tensor(grad, current.pivot)
    pred = own.pred
    if current is not None and current.grad_state is not None:
        pred = current.grad_state.real_pred(pred)
    return switch_ref_or_tensor(grad, pred, name="cond_grad")


def _merged_shape(op: Operation) -> Any:
    shapes = [t.shape.sizes for t in op.inputs]
    first = shapes[0]
    if first is None or any(s is None or len(s) != len(first) for s in shapes):
        return [UNKNOWN, SCALAR]
    sizes = (set(column) for column in zip(*shapes))
    return [TensorShape.of(tuple(c.pop() if len(c) == 1 else None for c in sizes)), SCALAR]


def _switched_shape(op: Operation) -> Any:
    op.inputs[1].shape.assert_has_rank(0)
    return [op.inputs[0].shape] * 2


_switch = defop(
    "Switch",
    "data: T, pred: bool -> T, T",
    doc="Gives the data to its second output if `pred` is true, else to its first.",
    shape=_switched_shape,
    kernel=lambda xp, data, pred: (data, data),
    grad=_switch_grad,
)

_ref_switch = defop(
    "RefSwitch",
    "data: ref(T), pred: bool -> ref(T), ref(T)",
    doc="A Switch of a variable.",
    shape=_switched_shape,
    kernel=_unrun("RefSwitch"),
    stateful=True,
    grad=_switch_grad,
)

_merge = defop(
    "Merge",
    "inputs: T* -> T, int32",
    doc="The one input that is not dead, and which it is.",
    attrs={"N": REQUIRED},
    shape=_merged_shape,
    kernel=_unrun("Merge"),
    stateful=True,
    grad=_merge_grad,
)

_ref_merge = defop(
    "RefMerge",
    "inputs: ref(T)* -> ref(T), int32",
    doc="A Merge of variables.",
    attrs={"N": REQUIRED},
    shape=_merged_shape,
    kernel=_unrun("RefMerge"),
    stateful=True,
    grad=_merge_grad,
)


def switch(data: Any, pred: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Gives `data` to one of two outputs; what is computed from the other one is not run.

    Args:
        data: a tensor or `IndexedSlices`.
        pred: a boolean scalar.
        dtype: the dtype to convert `data` to.
        name: the op's name.

    Returns:
        The pair (output_false, output_true).
    """
    if isinstance(data, IndexedSlices):
        pairs = [switch(part, pred) for part in parts_of(data)]
        return tuple(like_parts(data, [p[side] for p in pairs]) for side in (0, 1))
    data = convert_to_tensor(data, dtype, name="data")
    return tuple(_switch(data, pred, name=name))


def switch_ref_or_tensor(data: Any, pred: Any, name: str = "Switch") -> Any:
    """`switch`, or its counterpart for a variable's reference."""
    ref = getattr(data, "_ref", None)
    data = ref() if callable(ref) else data
    if isinstance(data, Tensor) and data.dtype.is_ref:
        return tuple(_ref_switch(data, pred, name=name))
    return switch(data, pred, name=name)


def merge(inputs: Any, name: str | None = None) -> Any:
    """The one of the inputs that is not dead.

    Args:
        inputs: tensors of one dtype, of which a run computes one only.
        name: the op's name.

    Returns:
        The pair (output, value_index): the value, and which input it came from.

    Raises:
        ValueError: if one of the inputs is None.
    """
    inputs = list(inputs)
    if any(i is None for i in inputs):
        raise ValueError(f"At least one of the merge inputs is None: {inputs}")
    if any(isinstance(i, IndexedSlices) for i in inputs):
        slices = [as_indexed_slices(i) for i in inputs]
        with_shape = all(s.dense_shape is not None for s in slices)
        columns = zip(*[parts_of(s)[: 3 if with_shape else 2] for s in slices])
        merged = [merge(column) for column in columns]
        return IndexedSlices(*[m[0] for m in merged]), merged[0][1]
    tensors = [i if isinstance(i, Tensor) else convert_to_tensor(i) for i in inputs]
    make = _ref_merge if all(t.dtype.is_ref for t in tensors) else _merge
    output, value_index = make(tensors, N=len(tensors), name=name or "Merge")
    return output, value_index


# ---------------------------------------------------------------- loops


def _enter_grad(op: Operation, grad: Any) -> Any:
    """An Exit of the gradient's loop; for a loop's constant, the sum over all iterations."""
    current = get_default_graph()._get_control_flow_context()
    if current is None or not current.back_prop or current.grad_state is None:
        return grad
    if op.attrs["is_constant"]:
        return current.add_backprop_accumulator(op, grad)
    result = exit_loop(grad)
    current.loop_exits.append(result)
    current.exit_result([result])
    return result


def _exit_grad(op: Operation, grad: Any) -> Any:
    own = op._get_control_flow_context()
    current = get_default_graph()._get_control_flow_context()
    if not current.back_prop:
        return None
    if own.grad_state is not None:
        raise TypeError("Second-order gradient for while loops not supported.")
    for part in parts_of(grad):
        current.add_value_of(part)
    current.enter()
    result = enter(
        grad, current.name, parallel_iterations=current.parallel_iterations, name="b_exit"
    )
    current.loop_enters.append(result)
    current.exit()
    return result


def _entered_shape(op: Operation) -> Any:
    return op.inputs[0].shape if op.attrs["is_constant"] else UNKNOWN


_LOOP_ATTRS = {"frame_name": REQUIRED, "is_constant": False, "parallel_iterations": 10}

_enter = defop(
    "Enter",
    "data: T -> T",
    doc="Gives a value to the loop `frame_name`, once or (a constant) in every iteration.",
    attrs=_LOOP_ATTRS,
    shape=_entered_shape,
    kernel=lambda xp, data, **attrs: data,
    grad=_enter_grad,
)

_ref_enter = defop(
    "RefEnter",
    "data: ref(T) -> ref(T)",
    doc="An Enter of a variable.",
    attrs=_LOOP_ATTRS,
    shape=_entered_shape,
    kernel=_unrun("RefEnter"),
    stateful=True,
    grad=_enter_grad,
)

_exit = defop(
    "Exit",
    "data: T -> T",
    doc="Gives a value back from a loop that has ended.",
    shape=lambda op: op.inputs[0].shape,
    kernel=_unrun("Exit"),
    stateful=True,
    grad=_exit_grad,
)

_ref_exit = defop(
    "RefExit",
    "data: ref(T) -> ref(T)",
    doc="An Exit of a variable.",
    shape=lambda op: op.inputs[0].shape,
    kernel=_unrun("RefExit"),
    stateful=True,
    grad=_exit_grad,
)

_next_iteration = defop(
    "NextIteration",
    "data: T -> T",
    doc="Gives a value to the loop's next iteration.",
    shape=lambda op: op.inputs[0].shape,
    kernel=_unrun("NextIteration"),
    stateful=True,
    grad=lambda op, grad: grad,
)

_ref_next_iteration = defop(
    "RefNextIteration",
    "data: ref(T) -> ref(T)",
    doc="A NextIteration of a variable.",
    shape=lambda op: op.inputs[0].shape,
    kernel=_unrun("RefNextIteration"),
    stateful=True,
    grad=lambda op, grad: grad,
)

_loop_cond = defop(
    "LoopCond",
    "input: bool -> bool",
    doc="Whether the loop goes on.",
    shape=lambda op: op.inputs[0].shape.merge_with(SCALAR),
    kernel=lambda xp, value: np.bool_(value),
    stateful=True,
    grad=no_grad("its input is boolean"),
)

_control_trigger = defop(
    "ControlTrigger",
    "->",
    doc="Does nothing; other ops can wait for it, and it never is dead.",
    shape=lambda op: [],
    kernel=lambda xp: None,
    stateful=True,
    grad=no_grad("it has no inputs"),
)


def enter(
    data: Any,
    frame_name: str,
    is_constant: bool = False,
    parallel_iterations: int = 10,
    use_input_shape: bool = True,
    name: str | None = None,
) -> Any:
    """Gives a tensor, a variable's reference or an `IndexedSlices` to a loop."""
    settings = {
        "frame_name": frame_name,
        "is_constant": is_constant,
        "parallel_iterations": parallel_iterations,
    }
    if isinstance(data, IndexedSlices):
        parts = [
            enter(p, use_input_shape=use_input_shape, name=name, **settings)  # type: ignore[arg-type]
            for p in parts_of(data)
        ]
        return like_parts(data, parts)
    make = _ref_enter if data.dtype.is_ref else _enter
    result = make(data, name=name, **settings)
    if use_input_shape:
        result.set_shape(data.shape)
    return result


def exit_loop(data: Any, name: str | None = None) -> Any:
    """Gives a value of a loop to the outside, once the loop has ended."""
    if isinstance(data, IndexedSlices):
        return like_parts(data, [exit_loop(p, name) for p in parts_of(data)])
    return (_ref_exit if data.dtype.is_ref else _exit)(data, name=name)


def next_iteration(data: Any, name: str | None = None) -> Any:
    """Gives a value to the next iteration."""
    return (_ref_next_iteration if data.dtype.is_ref else _next_iteration)(data, name=name)


def loop_cond(pred: Any, name: str | None = None) -> Tensor:
    """The loop's predicate, forwarded to its Switches."""
    return _loop_cond(pred, name=name)


def control_trigger(name: str | None = None) -> Operation:
    """An op for control dependencies that runs even when what it waits for is dead."""
    return _control_trigger(name=name)


def _close_loop(merged: Any, value: Any) -> None:
    """Gives a Merge of the gradient's loop the value of the next iteration."""
    if isinstance(merged, IndexedSlices):
        value = as_indexed_slices(value)
    for m, v in zip(parts_of(merged), parts_of(value)):
        m.op._update_input(1, next_iteration(convert_to_tensor(v)))


# ---------------------------------------------------------------- values of several tensors


def parts_of(value: Any) -> list[Tensor]:
    """The tensors that a value is made of: itself, or those of an `IndexedSlices`."""
    if isinstance(value, IndexedSlices):
        shape = [] if value.dense_shape is None else [value.dense_shape]
        return [value.values, value.indices, *shape]
    return [value]


def like_parts(value: Any, parts: Any) -> Any:
    """A value like another, of other tensors."""
    return IndexedSlices(*parts) if isinstance(value, IndexedSlices) else parts[0]


def as_indexed_slices(value: Any) -> IndexedSlices:
    """All rows of a dense gradient as slices; slices as they are."""
    if isinstance(value, IndexedSlices):
        return value
    from pyengine.ops.filling import range as range_op

    sizes = shape_when_run(value)
    return IndexedSlices(value, range_op(0, sizes[0]), sizes)


def shape_when_run(value: Any) -> Tensor:
    """The shape by an op, even if it is known: like the value, it is dead where that is dead."""
    from pyengine.ops.array import _shape_op

    return _shape_op(value, name="Shape")


def output_context(op: Operation) -> Any:
    """The context of an op's outputs: for an Exit, the one around its loop."""
    context = op._get_control_flow_context()
    return context.outer_context if context is not None and is_exit(op) else context


def is_exit(op: Operation) -> bool:
    return op.type in ("Exit", "RefExit")


def is_switch(op: Operation) -> bool:
    return op.type in ("Switch", "RefSwitch")


def is_loop_switch(op: Operation) -> bool:
    """Whether an op is the Switch of a loop variable, not one of a cond inside the loop."""
    return is_switch(op) and op.inputs[1].op.type == "LoopCond"


def is_constant_enter(op: Operation) -> bool:
    """Whether an op gives a loop something that does not change from one iteration to the next."""
    return op.type in ("Enter", "RefEnter") and bool(op.attrs["is_constant"])


def constant_enter_of(value: Tensor) -> Operation | None:
    """The Enter that a value in a loop is the same as, if it is a constant of the loop."""
    op = value.op
    while op.type in ("Switch", "RefSwitch", "Identity", "RefIdentity"):
        op = op.inputs[0].op
    return op if is_constant_enter(op) else None


def while_context_of(op: Operation) -> Any:
    """The innermost loop that an op is in, or None."""
    context = op._get_control_flow_context()
    return None if context is None else context.while_context()
