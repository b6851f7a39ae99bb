"""`summary_iterator`: the events of an event file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from pyengine import protos
from pyengine.tfrecords import read_records

__all__ = ["read_scalars", "summary_iterator"]


def summary_iterator(path: str) -> Iterator[Any]:
    """The `Event`s of an event file, in order.

    Args:
        path: the file, as `FileWriter` and TensorFlow write it.

    A file may still be growing: an event that is not complete yet is not given.

    Raises:
        NotFoundError: when there is no such file.
        DataLossError: when it is damaged.
    """
    for _, record in read_records(path, growing=True):
        yield protos.Event.FromString(record)


def read_scalars(logdir: str) -> dict[str, list[Any]]:
    """The scalars in the event files of a directory and those in it, as the columns of a table.

    Args:
        logdir: the directory.

    Returns:
        A dict of columns: `run` (the directory of the event file, seen from `logdir`), `tag`,
        `step`, `wall_time` (in seconds since 1970) and `value`.

    Raises:
        NotFoundError: when there is no such directory.
    """
    from pyengine.errors import NotFoundError
    from pyengine.protos.values import make_ndarray

    if not os.path.isdir(logdir):
        raise NotFoundError(None, None, f"{logdir}; No such file or directory")
    columns: dict[str, list[Any]] = {n: [] for n in ("run", "tag", "step", "wall_time", "value")}
    for folder, _, files in sorted(os.walk(logdir)):
        for name in sorted(f for f in files if "tfevents" in f):
            for event in summary_iterator(os.path.join(folder, name)):
                for item in event.summary.value:
                    kind = item.WhichOneof("value")
                    if kind == "simple_value":
                        value = item.simple_value
                    elif kind == "tensor" and item.metadata.plugin_data.plugin_name == "scalars":
                        value = float(make_ndarray(item.tensor))
                    else:
                        continue
                    run = os.path.relpath(folder, logdir)
                    row = (run, item.tag, event.step, event.wall_time, value)
                    for column, part in zip(columns.values(), row):
                        column.append(part)
    return columns
