"""Nested structures of elements."""

from collections import OrderedDict, namedtuple

import pytest

from pyengine.data import nest

Pair = namedtuple("Pair", "x y")


def test_lists_are_values_and_dicts_sorted():
    structure = {"b": (1, [2, 3]), "a": Pair(4, 5)}
    assert nest.flatten(structure) == [4, 5, 1, [2, 3]]
    packed = nest.pack_like(structure, [10, 20, 30, 40])
    assert packed == {"b": (30, 40), "a": Pair(10, 20)} and isinstance(packed["a"], Pair)
    ordered = OrderedDict([("b", 1), ("a", 2)])
    assert list(nest.map_structure(lambda v: -v, ordered).items()) == [("b", -1), ("a", -2)]
    with pytest.raises(ValueError, match="too many"):
        nest.pack_like((1,), [1, 2])


def test_structures_are_compared():
    assert nest.same_structure((1, {"a": 2}), (3, {"a": [4]}))
    for a, b in (((1,), 1), ((1,), (1, 2)), ({"a": 1}, {"b": 1}), ({"a": 1}, 1), (1, (1,))):
        assert not nest.same_structure(a, b)


def test_values_are_flattened_as_far_as_a_structure_goes():
    assert nest.flatten_like((0, {"a": 0}), [1, {"a": (2, 3)}]) == [1, (2, 3)]
    assert nest.flatten_like(0, [1, 2]) == [[1, 2]]
    for structure, value in (((0, 0), [1]), ((0,), 5), ({"a": 0}, {"b": 1})):
        with pytest.raises(TypeError):
            nest.flatten_like(structure, value)
