"""Dimensions and shapes."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyengine.shape import Dimension, TensorShape, as_shape, broadcast, broadcast_all, merge_all

sizes = st.one_of(st.none(), st.integers(0, 4))
shapes = st.one_of(st.none(), st.lists(sizes, max_size=4)).map(TensorShape)


class TestDimension:
    def test_arithmetic_with_the_unknown_is_unknown(self):
        assert (Dimension(3) + 2).value == 5
        assert (5 - Dimension(3)).value == 2
        assert (Dimension(7) // 2).value == 3
        assert (7 // Dimension(2)).value == 3
        assert (Dimension(7) % 4).value == 3
        assert (Dimension(None) * 2).value is None

    def test_comparison_with_the_unknown_is_none(self):
        assert (Dimension(3) == 3) is True
        assert (Dimension(3) < 4) is True
        assert (Dimension(3) == Dimension(None)) is None
        assert (Dimension(3) == "three") is False

    def test_a_known_dimension_is_an_integer(self):
        assert list(range(Dimension(3))) == [0, 1, 2]
        with pytest.raises(TypeError, match="unknown"):
            int(Dimension(None))

    @pytest.mark.parametrize("value", ["a", 2.5, [1]])
    def test_refuses_what_is_no_size(self, value):
        with pytest.raises(TypeError, match="integer or None"):
            Dimension(value)

    def test_refuses_negative_sizes(self):
        with pytest.raises(ValueError, match=">= 0"):
            Dimension(-1)

    def test_takes_whole_floats_and_numpy_integers(self):
        assert Dimension(784.0).value == 784
        assert Dimension(np.int64(3)).value == 3

    def test_merging(self):
        assert Dimension(None).merge_with(3).value == 3
        with pytest.raises(ValueError, match="not compatible"):
            Dimension(2).merge_with(3)


class TestTensorShape:
    def test_what_it_is_made_from(self):
        assert TensorShape(3).as_list() == [3]
        assert TensorShape([None, Dimension(2)]).as_list() == [None, 2]
        assert TensorShape(None).ndims is None
        assert as_shape((1,)).sizes == (1,)
        with pytest.raises(TypeError, match="not a shape"):
            TensorShape("ab")

    def test_indexing_and_iteration(self):
        shape = TensorShape([None, 2, 3])
        assert shape[1].value == 2
        assert shape[1:].as_list() == [2, 3]
        assert [d.value for d in shape] == [None, 2, 3]
        assert TensorShape(None)[0].value is None
        assert TensorShape(None)[1:3].ndims == 2
        assert TensorShape(None)[1:].ndims is None

    def test_unknown_rank_has_no_length(self):
        for what in (len, list, TensorShape.as_list):
            with pytest.raises(ValueError, match="unknown"):
                what(TensorShape(None))

    def test_elements(self):
        assert TensorShape([2, 3]).num_elements() == 6
        assert TensorShape([]).num_elements() == 1
        assert TensorShape([2, None]).num_elements() is None

    def test_ranks(self):
        assert TensorShape(None).with_rank(2).as_list() == [None, None]
        for bad in ("with_rank", "with_rank_at_least", "assert_has_rank"):
            with pytest.raises(ValueError, match="rank"):
                getattr(TensorShape([1]), bad)(2)
        with pytest.raises(ValueError, match="at most"):
            TensorShape([1, 2]).with_rank_at_most(1)

    def test_equality_and_printing(self):
        assert TensorShape([None, 2]) == [None, 2]
        assert TensorShape([1]) != TensorShape(None)
        assert str(TensorShape([None, 2])) == "(?, 2)"
        assert str(TensorShape([2])) == "(2,)"
        assert str(TensorShape(None)) == "<unknown>"
        assert repr(TensorShape([None])) == "TensorShape([None])"
        assert pickle.loads(pickle.dumps(TensorShape([None, 2]))) == [None, 2]

    @given(shapes, shapes)
    def test_merging_agrees_with_compatibility(self, a, b):
        if a.is_compatible_with(b):
            merged = a.merge_with(b)
            assert merged.is_compatible_with(a)
            assert merged == b.merge_with(a)
        else:
            with pytest.raises(ValueError, match="not compatible"):
                a.merge_with(b)

    @given(shapes, shapes)
    def test_concatenation_adds_ranks(self, a, b):
        both = a + b
        if a.ndims is None or b.ndims is None:
            assert both.ndims is None
        else:
            assert both.as_list() == a.as_list() + b.as_list()


known = st.lists(st.integers(1, 3), max_size=4).map(tuple)


class TestBroadcast:
    @given(known, known)
    def test_agrees_with_numpy(self, a, b):
        try:
            wanted = np.broadcast_shapes(a, b)
        except ValueError:
            with pytest.raises(ValueError, match="must be equal"):
                broadcast(TensorShape(a), TensorShape(b))
        else:
            assert broadcast(TensorShape(a), TensorShape(b)).sizes == wanted

    @given(known, known, st.data())
    def test_forgetting_sizes_never_contradicts(self, a, b, data):
        try:
            wanted = np.broadcast_shapes(a, b)
        except ValueError:
            return
        hidden = TensorShape([data.draw(st.sampled_from([s, None])) for s in a])
        assert broadcast(hidden, TensorShape(b)).is_compatible_with(wanted)

    def test_several(self):
        found = broadcast_all([TensorShape([3, 1]), TensorShape([]), TensorShape([None, 2])])
        assert found.as_list() == [3, 2]
        assert broadcast(TensorShape(None), TensorShape([1])).ndims is None
        assert merge_all([TensorShape([None, 2]), TensorShape([3, None])]).as_list() == [3, 2]


def test_a_shape_as_a_message():
    assert [d.size for d in TensorShape([2, None]).as_proto().dim] == [2, -1]
    assert TensorShape(None).as_proto().unknown_rank


def test_a_shape_can_be_required_to_be_known():
    assert TensorShape([2, 3]).assert_is_fully_defined() is None
    for sizes in ([2, None], None):
        with pytest.raises(ValueError, match="is not fully defined"):
            TensorShape(sizes).assert_is_fully_defined()
