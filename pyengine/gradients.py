"""Reverse-mode differentiation: adds the ops that compute derivatives to the graph.

Each op type's own rule is in its declaration; here is the walk from `ys` back to `xs`.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Callable
from typing import Any

from pyengine import registry
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import resource
from pyengine.graph import Operation, Tensor, graph_of
from pyengine.indexed_slices import IndexedSlices, concat_slices
from pyengine.scopes import (
    name_scope,
)

Gradient = Any
"""A `Tensor`, an `IndexedSlices`, or None where no gradient flows."""

_REGISTERED: dict[str, Callable[..., Any]] = {}


class AggregationMethod:
    """How gradients of one tensor are summed; all of them give the same sum here."""

    ADD_N = 0
    DEFAULT = 0
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


class UnconnectedGradients:
    """What `gradients` gives for an x that no y depends on."""

    NONE = "none"
    ZERO = "zero"


class RegisterGradient:
    """A decorator that registers a gradient under a name, for `Graph.gradient_override_map`.

    Args:
        op_type: the name.
    """

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError(f"op_type must be a string, got {op_type!r}")
        self._op_type = op_type

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if self._op_type in _REGISTERED:
            raise KeyError(f"Registering two gradients with name {self._op_type!r}!")
        _REGISTERED[self._op_type] = function
        return function


def no_gradient(op_type: str) -> None:
    """Says that an op type of one's own, named in `Graph.gradient_override_map`, has no gradient.

    Args:
        op_type: the op type.

    Raises:
        TypeError: for a name that is no string.
        KeyError: for a name that has a gradient already.

    Example:
        >>> import pyengine as tf
        >>> tf.no_gradient("MyDocumentedOp")
    """
    RegisterGradient(op_type)(lambda op, *grads: [None] * len(op.inputs))


NotDifferentiable = NoGradient = no_gradient


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
    stop_gradients: Any = None,
    unconnected_gradients: str = UnconnectedGradients.NONE,
) -> list[Gradient]:
    """The derivatives of the sum of `ys` with respect to each of `xs`.

    Args:
        ys: a tensor or a list of them.
        xs: a tensor or variable, or a list of them.
        grad_ys: the gradient of each y to start from; ones by default.
        name: the name scope of the new ops.
        colocate_gradients_with_ops: whether gradient ops go to the devices of their ops.
        gate_gradients: whether an op's gradients wait for each other; a run is in one order here.
        aggregation_method: one of `AggregationMethod`.
        stop_gradients: tensors to take as constants.
        unconnected_gradients: "none" or "zero".

    Returns:
        For each x a tensor of its shape, an `IndexedSlices` where only some rows have a gradient,
        or None where no y depends on it.

    Raises:
        LookupError: when an op on the way has no gradient.
        TypeError: for a y of an integer or other dtype without derivatives.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant(3.0)
        ...     float(sess.run(tf.gradients(x * x, x)[0]))
        6.0
    """
    if aggregation_method not in (None, 0, 1, 2):
        raise ValueError(f"Invalid aggregation_method specified {aggregation_method}.")
    ys, xs = _as_list(ys), _as_list(xs)
    targets = [convert_to_tensor(y) for y in ys]
    sources = [_source(x) for x in xs]
    stops = {_source(t) for t in _as_list(stop_gradients)}
    graph = graph_of([*targets, *sources])
    with graph.as_default(), name_scope(name, "gradients", [*targets, *sources]):
        walk = _Walk(sources, stops, colocate_gradients_with_ops)
        for y, start in zip(targets, _starts(targets, grad_ys)):
            if not y.dtype.is_integer or y in sources:  # nothing flows through integers
                walk.add(y, start)
        walk.run(targets)
        found = [walk.total(x) for x in sources]
        walk.finish(found)
        if unconnected_gradients == UnconnectedGradients.ZERO:
            from pyengine.ops.filling import zeros_like

            return [zeros_like(x) if g is None else g for x, g in zip(sources, found)]
        if unconnected_gradients != UnconnectedGradients.NONE:
            raise ValueError(f"Unknown value for unconnected_gradients: {unconnected_gradients!r}")
        return found


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _source(x: Any) -> Tensor:
    """The tensor to differentiate with respect to: for a variable, the variable itself."""
    handle = getattr(x, "_gradient_source", None)
    ref = getattr(x, "_ref", None) if handle is None else handle
    return ref() if callable(ref) else convert_to_tensor(x)


def _starts(ys: list[Tensor], grad_ys: Any) -> list[Gradient]:
    """The gradient that each y starts from."""
    from pyengine.ops.filling import ones_like

    given = _as_list(grad_ys) or [None] * len(ys)
    if len(given) != len(ys):
        raise ValueError(f"Passed {len(given)} grad_ys for {len(ys)} ys")
    starts: list[Gradient] = []
    for i, (y, grad) in enumerate(zip(ys, given)):
        if not (y.dtype.is_floating or y.dtype.is_complex or y.dtype.is_integer):
            raise TypeError(
                f"Gradients of tensors neither floating nor integer: {y.name!r} is {y.dtype.name}"
            )
        if grad is None:
            if y.dtype.is_complex:
                raise TypeError(
                    f"Gradients of complex tensors must set grad_ys (y.dtype = {y.dtype!r})"
                )
            starts.append(ones_like(y, name=f"grad_ys_{i}"))
        elif isinstance(grad, IndexedSlices):
            starts.append(grad)
        else:
            start = convert_to_tensor(grad, dtype=y.dtype.base_dtype, name=f"grad_ys_{i}")
            start.shape.assert_fits(y.shape, f"grad_ys[{i}] must have the shape of {y.name!r}")
            starts.append(start)
    return starts


class _Walk:
    """The walk back from ys to xs: each op once, after all ops that use its outputs.

    The Switch of a loop variable is met twice: from the loop's Exit and from its body.
    """

    def __init__(self, sources: list[Tensor], stops: set[Tensor], colocate: bool) -> None:
        self._sources = set(sources)
        self._stops = stops
        self._colocate = colocate
        self._parts: dict[Tensor, list[Gradient]] = collections.defaultdict(list)
        self._totals: dict[Tensor, Gradient] = {}
        self._between: set[Operation] = set()
        self._pending: dict[Operation, int] = collections.defaultdict(int)
        self._queue: collections.deque[Operation] = collections.deque()
        self._loops: Any = None  # the LoopGradients, where there are loops

    def add(self, tensor: Tensor, gradient: Gradient) -> None:
        """One more contribution to a tensor's gradient."""
        if gradient is not None:
            self._parts[tensor].append(gradient)
            self._totals.pop(tensor, None)

    def total(self, tensor: Tensor) -> Gradient:
        """The sum of a tensor's contributions, or None."""
        if tensor not in self._totals:
            self._totals[tensor] = _sum(self._parts[tensor])
        return self._totals[tensor]

    def run(self, ys: list[Tensor]) -> None:
        order = self._find_between(ys)
        self._start_loops(order)
        for op in order:
            for t in op.inputs:
                if t.op in self._between:
                    self._pending[t.op] += 1
        roots = dict.fromkeys(y.op for y in ys if y.op in self._between and not self._pending[y.op])
        self._queue.extend(roots)
        if self._loops is not None:
            for exit_ in self._loops.unused_exits(self._pending, set(roots)):
                self._add_zeros(exit_)
                self._queue.append(exit_.op)
        while self._queue:
            op = self._queue.popleft()
            self._visit(op)
            self._release_inputs(op)
        if self._loops is not None:
            self._loops.close()

    def finish(self, gradients: list[Gradient]) -> None:
        """Called with what the walk was for, to do without what was made in vain."""
        if self._loops is not None:
            self._loops.drop_unused(gradients)

    def _find_between(self, ys: list[Tensor]) -> list[Operation]:
        """The ops on some path from an x to a y, in the order met from the ys."""
        above: dict[Operation, None] = {}
        users: dict[Tensor, list[Operation]] = collections.defaultdict(list)
        pending = collections.deque(y.op for y in ys)
        while pending:
            op = pending.popleft()
            if op not in above:
                above[op] = None
                for t in op.inputs:
                    users[t].append(op)
                    if t not in self._stops:
                        pending.append(t.op)
        reached: set[Operation] = set()
        tensors = list(self._sources)
        while tensors:
            for op in users.get(tensors.pop(), ()):
                if op not in reached:
                    reached.add(op)
                    tensors.extend(t for t in op.outputs if self._leads_on(t))
        order: dict[Operation, None] = {}
        pending.extend(y.op for y in ys)
        while pending:
            op = pending.popleft()
            if op in reached and op not in order:
                order[op] = None
                pending.extend(t.op for t in op.inputs if t not in self._stops)
        self._between = set(order)
        return list(order)

    def _leads_on(self, tensor: Tensor) -> bool:
        return tensor not in self._stops and is_differentiable(tensor)

    def _start_loops(self, order: list[Operation]) -> None:
        """Makes the gradient's loop for each loop on the way; adds all its Exits to the way."""
        for op in order:  # grows while it is gone through
            if op.type in ("Exit", "RefExit"):
                if self._loops is None:
                    from pyengine.control_flow.loop_gradients import LoopGradients

                    self._loops = LoopGradients()
                for other in self._loops.add_loop(op):
                    if other not in self._between:
                        self._between.add(other)
                        order.append(other)

    def _takes(self, tensor: Tensor) -> bool:
        """Whether a gradient is of use at a tensor: for itself, or to go on from."""
        return tensor in self._sources or (tensor not in self._stops and tensor.op in self._between)

    def _visit(self, op: Operation) -> None:
        """Gives the inputs of an op their share of its gradients."""
        with self._grad_context(op, before=True):
            out_grads = [self.total(t) for t in op.outputs]
        if all(g is None for g in out_grads):
            return
        rule = _rule(op)
        graph = op.graph
        with self._grad_context(op, before=False):
            self._check_own_loop(op)
            out_grads = self._filled(op, out_grads)
            with graph.name_scope(op.name + "_grad"):
                device = op.device if self._colocate else ""
                with graph.device(device) if device else contextlib.nullcontext():
                    in_grads = rule(op, *out_grads)
            if not isinstance(in_grads, (list, tuple)):
                in_grads = [in_grads]
            if len(in_grads) != len(op.inputs):
                raise ValueError(
                    f"the gradient of op type {op.type} gave {len(in_grads)} gradients for "
                    f"{len(op.inputs)} inputs"
                )
            for tensor, grad in zip(op.inputs, in_grads):
                if grad is not None and self._takes(tensor):
                    if not isinstance(grad, IndexedSlices):
                        grad = convert_to_tensor(grad)
                        if tensor.dtype is not resource:  # a handle's shape is not its variable's
                            _learn_shape(grad, tensor)
                    self.add(tensor, grad)

    def _grad_context(self, op: Operation, before: bool) -> contextlib.AbstractContextManager[None]:
        if self._loops is None:
            return contextlib.nullcontext()
        return self._loops.grad_context(op, before)

    def _check_own_loop(self, op: Operation) -> None:
        """A gradient made in a loop cannot go back into earlier iterations of that loop."""
        context = op._get_control_flow_context()
        if (
            op.type in ("Switch", "RefSwitch")
            and context is not None
            and context.is_while
            and context is op.graph._get_control_flow_context()
        ):
            raise ValueError(
                f"Cannot compute gradient inside while loop with respect to op "
                f"'{next(iter(self._sources)).op.name}'. We do not support taking the gradient "
                f"wrt or through the initial value of a loop variable. Gradients can be computed "
                f"through loop invariants or wrt the input parameters to the loop body."
            )

    def _filled(self, op: Operation, out_grads: list[Gradient]) -> list[Gradient]:
        """The gradients of an op's outputs, zeros for outputs that nothing depends on."""
        return [
            self._zeros(op, i) if g is None and is_differentiable(t) else g
            for i, (t, g) in enumerate(zip(op.outputs, out_grads))
        ]

    def _zeros(self, op: Operation, index: int) -> Gradient:
        if self._loops is not None:
            return self._loops.zeros_for(op, index)
        if op.type in ("Switch", "RefSwitch"):
            from pyengine.control_flow.loop_gradients import zeros_outside_loops

            return zeros_outside_loops(op, index)
        from pyengine.ops.filling import zeros_like

        return zeros_like(op.outputs[index])

    def _release_inputs(self, op: Operation) -> None:
        """Queues the ops before an op that no other op is to come for."""
        for tensor in op.inputs:
            source = tensor.op
            if source not in self._between:
                continue
            self._pending[source] -= 1
            count = self._pending[source]
            if not count and self._loops is not None and source.type in ("Exit", "RefExit"):
                self._release_exit(tensor)
            elif not count or (count > 0 and self._is_loop_switch(source)):
                self._queue.append(source)

    def _release_exit(self, exit_: Tensor) -> None:
        ready, zero = self._loops.ready_exits(exit_, lambda t: self._parts.get(t))
        for tensor in zero:
            self._add_zeros(tensor)
        self._queue.extend(t.op for t in ready)

    def _add_zeros(self, exit_: Tensor) -> None:
        if is_differentiable(exit_):
            self.add(exit_, self._loops.zeros_for_exit(exit_))

    def _is_loop_switch(self, op: Operation) -> bool:
        if self._loops is None:
            return False
        from pyengine.ops.switch import is_loop_switch

        return is_loop_switch(op)


