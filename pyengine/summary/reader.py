"""`summary_iterator`: the events of an event file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyengine import protos
from pyengine.tfrecords import read_records

__all__ = ["summary_iterator"]


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
