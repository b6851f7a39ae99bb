"""Elements of data sets kept in files: what `Dataset.cache(filename)` writes and reads.

A TFRecord file of our own: a record for each component of each element, a serialized TensorProto.
TensorFlow's cache files are not meant to be read by anything but the version that wrote them, and
ours are neither. Elements go to a file of another name, which is given its own when all of them are
there: a cache is complete, or not there.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from pyengine.dtypes import as_dtype, string
from pyengine.errors import AlreadyExistsError, DataLossError, UnimplementedError
from pyengine.executor.datasets import From, Rows, Source, _Over
from pyengine.executor.files import make_folder, system_errors
from pyengine.executor.functions import Context, Row
from pyengine.tfrecords import RecordFile, read_records

_busy: set[str] = set()
_lock = threading.Lock()


def cache_file(filename: str) -> str:
    """The file with the elements."""
    return f"{filename}.cache"


def cached_in_file(source: Source, filename: str) -> Source:
    """The elements in the files, which are written when they are not there."""
    path = os.path.abspath(cache_file(filename))

    def rows(context: Context) -> Rows:
        if os.path.exists(path):
            return _read(path)
        return _Writing(source.rows(context), path)

    return From(rows)


def _read(path: str) -> Iterator[Row]:
    from pyengine.ops.serializing import tensor_of_bytes

    row: list[Any] = []
    width = -1
    for _, data in read_records(path):
        if width < 0:
            width = int(data)
            continue
        row.append(tensor_of_bytes(data)[0])
        if len(row) == width:
            yield tuple(row)
            row = []
    if row:
        raise DataLossError(None, None, f"{path}: the last element is not complete")


def _bytes_of(value: Any) -> bytes:
    """A component as it is written; of what stands for a sparse tensor, each part as a string."""
    from pyengine.ops.serializing import bytes_of_tensor

    if isinstance(value, Source):
        raise UnimplementedError(
            None,
            None,
            "data sets in a data set cannot be cached in a file: cache them in memory, by cache() "
            "without a name, or make one data set of them by flat_map() first",
        )
    array = np.asarray(value)
    if array.dtype.kind not in "OS":
        return bytes_of_tensor(array, as_dtype(array.dtype))
    if any(isinstance(item, np.ndarray) for item in array.reshape(-1)):
        parts = [_bytes_of(item) for item in array.reshape(-1)]
        array = np.array([*parts, None], object)[:-1].reshape(array.shape)
    return bytes_of_tensor(array, string)


class _Writing(_Over):
    """Elements that are written as they are given."""

    def __init__(self, rows: Rows, path: str) -> None:
        super().__init__(rows)
        self._path = path
        self._temporary = f"{path}.tmp{os.getpid()}"
        self._file: RecordFile | None = None
        self._ended = False
        self._is_whole = True

    def __next__(self) -> Row:
        if self._ended:
            raise StopIteration
        if self._file is None:
            self._open()
        try:
            row = next(self._rows)
        except StopIteration:
            self._finish()
            raise
        except BaseException:
            self._is_whole = False  # a cache without the element would hide the error
            raise
        self._write(row)
        return row

    def _open(self) -> None:
        with _lock:
            if self._path in _busy:
                raise AlreadyExistsError(
                    None,
                    None,
                    f"{self._path} is being written by another iterator: go through that one to "
                    f"its end first, or give each cache() a file name of its own",
                )
            _busy.add(self._path)
        try:
            make_folder(os.path.dirname(self._path))
            self._file = RecordFile(self._temporary)
        except BaseException:
            self._release()
            raise
        self._width_written = False

    def _write(self, row: Row) -> None:
        assert self._file is not None
        if not self._width_written:
            self._file.write(str(len(row)).encode())
            self._width_written = True
        for value in row:
            self._file.write(_bytes_of(value))

    def _finish(self) -> None:
        self._ended = True
        assert self._file is not None
        try:
            self._file.close()
            with system_errors(self._path):
                if self._is_whole:
                    os.replace(self._temporary, self._path)
                else:
                    os.unlink(self._temporary)
        finally:
            self._release()

    def _release(self) -> None:
        _busy.discard(self._path)

    def __del__(self) -> None:
        # Of an iterator that was not gone through: there is no cache then.
        if self._file is not None and not self._ended:
            with contextlib.suppress(Exception):
                self._file.close()
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)
            self._release()
