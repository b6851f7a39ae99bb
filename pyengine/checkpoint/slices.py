"""Parts of tensors in checkpoints, as partitioned variables are saved: their specs and their keys.

A spec such as `"10 4 0,5:-"` says that of a tensor of shape [10, 4] the rows 0 to 4 are meant, and
all columns. The key of a part is in LevelDB's "ordered code", which sorts as what it stands for.
"""

from __future__ import annotations

import dataclasses

from pyengine.errors import InvalidArgumentError

_WHOLE = (0, -1)


@dataclasses.dataclass(frozen=True)
class Slice:
    """A part of a tensor: for each dimension where it starts and its length, -1 for all of it."""

    extents: tuple[tuple[int, int], ...]

    def index(self) -> tuple[slice, ...]:
        """What takes the part out of an array."""
        return tuple(
            slice(None) if length < 0 else slice(start, start + length)
            for start, length in self.extents
        )

    def shape(self, full: tuple[int, ...]) -> tuple[int, ...]:
        """The part's own shape."""
        return tuple(n if length < 0 else length for n, (_, length) in zip(full, self.extents))


def parse_spec(text: str) -> tuple[tuple[int, ...], Slice] | None:
    """The full shape and the part that a spec stands for; None for "", the whole tensor.

    Raises:
        InvalidArgumentError: for a spec that cannot be read, or a part outside of the shape.

    Example:
        >>> shape, part = parse_spec("10 4 0,5:-")
        >>> shape, part.extents, part.shape(shape)
        ((10, 4), ((0, 5), (0, -1)), (5, 4))
    """
    if not text:
        return None
    *sizes, parts = text.split(" ")
    try:
        shape = tuple(int(s) for s in sizes)
        extents = tuple(_extent(p) for p in parts.split(":")) if parts else ()
    except ValueError:
        raise _refused(text) from None
    fits = all(
        length < 0 or (start >= 0 and start + length <= size)
        for size, (start, length) in zip(shape, extents)
    )
    if len(shape) != len(extents) or not fits:
        raise _refused(text)
    return shape, Slice(extents)


def _extent(text: str) -> tuple[int, int]:
    if text == "-":
        return _WHOLE
    start, length = text.split(",")
    return int(start), int(length)


def _refused(text: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        None,
        None,
        f"Expected a shape and slice such as '10 4 0,5:-', or '' for a whole tensor; got {text!r}",
    )


def slice_key(name: str, part: Slice) -> bytes:
    """The key under which a part of a tensor is in a checkpoint's index."""
    key = _ordered_number(0) + _ordered_string(name.encode("utf-8"))
    key += _ordered_number(len(part.extents))
    for start, length in part.extents:
        key += _ordered_signed(start) + _ordered_signed(length)
    return key


def _ordered_number(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _ordered_string(value: bytes) -> bytes:
    escapes = {0x00: b"\0\xff", 0xFF: b"\xff\0"}
    return b"".join(escapes.get(byte) or bytes([byte]) for byte in value) + b"\0\x01"


def _ordered_signed(value: int) -> bytes:
    """A number in as few bytes as it needs; the count is in the leading bits."""
    magnitude = ~value if value < 0 else value
    length = magnitude.bit_length() // 7 + 1
    digits = bytearray((value & ((1 << (8 * length)) - 1)).to_bytes(length, "big"))
    header = ((1 << length) - 1) << (16 - length)
    digits[0] ^= header >> 8
    if length > 1:
        digits[1] ^= header & 0xFF
    return bytes(digits)
