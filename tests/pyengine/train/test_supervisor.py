"""The supervisor."""

import time

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_it_saves_and_takes_up_again(tmp_path):
    folder = str(tmp_path)
    for expected in (3, 6):
        with tf.Graph().as_default():
            step = tf.train.get_or_create_global_step()
            advance = step.assign_add(1)
            tf.summary.scalar("x", tf.cast(step, tf.float32))
            # No thread that saves too: which of both comes last is the latest checkpoint.
            supervisor = tf.train.Supervisor(logdir=folder, save_model_secs=0)
            assert supervisor.is_chief
            assert supervisor.global_step is step
            with supervisor.managed_session() as sess:
                for _ in range(3):
                    last = int(sess.run(advance))
                supervisor.saver.save(sess, supervisor.save_path, global_step=step)
                supervisor.summary_computed(sess, sess.run(supervisor.summary_op))
            assert last == expected
            assert supervisor.should_stop()
    assert (tmp_path / "graph.pbtxt").exists()
    events = [e for f in tmp_path.glob("events*") for e in tf.train.summary_iterator(str(f))]
    assert {v.tag for e in events for v in e.summary.value} == {"x"}


def test_a_thread_saves_from_the_start_on(tmp_path):
    with tf.Graph().as_default():
        tf.train.get_or_create_global_step()
        supervisor = tf.train.Supervisor(logdir=str(tmp_path), save_model_secs=600)
        with supervisor.managed_session():
            end = time.monotonic() + 20
            while not tf.train.latest_checkpoint(str(tmp_path)) and time.monotonic() < end:
                time.sleep(0.01)
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "model.ckpt-0")


def test_errors_come_out_and_the_end_of_data_does_not():
    data = tf.data.Dataset.range(2).make_one_shot_iterator().get_next()
    supervisor = tf.train.Supervisor(summary_op=None)
    seen = []
    with supervisor.managed_session() as sess:
        while not supervisor.should_stop():
            seen.append(int(sess.run(data)))
    assert seen == [0, 1]
    with pytest.raises(KeyError), supervisor.managed_session():
        raise KeyError
    with supervisor.managed_session() as sess, pytest.raises(RuntimeError, match="summary writer"):
        supervisor.summary_computed(sess, b"")


def test_threads_of_its_own():
    called = []
    supervisor = tf.train.Supervisor()
    with supervisor.managed_session():
        supervisor.loop(0.01, lambda: called.append(1) or supervisor.request_stop())
        supervisor.wait_for_stop()
    assert called


def test_old_names():
    supervisor = tf.train.Supervisor(is_chief=False, init_op=None, saver=None, global_step=None)
    assert supervisor.ShouldStop.__func__ is tf.train.Supervisor.should_stop
    with pytest.raises(RuntimeError, match="Only chief"):
        supervisor.start_standard_services(None)
