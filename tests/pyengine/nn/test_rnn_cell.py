"""Cells, against their formulas in NumPy; names of variables are TensorFlow's."""

import numpy as np
import pytest

import pyengine as tf

rc = tf.nn.rnn_cell
rng = np.random.default_rng(0)
X = rng.normal(size=(2, 3)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def load(sess):
    """Random values for all variables; the values by the ends of their names."""
    values = {}
    for v in tf.global_variables():
        value = (rng.normal(size=v.shape.as_list()) * 0.5).astype(np.float32)
        v.load(value, sess)
        values[v.op.name.split("/", 1)[1]] = value
    return values


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=2e-5, atol=1e-6)


def test_basic_rnn(sess):
    h = rng.normal(size=(2, 4)).astype(np.float32)
    output, state = rc.BasicRNNCell(4)(X, h)
    assert output is state
    v = load(sess)
    close(sess.run(output), np.tanh(np.hstack([X, h]) @ v["kernel"] + v["bias"]))
    assert [w.name for w in tf.trainable_variables()] == [
        "basic_rnn_cell/kernel:0", "basic_rnn_cell/bias:0"
    ]  # fmt: skip


def test_gru(sess):
    h = rng.normal(size=(2, 4)).astype(np.float32)
    output, _ = rc.GRUCell(4, activation=tf.nn.relu)(X, h)
    sess.run(tf.global_variables_initializer())
    biases = [w for w in tf.global_variables() if "bias" in w.name]
    assert [sess.run(b).tolist() for b in biases] == [[1.0] * 8, [0.0] * 4]
    v = load(sess)
    r, u = np.split(sigmoid(np.hstack([X, h]) @ v["gates/kernel"] + v["gates/bias"]), 2, axis=1)
    c = np.hstack([X, r * h]) @ v["candidate/kernel"] + v["candidate/bias"]
    close(sess.run(output), u * h + (1 - u) * np.maximum(c, 0))


@pytest.mark.parametrize("as_tuple", [True, False])
def test_basic_lstm(sess, as_tuple):
    c, h = rng.normal(size=(2, 2, 4)).astype(np.float32)
    cell = rc.BasicLSTMCell(4, forget_bias=0.5, state_is_tuple=as_tuple)
    state = rc.LSTMStateTuple(c, h) if as_tuple else np.hstack([c, h])
    output, new = cell(X, state)
    v = load(sess)
    i, j, f, o = np.split(np.hstack([X, h]) @ v["kernel"] + v["bias"], 4, axis=1)
    new_c = c * sigmoid(f + 0.5) + sigmoid(i) * np.tanh(j)
    new_h = np.tanh(new_c) * sigmoid(o)
    close(sess.run(output), new_h)
    found = sess.run(new)
    close(np.hstack(found) if as_tuple else found, np.hstack([new_c, new_h]))
    assert isinstance(new, rc.LSTMStateTuple) is as_tuple


def test_lstm_with_everything(sess):
    c = rng.normal(size=(2, 4)).astype(np.float32)
    h = rng.normal(size=(2, 2)).astype(np.float32)
    cell = rc.LSTMCell(4, use_peepholes=True, cell_clip=0.3, num_proj=2, proj_clip=0.2)
    assert cell.state_size == rc.LSTMStateTuple(4, 2)
    assert cell.output_size == 2
    output, new = cell(X, rc.LSTMStateTuple(c, h))
    v = load(sess)
    i, j, f, o = np.split(np.hstack([X, h]) @ v["kernel"] + v["bias"], 4, axis=1)
    new_c = sigmoid(f + 1 + v["w_f_diag"] * c) * c + sigmoid(i + v["w_i_diag"] * c) * np.tanh(j)
    new_c = np.clip(new_c, -0.3, 0.3)
    m = sigmoid(o + v["w_o_diag"] * new_c) * np.tanh(new_c)
    close(sess.run(new.c), new_c)
    close(sess.run(output), np.clip(m @ v["projection/kernel"], -0.2, 0.2))


def test_cells_above_each_other(sess):
    cell = rc.MultiRNNCell([rc.GRUCell(4), rc.BasicRNNCell(3)])
    assert (cell.state_size, cell.output_size) == ((4, 3), 3)
    zero = cell.zero_state(2, tf.float32)
    output, state = cell(tf.constant(X), zero)
    assert [s.shape.as_list() for s in state] == [[2, 4], [2, 3]]
    assert output.shape.as_list() == [2, 3]
    names = [w.op.name for w in cell.trainable_variables]
    assert names[0] == "multi_rnn_cell/cell_0/gru_cell/gates/kernel"
    assert names[-1] == "multi_rnn_cell/cell_1/basic_rnn_cell/bias"
    flat = rc.MultiRNNCell([rc.GRUCell(4), rc.BasicRNNCell(3)], state_is_tuple=False)
    assert flat.state_size == 7
    _, joined = flat(tf.constant(X), flat.zero_state(2, tf.float32))
    assert joined.shape.as_list() == [2, 7]
    with pytest.raises(ValueError, match="at least one"):
        rc.MultiRNNCell([])
    with pytest.raises(TypeError, match="list or tuple"):
        rc.MultiRNNCell(5)
    with pytest.raises(ValueError, match="state_is_tuple"):
        rc.MultiRNNCell([rc.LSTMCell(3)], state_is_tuple=False)


def test_what_a_cell_refuses(sess):
    with pytest.raises(ValueError, match="ndim=2"):
        rc.GRUCell(4)(tf.zeros([2, 3, 4]), tf.zeros([2, 4]))
    with pytest.raises(ValueError, match="to be known"):
        rc.GRUCell(4)(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 4]))
    with pytest.raises(ValueError, match="Unknown activation"):
        rc.GRUCell(4, activation="nonsense")
    with pytest.raises(NotImplementedError, match="sharded"):
        rc.LSTMCell(4, num_unit_shards=2)
    assert rc.GRUCell(4, activation="relu")._activation is tf.nn.relu
