"""The hooks that write files."""

import json

import pytest

import pyengine as tf

train = tf.train


@pytest.fixture(autouse=True)
def advance():
    with tf.Graph().as_default():
        yield train.get_or_create_global_step().assign_add(1)
    tf.summary.FileWriterCache.clear()


def run(hooks, fetches, times):
    with train.MonitoredSession(hooks=hooks) as sess:
        while not sess.should_stop() and times:
            sess.run(fetches)
            times -= 1


class Listener(train.CheckpointSaverListener):
    def __init__(self, stop_at=None):
        self.told, self.stop_at = [], stop_at

    def before_save(self, session, global_step_value):
        self.told.append(-global_step_value)

    def after_save(self, session, global_step_value):
        self.told.append(global_step_value)
        return global_step_value == self.stop_at


def test_checkpoints_are_saved_every_so_often(tmp_path, advance):
    listener = Listener()
    hook = train.CheckpointSaverHook(str(tmp_path), save_steps=2, listeners=[listener])
    run([hook], advance, 5)
    assert listener.told == [0, 0, -2, 2, -4, 4, -5, 5]
    assert {p.name for p in tmp_path.glob("*.index")} == {
        f"model.ckpt-{i}.index" for i in (0, 2, 4, 5)
    }


def test_a_listener_can_stop_the_training(tmp_path, advance):
    listener = Listener(stop_at=2)
    run([train.CheckpointSaverHook(str(tmp_path), save_steps=1, listeners=[listener])], advance, 9)
    assert listener.told[-1] == 2


def test_summaries_are_saved_every_so_often(tmp_path, advance):
    op = tf.summary.scalar("x", tf.constant(1.0))
    hook = train.SummarySaverHook(save_steps=3, output_dir=str(tmp_path), summary_op=op)
    run([hook], advance, 7)
    (file,) = tmp_path.iterdir()
    steps = [e.step for e in train.summary_iterator(str(file)) if e.WhichOneof("what") == "summary"]
    assert steps == [1, 4, 7]


def test_timelines(tmp_path, advance):
    run([train.ProfilerHook(save_steps=2, output_dir=str(tmp_path))], advance, 5)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2
    assert json.loads(files[0].read_text())["traceEvents"]


def test_what_is_refused(tmp_path):
    with pytest.raises(ValueError, match="both saver and scaffold"):
        train.CheckpointSaverHook("x", 1, saver=train.Saver(), scaffold=train.Scaffold())
    with pytest.raises(ValueError, match="Either every_secs or every_steps"):
        train.CheckpointSaverHook("x")
    with pytest.raises(ValueError, match="Exactly one of scaffold or summary_op"):
        train.SummarySaverHook(save_steps=1)
