"""Gradients of while loops: a loop that runs the iterations backwards.

A forward loop gets a counter; each forward value that the gradient needs is pushed onto a stack in
its iteration, and popped in the same iteration of the gradient's loop. The construction is
TensorFlow's ("Implementation of Control Flow in TensorFlow", section 5), so that the graphs mean
the same there. `gradients._Walk` leads; here is what is different in loops.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pyengine.control_flow.while_context import WhileContext
from pyengine.convert import constant
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.ops.filling import zeros, zeros_like
from pyengine.ops.math import add, subtract
from pyengine.ops.stack import stack_pop, stack_push, stack_v2
from pyengine.ops.switch import (
    constant_enter_of,
    control_trigger,
    enter,
    exit_loop,
    is_exit,
    is_loop_switch,
    is_switch,
    loop_cond,
    merge,
    next_iteration,
    output_context,
    shape_when_run,
    switch,
    switch_ref_or_tensor,
    while_context_of,
)
from pyengine.scopes import control_dependencies


@contextlib.contextmanager
def inside(context: Any) -> Iterator[None]:
    """A block whose ops are made in a control-flow context; None for outside of all."""
    with get_default_graph()._scoped("context", context, None):
        yield


def zero_constant(shape: Any, dtype: Any, name: str = "Const") -> Tensor:
    """Zeros of a known shape, as one constant."""
    sizes = shape.as_list()
    # Broadcast, a number fills any shape but an empty one.
    zero = np.zeros(sizes if 0 in sizes else (), dtype.base_dtype.as_numpy_dtype)
    return constant(zero, dtype=dtype.base_dtype, shape=sizes, name=name)


class GradLoopState:
    """A forward loop and the loop of its gradient.

    Args:
        forward: the forward loop.
        outer: the state of the loop around it, or None.
        called_in: the context in which `gradients` was called.

    Attributes:
        history_map: for a forward value, the same value in the gradient's loop.
        switch_map: for a Switch of a forward loop variable, the Merge of its gradient.
    """

    def __init__(self, forward: WhileContext, outer: GradLoopState | None, called_in: Any) -> None:
        self.forward_context = forward
        self.outer_grad_state = outer
        self.called_in = called_in
        self.history_map: dict[Tensor, Tensor] = {}
        self.switch_map: dict[Operation, Any] = {}
        self.unused_exits: list[Tensor] = []
        self.deferred_exits: list[Tensor] = []
        self.forward_loop_exits = list(forward.loop_exits)
        self.pending_exits_count = len(forward.loop_exits)
        self.stacks: list[tuple[Operation, Operation]] = []  # each push, and its pop
        self._pushes: dict[Operation, Operation] = {}  # by the stack's op
        self._forward_sync: Operation | None = None
        self._grad_sync: Operation | None = None
        with inside(forward.outer_context):
            count, self.forward_index = self._count_forward()
        if outer is None:
            around = forward.outer_context
        else:
            forward.outer_context.add_value_of(count)
            with inside(called_in):
                history = outer.add_forward_accumulator(count)
            around = outer.grad_context
        with inside(around):
            self.grad_context = WhileContext(
                maximum_iterations=forward.maximum_iterations,
                parallel_iterations=forward.parallel_iterations,
                back_prop=forward.back_prop,
                swap_memory=forward.swap_memory,
                name=forward.name,
                grad_state=self,
            )
            if outer is not None:
                count = outer.pop_accumulated(history, count)
            self.grad_index = self._count_backward(count)

    # ------------------------------------------------------------ counters

    def _enter(self, value: Tensor, context: WhileContext, name: str) -> Tensor:
        """A loop variable of its own, that enters the loop with a value."""
        context.add_value_of(value)
        entered = enter(
            value, context.name, parallel_iterations=context.parallel_iterations, name=name
        )
        context.loop_enters.append(entered)
        return entered

    def _leave(self, value: Tensor, context: WhileContext, name: str) -> Tensor:
        result = exit_loop(value, name=name)
        context.loop_exits.append(result)
        context.exit_result([result])
        return result

    def _count_forward(self) -> tuple[Tensor, Tensor]:
        """Adds `n = 0; while ...: n += 1` to the forward loop; how many, and the next n."""
        context = self.forward_context
        start = constant(0, name="f_count")
        if self.outer_grad_state is not None:
            # The stacks' pushes keep to the order of the outer iterations.
            start.op._add_control_input(self.outer_grad_state.forward_index.op.inputs[0].op)
        with inside(context):
            entered = self._enter(start, context, "f_count")
            merged = merge([entered, entered])[0]
            ended, goes_on = switch(merged, context.pivot)
            following = next_iteration(add(goes_on, 1))
            merged.op._update_input(1, following)
            return self._leave(ended, context, "f_count"), following

    def _count_backward(self, count: Tensor) -> Tensor:
        """Makes the gradient's loop: `n = count; while n >= 1: n -= 1`; the next n."""
        context = self.grad_context
        one = constant(1, name="b_count")
        with inside(context):
            entered = self._enter(count, context, "b_count")
            merged = merge([entered, entered])[0]
            context.pivot_for_pred = merged
            context.pivot = loop_cond(merged >= one, name="b_count")
            ended, goes_on = switch(merged, context.pivot)
            index = subtract(goes_on, one)
            context.pivot_for_body = index
            following = next_iteration(index)
            merged.op._update_input(1, following)
            final = self._leave(ended, context, "b_count")
        if self.outer_grad_state is not None:
            self.outer_grad_state.grad_sync._add_control_input(final.op)
        return following

    @property
    def forward_sync(self) -> Operation:
        """What the next forward iteration waits for: pushes inside of conds, which may be dead."""
        if self._forward_sync is None:
            self._forward_sync = self._sync("f_sync", self.forward_context, self.forward_index)
        return self._forward_sync

    @property
    def grad_sync(self) -> Operation:
        """What the next iteration of the gradient waits for: the pops of this one."""
        if self._grad_sync is None:
            self._grad_sync = self._sync("b_sync", self.grad_context, self.grad_index)
        return self._grad_sync

    @property
    def syncs(self) -> list[Operation]:
        return [s for s in (self._forward_sync, self._grad_sync) if s is not None]

    def _sync(self, name: str, context: WhileContext, index: Tensor) -> Operation:
        with control_dependencies(None):
            sync = control_trigger(name=name)
        sync._control_flow_context = context
        index.op._add_control_input(sync)
        return sync

    # ------------------------------------------------------------ forward values

    def add_forward_accumulator(self, value: Tensor, dead_branch: bool = False) -> Tensor:
        """Pushes a value onto a stack in each forward iteration; the stack.

        Args:
            value: a tensor of the forward loop.
            dead_branch: whether to push when the cond around the value goes the other way.
        """
        forward = self.forward_context
        with control_dependencies(None):
            with inside(self.called_in):
                unbounded = constant(-1)
                stack = stack_v2(unbounded, elem_type=value.dtype.base_dtype, name="f_acc")
            entered = forward.add_value(stack)
            context = output_context(value.op)
            if context is forward:
                with inside(forward):
                    push = stack_push(entered, value, forward.swap_memory)
                self.forward_index.op._add_control_input(push.op)
            else:
                if context is None or not context.is_cond:
                    raise TypeError(f"value_ctxt is not a CondContext: {context}")
                with inside(context.outer_context if dead_branch else context):
                    push = stack_push(entered, value, forward.swap_memory)
                if dead_branch:
                    push.op._control_flow_context = context
                self.forward_sync._add_control_input(push.op)
            push.op._add_control_input(self.forward_index.op.inputs[0].op)
        self._pushes[stack.op] = push.op
        return stack

    def pop_accumulated(self, stack: Tensor, value: Tensor, dead_branch: bool = False) -> Tensor:
        """The value that was pushed in the same iteration, in the gradient's loop."""
        push = self._pushes[stack.op]
        cond = self._cond_around(value, stack.op._control_flow_context)
        with control_dependencies(None), inside(self.grad_context):
            if cond is not None:
                pred = self._pred_of(cond)
                branch = 1 - cond.branch if dead_branch else cond.branch
                stack = switch_ref_or_tensor(stack, pred)[branch]
            popped = stack_pop(stack, value.dtype.base_dtype)
            self.stacks.append((push, popped.op))
            popped.set_shape(value.shape)
        if self.grad_context.parallel_iterations > 1:
            self.grad_sync._add_control_input(popped.op)
        return popped

    @staticmethod
    def _cond_around(value: Tensor, limit: Any) -> Any:
        context = value.op._control_flow_context
        while context is not None and context is not limit:
            if context.is_cond:
                return context
            context = context.outer_context
        return None

    def _pred_of(self, cond: Any) -> Tensor:
        """The predicate of a forward cond, as it is in the gradient's loop."""
        state: GradLoopState | None = self
        while state is not None:
            if cond.pred in state.history_map:
                return state.history_map[cond.pred]
            state = state.outer_grad_state
        return cond.pred

    def real_pred(self, pred: Tensor) -> Tensor:
        """The predicate of a forward cond in the iteration that the gradient is at."""
        if pred not in self.history_map:
            with inside(self.called_in):
                history = self.add_forward_accumulator(pred)
            self.history_map[pred] = self.pop_accumulated(history, pred)
        return self.history_map[pred]

    def real_value(self, value: Tensor) -> Tensor:
        """A forward value in the iteration that the gradient is at."""
        if value not in self.history_map:
            self.history_map[value] = self._real_value(value)
        return self.history_map[value]

    def _real_value(self, value: Tensor) -> Tensor:
        state = self
        while True:
            entered = constant_enter_of(value)
            if entered is None:
                break
            # The same in all iterations: no stack is needed in this loop.
            value = entered.inputs[0]
            if state.outer_grad_state is None:
                return self.grad_context.add_value(value)
            state = state.outer_grad_state
        if value.op.type == "Const":
            return constant(value.op.attrs["value"], dtype=value.dtype)
        with inside(self.called_in):
            history = state.add_forward_accumulator(value)
        popped = state.pop_accumulated(history, value)
        return popped if state is self else self.grad_context.add_value(popped)


