"""Checkpoints that are kept."""

import os

import pytest

import pyengine as tf
from pyengine.train import checkpoint_management, checkpoint_manager


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


@pytest.fixture
def root():
    v = tf.Variable(1.0)
    v.initializer.run()
    return tf.train.Checkpoint(v=v)


@pytest.fixture
def clock(monkeypatch):
    times = [1000.0]
    monkeypatch.setattr(checkpoint_management, "now", lambda: times[0])
    return times


def names(paths):
    return [os.path.basename(path) for path in paths]


def kept(folder):
    return sorted(p.name[:-6] for p in folder.iterdir() if p.name.endswith(".index"))


def test_the_latest_are_kept_and_noted(root, tmp_path, session):
    manager = tf.train.CheckpointManager(root, tmp_path, max_to_keep=2)
    assert manager.latest_checkpoint is None
    assert manager.checkpoints == []
    paths = [manager.save() for _ in range(3)]
    assert manager.checkpoints == paths[1:]
    assert manager.latest_checkpoint == tf.train.latest_checkpoint(str(tmp_path)) == paths[2]
    assert kept(tmp_path) == ["ckpt-2", "ckpt-3"]
    assert names([manager.save(checkpoint_number=tf.constant(70))]) == ["ckpt-70"]
    assert session.run(root.save_counter) == 4
    assert manager.checkpoint is root
    assert manager.directory == str(tmp_path)


def test_another_program_goes_on(root, tmp_path):
    first = tf.train.CheckpointManager(root, str(tmp_path), None, checkpoint_name="m")
    for _ in range(3):
        first.save()
    second = tf.train.CheckpointManager(root, str(tmp_path), 2, checkpoint_name="m")
    assert names(second.checkpoints) == ["m-1", "m-2", "m-3"]
    assert second.latest_checkpoint == first.latest_checkpoint
    second.save()
    assert kept(tmp_path) == names(second.checkpoints) == ["m-3", "m-4"]


def test_one_in_some_hours_is_kept_for_good(root, tmp_path, clock):
    manager = tf.train.CheckpointManager(root, str(tmp_path), 1, keep_checkpoint_every_n_hours=2)
    for _ in range(5):
        clock[0] += 3600
        manager.save()
    assert names(manager.checkpoints) == ["ckpt-5"]
    assert kept(tmp_path) == ["ckpt-2", "ckpt-4", "ckpt-5"]
    clock[0] = 2000.0  # somebody has set the clock back
    again = tf.train.CheckpointManager(root, str(tmp_path), 1)
    assert again.latest_checkpoint == manager.latest_checkpoint


def test_an_interval_of_steps(root, tmp_path, session):
    step = tf.train.get_or_create_global_step()
    session.run(step.initializer)
    manager = tf.train.CheckpointManager(
        root, str(tmp_path), 5, step_counter=step, checkpoint_interval=3
    )
    assert manager.checkpoint_interval == 3
    saved = []
    for i in range(8):
        step.load(i, session)
        saved.append(manager.save() is not None)
    assert saved == [True, False, False, True, False, False, True, False]
    assert manager.save(check_interval=False) is not None
    assert manager.save(check_interval=False) is None


def test_restore_or_initialize(root, tmp_path, session):
    calls = []
    manager = tf.train.CheckpointManager(
        root, str(tmp_path), 1, init_fn=lambda: calls.append("start")
    )
    assert manager.restore_or_initialize() is None
    assert calls == ["start"]
    path = manager.save()
    root.v.load(7.0, session)
    assert manager.restore_or_initialize() == path
    assert session.run(root.v) == 1.0


def test_bad_arguments(root, tmp_path):
    with pytest.raises(ValueError, match="positive integer"):
        tf.train.CheckpointManager(root, str(tmp_path), 0)
    with pytest.raises(ValueError, match="step_counter"):
        tf.train.CheckpointManager(root, str(tmp_path), 1, checkpoint_interval=3)


def test_each_new_checkpoint_is_yielded(root, tmp_path, monkeypatch):
    manager = tf.train.CheckpointManager(root, str(tmp_path), 5)
    to_come, found, asked = [manager.save(), None], [], []
    monkeypatch.setattr(checkpoint_manager.time, "sleep", lambda s: manager.save())
    for path in tf.train.checkpoints_iterator(str(tmp_path), timeout=30):
        found.append(path)
        if len(found) == 3:
            break
    assert names(found) == ["ckpt-1", "ckpt-2", "ckpt-3"]
    assert to_come[0] == found[0]

    def give_up():
        asked.append(True)
        return len(asked) == 2

    empty = tmp_path / "empty"
    empty.mkdir()
    assert list(tf.train.checkpoints_iterator(str(empty), timeout=0, timeout_fn=give_up)) == []
    assert len(asked) == 2
