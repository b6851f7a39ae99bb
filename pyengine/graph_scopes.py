"""The scopes of a graph: names, control dependencies, devices, gradient overrides.

Each thread has a set of its own: what it enters with `with` is of no concern to others.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyengine.graph import Operation, Tensor

VALID_OP_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/-]*")
VALID_SCOPE_NAME = re.compile(r"[A-Za-z0-9_.\\/-]*")


class _Controls:
    """One `with control_dependencies(...)` block, and the ops made inside it."""

    def __init__(self, ops: list[Operation], clears: bool) -> None:
        self.ops = ops
        self.clears = clears
        self.inside: set[Operation] = set()


class _NameScope(contextlib.ContextDecorator):
    """The context of `name_scope`; a class, as each op made of Python values enters one."""

    __slots__ = ("_before", "_graph", "_name")

    def __init__(self, graph: GraphScopes, name: str | None) -> None:
        self._graph, self._name = graph, name

    def _recreate_cm(self) -> _NameScope:
        return _NameScope(self._graph, self._name)

    def __enter__(self) -> str:
        graph, name = self._graph, self._name
        self._before = before = graph._name_stack
        if not name:
            scope = ""
        elif isinstance(name, str) and (
            (VALID_SCOPE_NAME if before else VALID_OP_NAME).fullmatch(name)
        ):
            scope = name[:-1] if name.endswith("/") else graph.unique_name(name)
        else:
            raise ValueError(f"{name!r} is not a valid scope name")
        graph._scopes.name = scope
        return scope + "/" if scope else ""

    def __exit__(self, *_: object) -> None:
        self._graph._scopes.name = self._before


class GraphScopes:
    """The part of a `Graph` that is about scopes."""

    outer_graph: Any
    as_graph_element: Any
    unique_name: Any

    def __init__(self) -> None:
        self._scopes = threading.local()

    def _scope(self, what: str, default: Any) -> Any:
        return getattr(self._scopes, what, default)

    @contextlib.contextmanager
    def _scoped(self, what: str, value: Any, default: Any) -> Iterator[None]:
        before = getattr(self._scopes, what, default)
        setattr(self._scopes, what, value)
        try:
            yield
        finally:
            setattr(self._scopes, what, before)

    @property
    def _name_stack(self) -> str:
        return self._scope("name", "")

    def name_scope(self, name: str | None) -> contextlib.AbstractContextManager[str]:
        """A context in which the names of ops are prefixed.

        Args:
            name: the scope, made unique; one that ends in "/" is entered again as it is; None or
                "" leads back to the root.

        Returns:
            The context; its value is the prefix, which ends in "/" unless it is empty.
        """
        return _NameScope(self, name)

    def scope_of(self, name: str) -> str:
        """What `name_scope` yields, for a caller that makes the names of the ops in it itself."""
        pattern = VALID_SCOPE_NAME if self._name_stack else VALID_OP_NAME
        if not isinstance(name, str) or not pattern.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid scope name")
        return f"{self.unique_name(name)}/"

    def get_name_scope(self) -> str:
        """The current name scope, without the last "/"."""
        return self._name_stack

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs: Iterable[Any] | None) -> Iterator[None]:
        """A context whose ops run only after the given ops and tensors; None lifts all of that."""
        ops = []
        for item in control_inputs or ():
            if self.outer_graph is not None and getattr(item, "graph", self) is not self:
                continue  # what is outside of a function has run before it
            element = self.as_graph_element(item)
            ops.append(getattr(element, "op", element))
        controls = _Controls(ops, clears=control_inputs is None)
        outer = () if controls.clears else self._scope("controls", ())
        context = None if controls.clears else self._get_control_flow_context()
        with (
            self._scoped("controls", (*outer, controls), ()),
            self._scoped("context", context, None),
        ):
            yield

    def _control_inputs_for(self, inputs: Sequence[Tensor]) -> list[Operation]:
        """The control inputs of an op made now; none that its inputs have already waited for."""
        sources = {t.op for t in inputs}
        found: list[Operation] = []
        for controls in self._scope("controls", ()):
            if not sources.isdisjoint(controls.inside):
                continue
            found.extend(op for op in controls.ops if op not in found and op not in sources)
        return found

    def _seen_by_control_dependencies(self, op: Operation) -> None:
        """Notes that an op has waited already for the control inputs of the scopes around."""
        for block in self._scope("controls", ()):
            block.inside.add(op)

    def _get_control_flow_context(self) -> Any:
        """The cond branch or while loop that ops are added to now, or None."""
        return self._scope("context", None)

    def _set_control_flow_context(self, context: Any) -> None:
        self._scopes.context = context

    def in_control_scope(self) -> bool:
        """Whether an op made now would get control inputs."""
        return any(c.ops for c in self._scope("controls", ()))

    @contextlib.contextmanager
    def device(self, device_name_or_function: Any) -> Iterator[None]:
        """A context that places its ops: a device string, a function of the op, or None."""
        stack = (*self._scope("devices", ()), device_name_or_function)
        with self._scoped("devices", stack, ()):
            yield

    def _device_for(self, op: Operation) -> str:
        from pyengine.device import merge_devices

        return merge_devices(op, self._scope("devices", ()))

    @contextlib.contextmanager
    def colocate_with(self, op: Any, ignore_existing: bool = False) -> Iterator[None]:
        """A context whose ops go to the device of `op`."""
        element = self.as_graph_element(getattr(op, "op", op))
        with self.device(None if ignore_existing else element.device or _keep_device):
            yield

    @contextlib.contextmanager
    def container(self, container_name: str) -> Iterator[str]:
        """A context that names the resource container; resources belong to their session."""
        yield container_name

    @contextlib.contextmanager
    def gradient_override_map(self, op_type_map: dict[str, str]) -> Iterator[None]:
        """A context whose ops of these types take the gradient registered by another name."""
        merged = {**self._scope("overrides", {}), **op_type_map}
        with self._scoped("overrides", merged, {}):
            yield


def _keep_device(op: Operation) -> str:
    return op.device
