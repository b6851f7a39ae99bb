"""The TFRecord format, byte for byte as TensorFlow writes it."""

import builtins
import zlib

import pytest

import pyengine as tf
from pyengine import tfrecords as records
from tests.pyengine import crc

pytestmark = pytest.mark.usefixtures("checksums")

# Written by TensorFlow: the records b"one", b"" and b"three".
WRITTEN = (
    b"\x03\x00\x00\x00\x00\x00\x00\x00\xb0\x99I\x0eone\x01@U\x08\x00\x00\x00\x00\x00\x00\x00\x00"
    b")\x03\x98\x07\xd8\xea\x82\xa2\x05\x00\x00\x00\x00\x00\x00\x00\xea\xb2\x04>three`#\xfbE"
)
RECORDS = [(0, b"one"), (19, b""), (35, b"three")]


def read(tmp_path, data, compression=""):
    path = tmp_path / "file"
    path.write_bytes(data)
    return list(records.read_records(path, compression))


def test_the_checksum_is_crc_32c():
    assert crc.crc32c(b"123456789") == records.crc32c(b"123456789") == 0xE3069283


def test_records_are_those_of_tensorflow(tmp_path):
    assert read(tmp_path, WRITTEN) == RECORDS
    assert b"".join(records.framed(data) for _, data in RECORDS) == WRITTEN


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (b"\x02" + WRITTEN[1:], r"file: corrupted record at 0 \(Is this even a TFRecord file\?\)"),
        (WRITTEN[:12] + b"x" + WRITTEN[13:], "file: corrupted record at 12"),
        (WRITTEN[:19] + b"\x07" + WRITTEN[20:], "file: corrupted record at 19"),
        (WRITTEN[:-3], "file: truncated record at 35"),
        (WRITTEN[:22], "file: truncated record at 19"),
        (b"not a record file at all", "file: corrupted record at 0"),
    ],
)
def test_damage_is_told_with_its_place(tmp_path, damaged, message):
    with pytest.raises(tf.errors.DataLossError, match=message):
        read(tmp_path, damaged)


def test_an_empty_file_has_no_records(tmp_path):
    assert read(tmp_path, b"") == []


@pytest.mark.parametrize("compression", ["ZLIB", "GZIP"])
def test_compressed_files(tmp_path, compression):
    path = tmp_path / "file"
    file = records.RecordFile(path, compression)
    file.write(b"one")
    file.flush()
    for _, data in RECORDS[1:]:
        file.write(data)
    file.close()
    file.close()
    assert list(records.read_records(path, compression)) == RECORDS
    with pytest.raises(tf.errors.DataLossError, match=r"file: .*cut|file: truncated record at 35"):
        read(tmp_path, path.read_bytes()[:-12], compression)
    with pytest.raises(tf.errors.DataLossError, match=r"inflate\(\) failed"):
        read(tmp_path, WRITTEN, compression)


def test_compressed_files_in_a_row_are_one(tmp_path):
    one, rest = zlib.compress(WRITTEN[:19]), zlib.compress(WRITTEN[19:])
    assert read(tmp_path, one + rest, "ZLIB") == RECORDS


def test_small_and_large_records_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "_BLOCK", 64)
    path, sizes = tmp_path / "file", [0, 1, 63, 64, 65, 500, 3, 47, 48, 49]
    file = records.RecordFile(path)
    for size in sizes:
        file.write(bytes(range(256)) * (size // 256 + 1) if size == 500 else b"x" * size)
    file.close()
    got = [data for _, data in records.read_records(path)]
    assert [len(d) for d in got] == [512 if s == 500 else s for s in sizes]


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(records, "_crc", None)
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if "crc32c" in name:
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install google-crc32c"):
        records.crc32c(b"")
