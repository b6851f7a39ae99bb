"""Ops for order alone: `no_op`, `group`, `tuple`."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, graph_of
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.declare import defop, no_grad
from pyengine.scopes import (
    control_dependencies,
    name_scope,
)

__all__ = ["group", "no_op", "tuple", "with_dependencies"]

_no_op = defop(
    "NoOp",
    "->",
    doc="Does nothing; other ops can wait for it.",
    shape=lambda op: [],
    kernel=lambda xp: None,
    stateful=True,
    grad=no_grad("it has no inputs"),
)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing, for control dependencies."""
    return _no_op(name=name)


def group(*inputs: Any, **kwargs: Any) -> Operation:
    """An operation that is done when all the inputs are.

    Args:
        *inputs: operations, tensors, variables, None, or nested lists of them.
        name: the op's name.

    Returns:
        The `Operation`; it has no value.

    Raises:
        TypeError: for an input that is no graph element.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v, w = tf.Variable(0), tf.Variable(0)
        ...     sess.run(tf.global_variables_initializer())
        ...     sess.run(tf.group(v.assign(1), w.assign(2)))
        ...     [int(x) for x in sess.run([v, w])]
        [1, 2]
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError(
            f"Unknown keyword arguments: {', '.join(kwargs)}; tf.group() takes `name` only"
        )
    members = [m for m in _flatten(inputs) if m is not None]
    for member in members:
        if not hasattr(member, "graph"):
            raise TypeError(
                f"tf.group() expected ops, tensors or variables, not {type(member).__name__}: "
                f"{member!r}"
            )
    with (
        graph_of(members).as_default(),
        control_dependencies([getattr(m, "op", m) for m in members]),
    ):
        return no_op(name=name or "group_deps")


def with_dependencies(
    dependencies: Iterable[Any], output_tensor: Any, name: str | None = None
) -> Any:
    """A tensor again, available only once the given ops have run.

    Args:
        dependencies: operations or tensors.
        output_tensor: a tensor or `IndexedSlices`.
        name: the op's name.
    """
    from pyengine.ops.array import identity

    dependencies = list(dependencies)
    with (
        name_scope(name, "control_dependency", [*dependencies, output_tensor]) as scope,
        control_dependencies(dependencies),
    ):
        if isinstance(output_tensor, IndexedSlices):
            values = identity(output_tensor.values, name=scope)
            return IndexedSlices(values, output_tensor.indices, output_tensor.dense_shape)
        return identity(output_tensor, name=scope)


def _flatten(items: Any) -> list[Any]:
    if isinstance(items, (list, builtins.tuple)):
        return [leaf for item in items for leaf in _flatten(item)]
    if isinstance(items, dict):
        return [leaf for item in items.values() for leaf in _flatten(item)]
    return [items]


def tuple(
    tensors: Sequence[Any], name: str | None = None, control_inputs: Sequence[Any] | None = None
) -> list[Any]:
    """The tensors again, each of them available only once all are computed.

    Args:
        tensors: tensors, `IndexedSlices` or None.
        name: the name scope.
        control_inputs: further ops to wait for.

    Returns:
        A list like `tensors`.

    Raises:
        ValueError: without any tensor.
    """
    present = [t for t in tensors if t is not None]
    if not present:
        raise ValueError(f"Must have at least one Tensor: tf.tuple() was given {tensors!r}")
    with name_scope(name, "tuple", present):
        gate = group(*[getattr(t, "op", t) for t in present], *(control_inputs or ()))
        return [_behind(gate, t) for t in tensors]


def _behind(gate: Operation, value: Any) -> Any:
    """A value that is there once an op has run."""
    from pyengine.ops.array import identity

    if value is None:
        return None
    if isinstance(value, Operation):
        return group(gate, value)
    if isinstance(value, IndexedSlices):
        return IndexedSlices(_behind(gate, value.values), value.indices, value.dense_shape)
    tensor = convert_to_tensor(value)  # a variable is read as it is anywhere else
    with control_dependencies([gate]):
        return identity(tensor, name="control_dependency")
