"""More of what can be done to data sets; values are those of TensorFlow."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.data.running import elements

D, E = tf.data.Dataset, tf.data.experimental


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


CASES = {
    "enumerate": (lambda: D.from_tensors("a").apply(E.enumerate_dataset(5)), [(5, b"a")]),
    "unbatch": (lambda: D.from_tensors([[1, 2], [3, 4]]).apply(E.unbatch()), [[1, 2], [3, 4]]),
    "ignore_errors": (
        lambda: D.from_tensor_slices([1, 0, 2]).map(lambda x: 10 // x).apply(E.ignore_errors()),
        [10, 5],
    ),
    "group_by_window": (
        lambda: D.range(6).apply(E.group_by_window(lambda x: x % 2, lambda k, d: d.batch(2), 2)),
        [[0, 2], [1, 3], [4], [5]],
    ),
    "group_sizes": (
        lambda: D.range(5).apply(
            E.group_by_window(
                lambda x: x % 2, lambda k, d: d.batch(9), window_size_func=lambda k: k + 1
            )
        ),
        [[0], [2], [1, 3], [4]],
    ),
    "scan": (
        lambda: D.range(5).apply(E.scan(np.int64(0), lambda s, x: (s + x, s))),
        [0, 0, 1, 3, 6],
    ),
    "map_and_batch": (lambda: D.range(3).apply(E.map_and_batch(lambda x: x + 1, 2)), [[1, 2], [3]]),
    "shuffle_and_repeat": (
        lambda: D.range(5).apply(E.shuffle_and_repeat(3, 3, seed=1)),
        [1, 3, 0, 4, 2, 1, 3, 0, 4, 2, 0, 3, 1, 4, 2],
    ),
    "parallel_interleave": (
        lambda: D.range(3).apply(
            E.parallel_interleave(lambda x: D.from_tensors(x).repeat(2), cycle_length=2)
        ),
        [0, 1, 0, 1, 2, 2],
    ),
    "take_while": (lambda: D.range(5).apply(E.take_while(lambda x: x < 2)), [0, 1]),
    "counter": (lambda: E.Counter(3, 2).take(2), [3, 5]),
    "counter_dtype": (lambda: E.Counter(0.5, dtype=tf.float32).take(2), [0.5, 1.5]),
}


@pytest.mark.parametrize("name", CASES)
def test_elements(sess, name):
    make, wanted = CASES[name]
    assert elements(sess, make()) == wanted


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: D.range(3).apply(E.unbatch()), ValueError),
        (lambda: E.group_by_window(lambda x: x, lambda k, d: d), ValueError),
        (lambda: D.range(3).apply(E.group_by_window(lambda x: 0.5, lambda k, d: d, 2)), ValueError),
        (lambda: D.range(3).apply(E.group_by_window(lambda x: x, lambda k, d: k, 2)), TypeError),
        (lambda: D.range(3).apply(E.scan(0, lambda s, x: s)), TypeError),
        (lambda: D.range(3).apply(E.scan(0, lambda s, x: (x, x))), TypeError),
        (lambda: D.range(3).apply(E.take_while(lambda x: x)), ValueError),
    ],
)
def test_what_can_never_work_is_refused(make, error):
    with pytest.raises(error):
        make()
