"""Monitored sessions."""

import pathlib
import subprocess
import sys
import time

import numpy as np
import pytest

import pyengine as tf

train = tf.train


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


class Recorder(train.SessionRunHook):
    def __init__(self, fetches=None, feeds=None):
        self.told, self.fetches, self.feeds = [], fetches, feeds

    def begin(self):
        self.told.append("begin")

    def after_create_session(self, session, coord):
        assert session.graph.finalized
        self.told.append("session")

    def before_run(self, run_context):
        assert run_context.original_args.fetches is not None
        return train.SessionRunArgs(self.fetches, self.feeds)

    def after_run(self, run_context, run_values):
        self.told.append(run_values.results)

    def end(self, session):
        self.told.append("end")


def test_hooks_are_called_in_turn(graph):
    x = tf.placeholder_with_default(1.0, [])
    v = tf.Variable(2.0)
    hook, other = Recorder({"y": v * 2.0}), Recorder(None, {x: 5.0})
    with train.MonitoredSession(hooks=[hook, other]) as sess:
        assert sess.graph is graph
        assert sess.run([x, v]) == [5.0, 2.0]
        assert sess.run(v) == 2.0
    assert hook.told == ["begin", "session", {"y": 4.0}, {"y": 4.0}, "end"]
    assert other.told == ["begin", "session", None, None, "end"]
    assert sess.should_stop()
    assert not graph.finalized
    with pytest.raises(RuntimeError, match="closed"):
        sess.run(v)


def test_a_tensor_is_fed_once():
    x = tf.placeholder_with_default(1.0, [])
    hook = Recorder(None, {x: 5.0})
    with (
        train.MonitoredSession(hooks=[hook]) as sess,
        pytest.raises(RuntimeError, match="SessionRunHook and user"),
    ):
        sess.run(x, {x: 2.0})
    with (
        train.MonitoredSession(hooks=[hook, hook]) as sess,
        pytest.raises(RuntimeError, match="two hooks"),
    ):
        sess.run(x)


def test_the_end_of_the_data_is_an_orderly_end():
    data = tf.data.Dataset.range(3).make_one_shot_iterator().get_next()
    hook, seen = Recorder(), []
    with train.MonitoredSession(hooks=[hook]) as sess:
        while not sess.should_stop():
            seen.append(int(sess.run(data)))
    assert seen == [0, 1, 2]
    assert hook.told[-1] == "end"


def test_other_errors_are_raised():
    hook = Recorder()
    with pytest.raises(KeyError), train.MonitoredSession(hooks=[hook]):
        tf.get_default_graph()
        raise KeyError
    assert hook.told[-1] == "session"


def test_queue_runners_run():
    queue = train.range_input_producer(3, num_epochs=1, shuffle=False)
    item = queue.dequeue()
    with train.SingularMonitoredSession() as sess:
        assert isinstance(sess.raw_session(), tf.Session)
        assert [int(sess.run(item)) for _ in range(3)] == [0, 1, 2]
        sess.run(item)  # the end


def test_a_lost_session_is_made_anew():
    v = tf.Variable(0)
    step = v.assign_add(1)

    class Losing(Recorder):
        def after_run(self, run_context, run_values):
            super().after_run(run_context, run_values)
            if len(self.told) == 4:
                raise tf.errors.AbortedError(None, None, "lost")

    hook = Losing()
    with train.MonitoredSession(hooks=[hook]) as sess:
        assert [int(sess.run(step)) for _ in range(3)] == [1, 1, 2]
    assert hook.told.count("session") == 2
    with (
        pytest.raises(tf.errors.AbortedError),
        train.SingularMonitoredSession(hooks=[Losing()]) as sess,
    ):
        for _ in range(3):
            sess.run(step)


def test_step_functions():
    v = tf.Variable(7)
    hook = Recorder()

    def step(step_context):
        step_context.session.run(v)
        return int(step_context.run_with_hooks(v))

    with train.MonitoredSession(hooks=[hook]) as sess:
        assert sess.run_step_fn(step) == 7
        with pytest.raises(ValueError, match="step_context"):
            sess.run_step_fn(lambda x: x)
        sess.run_step_fn(lambda step_context: step_context.request_stop())
    assert hook.told == ["begin", "session", None, "end"]


def test_training_is_saved_and_taken_up_again(tmp_path):
    folder = str(tmp_path)
    for expected in (4, 8):
        with tf.Graph().as_default():
            step = train.get_or_create_global_step()
            tf.summary.scalar("step", tf.cast(step, tf.float32))
            advance = step.assign_add(1)
            with train.MonitoredTrainingSession(
                checkpoint_dir=folder, save_checkpoint_steps=2, save_summaries_steps=1,
                log_step_count_steps=2, hooks=[train.StopAtStepHook(num_steps=4)],
            ) as sess:  # fmt: skip
                while not sess.should_stop():
                    last = int(sess.run(advance))
        assert last == expected
        assert train.latest_checkpoint(folder) == f"{folder}/model.ckpt-{expected}"
    tf.summary.FileWriterCache.clear()
    events = [e for f in tmp_path.glob("events*") for e in train.summary_iterator(str(f))]
    tags = {value.tag for e in events for value in e.summary.value}
    assert tags == {"step", "global_step/sec"}
    assert (tmp_path / "graph.pbtxt").exists()


def test_a_session_that_is_not_chief_waits():
    tf.Variable(1.0)
    creator = train.WorkerSessionCreator(max_wait_secs=0)
    with pytest.raises(tf.errors.DeadlineExceededError, match="not ready"):
        train.MonitoredSession(creator)


def test_a_killed_training_is_taken_up(tmp_path):
    command = [sys.executable, str(pathlib.Path(__file__).with_name("resumed.py")), str(tmp_path)]
    saved_step, random = 0, np.random.default_rng(0)
    for _ in range(3):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        steps = [int(child.stdout.readline()) for _ in range(8)]
        assert steps[0] == saved_step + 1  # it went on where the one before had saved
        time.sleep(random.uniform(0, 0.02))
        child.kill()  # in whatever it does then
        child.communicate()
        saved = tf.train.load_checkpoint(tf.train.latest_checkpoint(str(tmp_path)))
        saved_step = saved.get_tensor("global_step")
        assert saved_step >= steps[-1] - 2
        assert (saved.get_tensor("weights") == saved_step).all()
