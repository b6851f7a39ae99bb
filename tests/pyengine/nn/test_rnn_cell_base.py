"""What all cells have in common."""

import numpy as np
import pytest

import pyengine as tf

rc = tf.nn.rnn_cell
X = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=2e-5, atol=1e-6)


def test_a_cell_keeps_its_variables(sess):
    cell = rc.GRUCell(4)
    h = cell.zero_state(tf.shape(X)[0], tf.float32)
    _, h = cell(X, h)
    cell(X, h)
    rc.GRUCell(4)(X, h)
    scopes = {w.name.split("/")[0] for w in tf.trainable_variables()}
    assert scopes == {"gru_cell", "gru_cell_1"}
    assert len(cell.weights) == 4
    assert cell.built


def test_cells_share_variables_where_told(sess):
    h = tf.zeros([2, 4])
    for _ in range(2):
        with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
            rc.BasicRNNCell(4, name="mine")(X, h)
    with tf.variable_scope("s"):
        rc.BasicRNNCell(4, name="mine", reuse=True)(X, h)
    assert [w.name for w in tf.trainable_variables()] == ["s/mine/kernel:0", "s/mine/bias:0"]
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        rc.BasicRNNCell(4, name="mine")(X, h)
        rc.BasicRNNCell(4, name="mine")(X, h)  # in the same scope: another cell
    assert [w.name for w in tf.trainable_variables()][2:] == [
        "s/mine_1/kernel:0", "s/mine_1/bias:0"
    ]  # fmt: skip
    with pytest.raises(ValueError, match="already exists"), tf.variable_scope("s"):
        rc.BasicRNNCell(4, name="mine")(X, h)


def test_a_cell_of_ones_own(sess):
    class Plus(rc.RNNCell):
        state_size = 3
        output_size = 3

        def build(self, shape):
            self.w = self.add_variable("w", [3], initializer=tf.constant_initializer(2.0))

        def call(self, inputs, state):
            return inputs * self.w + state, state + 1.0

    cell = Plus()
    output, state = cell(tf.constant(X), cell.zero_state(2, tf.float32))
    sess.run(tf.global_variables_initializer())
    close(sess.run(output), X * 2)
    assert sess.run(state).tolist() == [[1.0] * 3] * 2
    assert cell.variables[0].name == "plus/w:0"
    assert cell.scope_name == "plus"


def test_zero_states(sess):
    cell = rc.LSTMCell(4)
    state = cell.zero_state(tf.placeholder_with_default(5, []), tf.float64)
    assert state.c.dtype is tf.float64
    assert state.c.shape.as_list() == [None, 4]
    assert sess.run(state.h).shape == (5, 4)
    assert cell.get_initial_state(inputs=tf.constant(X)).c.shape.as_list() == [2, 4]
    with pytest.raises(ValueError, match="batch_size and dtype"):
        cell.get_initial_state()


def test_a_cell_has_to_say_what_it_does(sess):
    with pytest.raises(NotImplementedError):
        rc.RNNCell()(tf.zeros([2, 3]), tf.zeros([2, 4]))
    with pytest.raises(ValueError, match="not built"):
        rc.GRUCell(4).scope_name
    with pytest.raises(TypeError, match="Inconsistent"):
        rc.LSTMStateTuple(tf.constant(1.0), tf.constant(1)).dtype
