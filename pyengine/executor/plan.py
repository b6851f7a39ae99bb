"""Plans: a graph's part that some fetches need, as a flat list of kernel calls over slots.

Compiling prunes the graph to what the fetches need, orders it, computes what is constant, gives
every value a numbered slot and notes where each is used last. Replaying is one loop over kernels
and slots (`steps.Block`): no look-ups by name, no attribute access, no shape inference.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import operator
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from pyengine.convert import CONST
from pyengine.executor.backend import with_backend
from pyengine.executor.elementwise import DIRECT
from pyengine.executor.fusing import fused
from pyengine.executor.imagewise import imagewise
from pyengine.executor.ordering import in_order
from pyengine.executor.products import products
from pyengine.executor.reuse import reusing
from pyengine.executor.runtime import Cell, Runtime, read_cell
from pyengine.executor.sharing import constant_key, op_key
from pyengine.executor.steps import (
    Block,
    Kernel,
    RawStep,
    Step,
    as_op_error,
    slots_of,
    with_lifetimes,
)
from pyengine.executor.structure import CONTROL_FLOW
from pyengine.executor.waiting import Blocked
from pyengine.graph import Operation, Tensor
from pyengine.registry import settings_of
from pyengine.static import host_value

_LARGEST_FOLDED = 1 << 20
"""The most bytes of a folded constant: a larger one is cheaper to compute than to keep."""

_TURN = 0.005
"""Seconds to wait for each of several blocked steps in turn."""


@contextlib.contextmanager
def collections_paused() -> Iterator[None]:
    """A context without garbage collections, for making many objects that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Plan:
    """A compiled run: give it the values of the feeds, get those of the fetches.

    Args:
        fetches: tensors and operations.
        feeds: the tensors whose values are given.
        runtime: the session's state.
        fuses: whether a chain of element-wise ops may become one step.
    """

    _raw: list[RawStep] | None = None  # not there where steps hold others

    def __init__(
        self,
        fetches: Sequence[Tensor | Operation],
        feeds: Sequence[Tensor],
        runtime: Runtime,
        fuses: bool = True,
    ) -> None:
        with collections_paused():
            self._compile(fetches, feeds, runtime, fuses)

    def _compile(
        self,
        fetches: Sequence[Tensor | Operation],
        feeds: Sequence[Tensor],
        runtime: Runtime,
        fuses: bool,
    ) -> None:
        needed = needed_ops(fetches, set(feeds))
        if not CONTROL_FLOW.isdisjoint([op.type for op in needed]):
            self._compile_flow(needed, fetches, feeds, runtime)
            return
        compiler = compiled(fetches, feeds, runtime, needed)
        outputs = [compiler.output_slot(f) for f in fetches if isinstance(f, Tensor)]
        steps, ops = compiler.steps, compiler.ops
        rewrites = runtime.optimized and fuses and not compiler.is_placed
        if rewrites:
            constants = {slot: compiler.template[slot] for slot in compiler.constant}
            steps, ops, moved = imagewise(steps, ops, set(outputs), constants, compiler.new_slot)
            outputs = [moved.get(slot, slot) for slot in outputs]
            steps, ops = fused(steps, ops, set(outputs), constants)
            steps, ops = products(steps, ops, set(outputs))
        self._rest = compiler.template[len(feeds) :]
        self._outputs = outputs
        self._raw = steps
        timed = with_lifetimes(steps, compiler.constant, set(outputs))
        if rewrites:
            timed = [reusing(step, op) for step, op in zip(timed, ops)]
        self._block = Block(timed, ops)

    def _compile_flow(
        self,
        needed: set[Operation],
        fetches: Sequence[Tensor | Operation],
        feeds: Sequence[Tensor],
        runtime: Runtime,
    ) -> None:
        """Compiles a graph with branches or loops: each of them becomes one step."""
        from pyengine.executor.flow import FlowCompiler

        make = FlowCompiler
        if is_placed(needed, runtime):
            from pyengine.executor.placed import PlacedFlowCompiler

            make = PlacedFlowCompiler
        compiler = make(needed, feeds, runtime)
        self._block, self._outputs = compiler.compile(fetches)
        self._rest = compiler.template[len(feeds) :]

    def __call__(self, feeds: list[Any]) -> list[Any]:
        """The values of the fetched tensors, in order.

        Args:
            feeds: an array of the right dtype for each fed tensor, in order.

        Raises:
            errors.OpError: what went wrong in a kernel, with the op it happened in.
        """
        values = feeds + self._rest
        self._block.run(values, self._finish)
        return [values[slot] for slot in self._outputs]

    @property
    def steps(self) -> Sequence[Step]:
        """The steps, those of branches and loops inside of one for each."""
        return self._block.steps

    @property
    def step_ops(self) -> Sequence[Operation]:
        """The op that each step belongs to."""
        return self._block.ops

    def initial_values(self, feeds: list[Any]) -> list[Any]:
        """The slots as they are before the first step."""
        return feeds + self._rest

    def results(self, values: list[Any]) -> list[Any]:
        """The values of the fetched tensors, from the slots after the last step."""
        return [values[slot] for slot in self._outputs]

    def _finish(self, values: list[Any], position: int, blocked: Blocked) -> None:
        """Runs the rest of the steps, those first that need not wait for the blocked one.

        A run may itself do what it waits for, such as fetch an enqueue and a dequeue of one queue.
        """
        if self._raw is None:
            self._block.finish_in_order(values, position, blocked)
            return
        waiting = {position: blocked}
        todo: Sequence[int] = range(position + 1, len(self._raw))
        try:
            while True:
                todo = self._run_free(values, todo, waiting, self._raw)
                if not waiting:
                    return
                position = self._await_any(waiting)
                values[self._raw[position][2]] = waiting.pop(position).result()
        except Exception as error:
            raise as_op_error(error, self.step_ops[position]) from error
        finally:
            for other in waiting.values():
                other.abandon()

    def _run_free(
        self,
        values: list[Any],
        todo: Sequence[int],
        waiting: dict[int, Blocked],
        steps: Sequence[RawStep],
    ) -> Sequence[int]:
        """Runs the steps that depend on no waiting one; returns the others.

        No value is dropped here: a step put off may need what a later one was to read last.
        """
        ops = self.step_ops
        held_ops = {ops[i] for i in waiting}
        held_slots = {slot for i in waiting for slot in slots_of(steps[i][2])}
        put_off: list[int] = []
        for i in todo:
            kernel, args, out = steps[i]
            op = ops[i]
            if held_slots.isdisjoint(args) and held_ops.isdisjoint(op.control_inputs):
                try:
                    values[out] = kernel(*[values[a] for a in args])
                    continue
                except Blocked as blocked:
                    waiting[i] = blocked
                except Exception as error:
                    raise as_op_error(error, op) from error
            else:
                put_off.append(i)
            held_ops.add(op)
            held_slots.update(slots_of(out))
        return put_off

    def _await_any(self, waiting: dict[int, Blocked]) -> int:
        """The position of a step whose wait is over."""
        while True:
            for position, blocked in waiting.items():
                try:
                    if blocked.wait(None if len(waiting) == 1 else _TURN):
                        return position
                except Exception as error:
                    raise as_op_error(error, self.step_ops[position]) from error

    def __len__(self) -> int:
        return len(self._block.steps)