def is_differentiable(tensor: Tensor) -> bool:
    """Whether a tensor's dtype has derivatives."""
    return tensor.dtype.is_floating or tensor.dtype.is_complex


def _learn_shape(grad: Tensor, tensor: Tensor) -> None:
    try:
        grad.set_shape(tensor.shape)
    except ValueError:
        raise ValueError(
            f"Incompatible shapes between op input and calculated input gradient: {tensor!r} and "
            f"{grad!r}"
        ) from None


def _rule(op: Operation) -> Callable[..., Any]:
    override = op.attrs.get("_gradient_op_type")
    if override is not None:
        if override not in _REGISTERED:
            raise LookupError(f"No gradient is registered under the name {override!r}")
        return _REGISTERED[override]
    grad = op.opdef.grad
    if isinstance(grad, registry.MissingGradient):
        raise LookupError(
            f"No gradient defined for operation '{op.name}' (op type: {op.type}): {grad.reason}"
        )
    if isinstance(grad, registry.NoGradient):  # nothing flows through it: the path ends
        return lambda op, *grads: [None] * len(op.inputs)
    return grad


def _sum(parts: list[Gradient]) -> Gradient:
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(p, IndexedSlices) for p in parts):
        return concat_slices(parts)
    from pyengine.ops.sums import add_n

    return add_n([convert_to_tensor(p) for p in parts])


