"""Philox4x32-10, the counter-based generator of TensorFlow's random ops, vectorised.

Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011). The key is an op's first seed,
the upper half of the counter its second one, so that equal seeds give TensorFlow's own numbers.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from pyengine.compiled import LANES, dense, kernels
from pyengine.executor.threads import in_parallel, thread_count

_ROUND_A, _ROUND_B = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_A, _KEY_B = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_MASK = 0xFFFFFFFF
_WORD = np.uint64(32)
_LEAST, _MOST = 1 << 15, 1 << 17
"""Blocks of numbers made at a time. Each takes a hundred operations on arrays: where these are
short, threads wait for Python's lock at each; where they are long, they leave the cache."""


class Philox:
    """A stream of 32-bit numbers in blocks of four.

    Args:
        seed, seed2: 64-bit integers.
    """

    def __init__(self, seed: int, seed2: int) -> None:
        self._key = (seed & _MASK, (seed >> 32) & _MASK)
        self._high = seed2 & ((1 << 64) - 1)
        self._counter = 0  # the lower half; blocks taken so far
        self._lock = threading.Lock()

    def reserve(self, blocks: int) -> int:
        """Takes that many blocks for the caller, and returns the number of the first."""
        with self._lock:
            start = self._counter
            self._counter += blocks
            return start

    def blocks(self, numbers: Any) -> Any:
        """The blocks of the given numbers: uint32 of shape [n, 4].

        Args:
            numbers: a uint64 array of block numbers.
        """
        low = dense(numbers, np.uint64).reshape(-1)
        result = np.empty((low.size, 4), np.uint32)

        def fill(start: int, stop: int) -> None:
            self._fill(low[start:stop], result[start:stop])

        share = -(-low.size // thread_count())
        in_parallel(fill, low.size, min(max(share, _LEAST), _MOST))
        return result

    def _fill(self, low: Any, result: Any) -> None:
        """Writes the blocks of some numbers."""
        if LANES:
            kernels.philox_into(low, self._high, *self._key, result, LANES)
        else:
            self._fill_plainly(low, result)

    def _fill_plainly(self, low: Any, result: Any) -> None:
        """The same in NumPy; in place, so that all stays in the cache."""
        c0, c1 = low & _LOW, low >> _WORD
        c2 = np.full_like(low, self._high & _MASK)
        c3 = np.full_like(low, self._high >> 32)
        k0, k1 = self._key
        for _ in range(10):
            c0 *= _ROUND_A
            c2 *= _ROUND_B
            c1 ^= np.uint64(k0)
            c3 ^= np.uint64(k1)
            # The upper words are mixed with what was there, the lower ones go on as they are.
            a, b = c0 >> _WORD, c2 >> _WORD
            b ^= c1
            a ^= c3
            np.bitwise_and(c2, _LOW, out=c1)
            np.bitwise_and(c0, _LOW, out=c3)
            c0, c2 = b, a
            k0, k1 = (k0 + _KEY_A) & _MASK, (k1 + _KEY_B) & _MASK
        for i, word in enumerate((c0, c1, c2, c3)):
            result[:, i] = word


def uniform_floats(words: Any, dtype: Any) -> Any:
    """Numbers in [0, 1) from 32-bit words: one word each, or two for float64.

    The upper bits of a number in [1, 2) are set from the words, then 1 is taken away.
    """
    if dtype == np.float64:
        pairs = words.reshape(-1, 2).astype(np.uint64)
        mantissa = ((pairs[:, 0] & np.uint64(0xFFFFF)) << _WORD) | pairs[:, 1]
        return (mantissa | np.uint64(1023 << 52)).view(np.float64) - 1.0
    words = words.reshape(-1)
    if dtype == np.float16:
        bits = (words.astype(np.uint16) & np.uint16(0x3FF)) | np.uint16(15 << 10)
        return bits.view(np.float16) - np.float16(1.0)
    bits = (words & np.uint32(0x7FFFFF)) | np.uint32(127 << 23)
    return bits.view(np.float32) - np.float32(1.0)


def normals(words: Any, dtype: Any) -> Any:
    """Standard normal numbers by Box and Muller's transform, in pairs, from 32-bit words."""
    inner = np.float64 if dtype == np.float64 else np.float32
    u = uniform_floats(words, inner).reshape(-1, 2)
    # The logarithm of zero must not be taken.
    radius = np.sqrt(inner(-2.0) * np.log(np.maximum(u[:, 0], inner(1.0e-7))))
    angle = inner(2.0 * np.pi) * u[:, 1]
    return (
        np.stack([np.sin(angle) * radius, np.cos(angle) * radius], axis=1).reshape(-1).astype(dtype)
    )
