"""`summary_iterator`: the events of an event file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyengine import protos
from pyengine.records import read_records

__all__ = ["summary_iterator"]


def summary_iterator(path: str) -> Iterator[Any]:
    """The `Event`s of an event file, in order.

    Args:
        path: the file, as `FileWriter` and TensorFlow write it.

    Raises:
        NotFoundError: when there is no such file.
        DataLossError: when it is damaged.
    """
    for record in read_records(path):
        yield protos.Event.FromString(record)