def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
) -> list[Tensor]:
    """The second derivatives of the sum of `ys` with respect to each x: shape of x twice over.

    Args:
        ys, xs, name, colocate_gradients_with_ops, gate_gradients, aggregation_method: as in
            `gradients`.

    Returns:
        A tensor of shape `x.shape + x.shape` for each x.

    Raises:
        ValueError: when an x has no gradient.
    """
    from pyengine.ops.array import reshape
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.joining import stack

    sources = [convert_to_tensor(x) for x in _as_list(xs)]
    found = []
    with name_scope(name, "hessians", sources):
        for x in sources:
            count = x.shape.num_elements()
            slope = gradients(ys, x, aggregation_method=aggregation_method)[0]
            if slope is None:
                raise ValueError(f"ys do not depend on {x!r}")
            if count is None:
                found.append(_looped_hessian(convert_to_tensor(slope), x))
                continue
            sizes = x.shape.as_list()
            flat = reshape(slope, [count])
            rows = [gradients(flat[i], x)[0] for i in range(count)]
            rows = [zeros_like(x) if r is None else convert_to_tensor(r) for r in rows]
            found.append(reshape(stack(rows), sizes + sizes))
    return found


def _looped_hessian(slope: Tensor, x: Tensor) -> Tensor:
    """The rows of a Hessian from a loop, where only a run knows how many there are."""
    from pyengine.ops.array import reshape, shape, size
    from pyengine.ops.compare import less
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.joining import concat
    from pyengine.ops.math import add
    from pyengine.ops.tensor_array import TensorArray
    from pyengine.ops.while_loop import while_loop

    flat, count = reshape(slope, [-1]), size(x)

    def row(i: Tensor, rows: Any) -> Any:
        one = gradients(flat[i], x)[0]
        return add(i, 1), rows.write(i, zeros_like(x) if one is None else convert_to_tensor(one))

    rows = TensorArray(x.dtype, size=count)
    _, rows = while_loop(lambda i, _: less(i, count), row, [0, rows])
    hessian = reshape(rows.stack(), concat([shape(x), shape(x)], 0))
    hessian.set_shape(x.shape.concatenate(x.shape))
    return hessian
