"""Fetches: nested lists, tuples, dicts and named tuples of what a run is to return."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pyengine.graph import Graph, Operation, Tensor

Leaf = Any
# What rebuilds a fetch's value from the values of the tensors.
Rebuild = Callable[[list[Any]], Any]


def fetch_key(fetches: Any) -> Any:
    """A hashable stand-in for the fetches: equal keys mean the same plan and the same structure."""
    if isinstance(fetches, (list, tuple)):
        return (type(fetches), *map(fetch_key, fetches))
    if isinstance(fetches, Mapping):
        return (type(fetches), tuple(fetches), *map(fetch_key, fetches.values()))
    return fetches


class Fetches:
    """The tensors and ops that nested fetches name, each once, and how to nest their values again.

    Args:
        graph: the graph that all of them must belong to.
        fetches: a tensor, operation, variable or name, or lists, tuples and dicts of them.

    Raises:
        TypeError: for None or an object that is no graph element, saying where it stands.
        ValueError: for an element of another graph, or a name that is not in the graph.
    """

    def __init__(self, graph: Graph, fetches: Any) -> None:
        self._graph = graph
        self.elements: list[Tensor | Operation] = []
        self._positions: dict[Tensor, int] = {}
        self._seen: set[Tensor | Operation] = set()
        self.rebuild: Rebuild = self._read(fetches, "")

    def _read(self, fetch: Any, place: str) -> Rebuild:
        if isinstance(fetch, Mapping):
            keys = list(fetch)
            parts = [self._read(fetch[k], f"{place}[{k!r}]") for k in keys]
            make: Any = type(fetch)
            if hasattr(fetch, "default_factory"):  # a defaultdict takes that first
                make = functools.partial(make, fetch.default_factory)
            return lambda values: make((k, p(values)) for k, p in zip(keys, parts))
        if isinstance(fetch, (list, tuple)):
            parts = [self._read(item, f"{place}[{i}]") for i, item in enumerate(fetch)]
            if hasattr(fetch, "_fields"):
                named: Any = type(fetch)
                return lambda values: named(*[p(values) for p in parts])
            if isinstance(fetch, tuple):
                return lambda values: tuple([p(values) for p in parts])
            return lambda values: [p(values) for p in parts]
        attributes = getattr(type(fetch), "__attrs_attrs__", None)
        if attributes is not None:  # a class made by the package attrs
            inner = self._read([getattr(fetch, a.name) for a in attributes], place)
            made: Any = type(fetch)
            return lambda values: made(*inner(values))
        parts_of = getattr(fetch, "_fetch_parts", None)
        if parts_of is not None:  # such as IndexedSlices, whose value is made of several tensors
            tensors, combine = parts_of()
            inner = self._read(list(tensors), place)
            return lambda values: combine(inner(values))
        return self._read_element(fetch, place)

    def _read_element(self, fetch: Any, place: str) -> Rebuild:
        element = self._element(fetch, place)
        if not self._graph.is_fetchable(element):
            raise ValueError(f"Operation {element.name!r} has been marked as not fetchable.")
        if isinstance(element, Operation):
            if element not in self._seen:
                self._seen.add(element)
                self.elements.append(element)
            return lambda values: None
        if element not in self._seen:
            self._seen.add(element)
            self._positions[element] = len(self._positions)
            self.elements.append(element)
        position = self._positions[element]
        return lambda values: values[position]

    def _element(self, fetch: Any, place: str) -> Tensor | Operation:
        where = f" (at {place} of the fetches)" if place else ""
        try:
            return self._graph.as_graph_element(fetch)
        except TypeError:
            raise TypeError(
                f"Fetch argument {fetch!r}{where} has invalid type {type(fetch).__name__}, must be "
                f"a string or Tensor or Operation."
            ) from None
        except (KeyError, ValueError) as error:
            message = error.args[0]
            raise ValueError(
                f"Fetch argument {fetch!r}{where} cannot be interpreted as a Tensor. ({message})"
            ) from None


# ---------------------------------------------------------------- whose a value is


def _references(value: Any) -> int:
    return sys.getrefcount(value)


def _count_of_fresh() -> list[int]:
    """What `owned` counts for a value that only the list of results holds."""
    results = [object()]
    return [_references(r) for r in results]


_FRESH = _count_of_fresh()[0]
_LEAST_KEPT = 1 << 16
"""The bytes from which on it pays to ask whether a fetched array need be copied at all."""


def owned(value: Any) -> Any:
    """A fetched value that nobody else can change, or see changed.

    To be called as `[owned(r) for r in results]`: it counts who else holds an array.
    """
    if type(value) is not np.ndarray:
        return np.bytes_(value) if type(value) is bytes else value
    if value.ndim == 0:
        item = value[()]
        return np.bytes_(item) if type(item) is bytes else item
    large = value.nbytes >= _LEAST_KEPT and value.flags.owndata and value.flags.writeable
    return value if large and sys.getrefcount(value) == _FRESH else value.copy(order="K")
