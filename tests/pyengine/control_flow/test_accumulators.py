"""Gradients of a loop's constants."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_shapes_that_are_not_known(sess):
    x = tf.placeholder(tf.float32, [None])
    z = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + x * x), [0, tf.zeros_like(x)])[1]
    (g,) = tf.gradients(z, x)
    assert sess.run(g, {x: [1.0, 2.0]}).tolist() == [6.0, 12.0]


def test_shapes_that_are_not_known_in_nested_loops(sess):
    x = tf.placeholder(tf.float32, [None])

    def body(i, s):
        inner = tf.while_loop(
            lambda j, t: j < 2, lambda j, t: (j + 1, t + x * x), [0, tf.zeros_like(s)]
        )[1]
        return i + 1, s + inner

    z = tf.while_loop(lambda i, s: i < 3, body, [0, tf.zeros_like(x)])[1]
    (g,) = tf.gradients(z, x)
    assert sess.run(g, {x: [1.0, 2.0]}).tolist() == [12.0, 24.0]


@pytest.mark.parametrize("shape", [[4, 2], [None, 2], [None, None]])
def test_rows(sess, shape):
    w = tf.placeholder(tf.float32, shape)
    z = tf.while_loop(
        lambda i, s: i < 3, lambda i, s: (i + 1, s + tf.reduce_sum(tf.gather(w, [i, 0]))), [0, 0.0]
    )[1]
    (g,) = tf.gradients(z * 2.0, w)
    assert isinstance(g, tf.IndexedSlices)
    found = sess.run(tf.convert_to_tensor(g), {w: np.ones((4, 2), np.float32)})
    assert found.tolist() == [[8.0, 8.0], [2.0, 2.0], [2.0, 2.0], [0.0, 0.0]]