class LoopGradients:
    """The states of all loops that one call of `gradients` goes through."""

    def __init__(self) -> None:
        self._states: dict[WhileContext, GradLoopState] = {}
        self._called_in = get_default_graph()._get_control_flow_context()

    def add_loop(self, op: Operation) -> list[Operation]:
        """Adds the loop of an Exit, if it is not there yet; all its Exits."""
        forward = while_context_of(op)
        if forward is None:
            raise ValueError(
                f"no gradient through {op.name!r}: the loop it leaves has no WhileContext. Import "
                f"the graph as a MetaGraph, which keeps the contexts."
            )
        if forward in self._states:
            return []
        state = GradLoopState(forward, self._outer_state(forward), self._called_in)
        self._states[forward] = state
        return [t.op for t in state.forward_loop_exits]

    def _outer_state(self, forward: WhileContext) -> GradLoopState | None:
        outer = forward.outer_context
        loop = None if outer is None else outer.while_context()
        return None if loop is None else self._states.get(loop)

    def state_of(self, op: Operation, before: bool) -> GradLoopState | None:
        """The state of the loop an op is in; `before`: for an Exit, that around its loop."""
        context = op._control_flow_context
        if before and is_exit(op) and context is not None:
            context = context.outer_context
        loop = None if context is None else context.while_context()
        return None if loop is None else self._states.get(loop)

    @contextlib.contextmanager
    def grad_context(self, op: Operation, before: bool) -> Iterator[None]:
        """A block in the context of an op's gradient."""
        state = self.state_of(op, before)
        if state is None:
            yield
        else:
            with inside(state.grad_context):
                yield

    # ------------------------------------------------------------ exits

    def unused_exits(self, pending: dict[Operation, int], roots: set[Operation]) -> list[Tensor]:
        """Exits that no y depends on, of loops of which no other Exit is still to come."""
        found = []
        for state in self._states.values():
            for exit_ in state.forward_loop_exits:
                if not pending[exit_.op]:
                    state.pending_exits_count -= 1
                    if exit_.op not in roots:
                        state.unused_exits.append(exit_)
                    if not state.pending_exits_count:
                        found.extend(state.unused_exits)
            for entered in state.forward_context.loop_enters:
                pending[entered.op] = pending[entered.op] or 1
        return found

    def ready_exits(self, exit_: Tensor, has_gradient: Any) -> tuple[list[Tensor], list[Tensor]]:
        """Called when all consumers of an Exit are done: a loop's Exits are gone through together.

        Returns:
            The Exits to go on with now, and those of them whose gradient is zero.
        """
        state = self.state_of(exit_.op, before=False)
        assert state is not None
        state.deferred_exits.append(exit_)
        state.pending_exits_count -= 1
        if state.pending_exits_count:
            return [], []
        used = [t for t in state.deferred_exits if has_gradient(t)]
        state.unused_exits.extend(t for t in state.deferred_exits if not has_gradient(t))
        return used + state.unused_exits, state.unused_exits if used else []

    # ------------------------------------------------------------ zeros

    def zeros_for_exit(self, value: Tensor) -> Tensor:
        """The zero gradient of an Exit that no y depends on."""
        forward = value.op._control_flow_context
        outer = self._outer_state(forward)
        known = value.shape.is_fully_defined()
        if outer is None:
            return zeros(value.shape, value.dtype.base_dtype) if known else zeros_like(value)
        if known:
            with inside(outer.grad_context):
                return zeros(value.shape, value.dtype.base_dtype)
        with inside(forward.outer_context):
            shape = shape_when_run(value)
        with inside(self._called_in):
            history = outer.add_forward_accumulator(shape)
        with inside(outer.grad_context):
            return zeros(outer.pop_accumulated(history, shape), value.dtype.base_dtype)

    def zeros_for(self, op: Operation, index: int) -> Any:
        """The zero gradient of an op's output that nothing depends on; None for a loop's Switch."""
        if is_loop_switch(op):
            return None
        state = self.state_of(op, before=False)
        if state is None:
            return zeros_outside_loops(op, index)
        dead_branch = is_switch(op)
        context = op._control_flow_context
        value = op.outputs[index]
        dtype = value.dtype.base_dtype
        if value.shape.is_fully_defined():
            result = zero_constant(value.shape, dtype)
            if dead_branch:
                pred = state.real_pred(context.pred)
                result = switch_ref_or_tensor(result, pred)[1 - context.branch]
            return result
        if dead_branch:
            with inside(context.outer_context):
                other = switch_ref_or_tensor(op.inputs[0], context.pred)[1 - context.branch]
                shape = shape_when_run(other)
            other.op._control_flow_context = context
            shape.op._control_flow_context = context
            state.real_pred(context.pred)
        else:
            with inside(context):
                shape = shape_when_run(value)
        with inside(self._called_in):
            history = state.add_forward_accumulator(shape, dead_branch)
        return zeros(state.pop_accumulated(history, shape, dead_branch), dtype)

    # ------------------------------------------------------------ the end

    def close(self) -> None:
        """Closes what is still open: loop variables whose next value does not depend on them."""
        for state in self._states.values():
            for merged in state.switch_map.values():
                for part in _tensors_of(merged):
                    if part.op.inputs[0] is part.op.inputs[1]:
                        self._close(state, part)

    def drop_unused(self, gradients: Sequence[Any]) -> None:
        """Lets no iteration wait for stacks whose values no gradient needs.

        A rule gives the gradients of all inputs of its op, also of those that nobody asked for:
        what they alone need is then not kept.
        """
        stacks = [pair for state in self._states.values() for pair in state.stacks]
        waiting = [
            op
            for state in self._states.values()
            for op in (state.forward_index.op, state.grad_index.op, *state.syncs)
        ]
        used = _needed_by(gradients, {op for pair in stacks for op in pair}, waiting)
        for push, pop in stacks:
            if pop not in used:
                for op in waiting:
                    op.control_inputs[:] = [c for c in op.control_inputs if c not in (push, pop)]

    @staticmethod
    def _close(state: GradLoopState, merged: Tensor) -> None:
        entered = merged.op.inputs[0]
        dtype = merged.dtype.base_dtype
        if entered.shape.is_fully_defined():
            with inside(state.grad_context):
                following = next_iteration(zero_constant(entered.shape, dtype))
        else:
            with inside(state.grad_context.outer_context):
                zero = zeros(shape_when_run(entered.op.inputs[0]), dtype)
            with inside(state.grad_context):
                following = next_iteration(zero)
        merged.op._update_input(1, following)


