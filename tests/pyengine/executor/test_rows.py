"""Stacking, padding, and TensorFlow's stream of draws."""

import numpy as np
import pytest

from pyengine.executor.rows import RandomWords, padded, stacked
from pyengine.shape import TensorShape


def test_rows_of_any_rank_and_dtype_are_stacked():
    assert stacked([np.int32(1), np.int32(2)], np.dtype("int32"), TensorShape([])).tolist() == [
        1,
        2,
    ]
    assert stacked((b"a", b"bc"), np.dtype(object), TensorShape([])).tolist() == [b"a", b"bc"]
    assert stacked([np.ones(2)] * 3, np.dtype(float), TensorShape([2])).shape == (3, 2)
    assert stacked([], np.dtype("int8"), TensorShape([2, None])).shape == (0, 2, 0)


def test_rows_are_padded_to_the_largest_or_to_the_shape():
    rows = [np.array([1], np.int32), np.array([1, 2, 3], np.int32)]
    got = padded(rows, np.dtype("int32"), TensorShape([None]))
    assert got.tolist() == [[1, 0, 0], [1, 2, 3]] and got.dtype == np.int32
    got = padded(rows, np.dtype("int32"), TensorShape([4]), fill=-1)
    assert got.tolist() == [[1, -1, -1, -1], [1, 2, 3, -1]]
    text = [np.array([b"a"], object), np.array([], object)]
    assert padded(text, np.dtype(object), TensorShape([None])).tolist() == [[b"a"], [b""]]
    assert padded([], np.dtype(float), TensorShape([None, 2])).shape == (0, 0, 2)


@pytest.mark.parametrize(("seed", "seed2"), [(87654321, 7), (3, 0)])
def test_draws_repeat_with_seeds(seed, seed2):
    first, second = RandomWords(seed, seed2), RandomWords(seed, seed2)
    assert [next(first) for _ in range(5000)] == [next(second) for _ in range(5000)]


def test_draws_without_seeds_differ():
    assert [next(RandomWords(0, 0)) for _ in range(3)] != [
        next(RandomWords(0, 0)) for _ in range(3)
    ]
