"""Python classes whose methods are R functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge._core import RFunction


def make_class(name: str, bases: Sequence[type], members: dict[str, Any]) -> type:
    """A class.

    Args:
        name: of the class.
        bases: the classes that it inherits from, `object` if there is none.
        members: methods and class attributes; R functions are methods.
    """
    functions = {
        key: method(key, value) if isinstance(value, RFunction) else value
        for key, value in members.items()
    }
    return type(name, tuple(bases), {"__module__": "__main__", **functions})


def method(name: str, function: RFunction) -> Callable[..., Any]:
    """An R function as a Python function, which unlike it becomes a method of a class."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = function(self, *args, **kwargs)
        return None if name == "__init__" else result  # R functions return their last value

    call.__name__ = call.__qualname__ = name
    call.__signature__ = function.__signature__  # type: ignore[attr-defined]
    return call
