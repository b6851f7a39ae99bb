"""What all optimizers share."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def descent(rate=0.1):
    return tf.train.GradientDescentOptimizer(rate)


def test_minimize_counts_steps(sess):
    w = tf.Variable(4.0)
    steps = tf.Variable(0, trainable=False)
    train = descent(0.25).minimize(w * w, global_step=steps)
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        sess.run(train)
    assert sess.run([w, steps]) == [0.5, 3]
    assert train.name == "GradientDescent"
    assert tf.get_collection(tf.GraphKeys.TRAIN_OP) == [train]


def test_compute_and_apply_with_changed_gradients(sess):
    w = tf.Variable([3.0, -4.0])
    pairs = descent().compute_gradients(tf.reduce_sum(w * w))
    assert pairs[0][1] is w
    train = descent(1.0).apply_gradients([(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in pairs])
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    assert sess.run(w).tolist() == [2.0, -3.0]


def test_only_the_given_variables_are_trained(sess):
    a, b = tf.Variable(1.0), tf.Variable(1.0)
    train = descent().minimize(a * a + b * b, var_list=[a])
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    assert sess.run(b) == 1.0
    assert sess.run(a) < 1.0


def test_a_constraint_holds_after_each_update(sess):
    w = tf.Variable(1.0, constraint=lambda v: tf.maximum(v, 0.9))
    train = descent(1.0).minimize(w * w)
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    assert sess.run(w) == np.float32(0.9)


def test_a_variable_without_gradient_is_left_alone(sess):
    a, b = tf.Variable(1.0), tf.Variable(1.0)
    pairs = descent().compute_gradients(a * 1.0, [a, b])
    assert pairs[1] == (None, b)
    descent().apply_gradients(pairs)


def test_what_cannot_be_trained_is_refused(sess):
    with pytest.raises(ValueError, match="No variables to optimize"):
        descent().minimize(tf.constant(1.0))
    w = tf.Variable(1.0, name="w")
    with pytest.raises(ValueError, match=r"No gradients provided for any variable.*'w:0'"):
        descent().minimize(tf.constant(1.0))
    with pytest.raises(ValueError, match="int32 for loss"):
        descent().minimize(tf.constant(1))
    with pytest.raises(ValueError, match="gate_gradients"):
        descent().compute_gradients(w, gate_gradients=7)
    with pytest.raises(TypeError, match=r"not a tf\.Variable"):
        descent().minimize(w * w, var_list=[tf.constant(1.0)])
    with pytest.raises(ValueError, match="No variables provided"):
        descent().apply_gradients([])
    with pytest.raises(ValueError, match="name"):
        tf.train.GradientDescentOptimizer(0.1, name="")


@pytest.mark.parametrize("gate", [0, 1, 2])
def test_gating_changes_no_result(sess, gate):
    w = tf.Variable(2.0)
    train = descent(0.5).minimize(w * w, gate_gradients=gate)
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    assert sess.run(w) == 0.0


def test_an_optimizer_of_ones_own_may_make_slots_of_tensors_and_of_initializers():
    class Counting(tf.train.Optimizer):
        def _create_slots(self, var_list):
            for v in var_list:
                self._get_or_make_slot(v, tf.constant([1.0, 2.0]), "given", self._name)
                self._get_or_make_slot_with_initializer(
                    v, tf.ones_initializer(), [3], tf.float32, "made", self._name
                )

        def _apply_dense(self, grad, var):
            return self.get_slot(var, "given").assign_add(grad)

    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable([5.0, 7.0], name="v")
        optimizer = Counting(False, "Counting")
        step = optimizer.minimize(tf.reduce_sum(v * v))
        sess.run(tf.global_variables_initializer())
        assert sorted(optimizer.get_slot_names()) == ["given", "made"]
        sess.run(step)
        slots = [optimizer.get_slot(v, name) for name in ("given", "made")]
        assert [s.tolist() for s in sess.run(slots)] == [[11.0, 16.0], [1.0, 1.0, 1.0]]
        assert slots[0].op.name == "v/Counting"