def _needed_by(
    gradients: Sequence[Any], of_stacks: set[Operation], waiting: Sequence[Operation]
) -> set[Operation]:
    """The ops that gradients need, apart from what iterations wait for only to keep stacks."""
    keeps_order = set(waiting)
    found: set[Operation] = set()
    pending = [t.op for g in gradients if g is not None for t in _tensors_of(g)]
    while pending:
        op = pending.pop()
        if op in found:
            continue
        found.add(op)
        pending.extend(t.op for t in op.inputs)
        pending.extend(c for c in op.control_inputs if op not in keeps_order or c not in of_stacks)
    return found


def _tensors_of(value: Any) -> list[Tensor]:
    from pyengine.ops.switch import parts_of

    return parts_of(value)


def zeros_outside_loops(op: Operation, index: int) -> Tensor:
    """Zeros like an op's output; for a Switch, made in the branch that the output is dead in."""
    value = op.outputs[index]
    context = op._control_flow_context
    if not is_switch(op) or context is None:
        return zeros_like(value)
    from pyengine.ops.array import identity

    taken = switch(op.inputs[0], context.pred)[1 - context.branch]
    pivot = identity(taken)
    with control_dependencies([pivot]):
        return zeros(shape_when_run(taken), value.dtype.base_dtype)