def compiled(
    fetches: Sequence[Tensor | Operation],
    feeds: Sequence[Tensor],
    runtime: Runtime,
    needed: set[Operation] | None = None,
    shares_copies: bool = True,
) -> _Compiler:
    """The steps that compute all that some fetches need.

    Args:
        fetches: tensors and operations.
        feeds: the tensors whose values are given.
        runtime: the session's state.
        needed: the ops that the fetches need, if they are known already.
        shares_copies: whether steps share what is copied to a GPU, so that all have to run.
    """
    needed = needed_ops(fetches, set(feeds)) if needed is None else needed
    if is_placed(needed, runtime):
        from pyengine.executor.placed import PlacedCompiler

        compiler: _Compiler = PlacedCompiler(needed, feeds, runtime, shares_copies)
    else:
        compiler = _Compiler(feeds, runtime)
    for op in _ordered(needed):
        compiler.add(op)
    return compiler


def is_placed(ops: Collection[Operation], runtime: Runtime) -> bool:
    """Whether some of a plan's ops may run on a GPU: its graph names one, and there is one."""
    op = next(iter(ops), None)
    return op is not None and op.graph.names_gpu and bool(runtime.gpus)


def needed_ops(fetches: Iterable[Tensor | Operation], fed: set[Tensor]) -> set[Operation]:
    """The ops that the fetches depend on; a fed tensor needs nothing."""
    found: set[Operation] = set()
    pending = [f.op if isinstance(f, Tensor) else f for f in fetches if f not in fed]
    while pending:
        op = pending.pop()
        if op in found:
            continue
        found.add(op)
        pending.extend(t.op for t in op.inputs if t not in fed and t.op not in found)
        pending.extend(c for c in op.control_inputs if c not in found and not _is_fed(c, fed))
    return found


