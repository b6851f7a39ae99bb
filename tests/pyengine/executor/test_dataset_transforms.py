"""Data sets at run time: batches, shuffling, caches, prefetching."""

import gc
import threading
import time

import numpy as np
import pytest

from pyengine import dtypes, errors
from pyengine.executor import dataset_transforms as transforms
from pyengine.executor import datasets
from pyengine.executor.functions import Context
from pyengine.executor.runtime import Runtime
from pyengine.shape import TensorShape
from tests.pyengine.executor.test_datasets import Failing, rows


def numbers(n):
    return datasets.from_range(0, n, 1)


def ragged(n):
    return datasets.From(lambda context: ((np.arange(i),) for i in range(1, n)))


def test_batches():
    assert rows(transforms.batched(numbers(5), 2, False)) == [([0, 1],), ([2, 3],), ([4],)]
    assert rows(transforms.batched(numbers(5), 2, True)) == [([0, 1],), ([2, 3],)]
    words = datasets.from_slices([np.array([b"a", b"b"], object)])
    assert rows(transforms.batched(words, 2, False)) == [([b"a", b"b"],)]
    with pytest.raises(errors.InvalidArgumentError, match="different shapes in component 0"):
        rows(transforms.batched(ragged(3), 2, False))
    with pytest.raises(errors.InvalidArgumentError, match="greater than zero"):
        transforms.batched(numbers(1), 0, False)


def padded(source, shape, fill=-1):
    return transforms.padded_batched(
        source, 2, False, [TensorShape(shape)], [np.int64(fill)], [dtypes.int64]
    )


def test_padded_batches():
    assert rows(padded(ragged(3), [None])) == [([[0, -1], [0, 1]],)]
    assert rows(padded(ragged(2), [3])) == [([[0, -1, -1]],)]
    assert rows(padded(numbers(2), [])) == [([0, 1],)]
    for shape in ([0], [None, None]):
        with pytest.raises(errors.InvalidArgumentError, match=r"smaller size|same rank"):
            rows(padded(ragged(3), shape))


def test_batches_are_taken_apart():
    batches = transforms.batched(numbers(5), 2, False)
    assert rows(transforms.unbatched(batches)) == rows(numbers(5))
    uneven = datasets.from_tensors([np.zeros(1), np.zeros(2)])
    with pytest.raises(errors.InvalidArgumentError, match="same batch size"):
        rows(transforms.unbatched(uneven))


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((3, 2, 1, False), [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6]]),
        ((3, 2, 1, True), [[0, 1, 2], [2, 3, 4], [4, 5, 6]]),
        ((2, 4, 2, False), [[0, 2], [4, 6]]),
        ((2, 5, 1, False), [[0, 1], [5, 6]]),
    ],
)
def test_windows(arguments, wanted):
    context = Context(Runtime())
    found = transforms.windowed(numbers(7), *arguments).rows(context)
    assert [[int(v) for (v,) in window.rows(context)] for (window,) in found] == wanted
    with pytest.raises(errors.InvalidArgumentError, match="Window size"):
        transforms.windowed(numbers(7), 0, 1, 1, False)


def order(context, *arguments):
    return [int(v) for (v,) in transforms.shuffled(numbers(6), *arguments).rows(context)]


def test_orders_repeat_with_their_seeds():
    # TensorFlow's orders for Dataset.shuffle(10, seed=3).
    source = transforms.shuffled(numbers(6), 10, 87654321, 3, True)
    context = Context(Runtime())
    epochs = [[int(v) for (v,) in source.rows(context)] for _ in range(2)]
    assert epochs == [[0, 1, 2, 3, 4, 5], [0, 4, 1, 5, 3, 2]]
    assert order(context, 10, 87654321, 3, False) == [5, 4, 2, 0, 3, 1]
    same = transforms.shuffled(numbers(100), 100, 0, 0, False)
    assert list(same.rows(context)) == list(same.rows(context))
    assert sorted(order(context, 2, 0, 0, True)) == [0, 1, 2, 3, 4, 5]
    with pytest.raises(errors.InvalidArgumentError, match="buffer_size"):
        transforms.shuffled(numbers(1), 0, 1, 1, True)


def test_a_cache_is_filled_once():
    made = []

    def source(context):
        made.append(1)
        return iter([(1,), (2,)])

    cached = transforms.cached(datasets.From(source))
    context = Context(Runtime())
    next(cached.rows(context))  # not to the end: nothing is kept
    for _ in range(3):
        assert list(cached.rows(context)) == [(1,), (2,)]
    assert len(made) == 2


def test_prefetching_keeps_order_and_errors():
    source = transforms.prefetched(numbers(100), 3)
    assert rows(source) == rows(numbers(100))
    failing = transforms.prefetched(datasets.From(lambda context: Failing()), 1)
    assert rows(datasets.ignoring_errors(failing)) == [(0,), (2,), (4,)]
    assert transforms.prefetched(source, 0) is source
    with pytest.raises(errors.InvalidArgumentError):
        transforms.prefetched(source, -2)


def wait_for_no_thread():
    for _ in range(200):
        if not any(t.name == "prefetch" for t in threading.enumerate()):
            return True
        gc.collect()
        time.sleep(0.02)
    return False


def test_a_prefetching_thread_ends_with_its_iterator_or_session():
    endless = datasets.repeated(numbers(3), -1)
    iterator = transforms.prefetched(endless, 2).rows(Context(Runtime()))
    next(iterator)
    del iterator
    assert wait_for_no_thread()
    runtime = Runtime()
    iterator = transforms.prefetched(endless, 2).rows(Context(runtime))
    next(iterator)
    runtime.clear()
    assert wait_for_no_thread()


def test_a_wait_for_an_element_ends_with_the_session():
    runtime, go = Runtime(), threading.Event()

    def slow(context):
        go.wait(10)
        yield (1,)

    iterator = transforms.prefetched(datasets.From(slow), 2).rows(Context(runtime))
    threading.Timer(0.05, runtime.clear).start()
    with pytest.raises(errors.CancelledError):
        next(iterator)
    go.set()
