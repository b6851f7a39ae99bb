"""Savers."""

import os
import pathlib

import numpy as np
import pytest

import pyengine as tf
from pyengine.train import checkpoint_management

SOFTMAX = str(pathlib.Path(__file__).parents[1] / "recorded" / "softmax")


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "model")


def restored(saver, path, fetches):
    with tf.Session() as sess:
        saver.restore(sess, path)
        return sess.run(fetches)


def saved(path, saver, **more):
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, path, **more)


def test_every_dtype_makes_the_round_trip(path):
    values = [[1.5, 2.5], np.arange(6).reshape(2, 3).T, [b"a", b"bc"], True, 1 + 2j, np.float16(3)]
    variables = [tf.Variable(value) for value in values]
    saver = tf.train.Saver()
    assert saved(path, saver) == path
    for value, found in zip(values, restored(saver, path, variables)):
        np.testing.assert_array_equal(found, value)


def test_the_ops_have_tensorflows_names(graph):
    tf.Variable(1.0, name="v")
    saver_def = tf.train.Saver().as_saver_def()
    assert saver_def.filename_tensor_name == "save/Const:0"
    assert saver_def.save_tensor_name == "save/control_dependency:0"
    assert saver_def.restore_op_name == "save/restore_all"
    assert "save/RestoreV2/tensor_names" in {op.name for op in graph.get_operations()}
    assert tf.train.Saver().as_saver_def().restore_op_name == "save_1/restore_all"
    assert tf.train.Saver(name="mine").as_saver_def().restore_op_name == "mine/restore_all"


def test_what_tensorflow_saved_is_restored():
    w = tf.Variable(tf.zeros([4, 3]), name="w")
    with np.load(SOFTMAX + ".npz") as expected:
        np.testing.assert_array_equal(restored(tf.train.Saver(), SOFTMAX, w), expected["w"])


def test_a_dict_renames(path):
    v = tf.Variable(5.0)
    saver = tf.train.Saver({"other": v})
    saved(path, saver)
    assert tf.train.list_variables(path) == [("other", [])]
    assert restored(saver, path, v) == 5


def test_a_step_is_appended(path):
    v = tf.Variable(1, name="v")
    with tf.Session() as sess:
        sess.run(v.initializer)
        for step, name in ((7, "model-7"), (7.0, "model-7"), (v, "model-1"), ("v:0", "model-1")):
            found = tf.train.Saver().save(sess, path, global_step=step)
            assert os.path.basename(found) == name
        padded = tf.train.Saver(pad_step_number=True).save(sess, path, global_step=np.int64(7))
        assert os.path.basename(padded) == "model-00000007"


def test_old_checkpoints_are_deleted(path, tmp_path):
    tf.Variable(1.0)
    saver = tf.train.Saver(max_to_keep=2)
    for step in (1, 2, 3, 2):
        saved(path, saver, global_step=step)
    assert [os.path.basename(p) for p in saver.last_checkpoints] == ["model-3", "model-2"]
    assert tf.train.latest_checkpoint(str(tmp_path)) == f"{path}-2"
    left = {p.name for p in tmp_path.iterdir()}
    # The second one of that name has its values where the first one's are not.
    assert left == {
        "checkpoint",
        *(f"model-{i}.{end}" for i in (2, 3) for end in ("meta", "index")),
        "model-2.data-00001-of-00002",
        "model-3.data-00000-of-00001",
    }


@pytest.mark.parametrize("keep", [0, None])
def test_all_are_kept_when_so_asked(path, keep, tmp_path):
    tf.Variable(1.0)
    saver = tf.train.Saver(max_to_keep=keep)
    for step in range(7):
        saved(path, saver, global_step=step, write_meta_graph=False)
    assert len(list(tmp_path.glob("*.index"))) == 7
    assert saver.last_checkpoints == []


