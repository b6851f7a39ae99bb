"""`tf.contrib.rnn`."""

import pyengine as tf


def test_it_is_the_same_as_in_nn():
    assert tf.contrib.rnn.BasicLSTMCell is tf.nn.rnn_cell.BasicLSTMCell
    assert tf.contrib.rnn.static_rnn is tf.nn.static_rnn
    assert set(tf.nn.rnn_cell.__all__) < set(tf.contrib.rnn.__all__)
