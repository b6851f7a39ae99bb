"""The update kernels refuse what does not fit; what they compute is tested with the optimizers."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.training import apply_gradient_descent, scatter_add


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_a_gradient_of_another_shape_is_refused_when_it_is_built_and_run(sess):
    v = tf.Variable([1.0, 2.0])
    sess.run(v.initializer)
    with pytest.raises(ValueError, match="not compatible"):
        apply_gradient_descent(v, 0.1, [1.0])
    fed = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="same shape"):
        sess.run(apply_gradient_descent(v, 0.1, fed), {fed: [1.0, 2.0, 3.0]})
    assert sess.run(v).tolist() == [1.0, 2.0]


def test_integers_are_updated_too(sess):
    v = tf.Variable([5, 5])
    sess.run(v.initializer)
    assert sess.run(apply_gradient_descent(v, 2, [1, 2])).tolist() == [3, 1]


def test_rows_are_scattered(sess):
    v = tf.Variable(np.zeros((3, 2)))
    sess.run(v.initializer)
    rows = scatter_add(v, [2, 0, 2], np.ones((3, 2)))
    assert sess.run(rows).tolist() == [[1, 1], [0, 0], [2, 2]]
    with pytest.raises(ValueError, match="incompatible"):
        scatter_add(v, [0], np.ones((3, 2)))
