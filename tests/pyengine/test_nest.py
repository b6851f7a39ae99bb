"""Nested structures."""

import collections

import pytest

from pyengine import nest

Pair = collections.namedtuple("Pair", "a b")


def test_dicts_come_in_the_order_of_their_keys():
    assert nest.flatten({"b": 1, "a": (2, [3])}) == [2, 3, 1]
    packed = nest.pack_sequence_as({"b": 1, "a": (2, [3])}, [20, 30, 10])
    assert packed == {"b": 10, "a": (20, [30])}
    assert list(packed) == ["b", "a"]


def test_named_tuples_stay_what_they_are():
    assert nest.map_structure(lambda x, y: x + y, Pair(1, [2]), Pair(10, [20])) == Pair(11, [22])


def test_strings_and_scalars_are_items():
    assert nest.flatten("ab") == ["ab"]
    assert nest.pack_sequence_as(5, [6]) == 6
    assert not nest.is_nested("ab")


def test_an_ordered_dict_keeps_its_type():
    made = nest.map_structure(lambda x: -x, collections.OrderedDict([("z", 1), ("a", 2)]))
    assert made == collections.OrderedDict([("z", -1), ("a", -2)])
    assert isinstance(made, collections.OrderedDict)


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        ([1, 2], [1], ValueError),
        ([1, 2], [1, [2]], ValueError),
        ([1, 2], (1, 2), TypeError),
        ({"a": 1}, {"b": 1}, ValueError),
        (1, [1], ValueError),
    ],
)
def test_different_structures_are_told_apart(first, second, error):
    with pytest.raises(error, match="nested structure"):
        nest.assert_same_structure(first, second)


def test_types_may_be_left_out_of_account():
    nest.assert_same_structure([1, (2,)], (1, [2]), check_types=False)


def test_the_counts_must_agree():
    with pytest.raises(ValueError, match="2 elements"):
        nest.pack_sequence_as([1, 2], [1])
    with pytest.raises(TypeError, match="list or tuple"):
        nest.pack_sequence_as([1, 2], 1)
    with pytest.raises(TypeError, match="sortable"):
        nest.flatten({1: 2, "a": 3})
