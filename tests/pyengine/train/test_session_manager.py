"""Sessions made ready."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def manager(**options):
    return tf.train.SessionManager(ready_op=tf.report_uninitialized_variables(), **options)


def test_variables_are_initialized_or_restored(tmp_path):
    v = tf.Variable(1.0, name="v")
    made, saver = manager(), tf.train.Saver()
    with made.prepare_session("", tf.global_variables_initializer()) as sess:
        sess.run(v.assign(5.0))
        saver.save(sess, str(tmp_path / "model"))
    with made.prepare_session("", None, saver, str(tmp_path)) as sess:
        assert sess.run(v) == 5.0
    sess, is_restored = made.recover_session("", saver, str(tmp_path))
    assert is_restored
    path = tf.train.latest_checkpoint(str(tmp_path))
    assert made.recover_session("", saver, checkpoint_filename_with_path=path)[1]
    with pytest.raises(ValueError, match="both checkpoint_dir"):
        made.recover_session("", saver, str(tmp_path), path)
    assert not made.recover_session("", saver, str(tmp_path / "none"))[1]


def test_what_is_not_ready_is_told():
    tf.Variable(1.0, name="v")
    with pytest.raises(RuntimeError, match="Model is not initialized"):
        manager().prepare_session("")
    with pytest.raises(RuntimeError, match=r"did not make model ready.*not initialized: v"):
        manager().prepare_session("", tf.no_op())
    with pytest.raises(tf.errors.DeadlineExceededError):
        manager(recovery_wait_secs=0.01).wait_for_session("", max_wait_secs=0.02)


def test_local_variables_are_initialized():
    v = tf.Variable(1.0, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    made = manager(
        local_init_op=tf.local_variables_initializer(),
        ready_for_local_init_op=tf.report_uninitialized_variables(tf.global_variables()),
    )
    with made.wait_for_session("") as sess:
        assert sess.run(v) == 1.0
