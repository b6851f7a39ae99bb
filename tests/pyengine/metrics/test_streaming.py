"""Local variables, weights and collections of metrics."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.metrics.streaming import laid_out


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_it_adds_up_over_batches(sess):
    x = tf.placeholder(tf.float32, [None])
    value, update = tf.metrics.mean(x)
    sess.run(tf.local_variables_initializer())
    assert sess.run(value) == 0
    assert sess.run(update, {x: [1.0, 3.0]}) == 2
    assert sess.run(update, {x: [8.0]}) == 4
    assert sess.run(value) == 4
    assert [v.name for v in tf.local_variables()] == ["mean/total:0", "mean/count:0"]
    assert tf.get_collection(tf.GraphKeys.METRIC_VARIABLES) == tf.local_variables()
    assert tf.global_variables() == []


def test_weights_and_collections(sess):
    value, update = tf.metrics.mean(
        [[1.0, 3.0], [5.0, 7.0]], [[1.0], [0.0]], "values", ["updates", "all"], "m"
    )
    assert tf.get_collection("values") == [value]
    assert tf.get_collection("updates") == tf.get_collection("all") == [update]
    sess.run(tf.local_variables_initializer())
    assert sess.run(update) == 2
    assert value.op.name == "m/value"
    with pytest.raises(ValueError, match="can not be broadcast"):
        tf.metrics.mean([1.0, 2.0, 3.0], [1.0, 2.0])


def test_shapes():
    with tf.Graph().as_default():
        p, y, w = laid_out(np.ones((3, 1)), np.ones(3), np.ones((3, 1)))
        assert (p.shape, y.shape, w.shape) == ([3], [3], [3])
        with pytest.raises(ValueError, match="incompatible"):
            laid_out(np.ones(3), np.ones(4), None)
