"""Python iterators whose items come from an R function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class RIterator:
    """Calls a function for each item, until it returns the object that says that there are no more.

    Args:
        function: gives the next item.
        completed: what it gives after the last one.
    """

    def __init__(self, function: Callable[[], Any], completed: Any) -> None:
        self._function: Callable[[], Any] | None = function
        self._completed = completed

    def __iter__(self) -> RIterator:
        return self

    def __next__(self) -> Any:
        if self._function is None:
            raise StopIteration
        value = self._function()
        if value == self._completed:
            self._function = None
            raise StopIteration
        return value
