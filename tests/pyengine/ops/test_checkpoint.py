"""Ops that write and read checkpoints."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.checkpoint import (
    merge_v2_checkpoints,
    restore,
    restore_slice,
    restore_v2,
    save,
    save_slices,
    save_v2,
    sharded_filename,
)


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def test_tensors_and_parts_of_them(session, tmp_path):
    path = str(tmp_path / "model")
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    names, specs = ["a", "v", "v"], ["", "3 2 0,1:-", "3 2 1,2:-"]
    dtypes = [tf.int32, tf.float32, tf.float32]
    session.run(save_v2(path, names, specs, [7, rows[:1], rows[1:]], dtypes=dtypes))
    found = restore_v2(
        path, ["a", "v", "v"], ["", "", "3 2 2,1:0,1"], dtypes=[tf.int32, tf.float32, tf.float32]
    )
    assert found[2].shape.as_list() == [1, 1]
    a, v, part = session.run(found)
    assert (a, part) == (7, [[4]])
    np.testing.assert_array_equal(v, rows)


def test_what_does_not_fit_is_refused(session, tmp_path):
    path = str(tmp_path / "model")
    for names, specs, message in (
        (["a", "b"], ["", ""], "Got 1 tensors but 2 tensor names"),
        (["a"], ["3 0,2"], "has another shape"),
        (["a"], ["x"], "Expected a shape and slice"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            session.run(save_v2(path, names, specs, [[1.0]], dtypes=[tf.float32]))
    session.run(save_v2(path, ["a"], [""], [[1.0]], dtypes=[tf.float32]))
    wrong = restore_v2(path, ["a"], ["3 0,1"], dtypes=[tf.float32])
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not match the shape stored"):
        session.run(wrong)


def test_graphs_of_before_0_12(session, tmp_path):
    path = str(tmp_path / "model")
    tensors = [7, np.array([1.0, 2.0], np.float32)]
    session.run(save(path, ["a", "v"], tensors, T=[tf.int32, tf.float32]))
    assert session.run(restore(path, "a", dt=tf.int32)) == 7
    assert session.run(restore_slice(path, "v", "2 1,1", dt=tf.float32)).tolist() == [2]
    parts = save_slices(path, ["v"], ["3 1,2"], tensors[1:], T=[tf.float32])
    session.run(parts)
    with pytest.raises(tf.errors.DataLossError, match="parts of 'v' are in none"):
        session.run(restore(path, "v", dt=tf.float32))


def test_several_files_become_one(session, tmp_path):
    parts = [str(tmp_path / "temp" / f"part{i}") for i in range(2)]
    (tmp_path / "temp").mkdir()
    for i, part in enumerate(parts):
        session.run(save_v2(part, [f"v{i}"], [""], [float(i)], dtypes=[tf.float32]))
    whole = str(tmp_path / "whole")
    session.run(merge_v2_checkpoints(parts, whole))
    assert tf.train.list_variables(whole) == [("v0", []), ("v1", [])]
    assert not (tmp_path / "temp").exists()


def test_the_name_of_a_shard(session):
    assert session.run(sharded_filename("m", 1, 2)) == b"m-00001-of-00002"
