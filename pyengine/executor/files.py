"""Files as the ops see them: opened, matched, and the system's errors as `tf.errors`."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from pyengine import errors

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)

_BY_ERRNO: dict[int | None, type[errors.OpError]] = {
    errno.ENOENT: errors.NotFoundError,
    errno.ENOTDIR: errors.FailedPreconditionError,
    errno.EISDIR: errors.FailedPreconditionError,
    errno.ENOTEMPTY: errors.FailedPreconditionError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
    errno.EROFS: errors.PermissionDeniedError,
    errno.EEXIST: errors.AlreadyExistsError,
    errno.ENOSPC: errors.ResourceExhaustedError,
    errno.EFBIG: errors.ResourceExhaustedError,
    errno.EDQUOT: errors.ResourceExhaustedError,
    errno.EMFILE: errors.ResourceExhaustedError,
}


def local_path(name: Any) -> str:
    """The path of a local file that a file name given as text or bytes means.

    Raises:
        UnimplementedError: for a file system that is not there, such as `gs://`.
    """
    path = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else os.fspath(name)
    scheme = _SCHEME.match(path)
    if scheme is None:
        return path
    if scheme[1].lower() == "file":
        return path[scheme.end() :]
    raise errors.UnimplementedError(
        None, None, f"File system scheme '{scheme[1]}' not implemented (file: '{path}')"
    )


def file_error(error: OSError, path: str) -> errors.OpError:
    """The error of `tf.errors` for one of the system's, in TensorFlow's words."""
    kind = _BY_ERRNO.get(error.errno, errors.UnknownError)
    return kind(None, None, f"{path}; {error.strerror or error}")


@contextlib.contextmanager
def system_errors(path: Any) -> Iterator[None]:
    """Turns the system's errors into those of `tf.errors`, with the path."""
    try:
        yield
    except OSError as error:
        raise file_error(error, os.fspath(path)) from error


def make_folder(path: Any) -> None:
    """Makes a folder and those above it, as far as they are not there.

    Raises:
        AlreadyExistsError: when a file is in its place.
        PermissionDeniedError: when it may not be made, and the like.
    """
    with system_errors(path):
        os.makedirs(path, exist_ok=True)


def open_file(name: Any, mode: str = "rb", buffering: int = -1) -> IO[Any]:
    """Opens a file; raises NotFoundError, PermissionDeniedError and the like.

    Args:
        name: the path, as text or bytes.
        mode, buffering: as those of Python's `open`.
    """
    path = local_path(name)
    try:
        return open(path, mode, buffering)
    except OSError as error:
        raise file_error(error, path) from error


def read_bytes(name: Any) -> bytes:
    """All that is in a file."""
    with open_file(name) as file:
        try:
            return file.read()
        except OSError as error:
            raise file_error(error, local_path(name)) from error


def match_files(patterns: Iterable[Any]) -> list[bytes]:
    """The files that match any of the shell patterns, sorted, each once."""
    found: set[str] = set()
    for pattern in patterns:
        found.update(glob.glob(local_path(pattern)))
    return sorted(os.fsencode(path) for path in found)
