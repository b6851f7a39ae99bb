"""`WhileContext`: the ops of one loop, and how the loop is put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine import nest
from pyengine.control_flow.contexts import (
    SUMMARIES,
    ControlFlowContext,
    flow_of,
    hold_summaries,
    with_flow_like,
)
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.array import identity
from pyengine.ops.switch import (
    enter,
    exit_loop,
    is_constant_enter,
    is_exit,
    like_parts,
    loop_cond,
    merge,
    next_iteration,
    output_context,
    parts_of,
    switch_ref_or_tensor,
    while_context_of,
)
from pyengine.scopes import control_dependencies
from pyengine.shape import TensorShape, as_shape

_OF_SHAPE_ALONE = ("Shape", "Size", "Rank")


class WhileContext(ControlFlowContext):
    """One loop.

    Args:
        maximum_iterations: an upper bound of the iterations, or None.
        parallel_iterations: recorded in the graph; iterations run one after the other.
        back_prop: whether gradients may be taken through the loop.
        swap_memory: recorded; forward values stay in memory.
        name: the loop's name, made unique: the `frame_name` of its Enters.
        grad_state: for a gradient's loop, its `loop_gradients.GradLoopState`.
    """

    is_while = True

    def __init__(
        self,
        maximum_iterations: Any = None,
        parallel_iterations: int = 10,
        back_prop: bool = True,
        swap_memory: bool = False,
        name: str = "while_context",
        grad_state: Any = None,
    ) -> None:
        if not isinstance(parallel_iterations, int) or parallel_iterations <= 0:
            raise ValueError(
                f"'parallel_iterations' must be a positive integer: {parallel_iterations}"
            )
        self.graph = get_default_graph()
        super().__init__(self.graph.unique_name(name))
        self.maximum_iterations = maximum_iterations
        self.parallel_iterations = parallel_iterations
        self.swap_memory = swap_memory
        self._back_prop = back_prop
        self._grad_state = grad_state
        self.pivot_for_pred: Any = None
        self.pivot_for_body: Any = None
        self.pivot: Any = None  # the LoopCond
        self.loop_enters: list[Tensor] = []
        self.loop_exits: list[Tensor] = []

    @staticmethod
    def from_proto(context_def: Any, import_scope: str | None = None) -> WhileContext:
        """The context that a WhileContextDef describes, in the default graph."""
        from pyengine.control_flow.serialization import while_from_proto

        return while_from_proto(context_def, import_scope)

    @property
    def grad_state(self) -> Any:
        return self._grad_state

    @property
    def back_prop(self) -> bool:
        return self._back_prop

    def while_context(self) -> WhileContext:
        return self

    def control_pivot(self) -> Any:
        return self.pivot_for_pred if self.pivot_for_body is None else self.pivot_for_body

    # ------------------------------------------------------------ values and ops

    def add_value(self, value: Tensor) -> Tensor:
        if value in self.values or value.op._control_flow_context is self:
            return self.external_values.get(value, value)
        self.values.add(value)
        saved = self._saved_forward_value(value)
        if saved is not None:
            self.external_values[value] = saved
            return saved
        outside = value if self.outer_context is None else self.outer_context.add_value(value)
        with control_dependencies(None):
            entered = enter(
                outside,
                self.name,
                is_constant=True,
                parallel_iterations=self.parallel_iterations,
            )
        self.graph.prevent_feeding(entered)
        self._adopt_enters([entered])
        self.values.add(entered)
        self.external_values[value] = entered
        return entered

    def _saved_forward_value(self, value: Tensor) -> Any:
        """In a gradient's loop: the value that the forward loop had in the same iteration."""
        current = get_default_graph()._get_control_flow_context()
        loop = None if current is None else current.while_context()
        if loop is None or loop.grad_state is None:
            return None
        forward = while_context_of(value.op)
        if is_exit(value.op):
            outer = forward.outer_context
            forward = None if outer is None else outer.while_context()
        if forward is not loop.grad_state.forward_context:
            return None
        return loop.grad_state.real_value(value)

    def context_for(self, type: str, inputs: tuple[Tensor, ...]) -> Any:
        # The shape of a forward value is all that the gradient needs: taken in the forward loop,
        # so that the shape is kept there and not the value.
        if type in _OF_SHAPE_ALONE and self._grad_state is not None:
            source = inputs[0].op
            if while_context_of(source) is self._grad_state.forward_context:
                return source._control_flow_context
        return self

    def own_controls(
        self, inputs: tuple[Tensor, ...], controls: list[Operation]
    ) -> list[Operation]:
        inner, outer = self.split_controls(controls)
        if not inner and all(is_constant_enter(t.op) for t in inputs):
            inner.append(self.control_pivot().op)  # else nothing would make it run here
        if outer:
            # What is outside is waited for once, by the way in of one of its outputs.
            with control_dependencies(None):
                self.enter()
                inner.extend(identity(op.outputs[0]).op for op in outer if op.outputs)
                self.exit()
        return inner

    def admit(self, op: Operation) -> None:
        op._control_flow_context = self
        self.values.update(op.outputs)
        if self.outer_context is not None or not is_exit(op):
            op.graph.prevent_fetching(op)
            for tensor in op.outputs:
                op.graph.prevent_feeding(tensor)

    def _adopt_enters(self, enters: Sequence[Tensor]) -> None:
        """Makes Enters, created outside of all contexts, ops of this loop.

        They wait for the control inputs of the scope they are made in, as far as those are ops of
        the contexts around the loop.
        """
        for entered in enters:
            op = entered.op
            for control in self.graph._control_inputs_for(op.inputs):
                context = output_context(control)
                outer = self.outer_context
                loop = None if outer is None else outer.while_context()
                while outer is not context and outer is not None and outer is not loop:
                    outer = outer.outer_context
                if outer is context:
                    op._add_control_input(control)
            op._control_flow_context = self
            self.graph._seen_by_control_dependencies(op)

    def add_backprop_accumulator(self, op: Operation, grad: Any) -> Any:
        """In a gradient's loop: the gradient of a constant of the forward loop."""
        from pyengine.control_flow.accumulators import summed_over_iterations

        return summed_over_iterations(self, op, grad)

    # ------------------------------------------------------------ building

    def build_loop(
        self,
        pred: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: Sequence[Any],
        shape_invariants: Any,
        return_same_structure: bool,
    ) -> Any:
        """Adds the ops of the loop, and returns its results nested as `body` returned them."""
        originals = nest.flatten(loop_vars)
        converted = [_as_loop_var(v) for v in originals]
        invariants = _invariants(loop_vars, converted, shape_invariants)
        try:
            self.enter()
            body_result, exits = self._build(pred, body, loop_vars, converted, invariants)
        finally:
            self.exit()
        flat = [
            with_flow_like(given, flow_of(value))
            for given, value in zip(nest.flatten(body_result), exits)
        ]
        packed = nest.pack_sequence_as(body_result, flat)
        return packed if return_same_structure or len(exits) > 1 else packed[0]

    def _build(
        self,
        pred: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: Sequence[Any],
        converted: list[Any],
        invariants: list[list[TensorShape]],
    ) -> tuple[Any, list[Any]]:
        # A variable of several tensors, such as IndexedSlices, is a loop variable for each.
        parts = [part for v in converted for part in parts_of(flow_of(v))]
        if self.outer_context is not None:
            parts = [self.outer_context.add_value(p) for p in parts]
        enters = self._enters(parts, [s for shapes in invariants for s in shapes])
        merges = [merge([e, e])[0] for e in enters]
        self.pivot_for_pred = merges[0]
        goes_on = convert_to_tensor(pred(*_packed(loop_vars, converted, merges)))
        self.pivot = loop_cond(goes_on, name="LoopCond")
        switches = [switch_ref_or_tensor(m, self.pivot) for m in merges]
        inside = [identity(s[1]) for s in switches]
        self.pivot_for_body = inside[0]
        result = self._body_result(body, _packed(loop_vars, converted, inside))
        after = [part for v in nest.flatten(result) for part in parts_of(flow_of(_as_loop_var(v)))]
        if len(merges) != len(after):
            raise ValueError(
                f"Number of inputs and outputs of body must match loop_vars: {len(merges)}, "
                f"{len(after)}"
            )
        for merged, value in zip(merges, after):
            close_loop(merged, value)
        exits = [exit_loop(s[0]) for s in switches]
        self.loop_exits = list(exits)
        self.exit_result(exits)
        return result, _regrouped(converted, exits)

    def _body_result(self, body: Callable[..., Any], given: list[Any]) -> Any:
        before = len(self.graph.get_collection(SUMMARIES))
        result = body(*given)
        if not nest.is_nested(result):
            result = [result]
        result = hold_summaries(self.graph, before, result)
        # Lists and tuples may stand for each other at the top, as in TensorFlow.
        nest.assert_same_structure(list(given), list(result))
        return result

    def _enters(self, parts: list[Tensor], invariants: list[TensorShape]) -> list[Tensor]:
        enters = []
        with control_dependencies(None):
            for part, invariant in zip(parts, invariants):
                entered = enter(
                    part,
                    self.name,
                    parallel_iterations=self.parallel_iterations,
                    use_input_shape=False,
                )
                if not is_no_wider(part.shape, invariant):
                    raise ValueError(
                        f"The shape invariant specified for {part.name} is not compatible with "
                        f"the initial shape of the loop variable. It enters the loop with shape "
                        f"{part.shape}, but the specified shape invariant is {invariant}."
                    )
                entered.set_shape(invariant)
                self.graph.prevent_feeding(entered)
                enters.append(entered)
        pivot, context = None, self.outer_context
        while context is not None and pivot is None:
            pivot, context = context.control_pivot(), context.outer_context
        if pivot is not None:
            for entered in enters:
                if is_constant_enter(entered.op.inputs[0].op):
                    entered.op._add_control_input(pivot.op)
        self._adopt_enters(enters)
        # Nothing but these is inside: even the initial values come in again where they are used.
        self.values = set(enters)
        self.loop_enters = list(enters)
        return enters


