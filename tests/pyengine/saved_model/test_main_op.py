"""Ops that a saved model runs when it is loaded."""

import pyengine as tf


def test_all_is_initialized_and_then_restored():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(1.0)
        local = tf.Variable(2.0, collections=[tf.GraphKeys.LOCAL_VARIABLES])
        sess.run(tf.saved_model.main_op.main_op())
        assert sess.run([v, local]) == [1, 2]
        tf.no_op(name="restore")
        op = tf.saved_model.main_op_with_restore("restore")
        assert [c.name for c in op.control_inputs] == ["group_deps_1", "restore"]
