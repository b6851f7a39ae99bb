"""Cells around cells that project."""

import numpy as np
import pytest

import pyengine as tf

rnn = tf.contrib.rnn


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def names(variables):
    return [v.op.name for v in variables]


def test_outputs(sess):
    inner = rnn.BasicRNNCell(3)
    cell = rnn.OutputProjectionWrapper(inner, 2, tf.nn.relu)
    x = tf.constant(np.ones((4, 5, 6), np.float32))
    out, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    assert (out.shape.as_list(), state.shape.as_list()) == ([4, 5, 2], [4, 3])
    assert names(tf.trainable_variables()) == [
        "rnn/output_projection_wrapper/basic_rnn_cell/kernel",
        "rnn/output_projection_wrapper/basic_rnn_cell/bias",
        "rnn/output_projection_wrapper/kernel",
        "rnn/output_projection_wrapper/bias",
    ]
    sess.run(tf.global_variables_initializer())
    found, last, kernel = sess.run([out, state, cell.weights[0]])
    np.testing.assert_allclose(found[:, -1], np.maximum(last @ kernel, 0), rtol=1e-5)
    assert len(cell.weights) == 4


def test_inputs(sess):
    cell = rnn.InputProjectionWrapper(rnn.BasicRNNCell(3), 2)
    assert (cell.state_size, cell.output_size) == (3, 3)
    out, _ = cell(tf.ones([4, 5]), cell.zero_state(4, tf.float32))
    assert names(tf.trainable_variables()) == [
        "input_projection_wrapper/kernel", "input_projection_wrapper/bias",
        "input_projection_wrapper/basic_rnn_cell/kernel",
        "input_projection_wrapper/basic_rnn_cell/bias",
    ]  # fmt: skip
    sess.run(tf.global_variables_initializer())
    assert sess.run(out).shape == (4, 3)
    cell(tf.ones([4, 5]), cell.zero_state(4, tf.float32))
    assert len(tf.trainable_variables()) == 4


def test_embeddings(sess):
    cell = rnn.EmbeddingWrapper(rnn.GRUCell(3), 10, 2)
    out, _ = cell(tf.constant([[1], [7]]), cell.zero_state(2, tf.float32))
    assert names(tf.trainable_variables())[0] == "embedding_wrapper/embedding"
    sess.run(tf.global_variables_initializer())
    assert sess.run(out).shape == (2, 3)
    assert cell.weights[0].shape.as_list() == [10, 2]


def test_bad_arguments():
    with pytest.raises(TypeError, match="not RNNCell"):
        rnn.OutputProjectionWrapper(3, 2)
    with pytest.raises(ValueError, match="output_size"):
        rnn.OutputProjectionWrapper(rnn.GRUCell(3), 0)
    with pytest.raises(ValueError, match="embedding_size"):
        rnn.EmbeddingWrapper(rnn.GRUCell(3), 0, 2)
