"""Cells over sequences: all forms agree, and with steps made by hand."""

import numpy as np
import pytest

import pyengine as tf

rc = tf.nn.rnn_cell
X = np.random.default_rng(1).normal(size=(2, 5, 3)).astype(np.float32)
LENGTHS = np.array([3, 5], np.int32)
REVERSES = pytest.mark.skipif(
    not hasattr(tf, "reverse_sequence"), reason="tf.reverse_sequence comes with the array ops"
)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def close(got, want, **tolerance):
    np.testing.assert_allclose(got, want, **{"rtol": 1e-5, "atol": 1e-6, **tolerance})


def by_hand(cell, lengths=None):
    """The outputs and the last state of steps made one by one, in the variables of the cell."""
    state = cell.zero_state(2, tf.float32)
    outputs = []
    for t in range(5):
        output, new = cell(tf.constant(X[:, t]), state)
        if lengths is not None:
            alive = tf.constant(lengths > t)
            output = tf.where(alive, output, tf.zeros_like(output))
            new = tf.nest.map_structure(lambda n, o, alive=alive: tf.where(alive, n, o), new, state)
        outputs.append(output)
        state = new
    return tf.stack(outputs, 1), state


@pytest.mark.parametrize("make", [lambda: rc.GRUCell(4), lambda: rc.LSTMCell(4, num_proj=2)])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("known", [True, False])
def test_dynamic_and_static_agree_with_steps_by_hand(sess, make, lengths, known):
    cell = make()
    x = tf.placeholder_with_default(X, [2, 5, 3] if known else [None, None, 3])
    outputs, state = tf.nn.dynamic_rnn(cell, x, sequence_length=lengths, dtype=tf.float32)
    steps, last = tf.nn.static_rnn(
        cell, tf.unstack(tf.constant(X), axis=1), sequence_length=lengths, dtype=tf.float32
    )
    wanted, final = by_hand(cell, lengths)
    sess.run(tf.global_variables_initializer())
    assert outputs.shape.as_list() == [2 if known else None, 5 if known else None, cell.output_size]
    close(sess.run(outputs), sess.run(wanted))
    close(sess.run(tf.stack(steps, 1)), sess.run(wanted))
    for a, b, c in zip(*[tf.nest.flatten(s) for s in (state, last, final)]):
        close(sess.run(a), sess.run(c))
        close(sess.run(b), sess.run(c))


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_gradients_agree(sess, lengths):
    cell = rc.BasicLSTMCell(4)
    outputs, state = tf.nn.dynamic_rnn(
        cell, tf.constant(X), sequence_length=lengths, dtype=tf.float32
    )
    wanted, final = by_hand(cell, lengths)
    weights = tf.trainable_variables()
    got = tf.gradients(tf.reduce_sum(outputs * outputs) + tf.reduce_sum(state.c), weights)
    want = tf.gradients(tf.reduce_sum(wanted * wanted) + tf.reduce_sum(final.c), weights)
    sess.run(tf.global_variables_initializer())
    for a, b in zip(got, want):
        close(sess.run(a), sess.run(b), rtol=1e-4, atol=1e-5)


def test_time_first_and_a_state_to_start_from(sess):
    cell = rc.GRUCell(4)
    start = np.ones((2, 4), np.float32)
    a, _ = tf.nn.dynamic_rnn(cell, tf.constant(X), initial_state=start)
    b, _ = tf.nn.dynamic_rnn(
        cell, tf.constant(X.transpose(1, 0, 2)), initial_state=tf.constant(start), time_major=True
    )
    assert b.shape.as_list() == [5, 2, 4]
    sess.run(tf.global_variables_initializer())
    close(sess.run(b).transpose(1, 0, 2), sess.run(a))


def test_names_of_variables(sess):
    tf.nn.dynamic_rnn(rc.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32)
    tf.nn.dynamic_rnn(rc.GRUCell(4), tf.constant(X), dtype=tf.float32, scope="enc")
    names = [v.name for v in tf.trainable_variables()]
    assert names[:3] == [
        "rnn/basic_lstm_cell/kernel:0", "rnn/basic_lstm_cell/bias:0", "enc/gru_cell/gates/kernel:0"
    ]  # fmt: skip


def test_lengths_are_checked(sess):
    cell = rc.GRUCell(4)
    lengths = tf.placeholder(tf.int32, [None])
    outputs, _ = tf.nn.dynamic_rnn(cell, tf.constant(X), lengths, dtype=tf.float32)
    sess.run(tf.global_variables_initializer())
    assert sess.run(outputs, {lengths: [0, 0]}).max() == 0.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="sequence_length"):
        sess.run(outputs, {lengths: [1, 2, 3]})
    with pytest.raises(ValueError, match="vector of length batch_size"):
        tf.nn.dynamic_rnn(cell, tf.constant(X), [[1, 2]], dtype=tf.float32)


