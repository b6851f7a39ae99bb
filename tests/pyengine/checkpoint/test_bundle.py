"""Checkpoint files."""

import contextlib
import errno
import os
import pathlib

import numpy as np
import pytest

from pyengine import crc32c, dtypes, errors, protos
from pyengine.checkpoint.bundle import BundleReader, BundleWriter
from pyengine.checkpoint.slices import parse_spec
from pyengine.checkpoint.table import read_table, table_bytes

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


def values(prefix):
    return {name: BundleReader(prefix).read(name).tolist() for name in BundleReader(prefix).names()}


def write(prefix, **arrays):
    with BundleWriter(prefix) as writer:
        for name, value in arrays.items():
            writer.add(name, np.float32(value), dtypes.float32)
        writer.finish()


def test_a_checkpoint_takes_the_place_of_another(tmp_path):
    prefix = str(tmp_path / "model")
    for i in range(4):
        write(prefix, a=i)
        assert values(prefix) == {"a": i}
        assert len(list(tmp_path.iterdir())) == 2


class KilledError(BaseException):
    pass


@pytest.mark.parametrize("survived", [0, 1])
@pytest.mark.parametrize("step", ["replace", "fsync", "unlink"])
def test_a_kill_leaves_a_good_checkpoint(tmp_path, monkeypatch, step, survived):
    prefix, real, left = str(tmp_path / "model"), getattr(os, step), [survived]
    write(prefix, a=1)

    def killed(*args):
        if not left[0]:
            raise KilledError
        left[0] -= 1
        return real(*args)

    with monkeypatch.context() as patch, contextlib.suppress(KilledError):
        patch.setattr(os, step, killed)
        patch.setattr(os.path, "exists", lambda path: False)  # nothing is tidied up
        write(prefix, a=2)
    assert values(prefix) in ({"a": 1}, {"a": 2})
    write(prefix, a=9)
    assert values(prefix) == {"a": 9}


def test_a_full_disk_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    prefix = str(tmp_path / "model")
    write(prefix, a=1)

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with (
        monkeypatch.context() as patch,
        pytest.raises(errors.ResourceExhaustedError, match=r"model.*No space left on device"),
    ):
        patch.setattr(os, "fsync", full)
        write(prefix, a=2)
    assert values(prefix) == {"a": 1}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_is_told_while_values_are_written(tmp_path):
    with (
        pytest.raises(errors.ResourceExhaustedError, match=r"model.*No space left on device"),
        BundleWriter(str(tmp_path / "model")) as writer,
        open("/dev/full", "wb") as full,
    ):
        writer._file.close()
        writer._file = full
        writer.add("a", np.zeros(1_000_000, np.float32), dtypes.float32)
    assert list(tmp_path.iterdir()) == []


def test_numbers_of_the_other_byte_order_are_read(tmp_path):
    prefix = str(tmp_path / "model")
    write(prefix, a=1)
    index = tmp_path / "model.index"
    (_, header), *entries = read_table(index.read_bytes(), "model.index")
    header = protos.BundleHeaderProto.FromString(header)
    header.endianness = 1
    entry = protos.BundleEntryProto.FromString(entries[0][1])
    swapped = np.array(1, ">f4").tobytes()
    entry.crc32c = crc32c.mask(crc32c.crc32c(swapped))
    (tmp_path / "model.data-00000-of-00001").write_bytes(swapped)
    index.write_bytes(
        table_bytes([(b"", header.SerializeToString()), (b"a", entry.SerializeToString())])
    )
    assert values(prefix) == {"a": 1}


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