def _is_fed(op: Operation, fed: set[Tensor]) -> bool:
    """Whether an op is a placeholder that is fed: there is nothing to wait for."""
    return op.type == "Placeholder" and op.outputs[0] in fed


def _ordered(ops: set[Operation]) -> list[Operation]:
    number = operator.attrgetter("_id")
    by_making = sorted(ops, key=number)
    if all(dep._id < op._id for op in by_making for dep in op.control_inputs):
        return by_making  # inputs always exist before their op; only control inputs can come later
    return in_order({op: {*(t.op for t in op.inputs), *op.control_inputs} for op in ops}, number)


class _Compiler:
    """Gives out slots and writes the steps, in the order in which ops are added."""

    is_placed = False  # whether some steps may run on a GPU

    def __init__(self, feeds: Sequence[Tensor], runtime: Runtime) -> None:
        self.runtime = runtime
        self.fed = set(feeds)
        self.template: list[Any] = [None] * len(feeds)
        self.slots: dict[Tensor, int] = {t: i for i, t in enumerate(feeds)}
        self.constant: set[int] = set()  # slots whose value is in the template for good
        self.hosts: dict[int, int] = {}  # of a constant's slot: the slot of its host value
        self.steps: list[RawStep] = []
        self.ops: list[Operation] = []  # the op of each step
        self._shares = runtime.optimized
        self._computed: dict[Any, Any] = {}  # by `op_key`: where the results of such an op are
        self._equal: dict[Any, int] = {}  # by `constant_key`: the slot of such a constant

    def add(self, op: Operation) -> None:
        """Writes the step of an op, or computes it now if all it needs is constant."""
        opdef = op.opdef
        if op.device:
            self.runtime.check_placement(op)
        if opdef is CONST and self._may_fold(op):
            self._keep_constant(op, op.attrs["value"])
            return
        hosts = opdef.hosts_of(op)
        args = tuple(
            [
                self._argument(op, tensor, ref, i in hosts)
                for i, (tensor, ref) in enumerate(_with_refs(op))
            ]
        )
        key = op_key(op, args) if self._shares else None
        if key is not None and self._take_over(op, key):
            return
        kernel = self._kernel_of(op, args, hosts)
        if opdef.type == "VariableV2":
            self._keep_constant(op, kernel())
        elif self._may_fold(op) and self._folded(op, kernel, args):
            return
        else:
            out = self._step(op, kernel, args)
            if key is not None:
                self._computed[key] = out

    def _kernel_of(self, op: Operation, args: Sequence[int], hosts: Sequence[int]) -> Kernel:
        return self._guarded(op, _bound_kernel(op, self.runtime), args, hosts)

    def _guarded(
        self, op: Operation, kernel: Kernel, args: Sequence[int], hosts: Sequence[int]
    ) -> Kernel:
        """A kernel that locks the variable it changes, and gets Python values where it is to."""
        if op.opdef.stateful and op.opdef.inputs and op.opdef.inputs[0].ref:
            kernel = _exclusive(kernel)
        dynamic_hosts = [i for i in hosts if args[i] not in self.constant]
        return _with_host_arguments(kernel, dynamic_hosts) if dynamic_hosts else kernel

    def _take_over(self, op: Operation, key: Any) -> bool:
        """Gives an op the results of one that computes the same, if there is one."""
        out = self._computed.get(key)
        if out is None:
            return False
        for tensor, slot in zip(op.outputs, slots_of(out)):
            self.slots.setdefault(tensor, slot)
        return True

    def _may_fold(self, op: Operation) -> bool:
        """Whether an op may be computed now, if all its inputs are constant."""
        return not (op.opdef.stateful or op.control_inputs)

    def _argument(self, op: Operation, tensor: Tensor, ref: bool, host: bool) -> int:
        """The slot of an input: of the value itself, its host form, or the cell if `ref`."""
        slot = self.slots[tensor] if ref else self.value_slot(tensor, op)
        return self._host_slot(slot) if host and slot in self.constant else slot

    def _host_slot(self, slot: int) -> int:
        """The slot of the host form of a constant."""
        if slot not in self.hosts:
            self.hosts[slot] = self.new_slot(host_value(self.template[slot]))
            self.constant.add(self.hosts[slot])
        return self.hosts[slot]

    def output_slot(self, tensor: Tensor) -> int:
        """The slot of a fetched tensor's value."""
        return self.value_slot(tensor)

    def value_slot(self, tensor: Tensor, reader: Operation | None = None) -> int:
        """The slot of a tensor's value; a variable is read at this point of the plan."""
        slot = self.slots[tensor]
        if not tensor.dtype.is_ref or tensor in self.fed:
            return slot
        read = self.new_slot(None)
        self.steps.append((read_cell, (slot,), read))
        self.ops.append(reader or tensor.op)
        return read

    def new_slot(self, value: Any) -> int:
        self.template.append(value)
        return len(self.template) - 1

    def _folded(self, op: Operation, kernel: Kernel, args: tuple[int, ...]) -> bool:
        if not self.constant.issuperset(args):
            return False
        try:
            with np.errstate(all="ignore"):
                result = kernel(*[self.template[a] for a in args])
        except Exception:  # whatever it is, the run will raise it again and name the op
            return False
        results = result if len(op.outputs) > 1 else (result,)
        if sum(getattr(r, "nbytes", 0) for r in results) > _LARGEST_FOLDED:
            return False
        self._keep_constant(op, result)
        return True

    def _keep_constant(self, op: Operation, result: Any) -> None:
        results = result if len(op.outputs) > 1 else (result,)
        for tensor, value in zip(op.outputs, results):
            key = constant_key(value) if self._shares else None
            slot = self._equal.get(key) if key is not None else None
            if slot is None:
                slot = self.new_slot(value)
                self.constant.add(slot)
                if key is not None:
                    self._equal[key] = slot
            self.slots.setdefault(tensor, slot)  # a fed output keeps the slot of its feed

    def _step(self, op: Operation, kernel: Kernel, args: tuple[int, ...]) -> Any:
        outs = [self.new_slot(None) for _ in op.outputs] or [self.new_slot(None)]
        for tensor, slot in zip(op.outputs, outs):
            self.slots.setdefault(tensor, slot)
        out = outs[0] if len(op.outputs) < 2 else slice(outs[0], outs[-1] + 1)
        self.steps.append((kernel, args, out))
        self.ops.append(op)
        return out


