"""TFRecord files, which event files are too: length, its checksum, the record, its checksum.

Source: tensorflow/core/lib/io/record_writer.h of TensorFlow 1.15.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pyengine.crc32c import masked_crc32c
from pyengine.errors import DataLossError, NotFoundError

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")


def framed(record: bytes) -> bytes:
    r"""A record as it is in a file.

    Example:
        >>> len(framed(b"abc")), framed(b"abc")[:8]
        (19, b'\x03\x00\x00\x00\x00\x00\x00\x00')
    """
    length = struct.pack("<Q", len(record))
    return b"".join(
        (length, _CHECKSUM.pack(masked_crc32c(length)), record,
         _CHECKSUM.pack(masked_crc32c(record)))
    )  # fmt: skip


def read_records(path: str) -> Iterator[bytes]:
    """The records of a file, which may still be growing: an unfinished last one is not given.

    Raises:
        NotFoundError: when there is no such file.
        DataLossError: when a record is damaged.
    """
    try:
        file = open(path, "rb")  # noqa: SIM115 (closed below, whatever the caller does)
    except FileNotFoundError:
        raise NotFoundError(None, None, f"{path}; No such file or directory") from None
    with file:
        while len(header := file.read(_HEADER.size)) == _HEADER.size:
            length, checksum = _HEADER.unpack(header)
            if masked_crc32c(header[:8]) != checksum:
                raise DataLossError(None, None, f"{path}: corrupted record length")
            body = file.read(length + _CHECKSUM.size)
            if len(body) < length + _CHECKSUM.size:
                return
            record = body[:length]
            if _CHECKSUM.unpack(body[length:])[0] != masked_crc32c(record):
                raise DataLossError(None, None, f"{path}: corrupted record")
            yield record
