"""Files and folders by TensorFlow's names: the `tf.gfile` namespace.

Only local files are there; a scheme such as `gs://` is an `UnimplementedError`. The names of
`tf.io.gfile` are in `pyengine.io`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, NamedTuple

from pyengine.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
)
from pyengine.executor.files import file_error, local_path, match_files, open_file

__all__ = [
    "Copy", "DeleteRecursively", "Exists", "FastGFile", "GFile", "Glob", "IsDirectory",
    "ListDirectory", "MakeDirs", "MkDir", "Open", "Remove", "Rename", "Stat", "Walk",
]  # fmt: skip

_MODES = frozenset(m + b for m in ("r", "w", "a", "r+", "w+", "a+") for b in ("", "b"))


class GFile:
    r"""A file, opened when it is first used.

    Args:
        name: its path.
        mode: as that of Python's `open`; text is UTF-8 unless there is a "b".

    Raises:
        tf.errors.InvalidArgumentError: for a mode that is none.

    Example:
        >>> import os, tempfile, pyengine as tf
        >>> path = os.path.join(tempfile.mkdtemp(), "notes.txt")
        >>> with tf.gfile.GFile(path, "w") as file:
        ...     file.write("one line\n")
        >>> with tf.gfile.Open(path) as file:
        ...     file.read()
        'one line\n'
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        if mode.replace("U", "") not in _MODES:
            raise InvalidArgumentError(None, None, f"mode {mode!r} is none of a file's")
        self._name, self._mode = name, mode.replace("U", "")
        self._file: Any = None

    @property
    def name(self) -> Any:
        """The path."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode."""
        return self._mode

    def _opened(self, verb: str = "") -> Any:
        readable = "r" in self._mode or "+" in self._mode
        writable = "r" not in self._mode or "+" in self._mode
        if verb == "read" and not readable:
            raise PermissionDeniedError(None, None, "File isn't open for reading")
        if verb == "write" and not writable:
            raise PermissionDeniedError(None, None, "File isn't open for writing")
        if self._file is None:
            binary = self._mode if "b" in self._mode else self._mode + "b"
            self._file = open_file(self._name, binary)
        return self._file

    def _done(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except OSError as error:
            raise file_error(error, local_path(self._name)) from error

    def _text(self, data: bytes) -> Any:
        return data if "b" in self._mode else data.decode("utf-8")

    def size(self) -> int:
        """The size in bytes."""
        return Stat(self._name).length

    def write(self, file_content: Any) -> None:
        """Writes text or bytes at the end of what was written."""
        data = file_content.encode("utf-8") if isinstance(file_content, str) else file_content
        file = self._opened("write")
        self._done(lambda: file.write(data))

    def read(self, n: int = -1) -> Any:
        """So many bytes, or all that is left, as text unless the mode has a "b"."""
        file = self._opened("read")
        return self._text(self._done(lambda: file.read(int(n))))

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Goes to a place in the file.

        Args:
            offset: the place, in bytes.
            whence: 0 to count from the start, 1 from where the file is, 2 from its end.
            position: an old name of `offset`.

        Raises:
            TypeError: without an offset.
            tf.errors.InvalidArgumentError: for another `whence`.
        """
        given = position if offset is None else offset
        if given is None:
            raise TypeError("seek(): offset argument required")
        if whence not in (0, 1, 2):
            raise InvalidArgumentError(None, None, f"whence must be 0, 1 or 2, got {whence}")
        file = self._opened()
        self._done(lambda: file.seek(int(given), whence))

    def readline(self) -> Any:
        """The next line with its end; empty after the last."""
        file = self._opened("read")
        return self._text(self._done(file.readline))

    def readlines(self) -> list[Any]:
        """All lines that are left."""
        return list(self)

    def tell(self) -> int:
        """Where the file is, in bytes."""
        place: int = self._opened().tell()
        return place

    def seekable(self) -> bool:
        """Whether `seek` works: always."""
        return True

    def next(self) -> Any:
        """The next line."""
        return self.__next__()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def flush(self) -> None:
        """Brings what was written into the file."""
        if self._file is not None:
            self._done(self._file.flush)

    def close(self) -> None:
        """Closes the file; it is opened anew if it is used again."""
        if self._file is not None:
            file, self._file = self._file, None
            self._done(file.close)
        elif self._mode[0] in "wa":
            self._done(self._opened().close)  # a file is made though nothing was written
            self._file = None

    def __enter__(self) -> GFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


Open = GFile


class FastGFile(GFile):
    """A `GFile`.

    Args:
        name: the path.
        mode: as that of `GFile`.
    """


def _os(action: Callable[..., Any], *paths: Any, **options: Any) -> Any:
    try:
        return action(*(local_path(p) for p in paths), **options)
    except OSError as error:
        raise file_error(error, local_path(paths[0])) from error


def Exists(filename: Any) -> bool:
    """Whether a file or folder is there.

    Args:
        filename: a path.

    Returns:
        Whether there is a file or folder.

    Example:
        >>> import pyengine as tf
        >>> tf.gfile.Exists("/no/such/file")
        False
    """
    return os.path.exists(local_path(filename))


def IsDirectory(dirname: Any) -> bool:
    """Whether a folder is there.

    Args:
        dirname: a path.

    Returns:
        Whether it is a folder.

    Example:
        >>> import pyengine as tf
        >>> tf.gfile.IsDirectory("/no/such/folder")
        False
    """
    return os.path.isdir(local_path(dirname))


def Remove(filename: Any) -> None:
    """Deletes a file.

    Args:
        filename: the path of a file.

    Raises:
        tf.errors.NotFoundError: when it is not there.
        tf.errors.FailedPreconditionError: when it is a folder.
    """
    if IsDirectory(filename):
        raise FailedPreconditionError(None, None, f"{local_path(filename)}; Is a directory")
    _os(os.remove, filename)


def MkDir(dirname: Any) -> None:
    """Makes a folder, whose parent must be there.

    Args:
        dirname: the path of the folder, whose parent is there.

    Raises:
        tf.errors.AlreadyExistsError: when it is there.
    """
    _os(os.mkdir, dirname)


def MakeDirs(dirname: Any) -> None:
    """Makes a folder and those above it, as far as they are not there.

    Args:
        dirname: the path of the folder; its parents are made too.
    """
    _os(os.makedirs, dirname, exist_ok=True)


def ListDirectory(dirname: Any) -> list[str]:
    """The names in a folder.

    Args:
        dirname: the path of a folder.

    Returns:
        The names of what it has, without "." and "..", in no order.

    Raises:
        tf.errors.NotFoundError: when there is no such folder.
    """
    if not IsDirectory(dirname):
        raise NotFoundError(None, None, f"Could not find directory {local_path(dirname)}")
    found: list[str] = _os(os.listdir, dirname)
    return sorted(found)


def DeleteRecursively(dirname: Any) -> None:
    """Deletes a folder with all that is in it, or a file.

    Args:
        dirname: the path of a folder.
    """
    if os.path.isfile(local_path(dirname)):
        _os(os.remove, dirname)
    else:
        _os(shutil.rmtree, dirname)


def Glob(filename: Any) -> list[str]:
    """The files that match a shell pattern, or any of a list of them, sorted.

    Args:
        filename: a pattern with `*`, `?` and `[...]`, or a list of patterns.

    Returns:
        The paths that fit.

    Example:
        >>> import pyengine as tf
        >>> tf.gfile.Glob("/no/such/*")
        []
    """
    patterns = filename if isinstance(filename, (list, tuple)) else [filename]
    return [os.fsdecode(path) for path in match_files(patterns)]


def Copy(oldpath: Any, newpath: Any, overwrite: bool = False) -> None:
    """Copies a file.

    Args:
        oldpath: the path of a file.
        newpath: the path of the copy.
        overwrite: whether a file that is there is replaced.

    Raises:
        tf.errors.AlreadyExistsError: when there is one already, unless `overwrite`.
    """
    _refuse_existing(newpath, overwrite)
    _os(shutil.copyfile, oldpath, newpath)


def Rename(oldname: Any, newname: Any, overwrite: bool = False) -> None:
    """Renames or moves a file or folder.

    Args:
        oldname: the path of a file or folder.
        newname: its new path.
        overwrite: whether a file that is there is replaced.

    Raises:
        tf.errors.AlreadyExistsError: when there is one already, unless `overwrite`.
    """
    _refuse_existing(newname, overwrite)
    _os(os.replace, oldname, newname)


def _refuse_existing(path: Any, overwrite: bool) -> None:
    if not overwrite and Exists(path):
        raise AlreadyExistsError(None, None, f"file already exists: {local_path(path)}")


class FileStatistics(NamedTuple):
    """What is known of a file: its size, when it was changed (in ns), if it is a folder."""

    length: int
    mtime_nsec: int
    is_directory: bool


def Stat(filename: Any) -> FileStatistics:
    """Size, time and kind of a file.

    Args:
        filename: a path.

    Returns:
        An object with the length in bytes, the time of the last change in nanoseconds since 1970,
        and whether it is a folder.
    """
    found: os.stat_result = _os(os.stat, filename)
    return FileStatistics(found.st_size, found.st_mtime_ns, IsDirectory(filename))


def Walk(top: Any, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each folder from `top` on: its path, the folders in it, the files in it.

    Args:
        top: the first folder.
        in_order: whether a folder comes before those in it.
    """
    for path, folders, files in os.walk(local_path(top), topdown=bool(in_order)):
        folders.sort()
        yield path, list(folders), sorted(files)
