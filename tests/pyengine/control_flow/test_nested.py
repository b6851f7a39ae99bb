"""Loops, branches and TensorArrays in each other. The figures are TensorFlow 1.x's own."""

import numpy as np
import pytest

import pyengine as tf

X = np.array([1.7640524, 0.4001572, 0.978738], np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def check(sess, values, expected):
    for got, want in zip(sess.run(values), expected):
        np.testing.assert_allclose(got, want, rtol=2e-3, atol=1e-3)


def test_a_cond_in_the_condition_of_a_loop(sess):
    x = tf.constant(X)

    def goes_on(i, s):
        return tf.cond(i < 2, lambda: tf.constant(True), lambda: tf.reduce_sum(s) < 3.0)

    i, s = tf.while_loop(goes_on, lambda i, s: (i + 1, s * 1.1 + x * 0.1), [0, x * 0.1])
    check(sess, [i, s, *tf.gradients(s, x)], [7, [2.017, 0.458, 1.119], [1.144] * 3])


def test_a_loop_after_a_loop(sess):
    x = tf.constant(X)
    y = tf.exp(x)
    a = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * y), [0, x])[1]
    b = tf.while_loop(lambda i, s: i < 2, lambda i, s: (i + 1, s + a * y), [0, a])[1]
    check(
        sess,
        [a, b, *tf.gradients(b, [x, y, a])],
        [
            [350.644, 1.329, 18.444],
            [4443.386, 5.296, 116.605],
            [19941.752, 33.087, 567.112],
            [2985.398, 13.306, 168.342],
            [12.672, 3.984, 6.322],
        ],
    )


def test_a_loop_that_does_not_run(sess):
    x, n = tf.constant(X), tf.placeholder(tf.int32, [])
    z = tf.while_loop(lambda i, s: i < n, lambda i, s: (i + 1, s * x), [0, x])[1]
    (g,) = tf.gradients(z, x)
    assert sess.run(g, {n: 0}).tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(sess.run(g, {n: 1}), 2 * X, rtol=1e-6)


def test_order_by_control_dependencies(sess):
    v, p = tf.Variable(0.0), tf.placeholder_with_default(True, [])
    sess.run(v.initializer)
    chosen = tf.cond(p, lambda: v.assign_add(1.0), lambda: v.assign_add(10.0))
    with tf.control_dependencies([chosen]):
        loop = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0])
    with tf.control_dependencies([loop]):
        last = v.assign_add(100.0)
    assert sess.run(last) == 101.0
    assert sess.run(loop) == 3
    assert sess.run(v) == 102.0


def test_arrays_written_in_branches_of_a_loop(sess):
    x = tf.constant(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], np.float32))
    source = tf.TensorArray(tf.float32, 3, clear_after_read=False).unstack(x)

    def body(i, array):
        return i + 1, tf.cond(
            tf.equal(i % 2, 0),
            lambda: array.write(i, source.read(i) * 2.0),
            lambda: array.write(i, source.read(0) * source.read(i)),
        )

    _, array = tf.while_loop(lambda i, t: i < 3, body, [0, tf.TensorArray(tf.float32, 3)])
    z = array.stack()
    assert sess.run(z).tolist() == [[2.0, 4.0], [3.0, 8.0], [10.0, 12.0]]
    assert sess.run(tf.gradients(z, x)[0]).tolist() == [[5.0, 6.0], [1.0, 2.0], [2.0, 2.0]]


def test_an_array_that_grows(sess):
    x, n = tf.constant(X), tf.placeholder_with_default(3, [])
    start = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[3])
    array = tf.while_loop(
        lambda i, t: i < n, lambda i, t: (i + 1, t.write(i, x * tf.to_float(i) * x)), [0, start]
    )[1]
    check(sess, [array.size(), *tf.gradients(array.stack(), x)], [3, [10.584, 2.401, 5.872]])


def test_elements_of_different_lengths(sess):
    x = tf.constant(np.array([[1.0, 2.0], [3.0, 4.0]], np.float32))
    start = tf.TensorArray(tf.float32, 2, infer_shape=False)
    array = tf.while_loop(
        lambda i, t: i < 2, lambda i, t: (i + 1, t.write(i, x[: i + 1] * x[0])), [0, start]
    )[1]
    y = array.concat()
    y.set_shape([None, 2])
    assert sess.run(y).tolist() == [[1.0, 4.0], [1.0, 4.0], [3.0, 8.0]]
    assert sess.run(tf.gradients(y, x)[0]).tolist() == [[7.0, 12.0], [1.0, 2.0]]


def test_training_in_a_branch(sess):
    v, p = tf.Variable(3.0), tf.placeholder(tf.bool, [])
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    pairs = optimizer.compute_gradients(v * v, [v])
    step = tf.cond(p, lambda: optimizer.apply_gradients(pairs), lambda: tf.no_op())
    sess.run(tf.global_variables_initializer())
    sess.run(step, {p: False})
    assert sess.run(v) == 3.0
    sess.run(step, {p: True})
    np.testing.assert_allclose(sess.run(v), 2.4)


def test_a_loop_of_assertions(sess):
    x = tf.placeholder(tf.float32, [])

    def body(i, s):
        with tf.control_dependencies([tf.assert_less(s, 100.0), tf.assert_less(i, 100)]):
            return i + 1, s * x

    z = tf.while_loop(lambda i, s: i < 4, body, [0, x])[1]
    assert sess.run([z, *tf.gradients(z, x)], {x: 2.0}) == [32.0, 80.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="assertion failed"):
        sess.run(z, {x: 10.0})
