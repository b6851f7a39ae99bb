"""Data sets reduced to one element."""

import numpy as np
import pytest

import pyengine as tf

D = tf.data.Dataset


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def test_a_state_goes_through_all_elements(sess):
    x = tf.placeholder_with_default(np.int64(10), [])
    total, count = D.range(5).reduce(
        (np.int64(0), tf.constant(0)), lambda state, e: (state[0] + e * x, state[1] + 1)
    )
    assert sess.run([total, count]) == [100, 5]
    assert sess.run([total, count], {x: 1}) == [10, 5]
    assert sess.run(D.range(0).reduce({"a": 1.5}, lambda s, e: s)) == {"a": 1.5}


@pytest.mark.parametrize(
    ("state", "function"),
    [
        (np.int64(0), lambda s, e: (s, e)),
        (0, lambda s, e: e),
        (np.int64(0), lambda s, e: tf.stack([s, e])),
    ],
)
def test_a_state_stays_what_it_is(state, function):
    with pytest.raises(TypeError):
        D.range(3).reduce(state, function)
