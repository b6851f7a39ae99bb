"""Sorted tables of keys and values, in the file format of LevelDB that TensorFlow uses.

A file is a row of blocks: data blocks, an (empty) meta index, and the index, which has the last key
of each data block and where the block is; a footer says where the two are. A block is entries
whose keys leave out what they share with the key before, then the places where a whole key stands.
Each block is followed by a byte (0: not compressed) and the masked CRC-32C of both.

Source: https://github.com/google/leveldb/blob/main/doc/table_format.md; only TensorFlow's magic
number is the same as there, its block size is not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from pyengine.crc32c import crc32c, mask, unmask
from pyengine.errors import DataLossError, UnimplementedError

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5
_BLOCK_SIZE = 256 << 10
_RESTART_INTERVAL = 16
_COMPRESSION = {1: "Snappy"}


def put_varint(value: int) -> bytes:
    r"""A number in 7 bits a byte, the lowest first.

    Example:
        >>> put_varint(300), get_varint(put_varint(300), 0)
        (b'\xac\x02', (300, 2))
    """
    result = bytearray()
    while value >= 0x80:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)


def get_varint(data: bytes, position: int) -> tuple[int, int]:
    """The number at a position, and the position after it.

    Raises:
        DataLossError: when the data end in the middle of it.
    """
    value = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise DataLossError(None, None, "a length in the file is cut off or too long")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position


# ---------------------------------------------------------------- writing


def _block(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    data, restarts, before = bytearray(), [0], b""
    for count, (key, value) in enumerate(entries):
        shared = 0
        if count % _RESTART_INTERVAL:
            limit = min(len(key), len(before))
            while shared < limit and key[shared] == before[shared]:
                shared += 1
        elif count:
            restarts.append(len(data))
        data += put_varint(shared) + put_varint(len(key) - shared) + put_varint(len(value))
        data += key[shared:] + value
        before = key
    return bytes(data) + struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))


def table_bytes(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The contents of a table file.

    Args:
        entries: keys, in ascending order and each once, and their values.

    Raises:
        ValueError: when the keys are not in order.
    """
    file = bytearray()
    index: list[tuple[bytes, bytes]] = []
    pending: list[tuple[bytes, bytes]] = []
    size = 0
    last = None
    for key, value in entries:
        if last is not None and key <= last:
            raise ValueError(f"the keys of a table must ascend: {key!r} after {last!r}")
        last = key
        pending.append((key, value))
        size += len(key) + len(value)
        if size >= _BLOCK_SIZE:
            index.append((key, _append(file, _block(pending))))
            pending, size = [], 0
    if pending or not index:
        index.append((last or b"", _append(file, _block(pending))))
    meta_index = _append(file, _block([]))
    handles = meta_index + _append(file, _block(index))
    return bytes(file) + handles.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC)


def _append(file: bytearray, block: bytes) -> bytes:
    """Adds a block and its trailer; returns its handle: where it is, and its length."""
    handle = put_varint(len(file)) + put_varint(len(block))
    content = block + b"\0"
    file += content + struct.pack("<I", mask(crc32c(content)))
    return handle


# ---------------------------------------------------------------- reading


def has_magic(end: bytes) -> bool:
    """Whether the last 8 bytes of a file are those of a table."""
    return end == struct.pack("<Q", _MAGIC)


def read_table(data: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a table file, in order.

    Args:
        data: the whole file.
        name: its name, for errors.

    Raises:
        DataLossError: when it is no such file, or was cut off or changed.
        UnimplementedError: when a block is compressed.
    """
    if len(data) < _FOOTER or not has_magic(data[-8:]):
        raise DataLossError(
            None,
            None,
            f"{name} is not an sstable (bad magic number): it is no checkpoint index, or was cut "
            f"off",
        )
    footer = data[-_FOOTER:]
    position = 0
    for _ in range(2):  # the meta index, which says nothing here
        _, position = get_varint(footer, position)
    index = _read_block(data, footer, position, name)
    for _, handle in _entries(index, name):
        yield from _entries(_read_block(data, handle, 0, name), name)


def _read_block(data: bytes, handle: bytes, position: int, name: str) -> bytes:
    offset, position = get_varint(handle, position)
    size, _ = get_varint(handle, position)
    content = data[offset : offset + size + 1]
    stored = data[offset + size + 1 : offset + size + _TRAILER]
    if len(content) < size + 1 or len(stored) < 4:
        raise DataLossError(None, None, f"{name} is truncated: a block ends after the file")
    if unmask(struct.unpack("<I", stored)[0]) != crc32c(content):
        raise DataLossError(None, None, f"{name}: block checksum mismatch at byte {offset}")
    kind = content[-1]
    if kind:
        raise UnimplementedError(
            None,
            None,
            f"{name}: its blocks are compressed ({_COMPRESSION.get(kind, f'type {kind}')}), which "
            f"TensorFlow's checkpoints are not; save it again without compression",
        )
    return content[:-1]


def _entries(block: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    count = struct.unpack("<I", block[-4:])[0] if len(block) >= 4 else len(block)
    end = len(block) - 4 * (count + 1)
    if end < 0:
        raise DataLossError(None, None, f"{name}: a block is too short for its contents")
    position, key = 0, b""
    while position < end:
        shared, position = get_varint(block, position)
        rest, position = get_varint(block, position)
        length, position = get_varint(block, position)
        if shared > len(key) or position + rest + length > end:
            raise DataLossError(None, None, f"{name}: an entry of a block is broken")
        key = key[:shared] + block[position : position + rest]
        position += rest
        yield key, block[position : position + length]
        position += length
