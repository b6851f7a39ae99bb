"""Which variables have no value yet."""

import pytest

import pyengine as tf


def test_uninitialized_variables_are_reported():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(0, name="v")
        tf.Variable(1, name="w", collections=[tf.GraphKeys.LOCAL_VARIABLES])
        report, check = tf.report_uninitialized_variables(), tf.assert_variables_initialized()
        assert sess.run(report).tolist() == [b"v", b"w"]
        sess.run(v.initializer)
        assert sess.run(report).tolist() == [b"w"]
        assert sess.run(tf.report_uninitialized_variables([v])).tolist() == []
        with pytest.raises(tf.errors.FailedPreconditionError, match="w"):
            sess.run(check)
        sess.run(tf.local_variables_initializer())
        sess.run(check)
