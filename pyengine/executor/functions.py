"""Running functions (`function_graph`) from data sets: each is compiled once to a plan."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime
from pyengine.function_graph import FunctionGraph

Row = tuple[Any, ...]  # an element of a data set: the values of its components


class Context:
    """What the iterators of one initialization share.

    State that a function has, such as the stream of a random op, begins anew with each; the repeats
    of an epoch go on with it.

    Args:
        runtime: the session's.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.cancellation = runtime.cancellation
        self._own = Runtime(
            runtime.soft_placement,
            backend=runtime.backend,
            optimized=runtime.optimized,
            find_gpus=runtime.find_gpus,
        )
        self._own.cancellation = runtime.cancellation
        self._kept: dict[Hashable, Any] = {}
        self._lock = threading.RLock()

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is made once for an initialization."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            return self._kept[key]

    def plan_of(self, graph: FunctionGraph) -> Plan:
        """The plan of a function; one for the session, unless the function has state."""

        def compile(runtime: Runtime) -> Plan:
            return Plan(graph.outputs, [*graph.inputs, *graph.captures.values()], runtime)

        if graph.is_stateful():
            return self.kept(graph, lambda: compile(self._own))
        return self.runtime.shared(("function", graph), lambda: compile(self.runtime))


class Function:
    """A function and the values it has captured.

    Args:
        graph: the function's graph.
        captured: the value of each of `graph.captures`.
    """

    def __init__(self, graph: FunctionGraph, captured: Sequence[Any]) -> None:
        self.graph = graph
        self.captured = list(captured)

    def bound(self, context: Context) -> Callable[..., Row]:
        """The function to call with the values of its arguments."""
        plan, captured = context.plan_of(self.graph), self.captured
        return lambda *values: tuple(plan([*values, *captured]))
