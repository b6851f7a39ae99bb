"""Contexts: which cond branch or loop an op is made in, and how values get into it.

While a context is entered, the graph shows it each new op (`context_for`, `captured`,
`own_controls`, `admit`). A context passes values from outside through a Switch (a branch) or an
Enter (a loop, `while_context`), so that an op in a branch not taken never gets its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pyengine import nest
from pyengine.convert import convert_to_tensor
from pyengine.graph import Graph, Operation, Tensor, get_default_graph
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.array import identity
from pyengine.ops.control_flow import no_op, with_dependencies
from pyengine.ops.switch import like_parts, output_context, parts_of, switch_ref_or_tensor
from pyengine.scopes import control_dependencies


class ControlFlowContext:
    """What cond branches and loops have in common.

    Attributes:
        name: unique in the graph.
        outer_context: the context in which this one was made, or None.
        nested_contexts: those made in this one.
        values: the tensors that need no way in: made here, or inside of contexts made here.
        external_values: what stands here for a tensor from outside.
    """

    is_cond = False
    is_while = False

    def __init__(self, name: str) -> None:
        graph = get_default_graph()
        self.name = name
        self.outer_context: Any = graph._get_control_flow_context()
        self.nested_contexts: list[ControlFlowContext] = []
        self.values: set[Tensor] = set()
        self.external_values: dict[Tensor, Tensor] = {}
        self._entered_from: list[Any] = []
        if self.outer_context is not None:
            self.outer_context.nested_contexts.append(self)

    # ------------------------------------------------------------ where we are

    def enter(self) -> None:
        """Makes this the context of the ops made from now on."""
        graph = get_default_graph()
        self._entered_from.append(graph._get_control_flow_context())
        graph._set_control_flow_context(self)

    def exit(self) -> None:
        """Goes back to the context that was there before `enter`."""
        get_default_graph()._set_control_flow_context(self._entered_from.pop())

    def while_context(self) -> Any:
        """The innermost loop that this is, or is in; or None."""
        return None if self.outer_context is None else self.outer_context.while_context()

    @property
    def grad_state(self) -> Any:
        """The state of the gradient's loop that this is in, or None."""
        loop = self.while_context()
        return None if loop is None else loop.grad_state

    @property
    def back_prop(self) -> bool:
        loop = self.while_context()
        return loop is not None and loop.back_prop

    def control_pivot(self) -> Any:
        """The tensor that an op without inputs waits for, so that it is run here only."""
        raise NotImplementedError(f"{type(self).__name__} must define control_pivot()")

    # ------------------------------------------------------------ values

    def add_value_of(self, tensor: Tensor) -> None:
        """Notes that a tensor needs no way in."""
        self.values.add(tensor)

    def exit_result(self, result: Any) -> None:
        """Makes tensors available in the context around this one."""
        if self.outer_context is not None:
            for value in nest.flatten(result):
                if value is not None and not isinstance(value, Operation):
                    for part in parts_of(value):
                        self.outer_context.add_value_of(part)

    def add_value(self, value: Tensor) -> Tensor:
        """What stands for a tensor in this context; makes its way in if there is none yet."""
        raise NotImplementedError(f"{type(self).__name__} must define add_value()")

    # ------------------------------------------------------------ what the graph asks

    def context_for(self, type: str, inputs: tuple[Tensor, ...]) -> Any:
        """The context that an op made now belongs to: this one, with rare exceptions."""
        return self

    def captured(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """An op's inputs, as they are here."""
        return tuple([self.add_value(t) for t in inputs])

    def own_controls(
        self, inputs: tuple[Tensor, ...], controls: list[Operation]
    ) -> list[Operation]:
        """An op's control inputs, as far as they can be waited for here."""
        raise NotImplementedError(f"{type(self).__name__} must define own_controls()")

    def admit(self, op: Operation) -> None:
        """Takes in an op that has been made here."""
        op._control_flow_context = self
        context: Any = self
        while context is not None:
            context.values.update(op.outputs)
            if context.is_while:
                break  # what a loop computes gets out through its Exits only
            context = context.outer_context
        op.graph.prevent_fetching(op)

    def split_controls(
        self, controls: Iterable[Operation]
    ) -> tuple[list[Operation], list[Operation]]:
        """Control inputs of this iteration of the loop around, and those from outside of it."""
        loop = self.while_context()
        if loop is None:
            return list(controls), []
        inner: list[Operation] = []
        outer: list[Operation] = []
        for op in controls:
            context = output_context(op)
            is_inner = context is not None and context.while_context() is loop
            (inner if is_inner else outer).append(op)
        return inner, outer

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The context as TensorFlow's message; None if it is not in `export_scope`."""
        from pyengine.control_flow.serialization import to_proto

        return to_proto(self, export_scope)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"


class CondContext(ControlFlowContext):
    """One branch of a `cond`.

    Args:
        pred: the boolean scalar that decides.
        pivot: it again, alive in this branch only.
        branch: 1 for the branch taken if `pred` is true, else 0.
    """

    is_cond = True

    def __init__(self, pred: Tensor, pivot: Tensor, branch: int, name: str = "cond_text") -> None:
        super().__init__(get_default_graph().unique_name(name))
        self.pred = pred
        self.pivot = pivot
        self.branch = branch
        self.values.update((pred, pivot))
        self.external_values[pred] = pred
        pivot.op._control_flow_context = self

    @staticmethod
    def from_proto(context_def: Any, import_scope: str | None = None) -> CondContext:
        """The context that a CondContextDef describes, in the default graph."""
        from pyengine.control_flow.serialization import cond_from_proto

        return cond_from_proto(context_def, import_scope)

    def control_pivot(self) -> Tensor:
        return self.pivot

    def add_value(self, value: Tensor) -> Tensor:
        if value in self.values:
            return self.external_values.get(value, value)
        self.values.add(value)
        result = value
        if self.outer_context is not None:
            result = self.outer_context.add_value(value)
            self.values.add(result)
            self.external_values[result] = result
        with control_dependencies(None):
            result = switch_ref_or_tensor(result, self.pred)[self.branch]
        result.graph.prevent_fetching(result.op)
        result.op._control_flow_context = self
        context: Any = self
        while context is not None:
            context.values.add(result)
            context = context.outer_context
        self.external_values[value] = result
        return result

    def own_controls(
        self, inputs: tuple[Tensor, ...], controls: list[Operation]
    ) -> list[Operation]:
        inner, _ = self.split_controls(controls)
        if not inputs and not any(_is_in(output_context(op), self) for op in inner):
            inner.append(self.pivot.op)
        return inner

    def build_branch(self, function: Callable[[], Any]) -> tuple[Any, list[Any] | None]:
        """Adds the ops of a branch.

        Returns:
            What the function returned, with tensors in place of values, and the same as a list of
            tensors that are alive in this branch only; a pair of None if it returned None.
        """
        graph = get_default_graph()
        before = len(graph.get_collection(SUMMARIES))
        result = function()
        result = hold_summaries(graph, before, result)
        if result is None:
            return None, None
        result = nest.map_structure(_as_result, result)
        alive = [self._alive(value) for value in nest.flatten(result)]
        return result, alive

    def _alive(self, value: Any) -> Any:
        """A result of the branch as a tensor of the branch."""
        if isinstance(value, Operation):
            return with_dependencies([value], self.pivot)
        value = flow_of(value)
        return like_parts(value, [self._switched(part) for part in parts_of(value)])

    def _switched(self, value: Tensor) -> Tensor:
        if value in self.values:
            return self.external_values.get(value, value)
        # The branch returned a tensor from outside as it is, as in `lambda: x`.
        self.values.add(value)
        outside = value
        if self.outer_context is not None:
            outside = self.outer_context.add_value(value)
            self.values.add(outside)
            self.external_values[outside] = outside
        result = switch_ref_or_tensor(outside, self.pred)[self.branch]
        self.external_values[value] = result
        return result


SUMMARIES = "_SUMMARY_V2"  # of contrib.summary; those of tf.summary stay where they are


def hold_summaries(graph: Graph, before: int, result: Any) -> Any:
    """Ties the summaries that a branch or a body made to its results: nobody else can run them."""
    collection = graph.get_collection_ref(SUMMARIES)
    if len(collection) <= before:
        return result
    made = collection[before:]
    del collection[before:]
    with graph.control_dependencies(made):
        if result is None:
            return no_op()
        return nest.map_structure(_identity_of, result)


def _identity_of(value: Any) -> Any:
    if isinstance(value, Operation) or hasattr(value, "_with_flow"):
        return value
    value = _as_result(value)
    return like_parts(value, [identity(part) for part in parts_of(value)])


def _as_result(value: Any) -> Any:
    if isinstance(value, (Operation, IndexedSlices)) or hasattr(value, "_with_flow"):
        return value
    return convert_to_tensor(value)


def flow_of(value: Any) -> Any:
    """The flow of a TensorArray, which stands for it in Switches and loops; else the value."""
    return value.flow if hasattr(value, "_with_flow") else value


def with_flow_like(original: Any, value: Any) -> Any:
    """A TensorArray of another flow, where the original was a TensorArray; else the value."""
    return original._with_flow(value) if hasattr(original, "_with_flow") else value


def _is_in(context: Any, outer: ControlFlowContext) -> bool:
    while context is not None:
        if context is outer:
            return True
        context = context.outer_context
    return False
