"""Contexts as TensorFlow's messages, which a MetaGraph keeps so that gradients can be added later.

The classes' `to_proto` and `from_proto` lead here. Op names are those of the graph, without the
scope that is exported, or behind the scope that is imported under.
"""

from __future__ import annotations

from typing import Any

from pyengine import protos
from pyengine.control_flow.contexts import CondContext, ControlFlowContext
from pyengine.control_flow.while_context import WhileContext
from pyengine.graph import Tensor, get_default_graph

# ---------------------------------------------------------------- writing


def to_proto(context: ControlFlowContext, export_scope: str | None = None) -> Any:
    """A context as a CondContextDef or WhileContextDef; None if it is not in `export_scope`."""
    scope = f"{export_scope.rstrip('/')}/" if export_scope else ""
    if not context.name.startswith(scope):
        return None
    write = _cond_def if isinstance(context, CondContext) else _while_def
    return write(context, scope)


def _name(value: Any, scope: str) -> str:
    return "" if value is None else value.name.removeprefix(scope)


def _cond_def(context: Any, scope: str) -> Any:
    return protos.CondContextDef(
        context_name=context.name.removeprefix(scope),
        pred_name=_name(context.pred, scope),
        pivot_name=_name(context.pivot, scope),
        branch=context.branch,
        **_common(context, scope),
    )


def _while_def(context: Any, scope: str) -> Any:
    return protos.WhileContextDef(
        context_name=context.name.removeprefix(scope),
        parallel_iterations=context.parallel_iterations,
        back_prop=context.back_prop,
        swap_memory=context.swap_memory,
        pivot_name=_name(context.pivot, scope),
        pivot_for_pred_name=_name(context.pivot_for_pred, scope),
        pivot_for_body_name=_name(context.pivot_for_body, scope),
        loop_exit_names=[_name(t, scope) for t in context.loop_exits],
        loop_enter_names=[_name(t, scope) for t in context.loop_enters],
        maximum_iterations_name=_name(context.maximum_iterations, scope),
        **_common(context, scope),
    )


def _common(context: ControlFlowContext, scope: str) -> dict[str, Any]:
    """The fields that both messages have."""
    nested = [
        protos.ControlFlowContextDef(
            **{"cond_ctxt" if inner.is_cond else "while_ctxt": to_proto(inner, scope or None)}
        )
        for inner in context.nested_contexts
    ]
    return {
        "values_def": protos.ValuesDef(
            values=sorted(_name(t, scope) for t in context.values),
            external_values={
                _name(outside, scope): _name(inside, scope)
                for outside, inside in context.external_values.items()
            },
        ),
        "nested_contexts": nested,
    }


# ---------------------------------------------------------------- reading


def cond_from_proto(context_def: Any, import_scope: str | None = None) -> CondContext:
    """The branch that a CondContextDef describes, whose ops are in the default graph."""
    read = _Reader(import_scope)
    context: CondContext = object.__new__(CondContext)
    read.common(context, context_def)
    context.pred = read.tensor(context_def.pred_name)
    context.pivot = read.tensor(context_def.pivot_name)
    context.branch = context_def.branch
    read.nested(context, context_def)
    return context


def while_from_proto(context_def: Any, import_scope: str | None = None) -> WhileContext:
    """The loop that a WhileContextDef describes, whose ops are in the default graph."""
    read = _Reader(import_scope)
    context: WhileContext = object.__new__(WhileContext)
    read.common(context, context_def)
    context.graph = get_default_graph()
    context.parallel_iterations = context_def.parallel_iterations
    context.swap_memory = context_def.swap_memory
    context._back_prop = context_def.back_prop
    context._grad_state = None
    limit = context_def.maximum_iterations_name
    context.maximum_iterations = read.tensor(limit) if limit else None
    context.pivot = read.tensor(context_def.pivot_name)
    context.pivot_for_pred = read.tensor(context_def.pivot_for_pred_name)
    context.pivot_for_body = read.tensor(context_def.pivot_for_body_name)
    context.loop_exits = [read.tensor(n) for n in context_def.loop_exit_names]
    context.loop_enters = [read.tensor(n) for n in context_def.loop_enter_names]
    for tensor in context.values:
        if tensor.op.type in ("Enter", "RefEnter"):
            tensor.op.attrs["frame_name"] = context.name
    read.nested(context, context_def)
    return context


class _Reader:
    """Reads messages whose names stand behind the scope that was imported under."""

    def __init__(self, import_scope: str | None) -> None:
        self._import_scope = import_scope
        self._scope = f"{import_scope.rstrip('/')}/" if import_scope else ""

    def tensor(self, name: str) -> Tensor:
        return get_default_graph().get_tensor_by_name(self._scope + name)

    def common(self, context: ControlFlowContext, context_def: Any) -> None:
        """What both kinds have; also tells the ops where they are."""
        graph = get_default_graph()
        context.name = self._scope + context_def.context_name
        context.outer_context = graph._get_control_flow_context()
        context.nested_contexts = []
        context._entered_from = []
        values = context_def.values_def
        context.values = {self.tensor(name) for name in values.values}
        context.external_values = {
            self.tensor(outside): self.tensor(inside)
            for outside, inside in values.external_values.items()
        }
        if context.outer_context is not None:
            context.outer_context.nested_contexts.append(context)
        for tensor in context.values - set(context.external_values):
            tensor.op._control_flow_context = context

    def nested(self, context: ControlFlowContext, context_def: Any) -> None:
        """The contexts inside, which their ops belong to rather than to this one."""
        context.enter()
        for inner in context_def.nested_contexts:
            if inner.WhichOneof("ctxt") == "cond_ctxt":
                cond_from_proto(inner.cond_ctxt, self._import_scope)
            else:
                while_from_proto(inner.while_ctxt, self._import_scope)
        context.exit()
