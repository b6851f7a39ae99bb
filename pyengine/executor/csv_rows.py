"""The rows of CSV files, for `tf.data.experimental.CsvDataset`.

Rows are converted many at a time, column by column; where that fails, each on its own, so that an
error belongs to one element, and those after it are given.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from pyengine.dtypes import DType, string
from pyengine.errors import InvalidArgumentError
from pyengine.executor.datasets import From, Row, Source, text, text_line_parts
from pyengine.executor.files import local_path

_CHUNK = 256

Record = tuple[str, list[bytes]]
"""Where a record is, for errors, and its fields."""


class CsvFormat(NamedTuple):
    """How the files are to be read."""

    compression: str
    header: bool
    delimiter: bytes
    quotes: bool
    missing: bytes
    columns: Sequence[int]
    defaults: Sequence[Any]
    types: Sequence[DType]


def csv_rows(filenames: Any, settings: CsvFormat) -> Source:
    """The rows of some files, one after the other."""
    names = np.asarray(filenames, object).reshape(-1).tolist()
    if len(settings.delimiter) != 1:
        raise InvalidArgumentError(None, None, "field_delim should be only 1 char")
    return From(lambda context: _CsvRows(names, settings))


class _CsvRows:
    def __init__(self, names: Sequence[bytes], settings: CsvFormat) -> None:
        self._settings = settings
        self._files = iter(names)
        self._records: Iterator[tuple[str, bytes]] = iter(())
        self._ready: deque[Row | InvalidArgumentError] = deque()

    def __iter__(self) -> _CsvRows:
        return self

    def __next__(self) -> Row:
        while not self._ready:
            self._fill()
        item = self._ready.popleft()
        if isinstance(item, InvalidArgumentError):
            raise item
        return item

    def _fill(self) -> None:
        """Converts the next rows; raises StopIteration when there are no more files."""
        chunk = list(itertools.islice(self._records, _CHUNK))
        if not chunk:
            name = next(self._files)
            self._records = _records(name, self._settings)
            return
        fields: list[Record | InvalidArgumentError] = []
        for place, record in chunk:
            try:
                fields.append((place, _fields(record, self._settings)))
            except InvalidArgumentError as error:
                fields.append(_at(place, error))
        good = [f[1] for f in fields if isinstance(f, tuple)]
        try:
            rows = iter(_converted(good, self._settings))
        except InvalidArgumentError:
            self._ready.extend(self._one(f) for f in fields)
        else:
            self._ready.extend(next(rows) if isinstance(f, tuple) else f for f in fields)

    def _one(self, record: Record | InvalidArgumentError) -> Row | InvalidArgumentError:
        if isinstance(record, InvalidArgumentError):
            return record
        place, fields = record
        try:
            return _converted([fields], self._settings)[0]
        except InvalidArgumentError as error:
            return _at(place, error)


def _at(place: str, error: InvalidArgumentError) -> InvalidArgumentError:
    message = error.message.replace(" in record 0", "")  # it was converted on its own
    return InvalidArgumentError(None, None, f"{place}: {message}")


def _records(name: bytes, settings: CsvFormat) -> Iterator[tuple[str, bytes]]:
    """The records of a file; a quoted field may go over several lines."""
    path, pending, first = local_path(name), b"", 0
    lines = enumerate(text_line_parts(name, settings.compression), 1)
    if settings.header:
        next(lines, None)
    for number, line in lines:
        first = first or number
        pending += line
        if settings.quotes and pending.count(b'"') % 2:
            continue
        yield f"{path}, line {first}", pending.removesuffix(b"\n").removesuffix(b"\r")
        pending, first = b"", 0
    if pending:
        yield f"{path}, line {first}", pending


def _fields(record: bytes, settings: CsvFormat) -> list[bytes]:
    from pyengine.ops.decode import split_record

    fields = split_record(record, settings.delimiter, settings.quotes) or [b""]
    if settings.columns:
        if len(fields) <= settings.columns[-1]:
            raise InvalidArgumentError(
                None,
                None,
                f"Expect at least {settings.columns[-1] + 1} fields but have {len(fields)} in "
                f"record",
            )
        return [fields[c] for c in settings.columns]
    if len(fields) != len(settings.types):
        raise InvalidArgumentError(
            None, None, f"Expect {len(settings.types)} fields but have {len(fields)} in record"
        )
    return fields


def _converted(records: list[list[bytes]], settings: CsvFormat) -> list[Row]:
    from pyengine.ops.decode import csv_column

    if not records:
        return []
    columns: list[Any] = []
    with np.errstate(all="ignore"):
        for i, values in enumerate(zip(*records)):
            dtype = settings.types[i]
            column = csv_column(values, i, settings.defaults[i], dtype, settings.missing)
            columns.append([text(v) for v in column] if dtype is string else column)
    return list(zip(*columns))
