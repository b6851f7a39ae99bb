"""Checkpoint files."""

import pathlib

import numpy as np
import pytest

from pyengine import dtypes, errors
from pyengine.checkpoint.bundle import BundleReader, BundleWriter
from pyengine.checkpoint.slices import parse_spec

RECORDED = pathlib.Path(__file__).parents[1] / "recorded"

TENSORS = {
    "f": (np.arange(6, dtype=np.float32).reshape(2, 3).T, dtypes.float32),
    "scalar": (np.int64(7), dtypes.int64),
    "none": (np.zeros((0, 3)), dtypes.float64),
    "text": (np.array([[b"a", b"", b"\xff" * 300]], object), dtypes.string),
    "scope/flag": (np.array([True, False]), dtypes.bool),
}


@pytest.fixture
def prefix(tmp_path):
    with BundleWriter(str(tmp_path / "model")) as writer:
        for name, (array, dtype) in TENSORS.items():
            writer.add(name, array, dtype)
        writer.finish()
    return str(tmp_path / "model")


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_go_there_and_back(prefix, name):
    array, dtype = TENSORS[name]
    reader = BundleReader(prefix)
    assert name in reader
    assert reader.dtype(name) is dtype
    assert reader.shape(name) == np.shape(array)
    np.testing.assert_array_equal(reader.read(name), array)


def test_names_are_sorted(prefix):
    assert BundleReader(prefix).names() == sorted(TENSORS)


def test_parts_make_a_whole(tmp_path):
    whole = np.arange(20, dtype=np.int32).reshape(10, 2)
    with BundleWriter(str(tmp_path / "model")) as writer:
        for spec in ("10 2 0,4:-", "10 2 4,6:-"):
            shape, part = parse_spec(spec)
            writer.add_slice("v", shape, part, whole[part.index()], dtypes.int32)
        writer.finish()
    reader = BundleReader(str(tmp_path / "model"))
    assert reader.names() == ["v"]
    np.testing.assert_array_equal(reader.read("v"), whole)


def test_a_name_comes_once(tmp_path):
    with (
        pytest.raises(errors.InvalidArgumentError, match="duplicate"),
        BundleWriter(str(tmp_path / "model")) as writer,
    ):
        writer.add("a", np.float32(1), dtypes.float32)
        writer.add("a", np.float32(1), dtypes.float32)
    assert list(tmp_path.iterdir()) == []


def test_what_tensorflow_wrote_is_read():
    reader = BundleReader(str(RECORDED / "softmax"))
    with np.load(RECORDED / "softmax.npz") as expected:
        np.testing.assert_array_equal(reader.read("w"), expected["w"])
        np.testing.assert_array_equal(reader.read("b"), expected["b"])
    assert reader.read("global_step") == 3
    assert reader.read("labels").tolist() == [b"zero", b"one", b"two"]


def test_what_is_not_there_is_not_found(prefix, tmp_path):
    with pytest.raises(errors.NotFoundError, match="Failed to find any matching files"):
        BundleReader(str(tmp_path / "other"))
    with pytest.raises(errors.NotFoundError, match="Key x not found in checkpoint"):
        BundleReader(prefix).read("x")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(errors.NotFoundError, match=r"Not a directory|File exists"):
        BundleWriter(str(tmp_path / "file" / "model"))


def test_the_old_format_is_named(tmp_path):
    (tmp_path / "old.ckpt").write_bytes(b"x")
    with pytest.raises(errors.NotFoundError, match="V1 format"):
        BundleReader(str(tmp_path / "old.ckpt"))


def test_damage_is_data_loss(prefix):
    path = pathlib.Path(f"{prefix}.data-00000-of-00001")
    good = path.read_bytes()
    for name in ("f", "text"):
        reader = BundleReader(prefix)
        entry = reader._entries[name.encode()]
        bad = bytearray(good)
        bad[entry.offset + entry.size - 1] ^= 1
        path.write_bytes(bad)
        with pytest.raises(errors.DataLossError, match=f"Checksum does not match for '{name}'"):
            reader.read(name)
    path.write_bytes(good[:5])
    with pytest.raises(errors.DataLossError, match="truncated"):
        BundleReader(prefix).read("f")
    path.unlink()
    with pytest.raises(errors.NotFoundError, match="is missing"):
        BundleReader(prefix).read("f")
