"""Gradients other than those of the ops."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_identity_n(sess):
    x = tf.constant([1.0, 2.0])
    a, b = tf.identity_n([x, tf.constant("s")])
    assert a.shape.as_list() == [2]
    assert [v.tolist() for v in sess.run([a, b])] == [[1.0, 2.0], b"s"]
    assert sess.run(tf.gradients(a * 3.0, x)[0]).tolist() == [3.0, 3.0]
    (single,) = tf.identity_n([x])
    assert sess.run(single).tolist() == [1.0, 2.0]


def test_prevent_gradient(sess):
    x = tf.constant(2.0)
    y = tf.prevent_gradient(x, message="because")
    assert sess.run(y) == 2.0
    with pytest.raises(LookupError, match="because"):
        tf.gradients(y, x)


def test_a_custom_gradient(sess):
    @tf.custom_gradient
    def f(x, y):
        return (x * y, x + y), lambda dp, ds: (dp * 10.0, ds * 100.0)

    x, y = tf.constant(2.0), tf.constant(3.0)
    product, total = f(x, y)
    assert sess.run([product, total]) == [6.0, 5.0]
    assert sess.run(tf.gradients(product + 2.0 * total, [x, y])) == [10.0, 200.0]
    assert sess.run(tf.gradients(product, [x, y])) == [10.0, 0.0]


def test_a_custom_gradient_in_a_loop_and_in_a_cond(sess):
    clip = tf.custom_gradient(lambda x: (x * 2.0, lambda dy: dy * 3.0))
    x = tf.constant(1.0)
    z = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, clip(s)), [0, x])[1]
    assert sess.run([z, tf.gradients(z, x)[0]]) == [8.0, 27.0]
    y = tf.cond(tf.constant(True), lambda: clip(x), lambda: x)
    assert sess.run([y, tf.gradients(y, x)[0]]) == [2.0, 3.0]


def test_variables(sess):
    v = tf.Variable(5.0)
    sess.run(v.initializer)

    @tf.custom_gradient
    def f(x):
        def grad(dy, variables=None):
            assert variables == [v]
            return dy * 2.0, [dy * 7.0]

        return x * v, grad

    x = tf.constant(3.0)
    y = f(x)
    assert sess.run([y, *tf.gradients(y, [x, v])]) == [15.0, 2.0, 7.0]
    with pytest.raises(TypeError, match="'variables' keyword"):
        tf.custom_gradient(lambda x: (x * v, lambda dy: dy))(x)


def test_counts_are_checked(sess):
    x = tf.constant(1.0)
    with pytest.raises(ValueError, match="keywords"):
        tf.custom_gradient(lambda x: (x, lambda dy: dy))(x=x)
    y = tf.custom_gradient(lambda x: (x, lambda dy: (dy, dy)))(x)
    with pytest.raises(ValueError, match="1 gradients but returned 2"):
        tf.gradients(y, x)


def test_passing_gradients_through():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(2.0)
        sess.run(v.initializer)
        x = tf.constant([1.2, 2.7])
        y = tf.grad_pass_through(lambda x: tf.floor(x * v))(x)
        of_x, of_v = tf.gradients(y, [x, v], grad_ys=tf.constant([3.0, 4.0]))
        assert sess.run(y).tolist() == [2, 5]
        assert sess.run(of_x).tolist() == [3, 4]
        assert of_v is None


def test_computing_again_for_the_gradient():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(2.0)
        sess.run(v.initializer)
        x = tf.constant(3.0)
        y = tf.recompute_grad(lambda x: tf.square(x) * v)(x)
        multiplied = [op for op in tf.get_default_graph().get_operations() if op.type == "Square"]
        assert len(multiplied) == 1
        found = tf.gradients(y, [x, v])
        assert [float(g) for g in sess.run([y, *found])] == [18, 12, 9]
        multiplied = [op for op in tf.get_default_graph().get_operations() if op.type == "Square"]
        assert len(multiplied) == 2
