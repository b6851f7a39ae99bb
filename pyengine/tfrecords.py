"""The TFRecord file format: reading, writing, and the checks of its checksums.

A file is a sequence of records: the length as 8 bytes, a checksum of these, the data, a checksum of
the data, all in little-endian order. A checksum is CRC-32C, rotated and shifted, as
https://www.tensorflow.org/tutorials/load_data/tfrecord says. The names that users know are in
`python_io`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

from pyengine.crc32c import crc32c, masked_crc32c
from pyengine.errors import DataLossError
from pyengine.executor.files import file_error, local_path, open_file, system_errors

_HEADER = struct.Struct("<QI")
_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_BLOCK = 1 << 18
_LENGTHS_KEPT = 4096
_COMPRESSED = {"GZIP": (b"\x1f\x8b",), "ZLIB": (b"\x78\x01", b"\x78\x9c", b"\x78\xda")}
_HINT = " (Is this even a TFRecord file?)"

# ---------------------------------------------------------------- reading


class _Inflated:
    """A compressed file as the stream of what was compressed, with the file's `read`."""

    def __init__(self, file: IO[bytes], path: str, how: str) -> None:
        self._file = file
        self._path = path
        self._how = how
        self._window_bits = _WINDOW_BITS[how]
        self._stream = zlib.decompressobj(self._window_bits)
        self._raw = b""
        self._started = False
        self._given = 0

    def read(self, size: int) -> bytes:
        parts, missing = [], size
        while missing:
            part = self._some(missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _some(self, most: int) -> bytes:
        while True:
            if self._stream.eof:  # a file may be several compressed ones in a row
                self._raw = self._stream.unused_data or self._raw
                self._stream, self._started = zlib.decompressobj(self._window_bits), False
            if not self._raw:
                self._raw = self._file.read(_BLOCK)
            if not self._raw:
                if self._started:
                    raise DataLossError(
                        None, None, f"{self._path}: the compressed data are cut at {self._given}"
                    )
                return b""
            self._started = True
            try:
                part = self._stream.decompress(self._raw, most)
            except zlib.error as error:
                if not self._given:
                    raise DataLossError(
                        None, None, f"{self._path}: it is not compressed by {self._how} ({error})"
                    ) from None
                raise DataLossError(
                    None,
                    None,
                    f"{self._path}: the compressed data are damaged after {self._given} bytes of "
                    f"what was compressed ({error})",
                ) from None
            self._raw = b"" if self._stream.eof else self._stream.unconsumed_tail
            if part:
                self._given += len(part)
                return part

    def close(self) -> None:
        self._file.close()


_WINDOW_BITS = {"ZLIB": zlib.MAX_WBITS, "GZIP": zlib.MAX_WBITS + 16}


def open_stream(name: Any, compression: str = "", buffer_size: int | None = None) -> Any:
    """A file opened for reading, inflated if it is compressed: it has `read` and `close`.

    Args:
        name: the path.
        compression: "", "ZLIB" or "GZIP".
        buffer_size: how much to read ahead; of no effect but on speed.

    Raises:
        tf.errors.NotFoundError: when there is no such file.
    """
    file = open_file(name, buffering=buffer_size if buffer_size and buffer_size > 1 else -1)
    if not compression:
        return file
    return _Inflated(file, local_path(name), compression)


def read_records(
    name: Any, compression: str = "", growing: bool = False
) -> Iterator[tuple[int, bytes]]:
    """The records of a file, each with its offset.

    Args:
        name: the path.
        compression: "", "ZLIB" or "GZIP".
        growing: whether the file may still be written: an unfinished last record is then not
            given, rather than an error.

    Yields:
        The offset, in the file or in what was compressed, and the data.

    Raises:
        tf.errors.NotFoundError: when there is no such file.
        tf.errors.DataLossError: when a checksum is wrong or the file is cut; it names the file and
            the offset.
    """
    path = local_path(name)
    stream = open_stream(name, compression)
    try:
        yield from _records_of(stream, path, growing)
    except OSError as error:
        raise file_error(error, path) from error
    finally:
        stream.close()


def _records_of(stream: Any, path: str, growing: bool) -> Iterator[tuple[int, bytes]]:
    buffer, position, base = b"", 0, 0  # base: the offset of the buffer's start
    lengths: dict[bytes, int] = {}  # by header: files have few lengths, and need not check each
    checksum_at = _CHECKSUM.unpack_from
    while True:
        if len(buffer) - position < _HEADER.size:
            base, buffer, position = base + position, buffer[position:] + stream.read(_BLOCK), 0
            if not buffer:
                return
            if len(buffer) < _HEADER.size:
                if growing:
                    return
                raise _damaged(path, "truncated", base)
        start = position + 12
        header = buffer[position:start]
        length = lengths.get(header, -1)
        if length < 0:
            length, checksum = _HEADER.unpack(header)
            if masked_crc32c(header[:8]) != checksum:
                hint = _HINT if base + position else _unlike(header)
                raise _damaged(path, "corrupted", base + position, hint)
            if len(lengths) < _LENGTHS_KEPT:
                lengths[header] = length
        end = start + length
        missing = end + 4 - len(buffer)
        if missing > 0:
            # A block more than is needed, unless the record is large itself.
            rest = stream.read(missing if missing > _BLOCK else _BLOCK)
            if len(rest) < missing:
                if growing:
                    return
                raise _damaged(path, "truncated", base + position)
            base, buffer = base + position, buffer[position:] + rest
            start, end, position = start - position, end - position, 0
        data = buffer[start:end]
        crc = crc32c(data)
        # Masked here: this is done for each record.
        if ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF != checksum_at(buffer, end)[0]:
            raise _damaged(path, "corrupted", base + start)
        yield base + position, data
        position = end + 4


def _unlike(header: bytes) -> str:
    """What a file may be that begins like no TFRecord file."""
    for how, starts in _COMPRESSED.items():
        if header.startswith(starts):
            return (
                f" (It begins as a file that is compressed by {how}: give compression_type='{how}'"
                f" to a data set, options='{how}' to tf_record_iterator.)"
            )
    stored = {int.from_bytes(header[8:], "little"), int.from_bytes(header[8:], "big")}
    if stored & {masked_crc32c(header[:8]), masked_crc32c(header[:8][::-1])}:
        return " (Its numbers are big-endian; those of a TFRecord file are little-endian.)"
    return _HINT


def _damaged(path: str, how: str, offset: int, hint: str = "") -> DataLossError:
    return DataLossError(None, None, f"{path}: {how} record at {offset}{hint}")


# ---------------------------------------------------------------- writing


def framed(data: bytes) -> bytes:
    r"""A record as it stands in a file.

    Example:
        >>> len(framed(b"abc")), framed(b"abc")[:8]
        (19, b'\x03\x00\x00\x00\x00\x00\x00\x00')
    """
    length = _LENGTH.pack(len(data))
    return b"".join(
        (
            length,
            _CHECKSUM.pack(masked_crc32c(length)),
            data,
            _CHECKSUM.pack(masked_crc32c(data)),
        )
    )


class RecordFile:
    """A TFRecord file being written.

    Args:
        name: the path; a file that is there is replaced.
        compression: "", "ZLIB" or "GZIP".
        level: zlib's level, from 0 to 9, or -1 for its default.
        memory_level, strategy, window_bits: zlib's other settings.
    """

    def __init__(
        self,
        name: Any,
        compression: str = "",
        level: int = -1,
        memory_level: int = 9,
        strategy: int = zlib.Z_DEFAULT_STRATEGY,
        window_bits: int | None = None,
    ) -> None:
        self._path = local_path(name)
        self._deflate: Any = None
        if compression:
            bits = _WINDOW_BITS[compression] if window_bits is None else window_bits
            self._deflate = zlib.compressobj(level, zlib.DEFLATED, bits, memory_level, strategy)
        self._file: IO[bytes] | None = open_file(name, "wb", _BLOCK)

    @property
    def closed(self) -> bool:
        return self._file is None

    def write(self, data: bytes) -> None:
        """Appends a record."""
        if self._deflate is not None:
            self._put(self._deflate.compress(framed(data)))
        elif len(data) < _BLOCK:
            self._put(framed(data))
        else:  # without another copy of it
            length = _LENGTH.pack(len(data))
            self._put(length + _CHECKSUM.pack(masked_crc32c(length)))
            self._put(data)
            self._put(_CHECKSUM.pack(masked_crc32c(data)))

    def flush(self) -> None:
        """Brings what was written into the file."""
        if self._deflate is not None:
            self._put(self._deflate.flush(zlib.Z_SYNC_FLUSH))
        assert self._file is not None
        with system_errors(self._path):
            self._file.flush()

    def close(self) -> None:
        """Ends the file; a second time does nothing."""
        if self._file is None:
            return
        file = self._file
        try:
            if self._deflate is not None:
                self._put(self._deflate.flush())
        finally:
            self._file = None
            with system_errors(self._path):
                file.close()

    def _put(self, data: bytes) -> None:
        assert self._file is not None
        try:
            self._file.write(data)
        except OSError as error:
            raise file_error(error, self._path) from error
