"""The walk back from ys to xs; op by op, the rules are tested by the registry walk."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_contributions_add_up(sess):
    x = tf.constant(3.0)
    h = x * x
    assert sess.run(tf.gradients(h * x + h + x, x)) == [27.0 + 6.0 + 1.0]


def test_ys_are_summed_and_may_start_from_given_gradients(sess):
    x = tf.constant([1.0, 2.0])
    assert sess.run(tf.gradients([x, x * x], x))[0].tolist() == [3.0, 5.0]
    got = tf.gradients([x, x * x], x, grad_ys=[tf.constant([10.0, 0.0]), None])
    assert sess.run(got)[0].tolist() == [12.0, 4.0]
    with pytest.raises(ValueError, match="1 grad_ys for 2 ys"):
        tf.gradients([x, x], x, grad_ys=[x])


def test_what_no_y_depends_on_has_none_or_zeros(sess):
    x, y = tf.constant([1.0, 2.0]), tf.constant(1.0)
    assert tf.gradients(y * 2.0, [x]) == [None]
    zero = tf.gradients(y, [x], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    assert sess.run(zero)[0].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="unconnected_gradients"):
        tf.gradients(y, [x], unconnected_gradients="maybe")


def test_of_intermediates_and_of_itself(sess):
    x = tf.constant(2.0)
    h = x * x
    y = h * h
    assert sess.run(tf.gradients(y, [h, x, y])) == [8.0, 32.0, 1.0]


def test_stop_gradients_are_taken_as_constants(sess):
    x = tf.constant(2.0)
    h = x * 3.0
    assert sess.run(tf.gradients(h + x, [x, h], stop_gradients=[h])) == [1.0, 1.0]


def test_through_every_read_of_a_variable(sess):
    v = tf.Variable(2.0)
    with tf.control_dependencies([tf.constant(1.0)]):
        later = v * 3.0
    y = v * v + later
    sess.run(v.initializer)
    assert sess.run(tf.gradients(y, v)) == [7.0]


def test_again_for_second_derivatives(sess):
    x = tf.constant(2.0)
    first = tf.gradients(x * x * x, x)[0]
    second = tf.gradients(first, x)[0]
    third = tf.gradients(second, x)[0]
    assert sess.run([first, second, third]) == [12.0, 12.0, 6.0]


def test_hessians(sess):
    x = tf.constant([1.0, 2.0])
    hessian = tf.hessians(x[0] * x[0] * x[1], x)[0]
    assert sess.run(hessian).tolist() == [[4.0, 2.0], [2.0, 0.0]]
    with pytest.raises(ValueError, match="do not depend"):
        tf.hessians(x, tf.placeholder(tf.float32, [None]))


@pytest.mark.parametrize("sizes", [[None], None])
def test_hessians_of_a_size_that_a_run_knows(sess, sizes):
    x = tf.placeholder(tf.float32, sizes)
    (hessian,) = tf.hessians(tf.reduce_sum(x) * tf.reduce_sum(x * x), x)
    assert hessian.shape.as_list() == [None, None] if sizes else hessian.shape.ndims is None
    assert sess.run(hessian, {x: [1.0, 2.0]}).tolist() == [[10.0, 6.0], [6.0, 14.0]]


def test_integers_have_none(sess):
    with pytest.raises(TypeError, match="neither floating nor integer"):
        tf.gradients(tf.constant(True), tf.constant(1.0))
    whole = tf.constant([2, 3])
    assert tf.gradients(whole * whole, whole) == [None]
    assert sess.run(tf.gradients(whole, whole)[0]).tolist() == [1, 1]
    x = tf.constant([1.0, 3.0])
    assert tf.gradients(tf.to_float(tf.argmax(x)), x) == [None]


def test_rows_come_as_slices_and_add_up(sess):
    x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    once = tf.gradients(tf.gather(x, [2, 0, 2]), x)[0]
    assert isinstance(once, tf.IndexedSlices)
    assert sess.run(tf.convert_to_tensor(once)).tolist() == [[1, 1], [0, 0], [2, 2]]
    value = sess.run(once)
    assert value.indices.tolist() == [2, 0, 2]
    twice = tf.gradients(tf.gather(x, [0]) * 2.0, x)[0]
    both = tf.gradients([tf.gather(x, [0]), tf.gather(x, [1])], x)[0]
    assert sess.run(tf.convert_to_tensor(twice)).tolist() == [[2, 2], [0, 0], [0, 0]]
    assert sess.run(tf.convert_to_tensor(both)).tolist() == [[1, 1], [1, 1], [0, 0]]
    mixed = tf.gradients([tf.gather(x, [0]), x], x)[0]
    assert sess.run(mixed).tolist() == [[2, 2], [1, 1], [1, 1]]


def test_an_override_by_name(sess):
    @tf.RegisterGradient("HundredfoldForTest")
    def _hundredfold(op, grad):
        return grad * 100.0

    x = tf.constant(1.0)
    with sess.graph.gradient_override_map({"Identity": "HundredfoldForTest"}):
        y = tf.identity(x)
    assert sess.run(tf.gradients(y + tf.identity(x), x)) == [101.0]
    with pytest.raises(KeyError, match="two gradients"):
        tf.RegisterGradient("HundredfoldForTest")(_hundredfold)


def test_are_named_in_their_scope(sess):
    x = tf.constant(1.0)
    assert tf.gradients(tf.exp(x), x)[0].op.name.startswith("gradients/Exp_grad/")


def test_against_finite_differences_of_a_whole_model(sess):
    rng = np.random.default_rng(0)
    w = tf.constant(rng.normal(size=(4, 3)))
    x = tf.constant(rng.normal(size=(5, 4)))
    y = tf.constant(np.eye(3)[rng.integers(0, 3, 5)])
    loss = tf.reduce_mean(-tf.reduce_sum(y * tf.log(tf.nn.softmax(tf.matmul(x, w))), axis=1))
    got, at = sess.run([tf.gradients(loss, w)[0], w])
    step = 1e-6
    for i, j in np.ndindex(4, 3):
        up, down = at.copy(), at.copy()
        up[i, j] += step
        down[i, j] -= step
        slope = (sess.run(loss, {w: up}) - sess.run(loss, {w: down})) / (2 * step)
        assert got[i, j] == pytest.approx(slope, abs=1e-7)


def test_a_missing_rule_is_an_error_and_a_flat_function_is_not():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [3])
        with pytest.raises(LookupError, match="No gradient defined for operation 'Unique'"):
            tf.gradients(tf.unique(x)[0], x)
        assert tf.gradients(tf.unique(x)[1], x) == [None]
        assert tf.gradients(tf.cast(tf.argmax(x), tf.float32), x) == [None]


def test_no_gradient_for_an_override():
    with tf.Graph().as_default() as graph:
        tf.NotDifferentiable("NoneForTest")
        x = tf.constant(1.0)
        with graph.gradient_override_map({"Sin": "NoneForTest"}):
            assert tf.gradients(tf.sin(x), x) == [None]
        with pytest.raises(KeyError):
            tf.no_gradient("NoneForTest")
