"""Hashes of strings, by the functions that TensorFlow uses, so that buckets are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.graph import Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, old_names, whole
from pyengine.ops.strings import each

__all__ = ["string_to_hash_bucket", "string_to_hash_bucket_fast", "string_to_hash_bucket_strong"]

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _rotated(x: int, by: int) -> int:
    """To the right."""
    return ((x >> by) | (x << (64 - by))) & _MASK


def _mixed(x: int) -> int:
    return x ^ (x >> 47)


def _pair(u: int, v: int, factor: int) -> int:
    a = _mixed((u ^ v) * factor & _MASK)
    b = _mixed((v ^ a) * factor & _MASK)
    return b * factor & _MASK


def _word(text: bytes, at: int, size: int = 8) -> int:
    return int.from_bytes(text[at : at + size], "little")


def fingerprint64(text: bytes) -> int:
    """FarmHash's Fingerprint64 (Pike, 2014)."""
    n = len(text)
    factor = (_K2 + 2 * n) & _MASK
    if n <= 16:
        return _short_fingerprint(text, factor)
    if n <= 32:
        a, b = _word(text, 0) * _K1 & _MASK, _word(text, 8)
        c, d = _word(text, n - 8) * factor & _MASK, _word(text, n - 16) * _K2 & _MASK
        first = (_rotated((a + b) & _MASK, 43) + _rotated(c, 30) + d) & _MASK
        return _pair(first, (a + _rotated((b + _K2) & _MASK, 18) + c) & _MASK, factor)
    if n <= 64:
        return _medium_fingerprint(text, factor)
    return _long_fingerprint(text)


def _short_fingerprint(text: bytes, factor: int) -> int:
    n = len(text)
    if n >= 8:
        a, b = (_word(text, 0) + _K2) & _MASK, _word(text, n - 8)
        c = (_rotated(b, 37) * factor + a) & _MASK
        return _pair(c, (_rotated(a, 25) + b) * factor & _MASK, factor)
    if n >= 4:
        return _pair(n + (_word(text, 0, 4) << 3), _word(text, n - 4, 4), factor)
    if n:
        y, z = text[0] + (text[n >> 1] << 8), n + (text[n - 1] << 2)
        return _mixed((y * _K2 ^ z * _K0) & _MASK) * _K2 & _MASK
    return _K2


def _medium_fingerprint(text: bytes, factor: int) -> int:
    n = len(text)
    a, b = _word(text, 0) * _K2 & _MASK, _word(text, 8)
    c, d = _word(text, n - 8) * factor & _MASK, _word(text, n - 16) * _K2 & _MASK
    y = (_rotated((a + b) & _MASK, 43) + _rotated(c, 30) + d) & _MASK
    z = _pair(y, (a + _rotated((b + _K2) & _MASK, 18) + c) & _MASK, factor)
    e, f = _word(text, 16) * factor & _MASK, _word(text, 24)
    g = (y + _word(text, n - 32)) * factor & _MASK
    h = (z + _word(text, n - 24)) * factor & _MASK
    first = (_rotated((e + f) & _MASK, 43) + _rotated(g, 30) + h) & _MASK
    return _pair(first, (e + _rotated((f + a) & _MASK, 18) + g) & _MASK, factor)


def _weak(text: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_word(text, at + 8 * i) for i in range(4))
    a = (a + w) & _MASK
    b = _rotated((b + a + z) & _MASK, 21)
    c = a
    a = (a + x + y) & _MASK
    b = (b + _rotated(a, 44)) & _MASK
    return (a + z) & _MASK, (b + c) & _MASK


def _long_fingerprint(text: bytes) -> int:
    n, seed = len(text), 81
    x, y = seed, (seed * _K1 + 113) & _MASK
    z = _mixed((y * _K2 + 113) & _MASK) * _K2 & _MASK
    v, w = (0, 0), (0, 0)
    x = (x * _K2 + _word(text, 0)) & _MASK
    end = (n - 1) // 64 * 64
    for at in range(0, end, 64):
        x, y, z, v, w = _round(text, at, x, y, z, v, w, _K1, 1)
    factor = (_K1 + ((z & 0xFF) << 1)) & _MASK
    w = (w[0] + ((n - 1) & 63), w[1])
    v = ((v[0] + w[0]) & _MASK, v[1])
    w = ((w[0] + v[0]) & _MASK, w[1])
    x, y, z, v, w = _round(text, end + ((n - 1) & 63) - 63, x, y, z, v, w, factor, 9)
    first = (_pair(v[0], w[0], factor) + _mixed(y) * _K0 + z) & _MASK
    return _pair(first, (_pair(v[1], w[1], factor) + x) & _MASK, factor)


