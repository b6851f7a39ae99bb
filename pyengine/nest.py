"""Nested structures: lists, tuples, named tuples and dicts of values, flattened and packed again.

The rules of TensorFlow 1.x: strings, arrays and tensors are values; a dict's values come in the
order of its sorted keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

__all__ = [
    "assert_same_structure",
    "flatten",
    "is_nested",
    "map_structure",
    "pack_sequence_as",
]


def is_nested(structure: Any) -> bool:
    """Whether a value is a list, tuple or dict, rather than one item."""
    return isinstance(structure, (list, tuple, Mapping))


def _items(structure: Any) -> list[Any]:
    if isinstance(structure, Mapping):
        return [structure[k] for k in _sorted_keys(structure)]
    return list(structure)


def _sorted_keys(structure: Mapping[Any, Any]) -> list[Any]:
    try:
        return sorted(structure)
    except TypeError:
        raise TypeError("nest only supports dicts with sortable keys.") from None


def _like(structure: Any, items: Sequence[Any]) -> Any:
    """The items in a structure of the same kind."""
    if isinstance(structure, Mapping):
        by_key = dict(zip(_sorted_keys(structure), items))
        pairs = [(k, by_key[k]) for k in structure]
        if hasattr(structure, "default_factory"):
            return type(structure)(structure.default_factory, pairs)  # type: ignore[call-arg]
        return type(structure)(pairs)  # type: ignore[call-arg]
    if hasattr(structure, "_fields"):
        return type(structure)(*items)
    return type(structure)(items)


def flatten(structure: Any) -> list[Any]:
    """The items of a structure, in order; a list of the value itself if it is not nested.

    Example:
        >>> flatten({"b": (1, [2]), "a": 3})
        [3, 1, 2]
    """
    if not is_nested(structure):
        return [structure]
    return [leaf for item in _items(structure) for leaf in flatten(item)]


def pack_sequence_as(structure: Any, flat_sequence: Sequence[Any]) -> Any:
    """A flat sequence nested as a structure is.

    Raises:
        ValueError: if the counts differ.

    Example:
        >>> pack_sequence_as((1, [2]), ["x", "y"])
        ('x', ['y'])
    """
    if not isinstance(flat_sequence, (list, tuple)):
        raise TypeError(f"flat_sequence must be a list or tuple, got {flat_sequence!r}")
    count = len(flatten(structure))
    if count != len(flat_sequence):
        raise ValueError(
            f"Could not pack sequence. Structure had {count} elements, but flat_sequence had "
            f"{len(flat_sequence)} elements.  Structure: {structure}, flat_sequence: "
            f"{flat_sequence}."
        )
    return _packed(structure, iter(flat_sequence))


def _packed(structure: Any, values: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(values)
    return _like(structure, [_packed(item, values) for item in _items(structure)])


def map_structure(func: Callable[..., Any], *structure: Any, check_types: bool = True) -> Any:
    """Applies a function to the items of one or more equally nested structures.

    Args:
        func: takes an item of each structure.
        *structure: the structures.
        check_types: whether lists, tuples and dicts must match too.

    Returns:
        The results, nested as the first structure.
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func!r}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types=check_types)
    columns = zip(*[flatten(s) for s in structure])
    return pack_sequence_as(structure[0], [func(*column) for column in columns])


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True) -> None:
    """Raises unless two structures are nested in the same way.

    Args:
        nest1, nest2: the structures.
        check_types: whether lists, tuples and dicts must match too.

    Raises:
        ValueError: if they do not have the same number of items, or the same nesting.
        TypeError: if the types of a list, tuple or dict differ, or dicts have different keys.
    """
    try:
        _compare(nest1, nest2, check_types)
    except (ValueError, TypeError) as error:
        raise type(error)(
            f"The two structures don't have the same nested structure.\n\nFirst structure: "
            f"{nest1}\n\nSecond structure: {nest2}\n\n{error}"
        ) from None


def _compare(first: Any, second: Any, check_types: bool) -> None:
    if is_nested(first) != is_nested(second):
        nested, plain = (first, second) if is_nested(first) else (second, first)
        raise ValueError(
            f"The structure {nested} is nested, while {plain} of type {type(plain).__name__} is not"
        )
    if not is_nested(first):
        return
    both_mappings = isinstance(first, Mapping) and isinstance(second, Mapping)
    if check_types and type(first) is not type(second) and not both_mappings:
        raise TypeError(
            f"The two namedtuples or sequences don't have the same type. First has type "
            f"{type(first).__name__}, second has type {type(second).__name__}"
        )
    if both_mappings and set(first) != set(second):
        raise ValueError(
            f"The two dictionaries don't have the same set of keys. First structure has keys "
            f"{list(first)}, second has keys {list(second)}"
        )
    if len(first) != len(second):
        raise ValueError(
            f"The two structures don't have the same number of elements. First: {len(first)}, "
            f"second: {len(second)}"
        )
    for one, other in zip(_items(first), _items(second)):
        _compare(one, other, check_types)
