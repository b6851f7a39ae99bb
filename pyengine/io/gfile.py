"""Files and folders by their later names: the `tf.io.gfile` namespace."""

from __future__ import annotations

from typing import Any

from pyengine import gfile
from pyengine.gfile import GFile

__all__ = [
    "GFile", "copy", "exists", "glob", "isdir", "listdir", "makedirs", "mkdir", "remove", "rename",
    "rmtree", "stat", "walk",
]  # fmt: skip

copy = gfile.Copy
exists = gfile.Exists
glob = gfile.Glob
isdir = gfile.IsDirectory
listdir = gfile.ListDirectory
makedirs = gfile.MakeDirs
mkdir = gfile.MkDir
remove = gfile.Remove
rename = gfile.Rename
rmtree = gfile.DeleteRecursively
stat = gfile.Stat


def walk(top: Any, topdown: bool = True, onerror: Any = None) -> Any:
    """Each folder from `top` on: its path, the folders in it, the files in it.

    Args:
        top: the first folder.
        topdown: whether a folder comes before those in it.
        onerror: accepted; folders that cannot be read are left out.
    """
    return gfile.Walk(top, topdown)
