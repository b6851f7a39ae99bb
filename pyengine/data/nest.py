"""Nested structures of elements: tuples, named tuples and dicts. A list is a value, as in an array.

That is what sets these rules apart from those of fetches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["flatten", "map_structure", "pack_like", "same_structure"]


def _members(structure: Any) -> list[Any] | None:
    """The members of a structure in order; None if it is a single value."""
    if isinstance(structure, Mapping):
        return [structure[k] for k in sorted(structure)]
    if isinstance(structure, tuple):
        return list(structure)
    return None


def flatten(structure: Any) -> list[Any]:
    """The values in a structure, those of a dict in the order of its keys.

    Example:
        >>> flatten({"b": (1, [2]), "a": 3})
        [3, 1, [2]]
    """
    members = _members(structure)
    if members is None:
        return [structure]
    return [leaf for member in members for leaf in flatten(member)]


def pack_like(structure: Any, values: list[Any]) -> Any:
    """The values, as many as `structure` has, nested as it is."""
    left = iter(values)
    packed = _pack(structure, left)
    if next(left, left) is not left:
        raise ValueError(
            f"too many values for the structure {structure!r}: {len(values)} were given"
        )
    return packed


def _pack(structure: Any, left: Iterator[Any]) -> Any:
    if isinstance(structure, Mapping):
        found = {k: _pack(structure[k], left) for k in sorted(structure)}
        make: Any = type(structure)
        return make((k, found[k]) for k in structure)
    if isinstance(structure, tuple):
        parts = [_pack(member, left) for member in structure]
        if hasattr(structure, "_fields"):
            return type(structure)(*parts)
        return tuple(parts)
    return next(left)


def map_structure(function: Callable[..., Any], structure: Any) -> Any:
    """A structure of what a function gives for each value."""
    return pack_like(structure, [function(v) for v in flatten(structure)])


def same_structure(first: Any, second: Any) -> bool:
    """Whether two structures are nested in the same way.

    Example:
        >>> same_structure((1, {"a": 2}), (3, {"a": 4})), same_structure((1, 2), 1)
        (True, False)
    """
    if isinstance(first, Mapping) or isinstance(second, Mapping):
        return (
            isinstance(first, Mapping)
            and isinstance(second, Mapping)
            and set(first) == set(second)
            and all(same_structure(first[k], second[k]) for k in first)
        )
    if isinstance(first, tuple) or isinstance(second, tuple):
        return (
            isinstance(first, tuple)
            and isinstance(second, tuple)
            and len(first) == len(second)
            and all(same_structure(a, b) for a, b in zip(first, second))
        )
    return True


def flatten_like(structure: Any, value: Any) -> list[Any]:
    """The values that stand where `structure` has its own; whatever is nested in them stays.

    Lists are taken for tuples where `structure` has one: a generator yields either.

    Raises:
        TypeError: when the value is not nested like that.
    """
    if isinstance(structure, Mapping):
        if not isinstance(value, Mapping) or set(value) != set(structure):
            raise TypeError(f"{value!r} does not have the keys {sorted(structure)}")
        return [v for k in sorted(structure) for v in flatten_like(structure[k], value[k])]
    if isinstance(structure, tuple):
        if not isinstance(value, (tuple, list)) or len(value) != len(structure):
            raise TypeError(f"{value!r} does not have the structure of {structure!r}")
        return [v for s, member in zip(structure, value) for v in flatten_like(s, member)]
    return [value]