def _with_refs(op: Operation) -> Iterable[tuple[Tensor, bool]]:
    """Each input tensor, and whether the kernel wants the variable's cell."""
    if op.opdef.has_lists:
        return [(t, False) for t in op.inputs]  # no op type takes a list of variables
    return [(t, arg.ref) for t, arg in zip(op.inputs, op.opdef.inputs)]


def _bound_kernel(op: Operation, runtime: Runtime) -> Kernel:
    opdef = op.opdef
    if opdef.bind is not None:
        return opdef.bind(op, runtime)
    direct = DIRECT.get(opdef.type)
    if direct is not None and runtime.xp is np:
        return direct
    assert opdef.kernel is not None  # OpDef takes one or the other
    attrs = settings_of(op)
    kernel = functools.partial(opdef.kernel, runtime.xp, **attrs)
    return with_backend(op, kernel, runtime.backend, attrs)


def _exclusive(kernel: Kernel) -> Kernel:
    """A kernel that changes a variable: no other run changes it between its read and its write."""

    def call(cell: Cell, *args: Any) -> Any:
        with cell.lock:
            return kernel(cell, *args)

    return call


def _with_host_arguments(kernel: Kernel, positions: list[int]) -> Kernel:
    """The kernel with some of its arguments turned into Python values at each call."""

    def call(*args: Any) -> Any:
        converted = list(args)
        for i in positions:
            converted[i] = host_value(np.asarray(converted[i]))
        return kernel(*converted)

    return call
