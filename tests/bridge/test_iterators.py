"""Iterators of functions."""

import pytest

from bridge.iterators import RIterator


def test_items_come_until_the_end_is_told():
    items = iter([1, 2, "end", 3])
    it = RIterator(lambda: next(items), "end")
    assert list(it) == [1, 2]
    # An iterator that has ended stays so, whatever the function would give.
    with pytest.raises(StopIteration):
        next(it)


def test_an_error_of_the_function_is_the_iterators():
    def fail():
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        next(RIterator(fail, None))
