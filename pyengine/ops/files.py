"""Whole files as tensors: `read_file`, `write_file`, `matching_files`."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from pyengine.executor.files import (
    local_path,
    make_folder,
    match_files,
    open_file,
    read_bytes,
    system_errors,
)
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad
from pyengine.shape import SCALAR, TensorShape

__all__ = ["matching_files", "read_file", "write_file"]

_STRINGS = no_grad("strings have no gradient")


def _text(value: Any) -> bytes:
    """The bytes of a string scalar, however it comes."""
    text: Any = np.asarray(value, object)[()]
    return text


def _scalars(op: Operation) -> None:
    for tensor in op.inputs:
        if tensor.shape.ndims not in (None, 0):
            raise ValueError(f"Shape must be rank 0 but is rank {tensor.shape.ndims}")


def _read_shape(op: Operation) -> TensorShape:
    _scalars(op)
    return SCALAR


def _read_kernel(xp: Any, filename: Any) -> Any:
    result = np.empty((), object)
    result[()] = read_bytes(_text(filename))
    return result


_read_file = defop(
    "ReadFile",
    "filename: string -> string",
    doc="All that is in a file.",
    shape=_read_shape,
    kernel=_read_kernel,
    stateful=True,
    grad=_STRINGS,
)


def _write_shape(op: Operation) -> list[TensorShape]:
    _scalars(op)
    return []


def _write_kernel(xp: Any, filename: Any, contents: Any) -> None:
    path = local_path(_text(filename))
    folder = os.path.dirname(path)
    if folder:
        make_folder(folder)
    with system_errors(path), open_file(path, "wb") as file:
        file.write(_text(contents))


_write_file = defop(
    "WriteFile",
    "filename: string, contents: string ->",
    doc="Writes a file.",
    shape=_write_shape,
    kernel=_write_kernel,
    stateful=True,
    grad=_STRINGS,
)


def _matching_shape(op: Operation) -> TensorShape:
    if op.inputs[0].shape.ndims not in (None, 0, 1):
        raise ValueError(f"Shape must be at most rank 1 but is rank {op.inputs[0].shape.ndims}")
    return TensorShape([None])


def _matching_kernel(xp: Any, pattern: Any) -> Any:
    names = match_files(np.asarray(pattern, object).reshape(-1))
    result = np.empty(len(names), object)
    result[:] = names
    return result


_matching_files = defop(
    "MatchingFiles",
    "pattern: string -> string",
    doc="The names of the files that match shell patterns.",
    shape=_matching_shape,
    kernel=_matching_kernel,
    stateful=True,
    grad=_STRINGS,
)


def read_file(filename: Any, name: str | None = None) -> Tensor:
    """A string scalar: all that is in a file.

    Args:
        filename: a string scalar.
        name: the op's name.

    Raises:
        tf.errors.NotFoundError: (when run) if there is no such file.

    Example:
        >>> import os, tempfile, pyengine as tf
        >>> path = os.path.join(tempfile.mkdtemp(), "a.txt")
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.write_file(path, "hello"))
        ...     sess.run(tf.read_file(path))
        np.bytes_(b'hello')
    """
    return _read_file(filename, name=name)


def write_file(filename: Any, contents: Any, name: str | None = None) -> Operation:
    """An op that writes a file, and makes its folder if need be.

    Args:
        filename: a string scalar.
        contents: a string scalar.
        name: the op's name.
    """
    return _write_file(filename, contents, name=name)


def matching_files(pattern: Any, name: str | None = None) -> Tensor:
    """A string vector: the files that match a shell pattern, or one of several, sorted.

    Args:
        pattern: a string scalar or vector.
        name: the op's name.
    """
    return _matching_files(pattern, name=name)
