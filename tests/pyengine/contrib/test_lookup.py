"""Tables under `tf.contrib.lookup`."""

import pyengine as tf


def test_strings_and_positions():
    with tf.Graph().as_default(), tf.Session() as sess:
        words = tf.constant(["a", "b"])
        there = tf.contrib.lookup.string_to_index(tf.constant(["b", "c"]), words)
        back = tf.contrib.lookup.index_to_string(tf.constant([1, 2], tf.int64), words)
        sess.run(tf.tables_initializer())
        assert sess.run(there).tolist() == [1, -1]
        assert sess.run(back).tolist() == [b"b", b"UNK"]
