"""Files and folders by their later names: the `tf.io.gfile` namespace."""

from __future__ import annotations

from typing import Any

from pyengine import gfile
from pyengine.gfile import FileStatistics, GFile

__all__ = [
    "GFile", "copy", "exists", "glob", "isdir", "listdir", "makedirs", "mkdir", "remove", "rename",
    "rmtree", "stat", "walk",
]  # fmt: skip


def exists(path: Any) -> bool:
    """Whether there is a file or folder.

    Args:
        path: a path.
    """
    return gfile.Exists(path)


def isdir(path: Any) -> bool:
    """Whether a path is a folder.

    Args:
        path: a path.
    """
    return gfile.IsDirectory(path)


def remove(path: Any) -> None:
    """Removes a file.

    Args:
        path: the path of a file.
    """
    gfile.Remove(path)


def mkdir(path: Any) -> None:
    """Makes a folder.

    Args:
        path: the path of the folder, whose parent is there.
    """
    gfile.MkDir(path)


def makedirs(path: Any) -> None:
    """Makes a folder and its parents; nothing happens if it is there.

    Args:
        path: the path of the folder.
    """
    gfile.MakeDirs(path)


def listdir(path: Any) -> list[str]:
    """The names of what a folder has, without "." and "..", in no order.

    Args:
        path: the path of the folder.
    """
    return gfile.ListDirectory(path)


def rmtree(path: Any) -> None:
    """Removes a folder with all that is in it.

    Args:
        path: the path of the folder.
    """
    gfile.DeleteRecursively(path)


def glob(pattern: Any) -> list[str]:
    """The paths that fit a pattern.

    Args:
        pattern: a pattern with `*`, `?` and `[...]`, or a list of patterns.
    """
    return gfile.Glob(pattern)


def stat(path: Any) -> FileStatistics:
    """The size of a file, and when it was changed.

    Args:
        path: a path.
    """
    return gfile.Stat(path)


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copies a file.

    Args:
        src: its path.
        dst: the new path.
        overwrite: whether a file that is there is replaced.

    Raises:
        tf.errors.AlreadyExistsError: when there is one, unless `overwrite`.
    """
    gfile.Copy(src, dst, overwrite)


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Moves a file or folder.

    Args:
        src: its path.
        dst: the new path.
        overwrite: whether a file that is there is replaced.

    Raises:
        tf.errors.AlreadyExistsError: when there is one, unless `overwrite`.
    """
    gfile.Rename(src, dst, overwrite)


def walk(top: Any, topdown: bool = True, onerror: Any = None) -> Any:
    """Each folder from `top` on: its path, the folders in it, the files in it.

    Args:
        top: the first folder.
        topdown: whether a folder comes before those in it.
        onerror: accepted; folders that cannot be read are left out.
    """
    return gfile.Walk(top, topdown)