def close_loop(merged: Tensor, value: Tensor, enforce_shape: bool = True) -> None:
    """Gives a loop variable's Merge the value of the next iteration.

    Raises:
        ValueError: if the static shape is not within that of the loop variable.
        errors.InvalidArgumentError: if the dtype changes.
    """
    value = next_iteration(value)
    if enforce_shape and not is_no_wider(value.shape, merged.shape):
        source = merged.op.inputs[0].op.inputs[0]
        raise ValueError(
            f"Input tensor '{source.name}' enters the loop with shape {source.shape}, but has "
            f"shape {value.shape} after one iteration. To allow the shape to vary across "
            f"iterations, use the `shape_invariants` argument of tf.while_loop to specify a "
            f"less-specific shape."
        )
    merged.op._update_input(1, value)


def is_no_wider(shape: TensorShape, invariant: TensorShape) -> bool:
    """Whether all that an invariant says of a shape is known of that shape."""
    wanted, known = invariant.sizes, shape.sizes
    if wanted is None:
        return True
    if known is None or len(known) != len(wanted):
        return False
    return all(w is None or w == k for w, k in zip(wanted, known))


def _as_loop_var(value: Any) -> Any:
    if isinstance(value, IndexedSlices) or hasattr(value, "_with_flow"):
        return value
    return convert_to_tensor(value)


