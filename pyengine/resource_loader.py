"""Files beside a program's own: the `tf.resource_loader` namespace."""

from __future__ import annotations

import inspect
import os
import sys

__all__ = [
    "get_data_files_path", "get_path_to_datafile", "get_root_dir_with_all_resources",
    "load_resource", "readahead_file_path",
]  # fmt: skip


def _caller(depth: int) -> str:
    return os.path.dirname(os.path.abspath(inspect.getfile(sys._getframe(depth + 1))))


def get_data_files_path() -> str:
    """The folder of the file that calls this."""
    return _caller(1)


def get_path_to_datafile(path: str) -> str:
    """A path relative to the file that calls this, as an absolute one.

    Args:
        path: a path below the folder of the program.

    Returns:
        The whole path.
    """
    return os.path.join(_caller(1), path)


def get_root_dir_with_all_resources() -> str:
    """The folder that the program's files are in: that of the file that calls this."""
    return _caller(1)


def load_resource(path: str) -> bytes:
    """The bytes of a file that comes with the engine, by its path in the package.

    Args:
        path: a path below the folder of the program.

    Returns:
        The bytes of the file.

    Raises:
        OSError: when it cannot be read.
    """
    with open(os.path.join(os.path.dirname(__file__), path), "rb") as file:
        return file.read()


def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """The path again: files are read as they are.

    Args:
        path: a path.
        readahead: accepted.

    Returns:
        The path.
    """
    return path
