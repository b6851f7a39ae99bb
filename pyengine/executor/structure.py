"""Branches and loops, found in a graph's Switch, Merge, Enter, Exit and NextIteration nodes.

`Structure` works on the nodes alone, as an imported graph has nothing else. It finds

* the *frame* of each op: the loop it is in, by the Enters and Exits between it and the outside;
* the *condition* of each op: the predicates that must have come out in a given way for the op not
  to be dead. An op needs all that its inputs need; a Switch adds its predicate; a Merge of both
  sides of a predicate takes it away again. (TensorFlow's XLA does the same: `deadness_analysis`.)

and gives the ops of each frame in an order of execution. `flow.FlowCompiler` makes steps of them.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyengine import errors
from pyengine.executor.ordering import in_order
from pyengine.graph import Operation, Tensor

SWITCHES = frozenset({"Switch", "RefSwitch"})
MERGES = frozenset({"Merge", "RefMerge"})
ENTERS = frozenset({"Enter", "RefEnter"})
EXITS = frozenset({"Exit", "RefExit"})
NEXTS = frozenset({"NextIteration", "RefNextIteration"})
PASSED_ON = SWITCHES | ENTERS | EXITS | NEXTS | {"LoopCond"}
"""Nodes whose outputs are their input: they take no step of a plan."""

CONTROL_FLOW = PASSED_ON | MERGES


class Alive(NamedTuple):
    """The predicate "this Merge has a value", for a Merge of unrelated conditions."""

    merge: Operation


Predicate = Tensor | Alive


class Atom(NamedTuple):
    """A predicate that must be true, or must be false."""

    predicate: Predicate
    wanted: bool


Condition = frozenset  # of Atoms; all of them must hold
ALWAYS: frozenset[Atom] = frozenset()


class Arm(NamedTuple):
    """One input of a Merge: the step that makes it the value of the Merge."""

    merge: Operation
    position: int


class Frame:
    """A loop, or (without a parent) all that is outside of loops.

    Attributes:
        condition: when the loop is run at all, in an iteration of its parent.
        goes_on: the output of its LoopCond.
    """

    def __init__(self, parent: Frame | None, name: str, first_id: int = -1) -> None:
        self.parent = parent
        self.name = name
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.first_id = first_id
        self.condition: frozenset[Atom] = ALWAYS
        self.ops: list[Operation] = []
        self.children: list[Frame] = []
        self.goes_on: Tensor | None = None


Item = Operation | Arm | Frame
"""What an order of execution is made of."""


class Structure:
    """The frames and conditions of the ops that a plan needs.

    Args:
        needed: the ops.
        fed: the tensors whose values are given: they are never dead.
    """

    def __init__(self, needed: set[Operation], fed: set[Tensor]) -> None:
        self._needed = needed
        self._fed = fed
        self.root = Frame(None, "")
        self.frame_of: dict[Operation, Frame] = {}
        self.conditions: dict[Operation, frozenset[Atom]] = {}
        self._children: dict[tuple[Frame, str], Frame] = {}
        self._ranks: dict[Predicate, int] = {}
        order = _topological(needed, fed)
        for op in order:
            self._place(op)
            self._note_loop(op)
        self._find_conditions(order)
        self._items: dict[Frame, dict[Item, set[Item]]] = {}
        self._collect_dependencies()

    # ------------------------------------------------------------ frames

    def _place(self, op: Operation) -> None:
        frame = self.root
        for source in self._sources(op):
            if source in self.frame_of:  # all but the back edges of loops
                found = self.output_frame(source)
                if found.depth > frame.depth:
                    frame = found
        if op.type in ENTERS:
            key = (frame, op.attrs["frame_name"])
            if key not in self._children:
                child = Frame(frame, key[1], first_id=op._id)
                self._children[key] = child
                frame.children.append(child)
            frame = self._children[key]
        self.frame_of[op] = frame
        frame.ops.append(op)

    def output_frame(self, op: Operation) -> Frame:
        """The frame that an op's outputs are in."""
        frame = self.frame_of[op]
        if op.type not in EXITS:
            return frame
        if frame.parent is None:
            raise errors.InvalidArgumentError(None, op, "an Exit outside of any loop")
        return frame.parent

    def _sources(self, op: Operation) -> list[Operation]:
        return [t.op for t in op.inputs if t not in self._fed] + self._controls(op)

    def _controls(self, op: Operation) -> list[Operation]:
        """The ops that an op waits for: not a placeholder that is fed, which does not run."""
        return [c for c in op.control_inputs if c in self._needed]

    def _note_loop(self, op: Operation) -> None:
        if op.type == "LoopCond":
            frame = self.frame_of[op]
            if frame.goes_on is not None or frame.parent is None:
                raise errors.InvalidArgumentError(
                    None, op, f"not the one LoopCond of a loop (frame {frame.name!r})"
                )
            frame.goes_on = op.outputs[0]

    # ------------------------------------------------------------ conditions

    def _find_conditions(self, order: Sequence[Operation]) -> None:
        """Works out the conditions; again, if a loop turned out to have a further one."""
        while True:
            before = [f.condition for f in self._children.values()]
            for op in order:
                self.conditions[op] = self._condition(op)
            if before == [f.condition for f in self._children.values()]:
                return

    def _condition(self, op: Operation) -> frozenset[Atom]:
        if op.type == "ControlTrigger":
            return ALWAYS  # it runs even when what it waits for is dead
        frame = self.frame_of[op]
        controls = ALWAYS.union(*[self._ran(c) for c in self._controls(op) if c in self.conditions])
        if op.type in ENTERS:
            frame.condition = frame.condition | controls | self.of_tensor(op.inputs[0])
            return ALWAYS
        if op.type in MERGES:
            if any(t.op.type in NEXTS for t in op.inputs):
                return ALWAYS  # a loop variable has a value in each iteration
            return controls | self._either([self.of_tensor(t) for t in op.inputs], op)
        return controls.union(*[self.of_tensor(t) for t in op.inputs])

    def _ran(self, op: Operation) -> frozenset[Atom]:
        """When an op that is waited for has run."""
        return self.frame_of[op].condition if op.type in EXITS else self.conditions[op]

    def of_tensor(self, tensor: Tensor) -> frozenset[Atom]:
        """When a tensor has a value."""
        op = tensor.op
        if tensor in self._fed:
            return ALWAYS
        if op.type in EXITS:
            return self.frame_of[op].condition
        condition = self.conditions[op]
        if op.type in SWITCHES:
            return condition | {self._atom(self.decisive(op.inputs[1]), tensor.value_index == 1)}
        return condition

    def decisive(self, predicate: Tensor) -> Tensor:
        """The tensor that a predicate is the same as: a cond's `pred_id` is its predicate."""
        while (
            predicate.op.type == "Identity"
            and predicate not in self._fed
            and not predicate.op.inputs[0].dtype.is_ref
        ):
            predicate = predicate.op.inputs[0]
        return predicate

    def _atom(self, predicate: Predicate, wanted: bool) -> Atom:
        self._ranks.setdefault(predicate, len(self._ranks))
        return Atom(predicate, wanted)

    def _either(self, conditions: Iterable[frozenset[Atom]], op: Operation) -> frozenset[Atom]:
        """When one of several conditions holds."""
        left = set(conditions)
        common = frozenset.intersection(*left)
        while len(left) > 1:
            found = _resolved(left)
            if found is None:
                return common | {self._atom(Alive(op), True)}
            left = found
        return left.pop()

    def is_predicate(self, predicate: Predicate) -> bool:
        """Whether some condition asks for a predicate."""
        return predicate in self._ranks

    def in_order(self, condition: frozenset[Atom], frame: Frame) -> tuple[Atom, ...]:
        """A condition's atoms from the outermost in, without that of the loop itself."""
        atoms = [a for a in condition if a.predicate is not frame.goes_on]
        return tuple(sorted(atoms, key=lambda a: self._ranks[a.predicate]))

    def condition_of_item(self, item: Item) -> frozenset[Atom]:
        """When an item of a frame's order is carried out."""
        if isinstance(item, Frame):
            return item.condition
        if isinstance(item, Arm):
            controls = [self._ran(c) for c in self._controls(item.merge)]
            return self.of_tensor(item.merge.inputs[item.position]).union(*controls)
        return self.conditions[item]

    # ------------------------------------------------------------ order

    def _collect_dependencies(self) -> None:
        for op, frame in self.frame_of.items():
            items = self._items.setdefault(frame, {})
            if self.is_branch_merge(op):
                for i, tensor in enumerate(op.inputs):
                    arm = Arm(op, i)
                    items.setdefault(arm, set())
                    makers = [] if tensor in self._fed else [tensor.op]
                    for before in makers + self._controls(op):
                        self._depend(before, op, arm)
                continue
            items.setdefault(op, set())
            for source in self._sources(op):
                if source.type not in NEXTS or op.type not in MERGES:
                    self._depend(source, op, op)
        for frame in self._children.values():
            assert frame.parent is not None
            self._items.setdefault(frame.parent, {}).setdefault(frame, set())

    def _depend(self, source: Operation, op: Operation, item: Item) -> None:
        """Notes that `item`, a part of `op`, comes after `source`, in the frame around both."""
        before, after = self.frame_of[source], self.frame_of[op]
        first: list[Item] = self.items_of(source)
        while before is not after:
            if before.depth >= after.depth:
                first, before = [before], before.parent  # type: ignore[assignment]
            else:
                item, after = after, after.parent  # type: ignore[assignment]
        if item not in first:
            self._items.setdefault(after, {}).setdefault(item, set()).update(first)

    def is_branch_merge(self, op: Operation) -> bool:
        """Whether an op is the Merge of branches, not that of a loop variable."""
        return op.type in MERGES and not any(t.op.type in NEXTS for t in op.inputs)

    def items_of(self, op: Operation) -> list[Item]:
        """What must have been carried out for an op to be."""
        if self.is_branch_merge(op):
            return [Arm(op, i) for i in range(len(op.inputs))]
        return [op]

    def order(self, frame: Frame) -> list[Item]:
        """A frame's items, each after all it depends on; else in the order of their making."""
        return in_order(self._items.get(frame, {}), _priority)