def _packed(loop_vars: Sequence[Any], converted: list[Any], parts: list[Tensor]) -> list[Any]:
    """Tensors of the loop, nested as the loop variables are."""
    return list(nest.pack_sequence_as(list(loop_vars), _regrouped(converted, parts)))


def _regrouped(converted: list[Any], parts: Sequence[Tensor]) -> list[Any]:
    """The tensors of all loop variables, put together to one value for each."""
    given = iter(parts)
    values = []
    for value in converted:
        own = [next(given) for _ in parts_of(flow_of(value))]
        values.append(with_flow_like(value, own[0]) if len(own) == 1 else like_parts(value, own))
    return values


def _invariants(
    loop_vars: Sequence[Any], converted: list[Any], shape_invariants: Any
) -> list[list[TensorShape]]:
    """What the shape of each tensor of each loop variable may be."""
    if shape_invariants is None:
        return [[p.shape for p in parts_of(flow_of(v))] for v in converted]
    flat = _flat_shapes(list(loop_vars), shape_invariants)
    return [_invariants_of(v, s) for v, s in zip(converted, flat)]


def _flat_shapes(structure: Any, shapes: Any) -> list[Any]:
    """The shapes that stand where a structure has its items; a list may be a shape itself."""
    if isinstance(shapes, TensorShape) or not nest.is_nested(structure):
        if nest.is_nested(structure):
            raise ValueError(f"shape_invariants are not nested as loop_vars are: {structure!r}")
        return [shapes]
    if not nest.is_nested(shapes) or len(shapes) != len(structure):
        raise ValueError(
            f"shape_invariants {shapes!r} must have the structure of loop_vars {structure!r}"
        )
    if isinstance(structure, dict):
        pairs = [(structure[k], shapes[k]) for k in sorted(structure)]
    else:
        pairs = list(zip(structure, shapes))
    return [leaf for item, shape in pairs for leaf in _flat_shapes(item, shape)]


def _invariants_of(value: Any, shape: Any) -> list[TensorShape]:
    if hasattr(value, "_with_flow"):
        return [value.flow.shape]
    shape = as_shape(shape)
    if not isinstance(value, IndexedSlices):
        return [shape]
    sizes = shape.sizes
    rows = TensorShape.of((None,))
    if sizes is None:
        return [shape, rows, TensorShape.of((None,))][: len(parts_of(value))]
    values = TensorShape.of((None, *sizes[1:]))
    return [values, rows, TensorShape.of((len(sizes),))][: len(parts_of(value))]
