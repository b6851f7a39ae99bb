"""The TFRecord format, byte for byte as TensorFlow writes it."""

import contextlib
import gzip
import zlib

import numpy as np
import pytest

import pyengine as tf
from pyengine import tfrecords as records

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
    with pytest.raises(tf.errors.DataLossError, match=r"it is not compressed by [GZ]"):
        read(tmp_path, WRITTEN, compression)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (gzip.compress(WRITTEN), "compressed by GZIP: give compression_type='GZIP'"),
        (zlib.compress(WRITTEN), "compressed by ZLIB"),
        (WRITTEN[7::-1] + WRITTEN[8:], "numbers are big-endian"),
        (b"a line of text, another", "even a TFRecord file"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path, data, told):
    with pytest.raises(tf.errors.DataLossError, match=rf"corrupted record at 0 \(.*{told}"):
        read(tmp_path, data)


def test_a_full_disk_is_told_at_each_step():
    for compression in ("", "GZIP"):
        for step in (lambda f: f.write(bytes(1 << 20)), lambda f: f.flush(), lambda f: f.close()):
            file = records.RecordFile("/dev/full", compression)
            file.write(np.random.default_rng(0).bytes(1000))
            with pytest.raises(tf.errors.ResourceExhaustedError, match="/dev/full; No space left"):
                step(file)
                file.close()
            with contextlib.suppress(tf.errors.ResourceExhaustedError):
                file.close()
            assert file.closed


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


def test_an_unfinished_record_of_a_growing_file_is_not_given(tmp_path):
    path = tmp_path / "file"
    for size in (len(WRITTEN) - 1, 36, 40):
        path.write_bytes(WRITTEN[:size])
        assert list(records.read_records(path, growing=True)) == RECORDS[:2]
    path.write_bytes(WRITTEN[:36] + b"x" * 20)
    with pytest.raises(tf.errors.DataLossError, match="corrupted record at 35"):
        list(records.read_records(path, growing=True))


def test_a_flipped_bit_anywhere_is_found(tmp_path):
    path = tmp_path / "file"
    for position in range(len(WRITTEN)):
        damaged = bytearray(WRITTEN)
        damaged[position] ^= 1 << position % 8
        path.write_bytes(damaged)
        with pytest.raises(tf.errors.DataLossError, match=r"record at \d+"):
            list(records.read_records(path))


def test_a_full_disk_is_told(tmp_path):
    file = records.RecordFile("/dev/full")
    with pytest.raises(tf.errors.ResourceExhaustedError, match="/dev/full; No space left"):
        for _ in range(100):
            file.write(b"x" * 100_000)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="/dev/full"):
        file.close()
    file.close()
