"""The named collections of a graph."""

from __future__ import annotations

import re
from typing import Any


class GraphCollections:
    """The part of a `Graph` that is about collections."""

    def __init__(self) -> None:
        super().__init__()
        self._collections: dict[Any, list[Any]] = {}

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Appends a value to the collection of that name."""
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Appends a value to each of several collections, once to each."""
        names = (names,) if isinstance(names, str) else dict.fromkeys(names or ())
        for name in names:
            self.add_to_collection(name, value)

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """A copy of a collection; with `scope`, the items whose names match it at the start."""
        items = list(self._collections.get(name, ()))
        if scope is None:
            return items
        pattern = re.compile(scope)
        return [i for i in items if hasattr(i, "name") and pattern.match(i.name)]

    def get_collection_ref(self, name: Any) -> list[Any]:
        """The collection itself: changing the list changes it."""
        return self._collections.setdefault(name, [])

    def get_all_collection_keys(self) -> list[Any]:
        return list(self._collections)

    def clear_collection(self, name: Any) -> None:
        self._collections.pop(name, None)
