"""Compiling graphs with branches and loops: each becomes one step, with steps inside of it.

All steps of a plan, however deep, work on one list of values, so what goes into a branch or a loop
needs no copying: the outputs of a Switch, an Enter or an Identity are the slot of their input. A
Merge is a slot that each of its branches writes; a loop variable is one that the loop writes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from pyengine import errors
from pyengine.executor.blocks import Branch, Loop
from pyengine.executor.plan import _Compiler
from pyengine.executor.reuse import reusing
from pyengine.executor.runtime import Runtime
from pyengine.executor.steps import Block, Step, loader, slots_of
from pyengine.executor.structure import (
    ALWAYS,
    ENTERS,
    MERGES,
    NEXTS,
    PASSED_ON,
    SWITCHES,
    Alive,
    Arm,
    Atom,
    Condition,
    Frame,
    Item,
    Predicate,
    Structure,
)
from pyengine.graph import Operation, Tensor

_WITHOUT_STEP = frozenset({"NoOp", "ControlTrigger"})
_ALIASES = PASSED_ON | {"Identity"}


@dataclasses.dataclass(eq=False)
class _Draft:
    """A block being written: steps `(kernel, args, out)`, branches and loops, with their ops."""

    entries: list[tuple[Any, Operation]] = dataclasses.field(default_factory=list)

    def touched(self) -> Iterator[tuple[int, bool]]:
        """Every slot that is used in here, and whether it is written."""
        for entry, _ in self.entries:
            if isinstance(entry, tuple):
                _, args, out = entry
                yield from ((slot, False) for slot in args)
                yield from ((slot, True) for slot in slots_of(out))
            else:
                yield from entry.touched()

    def written(self) -> set[int]:
        return {slot for slot, writes in self.touched() if writes}


@dataclasses.dataclass(eq=False)
class _BranchDraft:
    pred: int
    sides: tuple[_Draft, _Draft] = dataclasses.field(default_factory=lambda: (_Draft(), _Draft()))

    def touched(self) -> Iterator[tuple[int, bool]]:
        yield self.pred, False
        for side in self.sides:
            yield from side.touched()


@dataclasses.dataclass(eq=False)
class _LoopDraft:
    starts: list[tuple[int, int]]  # slots: the initial value, the loop variable
    head: _Draft = dataclasses.field(default_factory=_Draft)
    body: _Draft = dataclasses.field(default_factory=_Draft)
    after: _Draft = dataclasses.field(default_factory=_Draft)
    goes_on: int = -1
    nexts: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    cleared: list[int] = dataclasses.field(default_factory=list)

    @property
    def variables(self) -> set[int]:
        return {variable for _, variable in self.starts}

    def touched(self) -> Iterator[tuple[int, bool]]:
        yield self.goes_on, False
        for source, variable in self.starts:
            yield source, False
            yield variable, True
        yield from ((source, False) for source, _ in self.nexts)
        yield from ((slot, True) for slot in self.cleared)
        for block in (self.head, self.body, self.after):
            yield from block.touched()


class FlowCompiler(_Compiler):
    """Writes the steps of a graph with branches and loops.

    Args:
        needed: the ops that the plan needs.
        feeds: the tensors whose values are given.
        runtime: the session's state.
    """

    def __init__(self, needed: set[Operation], feeds: Sequence[Tensor], runtime: Runtime) -> None:
        super().__init__(feeds, runtime)
        self._shares = False  # what one branch has computed may be missing in another
        self._structure = Structure(needed, self.fed)
        self._indices_used = {t for op in needed for t in op.inputs if t.op.type in MERGES}
        self._predicates: dict[Predicate, int] = {}
        self._constants: dict[Any, int] = {}
        self._cleared: dict[Frame, list[int]] = {}
        self._scratch = self.new_slot(None)

    def compile(self, fetches: Sequence[Tensor | Operation]) -> tuple[Block, list[int]]:
        """The steps, and the slots of the fetched tensors' values."""
        self._indices_used.update(f for f in fetches if isinstance(f, Tensor))
        root, block = self._structure.root, _Draft()
        for item in self._structure.order(root):
            self._write(item, root, block)
        outputs = [self._output(f, block) for f in fetches if isinstance(f, Tensor)]
        return self._finish(block, self.constant | set(outputs), None), outputs

    def _output(self, fetch: Tensor, block: _Draft) -> int:
        condition: Condition[Atom] = ALWAYS
        if fetch not in self.fed:
            if self._structure.output_frame(fetch.op) is not self._structure.root:
                raise errors.InvalidArgumentError(
                    None, fetch.op, f"{fetch.name} is inside of a loop, and has no one value"
                )
            condition = self._structure.of_tensor(fetch)
        with _Steps(self) as made:
            slot = self.value_slot(fetch)
            if condition:  # copied where the branch is taken: elsewhere its slot may hold nothing
                source, slot = slot, self.new_slot(None)
                self.steps.append((_same, (source,), slot))
                self.ops.append(fetch.op)
        self._put(made, condition, self._structure.root, block)
        if condition:
            checked = self.new_slot(None)
            block.entries.append(((_check_alive, (slot,), checked), fetch.op))
            return checked
        return slot

    # ------------------------------------------------------------ items

    def _write(self, item: Item, frame: Frame, block: _Draft) -> None:
        """Writes an item of a frame's order into the block, under the item's condition."""
        with _Steps(self) as made:
            loop = None
            if isinstance(item, Frame):
                loop = self._loop(item)
            elif isinstance(item, Arm):
                self._arm(item, frame)
            else:
                self._op(item)
        condition = self._structure.condition_of_item(item)
        if loop is not None:
            made.append((loop, next(op for op in item.ops if op.type in ENTERS)))  # type: ignore[union-attr]
        self._put(made, condition, frame, block)

    def _put(
        self,
        made: list[tuple[Any, Operation]],
        condition: frozenset[Atom],
        frame: Frame,
        block: _Draft,
    ) -> None:
        """Adds steps to the block, inside of the branches that the condition asks for."""
        if not made:
            return
        for atom in self._structure.in_order(condition, frame):
            slot = self._predicates[atom.predicate]
            if slot in self.constant:
                if bool(self.template[slot]) != atom.wanted:
                    return  # never taken
                continue
            last = block.entries[-1][0] if block.entries else None
            if not isinstance(last, _BranchDraft) or last.pred != slot:
                last = _BranchDraft(slot)
                block.entries.append((last, made[0][1]))
            block = last.sides[atom.wanted]
        block.entries.extend(made)

    def _op(self, op: Operation) -> None:
        if op.type in _WITHOUT_STEP:
            return
        if op.type in ENTERS or op.type in MERGES:
            return  # the loop that they belong to has seen to them
        if op.type in SWITCHES:
            predicate = self._structure.decisive(op.inputs[1])
            if predicate not in self._predicates:
                self._predicates[predicate] = self.value_slot(op.inputs[1], op)
        if op.type in _ALIASES:
            slot = self._passed_on(op)
            for tensor in op.outputs:
                self.slots.setdefault(tensor, slot)
        else:
            self.add(op)

    def _passed_on(self, op: Operation) -> int:
        """The slot of what a node passes on: a variable's cell, or a value."""
        source = op.inputs[0]
        return self.slots[source] if op.outputs[0].dtype.is_ref else self.value_slot(source, op)

    def _may_fold(self, op: Operation) -> bool:
        # What an op waits for is in the plan in any case, and a pure op does not notice.
        return not op.opdef.stateful

    def _arm(self, arm: Arm, frame: Frame) -> None:
        """The steps that make one input of a Merge its value."""
        merge, index = arm
        output, value_index = merge.outputs
        if output in self.fed:
            return
        source = merge.inputs[index]
        if output not in self.slots:
            self.slots[output] = self.new_slot(None)
            if value_index in self._indices_used:
                self.slots[value_index] = self.new_slot(None)
            if self._structure.is_predicate(Alive(merge)):
                self._predicates[Alive(merge)] = self.new_slot(None)
                # A value of an earlier iteration must not look alive.
                self._cleared.setdefault(frame, []).append(self._predicates[Alive(merge)])
        slot = self.slots[source] if output.dtype.is_ref else self.value_slot(source, merge)
        self._move(slot, self.slots[output], merge)
        if value_index in self.slots:
            self._move(self._constant(index), self.slots[value_index], merge)
        if Alive(merge) in self._predicates:
            self._move(self._constant(True), self._predicates[Alive(merge)], merge)

    def _move(self, source: int, target: int, op: Operation) -> None:
        self.steps.append((_same, (source,), target))
        self.ops.append(op)

    def _constant(self, value: Any) -> int:
        import numpy as np

        key = (type(value), value)
        if key not in self._constants:
            array = np.bool_(value) if value is True else np.int32(value)
            self._constants[key] = self.new_slot(array)
            self.constant.add(self._constants[key])
        return self._constants[key]

    # ------------------------------------------------------------ loops

    def _loop(self, frame: Frame) -> _LoopDraft:
        """A loop; the reads of variables that enter it go to the steps before it."""
        if frame.goes_on is None:
            raise errors.InvalidArgumentError(
                None, frame.ops[0], f"the loop {frame.name!r} has no LoopCond"
            )
        for op in frame.ops:
            if op.type in ENTERS:
                self.slots.setdefault(op.outputs[0], self._passed_on(op))
        merges = [op for op in frame.ops if op.type in MERGES and not self._is_branch_merge(op)]
        draft = _LoopDraft([])
        for merge in merges:
            self._loop_variable(merge, draft)
        goes_on, ends = Atom(frame.goes_on, True), Atom(frame.goes_on, False)
        blocks: dict[Any, list[Item]] = {goes_on: [], ends: [], None: []}
        for item in self._structure.order(frame):
            condition = self._structure.condition_of_item(item)
            part = goes_on if goes_on in condition else ends if ends in condition else None
            blocks[part].append(item)
        for items, block in (
            (blocks[None], draft.head),
            (blocks[goes_on], draft.body),
            (blocks[ends], draft.after),
        ):
            for item in items:
                self._write(item, frame, block)
        draft.goes_on = self.slots[frame.goes_on]
        for merge in merges:
            back = next(t for t in merge.inputs if t.op.type in NEXTS)
            pair = (self.slots[back], self.slots[merge.outputs[0]])
            if pair[0] != pair[1]:  # a variable that the body returns as it is stays where it is
                draft.nexts.append(pair)
            if merge.outputs[1] in self.slots:
                draft.nexts.append((self._constant(1), self.slots[merge.outputs[1]]))
        draft.cleared = self._cleared.get(frame, [])
        return draft

    def _is_branch_merge(self, op: Operation) -> bool:
        return self._structure.is_branch_merge(op)

    def _loop_variable(self, merge: Operation, draft: _LoopDraft) -> None:
        starts = [t for t in merge.inputs if t.op.type not in NEXTS]
        if len(starts) != 1:
            raise errors.InvalidArgumentError(
                None, merge, "a loop variable has one value to start from"
            )
        self.slots[merge.outputs[0]] = self.new_slot(None)
        draft.starts.append((self.slots[starts[0]], self.slots[merge.outputs[0]]))
        if merge.outputs[1] in self._indices_used:
            self.slots[merge.outputs[1]] = self.new_slot(None)
            draft.starts.append((self._constant(0), self.slots[merge.outputs[1]]))

    # ------------------------------------------------------------ lifetimes

    def _finish(self, draft: _Draft, seen: set[int], local: set[int] | None) -> Block:
        """The steps of a block, each with the slots to drop after it.

        Args:
            draft: the block.
            seen: the slots that something after this block reads; grows by what the block uses.
            local: the slots that may be dropped in here; None for all.
        """
        steps: list[Step] = []
        ops = []
        for entry, op in reversed(draft.entries):
            ops.append(op)
            if isinstance(entry, tuple):
                kernel, args, out = entry
                used, inner = dict.fromkeys((*args, *slots_of(out))), set()
            else:
                touched = list(entry.touched())
                used = dict.fromkeys(slot for slot, _ in touched)
                inner = {slot for slot, writes in touched if writes}
                if isinstance(entry, _LoopDraft):
                    inner -= entry.variables  # they live from one iteration to the next
                droppable = inner - seen if local is None else (inner - seen) & local
                kernel = self._kernel(entry, droppable)
                args, out = None, self._scratch
            dead = tuple(
                slot
                for slot in used
                if slot not in seen and slot not in inner and (local is None or slot in local)
            )
            seen.update(used)
            step = kernel, args, out, dead
            steps.append(reusing(step, op) if self.runtime.optimized else step)
        return Block(steps[::-1], ops[::-1])

    def _kernel(self, entry: _BranchDraft | _LoopDraft, local: set[int]) -> Branch | Loop:
        if isinstance(entry, _BranchDraft):
            if_false, if_true = (self._finish(side, set(), local) for side in entry.sides)
            return Branch(entry.pred, if_true, if_false)
        sources = [source for source, _ in entry.nexts]
        after_seen: set[int] = set()
        after = self._finish(entry.after, after_seen, local)
        body_seen = set(sources)
        body = self._finish(entry.body, body_seen, local)
        head = self._finish(entry.head, after_seen | body_seen | {entry.goes_on}, local)
        return Loop(
            entry.starts,
            head,
            entry.goes_on,
            body,
            loader(tuple(sources)),
            [variable for _, variable in entry.nexts],
            after,
            entry.cleared,
        )


class _Steps:
    """While entered, the compiler's steps are collected apart, in the list that it yields."""

    def __init__(self, compiler: FlowCompiler) -> None:
        self._compiler = compiler
        self._made: list[tuple[Any, Operation]] = []

    def __enter__(self) -> list[tuple[Any, Operation]]:
        compiler = self._compiler
        self._outer = compiler.steps, compiler.ops
        compiler.steps, compiler.ops = [], []
        return self._made

    def __exit__(self, *_: object) -> None:
        compiler = self._compiler
        self._made.extend(zip(compiler.steps, compiler.ops))
        compiler.steps, compiler.ops = self._outer


def _same(value: Any) -> Any:
    return value


def _check_alive(value: Any) -> Any:
    if value is None:
        raise errors.InvalidArgumentError(
            None, None, "Retval[0] does not have value: it is in a branch that was not taken"
        )
    return value
