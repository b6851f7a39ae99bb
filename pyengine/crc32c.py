"""CRC-32C (Castagnoli), with which TensorFlow checks its checkpoints and record files.

The library google-crc32c computes it, with the processor's own instruction where there is one. What
is here is the masked form in which files hold it, that of LevelDB.
"""

from __future__ import annotations

from typing import Any

import google_crc32c
import numpy as np

_ALL = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8


def crc32c(data: Any, crc: int = 0) -> int:
    """The CRC-32C of bytes.

    Args:
        data: bytes, or any object with a contiguous buffer.
        crc: the CRC of what comes before them.

    Example:
        >>> hex(crc32c(b"123456789"))
        '0xe3069283'
    """
    if data.__class__ is not bytes:
        # Of other buffers the library takes those of arrays alone.
        data = np.frombuffer(data, np.uint8)
    found: int = google_crc32c.extend(crc, data)
    return found


def mask(crc: int) -> int:
    """A CRC in the form in which files hold it: data that contain CRCs have odd CRCs otherwise."""
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & _ALL


def unmask(masked: int) -> int:
    """The CRC of its masked form."""
    rotated = (masked - _MASK_DELTA) & _ALL
    return ((rotated >> 17) | (rotated << 15)) & _ALL


def masked_crc32c(data: Any) -> int:
    """The masked CRC-32C of bytes, as files hold it."""
    return mask(crc32c(data))
