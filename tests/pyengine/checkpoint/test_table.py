"""Sorted tables of keys and values."""

import pytest

from pyengine import errors
from pyengine.checkpoint.table import get_varint, put_varint, read_table, table_bytes

ENTRIES = [(b"", b"header"), *((b"key/%05d" % i, b"v" * (i % 7)) for i in range(200))]


def test_tables_go_there_and_back():
    assert list(read_table(table_bytes(ENTRIES), "t")) == ENTRIES


def test_an_empty_table():
    assert list(read_table(table_bytes([]), "t")) == []


def test_a_large_table_has_several_blocks():
    entries = [(b"%04d" % i, bytes(1000)) for i in range(700)]
    assert list(read_table(table_bytes(entries), "t")) == entries


def test_keys_must_ascend():
    with pytest.raises(ValueError, match="must ascend"):
        table_bytes([(b"b", b""), (b"a", b"")])


@pytest.mark.parametrize("value", [0, 1, 127, 128, 2**32, 2**63])
def test_varints(value):
    data = put_varint(value)
    assert get_varint(b"x" + data, 1) == (value, len(data) + 1)


def test_a_cut_varint_is_data_loss():
    with pytest.raises(errors.DataLossError, match="cut off"):
        get_varint(b"\x80", 0)


@pytest.mark.parametrize("position", [3, 100, 1000])
def test_a_changed_byte_is_data_loss(position):
    data = bytearray(table_bytes(ENTRIES))
    data[position] ^= 1
    with pytest.raises(errors.DataLossError, match="checksum"):
        list(read_table(bytes(data), "t"))


@pytest.mark.parametrize("size", [0, 10, 500, -1])
def test_a_cut_file_is_data_loss(size):
    with pytest.raises(errors.DataLossError):
        list(read_table(table_bytes(ENTRIES)[:size], "t"))


def test_a_compressed_block_is_refused(monkeypatch):
    from pyengine.checkpoint import table

    def compressed(file, block):
        handle = put_varint(len(file)) + put_varint(len(block))
        content = block + b"\x01"
        file += content + table.struct.pack("<I", table.mask(table.crc32c(content)))
        return handle

    monkeypatch.setattr(table, "_append", compressed)
    data = table_bytes(ENTRIES)
    with pytest.raises(errors.UnimplementedError, match="Snappy"):
        list(read_table(data, "t"))
