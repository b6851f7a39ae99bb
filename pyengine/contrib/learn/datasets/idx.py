"""The IDX format of MNIST: a header of sizes, then bytes; gzipped or not.

The header is big-endian: two zero bytes, the type of the elements (8 for unsigned bytes), the
number of dimensions, and a 32-bit size for each (http://yann.lecun.com/exdb/mnist, "file formats").
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from pyengine.errors import DataLossError

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 8


def read_bytes(path: Path) -> bytes:
    """The contents of a file, unpacked if it is gzipped.

    Raises:
        DataLossError: when the compressed data are cut or corrupt.
    """
    data = path.read_bytes()
    if not data.startswith(_GZIP_MAGIC):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _lost(path, f"its compressed data are cut or corrupt ({error})") from error


def find_fault(data: bytes, ndim: int) -> str | None:
    """What is wrong with the bytes of an IDX file of that many dimensions; None if nothing is.

    Example:
        >>> find_fault(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7]), 1)
        'its header promises 10 bytes for [2], there are 9'
    """
    header = 4 + 4 * ndim
    if len(data) < header:
        return f"it ends after {len(data)} bytes, inside the header"
    if data[:2] != b"\0\0" or data[2] != _UNSIGNED_BYTE or data[3] != ndim:
        return (
            f"it is no IDX file of bytes in {ndim} dimensions: it starts with {data[:4].hex()}, "
            f"not with {bytes([0, 0, _UNSIGNED_BYTE, ndim]).hex()}"
        )
    sizes = _sizes(data, ndim)
    # In Python's integers: sizes of a corrupt header may overflow those of a machine.
    expected = header + math.prod(sizes)
    if len(data) != expected:
        return f"its header promises {expected} bytes for {sizes}, there are {len(data)}"
    return None


def _sizes(data: bytes, ndim: int) -> list[int]:
    return [int(size) for size in np.frombuffer(data, ">u4", ndim, 4)]


def parse_idx(data: bytes, path: Path, ndim: int) -> Any:
    """The array in the bytes of an IDX file.

    Args:
        data: the unpacked contents.
        path: where they are from, for messages.
        ndim: the number of dimensions that are expected.

    Returns:
        A read-only uint8 array.

    Raises:
        DataLossError: when the header is none, or the data are shorter or longer than it says.

    Example:
        >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]), Path("labels"), 1).tolist()
        [7, 9]
    """
    fault = find_fault(data, ndim)
    if fault is not None:
        raise _lost(path, fault)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * ndim).reshape(_sizes(data, ndim))


def _lost(path: Path, what: str) -> DataLossError:
    return DataLossError(
        None,
        None,
        f"{path}: {what}. Delete the file to have it fetched again, or put a good one there.",
    )
