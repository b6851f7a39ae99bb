"""String scalars at run time: `bytes`, or arrays of objects that hold them."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["bytes_of", "text", "text_of"]


def text(value: bytes) -> Any:
    """A string scalar, an array of rank 0."""
    array = np.empty((), object)
    array[()] = value
    return array


def bytes_of(value: Any) -> bytes:
    """The bytes of a string scalar, however it comes."""
    item: Any = np.asarray(value, object)[()]
    return bytes(item)


def text_of(value: Any) -> str:
    """The text of a string scalar; bytes that are no UTF-8 as `surrogateescape` has them."""
    item: Any = np.asarray(value, object)[()]
    return item.decode("utf-8", "surrogateescape") if isinstance(item, bytes) else str(item)
