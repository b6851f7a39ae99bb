"""Cells around cells."""

import numpy as np
import pytest

import pyengine as tf

rc = tf.nn.rnn_cell


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


class Same(rc.RNNCell):
    """Gives on its inputs, and a state of ones."""

    state_size = rc.LSTMStateTuple(100, 100)
    output_size = 100

    def call(self, inputs, state):
        one = tf.ones([tf.shape(inputs)[0], 100])
        return inputs, rc.LSTMStateTuple(one, one)


def step(cell, x=None):
    x = tf.ones([50, 100]) if x is None else x
    return cell(x, cell.zero_state(50, tf.float32))


def test_dropout_of_outputs_scales_the_rest(sess):
    output, state = step(rc.DropoutWrapper(Same(), output_keep_prob=0.25, seed=3))
    found = sess.run(output)
    assert set(np.unique(found)) == {0.0, 4.0}
    assert abs((found > 0).mean() - 0.25) < 0.03
    assert sess.run(state.c).min() == 1.0


def test_dropout_of_states_leaves_the_memory(sess):
    _, state = step(rc.DropoutWrapper(Same(), state_keep_prob=0.5))
    c, h = sess.run(state)
    assert c.min() == 1.0
    assert set(np.unique(h)) == {0.0, 2.0}
    everything = rc.DropoutWrapper(
        Same(), state_keep_prob=0.5, dropout_state_filter_visitor=lambda s: True
    )
    assert sess.run(step(everything)[1].c).min() == 0.0


def test_a_probability_may_be_fed(sess):
    keep = tf.placeholder(tf.float32, [])
    output, _ = step(rc.DropoutWrapper(Same(), input_keep_prob=keep))
    assert sess.run(output, {keep: 1.0}).min() == 1.0
    assert sess.run(output, {keep: 0.5}).max() == 2.0


def test_the_same_elements_in_every_step(sess):
    cell = rc.DropoutWrapper(
        Same(), 0.5, 0.5, 0.5, variational_recurrent=True, input_size=100, dtype=tf.float32
    )
    state = cell.zero_state(50, tf.float32)
    first, state = cell(tf.ones([50, 100]), state)
    second, _ = cell(tf.ones([50, 100]), state)
    a, b = sess.run([first, second])
    np.testing.assert_array_equal(a, b)
    assert (a == a[:1]).all()
    assert 0 < (a == 0).mean() < 1
    with pytest.raises(ValueError, match="dtype must be"):
        rc.DropoutWrapper(Same(), variational_recurrent=True)
    with pytest.raises(ValueError, match="input_size"):
        rc.DropoutWrapper(Same(), 0.5, variational_recurrent=True, dtype=tf.float32)


def test_probabilities_are_checked():
    with pytest.raises(ValueError, match="input_keep_prob must be between"):
        rc.DropoutWrapper(Same(), input_keep_prob=1.5)
    with pytest.raises(TypeError, match="callable"):
        rc.DropoutWrapper(Same(), dropout_state_filter_visitor=5)


def test_a_residual_cell_adds_its_inputs(sess):
    x = tf.fill([50, 100], 3.0)
    assert sess.run(step(rc.ResidualWrapper(Same()), x)[0]).max() == 6.0
    times = rc.ResidualWrapper(Same(), residual_fn=lambda i, o: i * o)
    assert sess.run(step(times, x)[0]).max() == 9.0
    with pytest.raises(ValueError):
        rc.ResidualWrapper(rc.GRUCell(4))(tf.ones([2, 3]), tf.zeros([2, 4]))


def test_a_device_holds_for_the_ops_of_a_cell():
    with tf.Graph().as_default() as graph:
        step(rc.DeviceWrapper(Same(), "/cpu:0"))
        made = graph.get_operations()[-1]
        assert made.device == "/device:CPU:0"


def test_a_wrapper_adds_no_scope():
    with tf.Graph().as_default():
        cell = rc.DropoutWrapper(rc.GRUCell(4), output_keep_prob=0.5)
        cell(tf.ones([2, 3]), cell.zero_state(2, tf.float32))
        assert tf.trainable_variables()[0].name == "gru_cell/gates/kernel:0"
        assert len(cell.weights) == 4
        assert (cell.state_size, cell.output_size) == (4, 4)
