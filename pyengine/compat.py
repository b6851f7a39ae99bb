"""Text and bytes, and the API by its version: the `tf.compat` namespace.

Example:
    >>> import pyengine as tf
    >>> tf.compat.as_bytes("ab"), tf.compat.as_text(b"ab")
    (b'ab', 'ab')
    >>> tf.compat.v1 is tf
    True
"""

from __future__ import annotations

import contextlib
import datetime
import numbers
import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from pyengine.ops.identities import dimension_at_index, dimension_value

__all__ = [
    "as_bytes", "as_str", "as_str_any", "as_text", "bytes_or_text_types", "complex_types",
    "dimension_at_index", "dimension_value", "forward_compatibility_horizon",
    "forward_compatible", "integral_types", "path_to_str", "real_types", "v1",
]  # fmt: skip

v1 = sys.modules["pyengine"]
"""The API of TensorFlow 1: this one."""

bytes_or_text_types = (bytes, str)
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)


def as_bytes(bytes_or_text: str | bytes | bytearray, encoding: str = "utf-8") -> bytes:
    """The bytes of text; bytes as they are. Raises TypeError for anything else.

    Args:
        bytes_or_text: bytes or text.
        encoding: how text is encoded.

    Returns:
        Bytes.

    Example:
        >>> import pyengine as tf
        >>> tf.compat.as_bytes("abc")
        b'abc'
    """
    if isinstance(bytes_or_text, (bytes, bytearray)):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """The text of bytes; text as it is. Raises TypeError for anything else.

    Args:
        bytes_or_text: bytes or text.
        encoding: how bytes are decoded.

    Returns:
        Text.

    Example:
        >>> import pyengine as tf
        >>> tf.compat.as_text(b"abc")
        'abc'
    """
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = as_text


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """`str(value)`, but the text of bytes.

    Args:
        value: any object.
        encoding: how bytes are decoded.

    Returns:
        Text: bytes decoded, other objects as `str` has them.

    Example:
        >>> import pyengine as tf
        >>> tf.compat.as_str_any(12)
        '12'
    """
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """The text of a path object; anything else as it is.

    Args:
        path: a path object, or any other object.

    Returns:
        The path as text; what is no path, as it is.

    Example:
        >>> import pathlib
        >>> import pyengine as tf
        >>> tf.compat.path_to_str(pathlib.PurePosixPath("a/b"))
        'a/b'
    """
    return as_str_any(os.fspath(path)) if hasattr(path, "__fspath__") else path


_horizon = [datetime.date(2019, 10, 14)]  # when TensorFlow 1.15 came out


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether a consumer of graphs may be as new as a date: it is that of TensorFlow 1.15.

    Args:
        year, month, day: the day on which a program of TensorFlow's may rely on a change.

    Returns:
        Whether it is past.
    """
    return _horizon[0] > datetime.date(year, month, day)


@contextlib.contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """A context in which `forward_compatible` answers for another date.

    Args:
        year, month, day: the day that `forward_compatible` is to take for today's.

    Returns:
        A context manager.
    """
    before = _horizon[0]
    _horizon[0] = datetime.date(year, month, day)
    try:
        yield
    finally:
        _horizon[0] = before
