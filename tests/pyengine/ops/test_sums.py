"""Sums of lists of tensors."""

import pytest

import pyengine as tf
from tests.pyengine.evaluated import value


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_sums_of_several():
    assert value(tf.add_n([[1.0], [2.0], [3.0]])).tolist() == [6.0]
    x = tf.constant([1.0])
    assert tf.add_n([x]) is x
    with pytest.raises(ValueError, match="at least one"):
        tf.add_n([])
    with pytest.raises(ValueError, match="not compatible"):
        tf.add_n([[1.0], [1.0, 2.0]])
    with pytest.raises(TypeError, match="tensor_dtype"):
        tf.accumulate_n([[1.0]], tensor_dtype=tf.int32)