def _round(
    text: bytes, at: int, x: int, y: int, z: int, v: tuple[int, int], w: tuple[int, int],
    factor: int, weight: int,
) -> tuple[int, int, int, tuple[int, int], tuple[int, int]]:  # fmt: skip
    x = _rotated((x + y + v[0] + _word(text, at + 8)) & _MASK, 37) * factor & _MASK
    y = _rotated((y + v[1] + _word(text, at + 48)) & _MASK, 42) * factor & _MASK
    x ^= w[1] * weight & _MASK
    y = (y + v[0] * weight + _word(text, at + 40)) & _MASK
    z = _rotated((z + w[0]) & _MASK, 33) * factor & _MASK
    v = _weak(text, at, v[1] * factor & _MASK, (x + w[0]) & _MASK)
    w = _weak(text, at + 32, (z + w[1]) & _MASK, (y + _word(text, at + 16)) & _MASK)
    return z, y, x, v, w


def hash64(text: bytes, seed: int = 0xDECAFCAFFE) -> int:
    """TensorFlow's own `Hash64`, a MurmurHash (Appleby's MurmurHash64A)."""
    m = 0xC6A4A7935BD1E995
    h = (seed ^ len(text) * m) & _MASK
    whole_words = len(text) // 8 * 8
    for at in range(0, whole_words, 8):
        k = _word(text, at) * m & _MASK
        k = (k ^ k >> 47) * m & _MASK
        h = (h ^ k) * m & _MASK
    if whole_words < len(text):
        h = (h ^ int.from_bytes(text[whole_words:], "little")) * m & _MASK
    h = (h ^ h >> 47) * m & _MASK
    return h ^ h >> 47


def sip_hash(text: bytes, key: Sequence[int]) -> int:
    """SipHash-2-4 (Aumasson and Bernstein, 2012) with a key of two 64-bit numbers."""
    k0, k1 = (k & _MASK for k in key)
    v = [
        k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]  # fmt: skip
    padded = text + bytes(7 - len(text) % 8) + bytes([len(text) & 0xFF])
    for at in range(0, len(padded), 8):
        word = _word(padded, at)
        v[3] ^= word
        _sip_round(v)
        _sip_round(v)
        v[0] ^= word
    v[2] ^= 0xFF
    for _ in range(4):
        _sip_round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _sip_round(v: list[int]) -> None:
    def left(x: int, by: int) -> int:
        return _rotated(x, 64 - by)

    v[0] = (v[0] + v[1]) & _MASK
    v[2] = (v[2] + v[3]) & _MASK
    v[1], v[3] = left(v[1], 13) ^ v[0], left(v[3], 16) ^ v[2]
    v[0] = (left(v[0], 32) + v[3]) & _MASK
    v[2] = (v[2] + v[1]) & _MASK
    v[1], v[3] = left(v[1], 17) ^ v[2], left(v[3], 21) ^ v[0]
    v[2] = left(v[2], 32)


def _bucket_op(type: str, input: str, doc: str, function: Any, **attrs: Any) -> Callable[..., Any]:
    def kernel(xp: Any, x: Any, *, num_buckets: int, **given: Any) -> Any:
        return each(lambda text: function(text, **given) % num_buckets, x, dtype=np.int64)

    return defop(
        type, f"{input}: string -> int64", doc=doc, kernel=kernel,
        attrs={"num_buckets": REQUIRED, **attrs}, shape=lambda op: op.inputs[0].shape,
        grad=no_grad("strings have no derivatives"),
    )  # fmt: skip


_bucket = _bucket_op("StringToHashBucket", "string_tensor", "Buckets by hash64.", hash64)
_fast = _bucket_op("StringToHashBucketFast", "input", "Buckets by fingerprint64.", fingerprint64)
_strong = _bucket_op(
    "StringToHashBucketStrong", "input", "Buckets by sip_hash.", sip_hash, key=REQUIRED
)


def _buckets(num_buckets: Any) -> int:
    count = int(whole(num_buckets))
    if count < 1:
        raise ValueError(f"Attr num_buckets must be at least minimum 1, got {count}")
    return count


@old_names(input="string_tensor")
def string_to_hash_bucket(
    string_tensor: Any = None, num_buckets: Any = None, name: str | None = None
) -> Tensor:
    """A bucket for each string, by a hash that may differ between versions.

    Args:
        string_tensor: a string tensor, also called `input`.
        num_buckets: how many buckets there are.
        name: the op's name.

    Returns:
        An int64 tensor of the same shape, of numbers from 0 on.
    """
    return _bucket(string_tensor, num_buckets=_buckets(num_buckets), name=name)


def string_to_hash_bucket_fast(input: Any, num_buckets: Any, name: str | None = None) -> Tensor:
    """A bucket for each string, by FarmHash, which always stays the same.

    Args:
        input: a string tensor.
        num_buckets: how many buckets there are.
        name: the op's name.
    """
    return _fast(input, num_buckets=_buckets(num_buckets), name=name)


def string_to_hash_bucket_strong(
    input: Any, num_buckets: Any, key: Sequence[int], name: str | None = None
) -> Tensor:
    """A bucket for each string, by a keyed hash: nobody without the key can fill one on purpose.

    Args:
        input: a string tensor.
        num_buckets: how many buckets there are.
        key: two integers.
        name: the op's name.
    """
    parts = [int(k) for k in whole(list(key))]
    if len(parts) != 2:
        raise ValueError(f"Key must have 2 elements, got {len(parts)}")
    return _strong(input, num_buckets=_buckets(num_buckets), key=parts, name=name)
