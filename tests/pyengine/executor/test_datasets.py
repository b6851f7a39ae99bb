"""Data sets at run time: sources, and what is done to elements one by one."""

import gzip
import itertools

import numpy as np
import pytest

from pyengine import dtypes, errors
from pyengine.executor import datasets
from pyengine.executor.functions import Context
from pyengine.executor.runtime import Runtime
from pyengine.shape import TensorShape


def rows(source, context=None):
    return [tuple(np.asarray(v).tolist() for v in r) for r in source.rows(context or CONTEXT)]


CONTEXT = Context(Runtime())
THREE = datasets.from_range(0, 3, 1)
EMPTY = datasets.from_range(0, 0, 1)


def test_rows_of_arrays():
    source = datasets.from_slices([np.arange(4).reshape(2, 2), np.array([b"a", b"b"], object)])
    assert rows(source) == [([0, 1], b"a"), ([2, 3], b"b")]
    with pytest.raises(errors.InvalidArgumentError, match="same number of rows"):
        datasets.from_slices([np.zeros(2), np.zeros(3)])


def test_what_is_fed_may_change_later():
    array = np.zeros(2)
    source = datasets.from_slices([array])
    array[:] = 9
    assert rows(source) == [(0.0,), (0.0,)]


def test_how_many():
    assert rows(datasets.taken(THREE, 2)) == rows(datasets.taken(datasets.repeated(THREE, -1), 2))
    assert rows(datasets.taken(THREE, -1)) == rows(THREE) == [(0,), (1,), (2,)]
    assert rows(datasets.skipped(THREE, 2)) == [(2,)]
    assert rows(datasets.skipped(THREE, -1)) == rows(datasets.repeated(THREE, 0)) == []
    assert rows(datasets.repeated(EMPTY, -1)) == []
    assert rows(datasets.sharded(datasets.from_range(0, 7, 1), 3, 1)) == [(1,), (4,)]
    assert rows(datasets.concatenated(EMPTY, THREE)) == rows(THREE)
    assert rows(datasets.zipped([THREE, datasets.repeated(THREE, 2)]))[-1] == (2, 2)
    for make in (
        lambda: datasets.sharded(THREE, 0, 0),
        lambda: datasets.sharded(THREE, 2, 2),
        lambda: datasets.from_range(0, 1, 0),
    ):
        with pytest.raises(errors.InvalidArgumentError):
            make()


class Failing:
    """Raises for each odd number."""

    def __init__(self):
        self._numbers = itertools.count()

    def __iter__(self):
        return self

    def __next__(self):
        number = next(self._numbers)
        if number > 4:
            raise StopIteration
        if number % 2:
            raise errors.InvalidArgumentError(None, None, "odd")
        return (number,)


def test_iteration_goes_on_after_an_error():
    source = datasets.From(lambda context: Failing())
    wrapped = datasets.zipped([datasets.concatenated(datasets.taken(source, 9), EMPTY)])
    assert rows(datasets.ignoring_errors(wrapped)) == [(0,), (2,), (4,)]


def generated(generator, dtype=dtypes.int32, shape=None, args=()):
    return datasets.from_generator(generator, args, lambda e: [e], [dtype], [TensorShape(shape)])


def test_generators_start_anew_and_are_checked():
    assert rows(generated(lambda n: range(n), args=[np.int64(2)])) == [(0,), (1,)]
    source = generated(lambda: iter([[1, 2]]), shape=[2])
    assert rows(source) == rows(source) == [([1, 2],)]
    for made, kind, message in (
        (generated(lambda: iter([[1, 2]]), shape=[3]), errors.InvalidArgumentError, "shape"),
        (generated(lambda: iter(["x"])), errors.InvalidArgumentError, "could not be converted"),
        (generated(lambda: 1 // 0), errors.UnknownError, "ZeroDivisionError"),
        (generated(lambda: [].pop), errors.InvalidArgumentError, "TypeError"),
    ):
        with pytest.raises(kind, match=message):
            rows(made)


def test_lines_of_plain_and_compressed_files(tmp_path):
    text, packed = tmp_path / "t", tmp_path / "g"
    text.write_bytes(b"a\r\n\nb")
    packed.write_bytes(gzip.compress(text.read_bytes()))
    wanted = [(b"a",), (b"",), (b"b",)]
    assert rows(datasets.text_lines([str(text).encode()], "")) == wanted
    assert rows(datasets.text_lines([str(packed).encode()], "GZIP")) == wanted


def test_a_missing_file_is_an_error_and_the_next_is_read(tmp_path):
    (tmp_path / "t").write_bytes(b"a\n")
    source = datasets.text_lines([b"none", str(tmp_path / "t").encode()], "")
    assert rows(datasets.ignoring_errors(source)) == [(b"a",)]
    with pytest.raises(errors.NotFoundError, match="none; No such file"):
        rows(source)


def test_records_of_one_length(tmp_path):
    (tmp_path / "f").write_bytes(b"HHaabbF")
    name = str(tmp_path / "f").encode()
    assert rows(datasets.fixed_length_records([name], 2, 2, 1, "")) == [(b"aa",), (b"bb",)]
    with pytest.raises(errors.InvalidArgumentError, match="not an exact multiple"):
        rows(datasets.fixed_length_records([name], 2, 2, 0, ""))
    with pytest.raises(errors.InvalidArgumentError, match="must be positive"):
        datasets.fixed_length_records([name], 0, 0, 0, "")


def test_file_names(tmp_path):
    (tmp_path / "b").touch()
    (tmp_path / "a").touch()
    pattern = np.array(f"{tmp_path}/*".encode(), object)
    found = [r[0][-1:] for r in rows(datasets.from_matching_files(pattern))]
    assert found == [b"a", b"b"]
    with pytest.raises(errors.InvalidArgumentError, match="No files matched pattern: none"):
        datasets.from_matching_files(np.array(b"none", object))