def test_one_in_some_hours_is_kept_for_good(path, tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(checkpoint_management, "now", lambda: clock[0])
    tf.Variable(1.0)
    saver = tf.train.Saver(max_to_keep=1, keep_checkpoint_every_n_hours=1)
    for step in range(6):
        clock[0] = step * 1500.0  # the first two are in the first hour
        saved(path, saver, global_step=step, write_meta_graph=False)
    kept = sorted(p.stem for p in tmp_path.glob("*.index"))
    assert kept == ["model-3", "model-5"]


def test_an_earlier_programs_checkpoints_are_taken_up(path):
    tf.Variable(1.0)
    paths = [saved(path, tf.train.Saver(), global_step=i) for i in range(2)]
    saver = tf.train.Saver(max_to_keep=2)
    saver.recover_last_checkpoints([*paths, path + "-9"])
    assert saver.last_checkpoints == paths
    saved(path, saver, global_step=2)
    assert not tf.train.checkpoint_exists(paths[0])
    saver.set_last_checkpoints(paths)
    assert saver.last_checkpoints == paths


def test_the_old_format(tmp_path, path):
    v = tf.Variable([1.0, 2.0], name="v")
    saver = tf.train.Saver(write_version=tf.train.SaverDef.V1, max_to_keep=1)
    for step in range(2):
        latest = saved(path, saver, global_step=step)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint", "model-1", "model-1.meta"]
    assert tf.train.latest_checkpoint(str(tmp_path)) == latest
    assert restored(tf.train.Saver(), latest, v).tolist() == [1, 2]
    with tf.Graph().as_default():
        again = tf.train.import_meta_graph(latest + ".meta")
        assert restored(again, latest, "v:0").tolist() == [1, 2]
    other = tf.train.Saver({"w": tf.Variable([0.0])})
    with pytest.raises(tf.errors.NotFoundError, match="Key w not found in checkpoint; it has 'v'"):
        restored(other, latest, [])


class TestErrors:
    def test_nothing_to_save(self, path):
        with pytest.raises(ValueError, match="No variables to save"):
            tf.train.Saver()
        with tf.Session() as sess:
            assert tf.train.Saver(allow_empty=True).save(sess, path) is None
            tf.train.Saver(allow_empty=True).restore(sess, path)

    def test_a_variable_that_is_missing(self, path):
        saved(path, tf.train.Saver([tf.Variable(1.0, name="a")]))
        tf.Variable(1.0, name="b")
        with pytest.raises(tf.errors.NotFoundError, match=r"(?s)failed.*Key b not found.*'a'"):
            restored(tf.train.Saver(), path, [])

    def test_another_shape_or_dtype(self, path):
        saved(path, tf.train.Saver({"v": tf.Variable([1.0, 2.0])}))
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"(?s)mismatch.*shapes of both"):
            restored(tf.train.Saver({"v": tf.Variable([1.0])}), path, [])
        with pytest.raises(tf.errors.InvalidArgumentError, match="expected dtype int32"):
            restored(tf.train.Saver({"v": tf.Variable([1, 2])}), path, [])

    def test_another_shape_is_taken_where_it_may_be(self, path):
        saved(path, tf.train.Saver({"v": tf.Variable([1.0, 2.0])}))
        w = tf.Variable([[0.0], [0.0]])
        assert restored(tf.train.Saver({"v": w}, reshape=True), path, w).tolist() == [[1], [2]]

    def test_damage(self, path):
        v = tf.Variable([1.0, 2.0])
        saved(path, tf.train.Saver())
        data = pathlib.Path(path + ".data-00000-of-00001")
        data.write_bytes(b"x" * len(data.read_bytes()))
        with pytest.raises(tf.errors.DataLossError, match="Checksum"):
            restored(tf.train.Saver([v]), path, [])

    def test_no_such_checkpoint(self, path):
        tf.Variable(1.0)
        with tf.Session() as sess:
            with pytest.raises(ValueError, match="not a valid checkpoint"):
                tf.train.Saver().restore(sess, path)
            with pytest.raises(ValueError, match="when it is None"):
                tf.train.Saver().restore(sess, None)

    def test_places_that_cannot_be(self, path, tmp_path):
        tf.Variable(1.0)
        saver = tf.train.Saver()
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(ValueError, match="Parent directory of"):
            saved(str(tmp_path / "file" / "model"), saver)
        assert saved(str(tmp_path / "new" / "model"), saver)
        with pytest.raises(ValueError, match="collides"):
            saved(str(tmp_path / "checkpoint"), saver)
        with pytest.raises(ValueError, match="path components"):
            saved(path, saver, latest_filename="a/b")
        with pytest.raises(TypeError, match="must be a Session"):
            saver.save(None, path)

    def test_a_variable_without_a_value(self, path, tmp_path):
        tf.Variable(1.0, name="v")
        with tf.Session() as sess, pytest.raises(tf.errors.FailedPreconditionError):
            tf.train.Saver().save(sess, path)
        assert list(tmp_path.iterdir()) == []

    def test_arguments_that_do_not_go_together(self):
        v = tf.Variable(1.0)
        with pytest.raises(ValueError, match="defer_build"):
            tf.train.Saver([v], defer_build=True)
        with pytest.raises(ValueError, match="two names"):
            tf.train.Saver({"a": v, "b": v})
        with pytest.raises(ValueError, match="write_version must be"):
            tf.train.Saver(write_version=3)
        with pytest.raises(ValueError, match="save_tensor_name"):
            tf.train.Saver(saver_def=tf.train.SaverDef())


def test_the_ops_may_be_added_later(path):
    saver = tf.train.Saver(defer_build=True)
    v = tf.Variable(3.0)
    with tf.Session() as sess, pytest.raises(RuntimeError, match="build"):
        saver.save(sess, path)
    saver.build()
    saver.build()
    saved(path, saver)
    assert restored(saver, path, v) == 3


def test_a_saver_of_ops_that_are_there(path):
    v = tf.Variable(3.0)
    saver_def = tf.train.Saver(max_to_keep=2).to_proto()
    saver = tf.train.Saver.from_proto(saver_def)
    assert saver._max_to_keep == 2
    assert restored(saver, saved(path, saver), v) == 3
    assert tf.train.Saver(name="s").to_proto("s").restore_op_name == "restore_all"
    assert tf.train.Saver(name="s").to_proto("t") is None


def test_a_graph_that_no_file_can_hold_is_saved_without_it(path, caplog, tmp_path):
    v = tf.Variable(1.0)
    v.op.attrs["_function"] = print
    saved(path, tf.train.Saver())
    assert "The graph was not written" in caplog.text
    assert not list(tmp_path.glob("*.meta"))
