"""Defaults: stacks of what was entered with `with`, and the default session."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyengine.graph import Graph


class DefaultStack(threading.local):
    """The values entered with `with` in this thread, innermost last."""

    def __init__(self) -> None:
        self.stack: list[Any] = []

    def entered(self, value: Any) -> contextlib.AbstractContextManager[Any]:
        """A context in which a value is the default."""
        return _Entered(self, value)


class _Entered(contextlib.ContextDecorator):
    """The context of `DefaultStack.entered`; a class, as ops made of Python values enter it."""

    __slots__ = ("_defaults", "_value")

    def __init__(self, defaults: DefaultStack, value: Any) -> None:
        self._defaults, self._value = defaults, value

    def __enter__(self) -> Any:
        self._defaults.stack.append(self._value)
        return self._value

    def __exit__(self, *_: object) -> None:
        stack, value = self._defaults.stack, self._value
        # Interactive sessions may be closed in another order than they were opened.
        for i in reversed(range(len(stack))):
            if stack[i] is value:
                del stack[i]
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
