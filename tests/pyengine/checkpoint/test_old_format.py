"""Checkpoints of the old format."""

import pathlib

import numpy as np
import pytest

import pyengine as tf
from pyengine import dtypes, errors, protos
from pyengine.checkpoint.old_format import OldReader, open_checkpoint, write_old
from pyengine.checkpoint.slices import Slice
from pyengine.checkpoint.table import read_table, table_bytes

RECORDED = pathlib.Path(__file__).parents[1] / "recorded"
OLD = RECORDED / "old-v1.ckpt"  # written by TensorFlow, in one file


def test_what_tensorflow_wrote_is_read(tmp_path):
    reader = open_checkpoint(str(OLD))
    assert reader.names() == ["v"]
    assert (reader.dtype("v"), reader.shape("v")) == (tf.float32, (2,))
    assert reader.read("v").tolist() == [1, 2]
    (tmp_path / "old-00000-of-00001").write_bytes(OLD.read_bytes())
    assert open_checkpoint(str(tmp_path / "old-?????-of-00001")).names() == ["v"]


def test_the_new_format_is_found_too():
    assert "labels" in open_checkpoint(str(RECORDED / "softmax"))
    with pytest.raises(errors.NotFoundError, match="Failed to find any matching files"):
        open_checkpoint(str(RECORDED / "none"))


@pytest.mark.parametrize(
    "name", ["float32", "float64", "int32", "int64", "uint8", "int16", "int8", "uint16", "bool",
             "float16", "complex64", "complex128", "string"],
)  # fmt: skip
def test_all_dtypes_there_and_back(tmp_path, name):
    dtype = tf.as_dtype(name)
    values = np.array([[0, 1, 1], [1, 0, 1]])
    array = values.astype(str).astype("S").astype(object) if name == "string" else values
    array = np.asfortranarray(array.astype(dtype.as_numpy_dtype))
    cases = {"matrix": array, "scalar": array[0, 1], "empty": array[:0]}
    path = str(tmp_path / "new" / "model")
    write_old(path, [(n, np.shape(v), None, v, dtype) for n, v in cases.items()])
    reader = open_checkpoint(path)
    for n, value in cases.items():
        found = reader.read(n)
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, value)


def test_parts_make_a_whole(tmp_path):
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    parts = [(0, 1), (1, 2)]
    tensors = [("v", (3, 2), Slice(((a, n), (0, -1))), rows[a : a + n], tf.float32)
               for a, n in parts]  # fmt: skip
    path = str(tmp_path / "model")
    write_old(path, tensors)
    assert open_checkpoint(path).read("v").tolist() == rows.tolist()
    for i, tensor in enumerate(tensors):
        write_old(f"{path}-{i}", [tensor])
    assert open_checkpoint(f"{path}-?").read("v").tolist() == rows.tolist()
    with pytest.raises(errors.DataLossError, match="parts of 'v' are in none of the files"):
        open_checkpoint(f"{path}-1").read("v")
    with pytest.raises(errors.InvalidArgumentError, match="duplicate"):
        write_old(path, tensors[:1] * 2)


def test_what_is_not_there(tmp_path):
    with pytest.raises(errors.NotFoundError, match="Key w not found in checkpoint; it has 'v'"):
        open_checkpoint(str(OLD)).read("w")
    assert "w" not in open_checkpoint(str(OLD))
    with pytest.raises(errors.UnimplementedError, match="old format has no bfloat16"):
        write_old(str(tmp_path / "b"), [("v", (), None, np.zeros(()), dtypes.bfloat16)])


def test_damage_is_data_loss(tmp_path):
    path, good = tmp_path / "model", OLD.read_bytes()
    for data, told in (
        (b"not at all", "bad magic number"),
        (good[:-30] + good[-20:], "checksum|truncated|varint|block|sstable"),
        (bytes([good[0] ^ 4]) + good[1:], "block checksum mismatch at byte 0"),
        (table_bytes([(b"a", b"")]), "has no header"),
        (table_bytes([(b"", b"\xff")]), "cannot be read"),
    ):
        path.write_bytes(data)
        with pytest.raises(errors.DataLossError, match=told):
            open_checkpoint(str(path))
    (header, meta), (key, data) = read_table(good, "good")
    saved = protos.SavedTensorSlices.FromString(data)
    del saved.data.data.float_val[-1]
    path.write_bytes(table_bytes([(header, meta), (key, saved.SerializeToString())]))
    with pytest.raises(errors.DataLossError, match=r"1 values do not make 'v' of shape \[2\]"):
        OldReader([str(path)]).read("v")
    path.write_bytes(table_bytes([(header, meta)]))
    with pytest.raises(errors.DataLossError, match="values of 'v' are not there"):
        OldReader([str(path)]).read("v")
    late = protos.SavedTensorSlices.FromString(meta)
    late.meta.versions.min_consumer = 9
    path.write_bytes(table_bytes([(b"", late.SerializeToString())]))
    with pytest.raises(errors.UnimplementedError, match="later format"):
        OldReader([str(path)])
