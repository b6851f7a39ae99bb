"""Which checkpoints a directory has."""

import os

import pytest

import pyengine as tf
from pyengine.train import checkpoint_management as management


def make(folder, *names):
    for name in names:
        (folder / f"{name}.index").write_bytes(b"")
        (folder / f"{name}.data-00000-of-00001").write_bytes(b"")
        (folder / f"{name}.meta").write_bytes(b"")
    return [str(folder / name) for name in names]


def test_the_latest_is_what_the_file_says(tmp_path):
    paths = make(tmp_path, "m-1", "m-2")
    tf.train.update_checkpoint_state(str(tmp_path), paths[1], paths)
    state = tf.train.get_checkpoint_state(str(tmp_path))
    assert state.model_checkpoint_path == paths[1]
    assert list(state.all_model_checkpoint_paths) == paths
    assert tf.train.latest_checkpoint(str(tmp_path)) == paths[1]
    os.unlink(paths[1] + ".index")
    assert tf.train.latest_checkpoint(str(tmp_path)) is None


def test_the_latest_is_always_among_all(tmp_path):
    paths = make(tmp_path, "m-1", "m-2")
    tf.train.update_checkpoint_state(str(tmp_path), paths[1], paths[:1], latest_filename="last")
    state = tf.train.get_checkpoint_state(str(tmp_path), "last")
    assert list(state.all_model_checkpoint_paths) == paths


def test_relative_paths_move_with_the_directory(tmp_path):
    (tmp_path / "a").mkdir()
    paths = make(tmp_path / "a", "m")
    tf.train.update_checkpoint_state(str(tmp_path / "a"), paths[0], paths, save_relative_paths=True)
    (tmp_path / "a").rename(tmp_path / "b")
    assert tf.train.latest_checkpoint(str(tmp_path / "b")) == str(tmp_path / "b" / "m")


def test_a_relative_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    make(tmp_path / "logs", "m")
    tf.train.update_checkpoint_state("logs", "logs/m")
    assert tf.train.latest_checkpoint("logs") == "logs/m"


@pytest.mark.parametrize("content", [b"what is this", b"\xff", b""])
def test_a_file_that_cannot_be_read_is_ignored_with_a_warning(tmp_path, content, caplog):
    (tmp_path / "checkpoint").write_bytes(content)
    assert tf.train.get_checkpoint_state(str(tmp_path)) is None
    assert "Checkpoint ignored" in caplog.text


def test_a_checkpoint_of_the_files_name_is_refused(tmp_path):
    with pytest.raises(RuntimeError, match="conflicts"):
        tf.train.update_checkpoint_state(str(tmp_path), str(tmp_path / "checkpoint"))


def test_existence_and_times(tmp_path):
    (path,) = make(tmp_path, "m")
    assert tf.train.checkpoint_exists(path)
    assert not tf.train.checkpoint_exists(path + "x")
    assert tf.train.get_checkpoint_mtimes([path, path + "x"]) == [os.path.getmtime(path + ".index")]


def test_removal_takes_all_files_of_one_checkpoint(tmp_path):
    make(tmp_path, "m-1", "m-10")
    tf.train.remove_checkpoint(str(tmp_path / "m-1"))
    assert {p.name.split(".")[0] for p in tmp_path.iterdir()} == {"m-10"}


def test_the_name_of_the_meta_graph():
    assert management.meta_graph_filename("a/m-1") == "a/m-1.meta"
    assert management.meta_graph_filename("a/m-1-?????-of-00002") == "a/m-1.meta"


def test_times_must_match_paths():
    with pytest.raises(ValueError, match="must match"):
        tf.train.generate_checkpoint_state_proto("/a", "/a/m", ["/a/m"], [1.0, 2.0])
