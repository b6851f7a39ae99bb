"""CRC-32C (Castagnoli), with which TensorFlow checks its checkpoints and record files.

Python has no CRC-32C, and a loop over bytes would take seconds for a model. A CRC without its
initial value is linear over GF(2), so it can be folded: of each two neighbours the left one is
advanced over the length of the right one and added to it (xor), which halves their number, and all
pairs are done at once. Advancing by a fixed length is four table look-ups.

Source of the polynomial and the check value: RFC 3720, section B.4. Masking is that of LevelDB.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

_POLYNOMIAL = 0x82F63B78  # reflected
_ALL = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8
_CHUNK = 1 << 22
"""The most bytes folded at once: what is read twice should stay in the cache."""


@functools.cache
def _byte_table() -> Any:
    """The state after one byte, from the state zero."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ _POLYNOMIAL, table >> 1).astype(np.uint32)
    return table


@functools.cache
def _advance_tables(level: int) -> tuple[Any, Any, Any, Any]:
    """The tables that advance a state over 2**level bytes of zero, one for each of its bytes."""
    states = np.arange(256, dtype=np.uint32)
    tables = []
    for position in range(4):
        state = states << np.uint32(8 * position)
        if level:
            tables.append(_advance(_advance(state, level - 1), level - 1))
        else:
            tables.append((state >> np.uint32(8)) ^ _byte_table()[state & np.uint32(0xFF)])
    return tables[0], tables[1], tables[2], tables[3]


def _advance(states: Any, level: int) -> Any:
    """States after 2**level bytes of zero."""
    parts = np.ascontiguousarray(states, "<u4").view(np.uint8).reshape(-1, 4)
    first, second, third, fourth = _advance_tables(level)
    result = first[parts[:, 0]]
    result ^= second[parts[:, 1]]
    result ^= third[parts[:, 2]]
    result ^= fourth[parts[:, 3]]
    return result


def _advance_by(state: int, count: int) -> int:
    """A state after `count` bytes of zero."""
    states = np.array([state], np.uint32)
    level = 0
    while count:
        if count & 1:
            states = _advance(states, level)
        count >>= 1
        level += 1
    return int(states[0])


def _fold(data: Any) -> int:
    """The state after the bytes of an array, from the state zero."""
    # Zeros at the front change nothing where the state is zero.
    words = np.zeros(-(-data.size // 4), "<u4")
    words.view(np.uint8)[words.size * 4 - data.size :] = data
    level = 2
    while words.size > 1:
        if words.size & 1:
            words = np.concatenate([np.zeros(1, "<u4"), words])
        words = _advance(words[::2], level) ^ words[1::2]
        level += 1
    return int(_advance(words, 2)[0])


def crc32c(data: Any, crc: int = 0) -> int:
    """The CRC-32C of bytes.

    Args:
        data: bytes, or any object with a contiguous buffer.
        crc: the CRC of what comes before them.

    Example:
        >>> hex(crc32c(b"123456789"))
        '0xe3069283'
    """
    flat = np.frombuffer(data, np.uint8)
    state = crc ^ _ALL
    for start in range(0, flat.size, _CHUNK):
        part = flat[start : start + _CHUNK]
        state = _advance_by(state, part.size) ^ _fold(part)
    return state ^ _ALL


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
