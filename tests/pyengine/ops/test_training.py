"""The update kernels refuse what does not fit; what they compute is tested with the optimizers."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.training import (
    apply_ada_max,
    apply_gradient_descent,
    sparse_apply_momentum,
    sparse_apply_proximal_gradient_descent,
)


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


def test_rows_named_twice_are_updated_in_turn(sess):
    v = tf.Variable(np.array([[4.0], [4.0]]))
    accum = tf.Variable(np.zeros((2, 1)))
    sess.run([v.initializer, accum.initializer])
    gradient = np.array([[1.0], [1.0], [1.0]])
    step = sparse_apply_momentum(v, accum, 1.0, gradient, [0, 1, 0], 0.5)
    assert sess.run(step).tolist() == [[4 - 1 - 1.5], [3]]
    assert sess.run(accum).tolist() == [[1.5], [1]]


def test_rows_that_do_not_exist_are_refused(sess):
    v = tf.Variable(np.zeros((2, 1)))
    sess.run(v.initializer)
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
        sess.run(sparse_apply_proximal_gradient_descent(v, 0.1, 0.0, 0.0, [[1.0]], [2]))
    with pytest.raises(ValueError, match="incompatible"):
        sparse_apply_proximal_gradient_descent(v, 0.1, 0.0, 0.0, [[1.0, 2.0]], [0])


def test_ada_max(sess):
    v, m, top = (tf.Variable(np.array([x])) for x in (1.0, 0.5, 4.0))
    sess.run([v.initializer, m.initializer, top.initializer])
    sess.run(apply_ada_max(v, m, top, 0.5, 0.25, 0.5, 0.5, 0.0, np.array([3.0])))
    assert sess.run([m, top]) == [1.75, 3.0]
    np.testing.assert_allclose(sess.run(v), 1 - 0.25 / 0.5 * 1.75 / 3.0)