def _priority(item: Item) -> tuple[int, int, int]:
    """Items go in the order of their making; a Merge's arm right after the value it takes."""
    if isinstance(item, Frame):
        return item.first_id, 2, id(item)
    if isinstance(item, Arm):
        return item.merge.inputs[item.position].op._id, 1, 1000 * item.merge._id + item.position
    return item._id, 0, 0


def _resolved(conditions: set[frozenset[Atom]]) -> set[frozenset[Atom]] | None:
    """The conditions with two of them made one, or None if no two can be."""
    for one in conditions:
        for other in conditions:
            if one is other:
                continue
            if one < other:
                return conditions - {other}
            differing = one ^ other
            if len(differing) == 2:
                first, second = differing
                if first.predicate is second.predicate:
                    return (conditions - {one, other}) | {one & other}
    return None


def _topological(needed: set[Operation], fed: set[Tensor]) -> Sequence[Operation]:
    """The ops, each after its inputs but for the back edges of loops."""
    sources: dict[Operation, set[Operation]] = {}
    for op in needed:
        inputs = {t.op for t in op.inputs if t not in fed}
        if op.type in MERGES:
            inputs = {i for i in inputs if i.type not in NEXTS}
        sources[op] = inputs.union(op.control_inputs)
    return in_order(sources, operator.attrgetter("_id"))
