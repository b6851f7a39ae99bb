"""Steps as ops; that they agree with the loops is in `test_rnn`."""

import numpy as np
import pytest

import pyengine as tf

rc = tf.nn.rnn_cell
X = np.random.default_rng(1).normal(size=(2, 5, 3)).astype(np.float32)


def test_nothing_is_computed_once_all_sequences_have_ended():
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        calls = []

        class Counted(rc.GRUCell):
            def call(self, inputs, state):
                calls.append(tf.py_func(lambda: counts.append(1), [], []))
                with tf.control_dependencies([calls[-1]]):
                    return super().call(inputs, state)

        counts = []
        outputs, _ = tf.nn.static_rnn(
            Counted(4), tf.unstack(tf.constant(X), axis=1), sequence_length=[1, 2],
            dtype=tf.float32,
        )  # fmt: skip
        sess.run(tf.global_variables_initializer())
        values = sess.run(outputs)
        assert len(values) == 5
        assert len(counts) == 2
        assert max(abs(v).max() for v in values[2:]) == 0.0
        assert graph._get_control_flow_context() is None


def test_arguments_are_checked():
    with tf.Graph().as_default():
        cell = rc.GRUCell(4)
        with pytest.raises(TypeError, match="sequence"):
            tf.nn.static_rnn(cell, tf.constant(X), dtype=tf.float32)
        with pytest.raises(ValueError, match="empty"):
            tf.nn.static_rnn(cell, [], dtype=tf.float32)
        with pytest.raises(ValueError, match="accessible via shape"):
            tf.nn.static_rnn(cell, [tf.placeholder(tf.float32, [2, None])], dtype=tf.float32)
        with pytest.raises(ValueError, match="empty"):
            tf.nn.static_bidirectional_rnn(cell, cell, [], dtype=tf.float32)
