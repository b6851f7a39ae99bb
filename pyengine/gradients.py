"""Reverse-mode differentiation: adds the ops that compute derivatives to the graph.

Each op type's own rule is in its declaration; here is the walk from `ys` back to `xs`.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor, graph_of
from pyengine.indexed_slices import IndexedSlices, concat_slices
from pyengine.registry import NoGradient
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
            walk.add(y, start)
        walk.run(targets)
        found = [walk.total(x) for x in sources]
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
    ref = getattr(x, "_ref", None)
    return ref() if callable(ref) else convert_to_tensor(x)


def _starts(ys: list[Tensor], grad_ys: Any) -> list[Gradient]:
    """The gradient that each y starts from."""
    from pyengine.ops.filling import ones_like

    given = _as_list(grad_ys) or [None] * len(ys)
    if len(given) != len(ys):
        raise ValueError(f"Passed {len(given)} grad_ys for {len(ys)} ys")
    starts: list[Gradient] = []
    for i, (y, grad) in enumerate(zip(ys, given)):
        if not (y.dtype.is_floating or y.dtype.is_complex):
            raise TypeError(
                f"gradients of {y.name!r}: its dtype {y.dtype.name} has none; cast it to a float"
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
            start.shape.assert_is_compatible_with(y.shape)
            starts.append(start)
    return starts


class _Walk:
    """The walk back from ys to xs: each op once, after all ops that use its outputs."""

    def __init__(self, sources: list[Tensor], stops: set[Tensor], colocate: bool) -> None:
        self._sources = set(sources)
        self._stops = stops
        self._colocate = colocate
        self._parts: dict[Tensor, list[Gradient]] = collections.defaultdict(list)
        self._totals: dict[Tensor, Gradient] = {}

    def add(self, tensor: Tensor, gradient: Gradient) -> None:
        """One more contribution to a tensor's gradient."""
        if gradient is not None:
            self._parts[tensor].append(gradient)

    def total(self, tensor: Tensor) -> Gradient:
        """The sum of a tensor's contributions, or None; once asked for, no more may come."""
        if tensor not in self._totals:
            self._totals[tensor] = _sum(self._parts[tensor])
        return self._totals[tensor]

    def run(self, ys: list[Tensor]) -> None:
        between = self._between(ys)
        # Inputs come before their op, so the reverse of the making order visits users first.
        for op in sorted(between, key=lambda op: op._id, reverse=True):
            out_grads = [self.total(t) for t in op.outputs]
            if all(g is None for g in out_grads):
                continue
            self._through(op, out_grads, between)

    def _between(self, ys: list[Tensor]) -> set[Operation]:
        """The ops on some path from an x to a y."""
        above: set[Operation] = set()
        pending = [y.op for y in ys]
        while pending:
            op = pending.pop()
            if op not in above:
                above.add(op)
                pending.extend(t.op for t in op.inputs if t not in self._stops)
        reached: set[Operation] = set()
        for op in sorted(above, key=lambda op: op._id):
            if any(self._takes(t, reached) for t in op.inputs):
                reached.add(op)
        return reached

    def _takes(self, tensor: Tensor, between: set[Operation]) -> bool:
        """Whether a gradient is of use at a tensor: for itself, or to go on from."""
        return tensor in self._sources or (tensor not in self._stops and tensor.op in between)

    def _through(self, op: Operation, out_grads: list[Gradient], between: set[Operation]) -> None:
        """Gives the inputs of an op their share of its gradients."""
        wanted = [self._takes(t, between) for t in op.inputs]
        rule = _rule(op)
        graph = op.graph
        with graph.name_scope(op.name + "_grad"):
            if self._colocate and op.device:
                with graph.device(op.device):
                    in_grads = rule(op, *_filled(op, out_grads))
            else:
                in_grads = rule(op, *_filled(op, out_grads))
        if not isinstance(in_grads, (list, tuple)):
            in_grads = [in_grads]
        if len(in_grads) != len(op.inputs):
            raise ValueError(
                f"the gradient of op type {op.type} gave {len(in_grads)} gradients for "
                f"{len(op.inputs)} inputs"
            )
        for tensor, grad, is_wanted in zip(op.inputs, in_grads, wanted):
            if grad is not None and is_wanted:
                if not isinstance(grad, IndexedSlices):
                    grad = convert_to_tensor(grad)
                    _learn_shape(grad, tensor)
                self.add(tensor, grad)


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
    if isinstance(grad, NoGradient):
        # An op through which nothing flows ends the path; what makes it an error in TensorFlow
        # is only a missing rule.
        return lambda op, *grads: [None] * len(op.inputs)
    return grad


def _filled(op: Operation, out_grads: list[Gradient]) -> list[Gradient]:
    """The gradients of an op's outputs, zeros for outputs that nothing depends on."""
    from pyengine.ops.filling import zeros_like

    return [
        zeros_like(t) if g is None and (t.dtype.is_floating or t.dtype.is_complex) else g
        for t, g in zip(op.outputs, out_grads)
    ]


def _sum(parts: list[Gradient]) -> Gradient:
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(p, IndexedSlices) for p in parts):
        return concat_slices(parts)
    from pyengine.ops.math import add_n

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
            `gradients`; each x must have a fully known shape.

    Returns:
        A tensor of shape `x.shape + x.shape` for each x.

    Raises:
        ValueError: when an x has no gradient, or its shape is not known.
    """
    from pyengine.ops.array import reshape
    from pyengine.ops.filling import zeros_like
    from pyengine.ops.joining import stack

    sources = [convert_to_tensor(x) for x in _as_list(xs)]
    found = []
    with name_scope(name, "hessians", sources):
        for x in sources:
            sizes, count = x.shape.as_list(), x.shape.num_elements()
            if count is None:
                raise ValueError(f"hessians needs a fully known shape, {x!r} has none")
            slope = gradients(ys, x, aggregation_method=aggregation_method)[0]
            if slope is None:
                raise ValueError(f"ys do not depend on {x!r}")
            flat = reshape(slope, [count])
            rows = [gradients(flat[i], x)[0] for i in range(count)]
            rows = [zeros_like(x) if r is None else convert_to_tensor(r) for r in rows]
            found.append(reshape(stack(rows), sizes + sizes))
    return found
