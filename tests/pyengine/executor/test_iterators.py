"""Iterators at run time."""

import threading

import pytest

from pyengine import dtypes, errors
from pyengine.executor import datasets
from pyengine.executor.iterators import IteratorResource, of_handle
from pyengine.executor.runtime import Runtime
from pyengine.shape import TensorShape

ONE = ([dtypes.int64], [TensorShape([])])


def test_an_iterator_must_be_started_and_starts_again():
    iterator = IteratorResource(Runtime(), *ONE)
    with pytest.raises(errors.FailedPreconditionError, match="has not been initialized"):
        iterator.get_next()
    for _ in range(2):
        iterator.start(datasets.from_range(0, 1, 1))
        assert iterator.get_next() == 0
        for _ in range(2):
            with pytest.raises(errors.OutOfRangeError, match="End of sequence"):
                iterator.get_next()


def test_each_element_goes_to_one_thread():
    iterator, got = IteratorResource(Runtime(), *ONE), []
    iterator.start(datasets.from_range(0, 1000, 1))

    def work():
        while True:
            try:
                got.append(int(iterator.get_next()))
            except errors.OutOfRangeError:
                return

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert sorted(got) == list(range(1000))


def test_a_handle_stands_for_an_iterator_in_its_session():
    runtime = Runtime()
    iterator = IteratorResource(runtime, *ONE)
    assert of_handle(runtime, iterator.handle) is iterator
    for other, handle in ((runtime, b"none"), (Runtime(), iterator.handle)):
        with pytest.raises(errors.InvalidArgumentError, match="No iterator"):
            of_handle(other, handle)


@pytest.mark.parametrize(
    ("types", "shapes", "message"),
    [
        ([dtypes.float32], [TensorShape([])], "expected float32 but got int64"),
        ([dtypes.int64], [TensorShape([2])], "Incompatible shapes at component 0"),
        ([dtypes.int64] * 2, [TensorShape([])] * 2, "expected 2 types but got 1"),
    ],
)
def test_elements_are_checked(types, shapes, message):
    iterator = IteratorResource(Runtime(), *ONE)
    iterator.check([dtypes.int64], [TensorShape(None)])
    with pytest.raises(errors.InvalidArgumentError, match=message):
        iterator.check(types, shapes)
