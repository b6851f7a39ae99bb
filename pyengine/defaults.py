"""Defaults: stacks of what was entered with `with`, and the default session."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyengine.graph import Graph


class DefaultStack(threading.local):
    """The values entered with `with` in this thread, innermost last."""

    def __init__(self) -> None:
        self.stack: list[Any] = []

    @contextlib.contextmanager
    def entered(self, value: Any) -> Iterator[Any]:
        """A context in which a value is the default."""
        self.stack.append(value)
        try:
            yield value
        finally:
            # Interactive sessions may be closed in another order than they were opened.
            for i in reversed(range(len(self.stack))):
                if self.stack[i] is value:
                    del self.stack[i]
                    break


default_sessions = DefaultStack()


def get_default_session() -> Any:
    """The session that `eval()` and `run()` use now, or None."""
    stack = default_sessions.stack
    return stack[-1] if stack else None


def session_for(graph: Graph, session: Any, what: str) -> Any:
    """The session to use for a graph: the one given, or the default session.

    Args:
        what: what was called, for error messages.

    Raises:
        ValueError: without a session, or with one of another graph.
    """
    if session is None:
        session = get_default_session()
        if session is None:
            raise ValueError(
                f"Cannot execute {what}: no default session is registered. Use "
                f"`with sess.as_default()` or give `session=sess`."
            )
    if session.graph is not graph:
        raise ValueError(
            f"Cannot execute {what}: the session's graph is not the graph of the tensor or op."
        )
    return session
