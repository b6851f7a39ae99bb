"""The rows of CSV files, for `tf.data.experimental.CsvDataset`.

Rows are converted many at a time, column by column; where that fails, each on its own, so that an
error belongs to one element, and those after it are given.
"""

from __future__ import annotations

import functools
import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from pyengine.dtypes import DType, string
from pyengine.errors import InvalidArgumentError
from pyengine.executor.datasets import From, Row, Source, text_line_parts
from pyengine.executor.files import local_path
from pyengine.executor.texts import text

_CHUNK = 256


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


class _Block:
    """Rows that were converted together: a column for each component, and how many are given."""

    def __init__(self, columns: Sequence[Any], types: Sequence[DType]) -> None:
        self.columns, self.given = columns, 0
        self._types = types

    def __len__(self) -> int:
        return len(self.columns[0])

    @functools.cached_property
    def rows(self) -> list[Row]:
        """The rows one by one, as tuples of scalars."""
        pairs = zip(self.columns, self._types)
        return list(zip(*([text(v) for v in c] if t is string else c for c, t in pairs)))


class _CsvRows:
    def __init__(self, names: Sequence[bytes], settings: CsvFormat) -> None:
        self._settings = settings
        self._files = iter(names)
        self._path = ""
        self._records: Iterator[tuple[int, bytes]] = iter(())
        self._ready: deque[_Block | InvalidArgumentError] = deque()

    def __iter__(self) -> _CsvRows:
        return self

    def __next__(self) -> Row:
        block = self._front()
        row = block.rows[block.given]
        self._give(block, 1)
        return row

    def take(self, count: int) -> Row:
        """The next rows as columns: `count` of them, or fewer at the end.

        Raises:
            InvalidArgumentError: for a row that does not fit; those before it are lost, the next
                call goes on after it.
            StopIteration: when there are none.
        """
        parts: list[Any] = []
        while count:
            try:
                block = self._front()
            except StopIteration:
                if parts:
                    break
                raise
            start, stop = block.given, min(block.given + count, len(block))
            parts.append([column[start:stop] for column in block.columns])
            self._give(block, stop - start)
            count -= stop - start
        return tuple(c[0] if len(parts) == 1 else np.concatenate(c) for c in zip(*parts))

    def _front(self) -> _Block:
        """The block with the next row; raises the error that stands in its place."""
        while not self._ready:
            self._fill()
        front = self._ready[0]
        if isinstance(front, InvalidArgumentError):
            self._ready.popleft()
            raise front
        return front

    def _give(self, block: _Block, count: int) -> None:
        block.given += count
        if block.given == len(block):
            self._ready.popleft()

    def _fill(self) -> None:
        """Converts the next rows; raises StopIteration when there are no more files."""
        chunk = list(itertools.islice(self._records, _CHUNK))
        if not chunk:
            name = next(self._files)
            self._path = local_path(name)
            self._records = numbered_records(name, self._settings)
            return
        try:
            block = self._block(_all_fields([record for _, record in chunk], self._settings))
        except InvalidArgumentError:
            self._ready.extend(self._one(*numbered) for numbered in chunk)
        else:
            self._ready.append(block)

    def _block(self, records: Sequence[Sequence[bytes]]) -> _Block:
        return _Block(_converted(records, self._settings), self._settings.types)

    def _one(self, number: int, record: bytes) -> _Block | InvalidArgumentError:
        """A record on its own, or what is wrong with it."""
        try:
            return self._block([_fields(record, self._settings)])
        except InvalidArgumentError as error:
            message = error.message.replace(" in record 0", "")
            return InvalidArgumentError(None, None, f"{self._path}, line {number}: {message}")


def numbered_records(name: bytes, settings: CsvFormat) -> Iterator[tuple[int, bytes]]:
    """The records of a file with the lines they begin at; a quoted field may hold line ends."""
    pending, first = b"", 0
    lines = enumerate(text_line_parts(name, settings.compression), 1)
    if settings.header:
        next(lines, None)
    for number, line in lines:
        if pending or (settings.quotes and b'"' in line):
            first = first or number
            pending += line
            if pending.count(b'"') % 2:
                continue
            line, number, pending, first = pending, first, b"", 0
        yield number, line.removesuffix(b"\n").removesuffix(b"\r")
    if pending:
        yield first, pending


def _all_fields(records: Sequence[bytes], settings: CsvFormat) -> list[Any]:
    """The fields of each record, as `_fields` has them: of plain ones by a look at them all."""
    together = b"".join(records)
    is_plain = not settings.quotes or not any(c in together for c in (b'"', b"\n", b"\r"))
    if is_plain and b"" not in records:
        rows = [record.split(settings.delimiter) for record in records]
        widths = set(map(len, rows))
        if settings.columns:
            if min(widths) > settings.columns[-1]:
                return [[row[c] for c in settings.columns] for row in rows]
        elif widths == {len(settings.types)}:
            return rows
    return [_fields(record, settings) for record in records]


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


def _converted(records: Sequence[Sequence[bytes]], settings: CsvFormat) -> list[Any]:
    """The columns of some records, at least one."""
    from pyengine.ops.decode import csv_column

    with np.errstate(all="ignore"):
        return [
            csv_column(values, i, settings.defaults[i], settings.types[i], settings.missing)
            for i, values in enumerate(zip(*records))
        ]