def test_arguments_are_checked():
    with tf.Graph().as_default():
        cell = rc.GRUCell(4)
        with pytest.raises(TypeError, match="not an RNNCell"):
            tf.nn.dynamic_rnn(5, tf.constant(X))
        with pytest.raises(ValueError, match="give a dtype"):
            tf.nn.dynamic_rnn(cell, tf.constant(X))
        with pytest.raises(ValueError, match="Input size"):
            tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32, [2, 5, None]), dtype=tf.float32)
        with pytest.raises(TypeError, match="callable"):
            tf.nn.raw_rnn(cell, 5)


@REVERSES
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_both_ways(sess, lengths):
    forward, backward = rc.GRUCell(4), rc.BasicRNNCell(3)
    (fw, bw), states = tf.nn.bidirectional_dynamic_rnn(
        forward, backward, tf.constant(X), lengths, dtype=tf.float32
    )
    names = {v.name.split("/gru")[0].split("/basic")[0] for v in tf.trainable_variables()}
    assert names == {"bidirectional_rnn/fw", "bidirectional_rnn/bw"}
    outputs, state_fw, state_bw = tf.nn.static_bidirectional_rnn(
        forward, backward, tf.unstack(tf.constant(X), axis=1), dtype=tf.float32,
        sequence_length=lengths,
    )  # fmt: skip
    sess.run(tf.global_variables_initializer())
    close(sess.run(tf.stack(outputs, 1)), np.concatenate(sess.run([fw, bw]), 2))
    for a, b in zip(sess.run(states), sess.run([state_fw, state_bw])):
        close(a, b)
    ends = [4, 4] if lengths is None else lengths - 1
    close(sess.run(states[1]), sess.run(bw)[:, 0])
    close(sess.run(states[0]), sess.run(fw)[np.arange(2), ends])


def test_a_raw_rnn_decides_for_itself(sess):
    cell = rc.LSTMCell(4)
    rows = tf.TensorArray(tf.float32, 5).unstack(tf.constant(X.transpose(1, 0, 2)))

    def loop(time, output, state, steps):
        finished = time >= LENGTHS
        given = tf.cond(tf.reduce_all(finished), lambda: tf.zeros([2, 3]), lambda: rows.read(time))
        if output is None:
            return finished, given, cell.zero_state(2, tf.float32), None, tf.constant(0)
        return finished, given, state, output, steps + 1

    emitted, state, steps = tf.nn.raw_rnn(cell, loop)
    wanted, final = tf.nn.dynamic_rnn(cell, tf.constant(X), LENGTHS, dtype=tf.float32)
    sess.run(tf.global_variables_initializer())
    close(sess.run(emitted.stack()).transpose(1, 0, 2), sess.run(wanted))
    close(sess.run(state.h), sess.run(final.h))
    assert sess.run(steps) == 5


def test_a_raw_rnn_may_emit_something_else(sess):
    cell = rc.GRUCell(4)

    def loop(time, output, state, own):
        finished = time >= tf.constant([2, 2])
        if output is None:
            return finished, tf.zeros([2, 3]), tf.zeros([2, 4]), tf.constant(0.0), None
        return finished, tf.zeros([2, 3]), state, tf.fill([2], tf.to_float(time)), None

    emitted, _, own = tf.nn.raw_rnn(cell, loop)
    sess.run(tf.global_variables_initializer())
    assert sess.run(emitted.stack()).tolist() == [[1.0, 1.0], [2.0, 2.0]]
    assert own is None


def test_it_learns(sess):
    """A sequence's sum of signs, from its last output."""
    rng = np.random.default_rng(0)
    x = rng.choice([-1.0, 1.0], size=(64, 6, 1)).astype(np.float32)
    y = x.sum((1, 2)) / 6
    _, state = tf.nn.dynamic_rnn(rc.GRUCell(8), tf.constant(x), dtype=tf.float32)
    w = tf.get_variable("w", [8, 1])
    loss = tf.reduce_mean(tf.square(tf.matmul(state, w)[:, 0] - y))
    train = tf.train.AdamOptimizer(0.03).minimize(loss)
    tf.set_random_seed(1)
    sess.run(tf.global_variables_initializer())
    before = sess.run(loss)
    for _ in range(60):
        sess.run(train)
    assert sess.run(loss) < before / 10
