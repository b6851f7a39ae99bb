"""PNG files with 16 bits a sample, of which Pillow keeps 8 where there are several channels.

Written as the PNG specification (https://www.w3.org/TR/png) says, chunks and filters (section 9)
of images that are not interlaced.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any, NamedTuple

import numpy as np

from pyengine.errors import InvalidArgumentError, UnimplementedError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""By colour type, that of palettes apart."""
_COLOUR_TYPES = {channels: kind for kind, channels in _CHANNELS.items()}
_HEADER = struct.Struct(">IIBBBBB")


class Header(NamedTuple):
    """The first chunk of a PNG file."""

    width: int
    height: int
    bit_depth: int
    colour_type: int
    compression: int
    filter: int
    interlace: int


def _bad(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def header_of(data: bytes) -> Header:
    """The header of a PNG file; raises InvalidArgumentError if it is cut."""
    start = len(SIGNATURE) + 8
    if data[len(SIGNATURE) + 4 : start] != b"IHDR" or len(data) < start + _HEADER.size:
        raise _bad("Invalid PNG. Failed to initialize decoder.")
    return Header(*_HEADER.unpack_from(data, start))


def read_16_bit(data: bytes) -> Any:
    """The image in a PNG file with 16 bits a sample.

    Args:
        data: the whole file.

    Returns:
        A uint16 array of shape [height, width, channels].

    Raises:
        InvalidArgumentError: when the file is cut or corrupt.
        UnimplementedError: when it is interlaced.
    """
    body = b"".join(chunks(data, b"IDAT"))
    header = header_of(data)
    if header.interlace:
        raise UnimplementedError(
            None,
            None,
            "interlaced PNG files with 16 bits a sample are not decoded: save the image without "
            "interlacing, or decode it with dtype=tf.uint8",
        )
    channels = _CHANNELS[header.colour_type]
    stride, width = 2 * channels, 2 * channels * header.width
    try:
        raw = zlib.decompress(body)
    except zlib.error as error:
        raise _bad(f"Invalid PNG data, size {len(data)} ({error})") from None
    if len(raw) != header.height * (width + 1):
        raise _bad(f"Invalid PNG data, size {len(data)}")
    rows = np.frombuffer(raw, np.uint8).reshape(header.height, width + 1)
    above = np.zeros(width, np.uint8)
    result = np.empty((header.height, width), np.uint8)
    for y, row in enumerate(rows):
        above = result[y] = _unfiltered(int(row[0]), row[1:], above, stride)
    return result.view(">u2").astype(np.uint16).reshape(header.height, header.width, channels)


def chunks(data: bytes, wanted: bytes) -> list[bytes]:
    """The chunks of a type; raises InvalidArgumentError if any is cut or corrupt."""
    found, position = [], len(SIGNATURE)
    while position + 12 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        kind, end = data[position + 4 : position + 8], position + 8 + size
        body = data[position + 8 : end]
        if zlib.crc32(kind + body) != int.from_bytes(data[end : end + 4], "big"):
            chunk = kind.decode("latin-1")
            raise _bad(f"Invalid PNG data, size {len(data)}: the chunk {chunk!r} is cut or corrupt")
        if kind == wanted:
            found.append(body)
        position = end + 4
        if kind == b"IEND":
            return found
    raise _bad(f"Invalid PNG data, size {len(data)}: it is cut")


def _unfiltered(kind: int, row: Any, above: Any, stride: int) -> Any:
    """A row of bytes without its filter, given the row above."""
    if kind == 0:
        return row
    if kind == 1:
        steps = row.reshape(-1, stride)
        return np.add.accumulate(steps, axis=0, dtype=np.uint8).reshape(-1)
    if kind == 2:
        return row + above
    if kind not in (3, 4):
        raise _bad(f"Invalid PNG data: there is no filter of type {kind}")
    # What is left of a pixel is needed before the pixel: one after the other, in Python's integers.
    values, up = row.tolist(), above.tolist()
    for i, value in enumerate(values):
        left = values[i - stride] if i >= stride else 0
        corner = up[i - stride] if i >= stride else 0
        guess = (left + up[i]) >> 1 if kind == 3 else _paeth(left, up[i], corner)
        values[i] = (value + guess) & 255
    return np.array(values, np.uint8)


def _paeth(left: int, up: int, corner: int) -> int:
    by_left, by_up, by_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner


def write_16_bit(image: Any, level: int) -> bytes:
    """A PNG file of a uint16 array of shape [height, width, channels].

    Args:
        image: the array.
        level: zlib's level, or -1.
    """
    height, width, channels = image.shape
    rows = np.zeros((height, 1 + 2 * width * channels), np.uint8)
    samples = np.ascontiguousarray(image).astype(">u2")
    rows[:, 1:] = samples.reshape(height, -1).view(np.uint8)
    header = _HEADER.pack(width, height, 16, _COLOUR_TYPES[channels], 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), level)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
