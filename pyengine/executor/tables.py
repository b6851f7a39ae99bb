"""Tables of a session: from keys to values, as `tf.lookup` has them."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from pyengine.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError

__all__ = ["Table", "rows_of_file"]


class Table:
    """A dictionary whose values are all of one dtype and shape.

    Args:
        key_type: the NumPy dtype of the keys, object for strings.
        value_type: that of the values.
        value_shape: the shape of a value.
        is_fixed: whether it is filled once, before it is used.
        reserved: keys that may not be used.
    """

    def __init__(
        self,
        key_type: Any,
        value_type: Any,
        value_shape: tuple[int, ...] = (),
        is_fixed: bool = False,
        reserved: tuple[Any, ...] = (),
    ) -> None:
        self.key_type = np.dtype(key_type)
        self.value_type = np.dtype(value_type)
        self.value_shape = value_shape
        self.is_fixed = is_fixed
        self.reserved = frozenset(reserved)
        self._lock = threading.Lock()
        self._values: dict[Any, Any] | None = None if is_fixed else {}

    def _ready(self) -> dict[Any, Any]:
        if self._values is None:
            raise FailedPreconditionError(
                None, None, "Table not initialized. Run its initializer: tf.tables_initializer()"
            )
        return self._values

    def _checked_keys(self, keys: Any) -> list[Any]:
        found: list[Any] = keys.reshape(-1).tolist()
        if self.reserved and not self.reserved.isdisjoint(found):
            raise InvalidArgumentError(
                None, None, "Using the empty_key or deleted_key as a table key is not allowed"
            )
        return found

    def _rows(self, keys: Any, values: Any) -> Any:
        if values.shape != keys.shape + self.value_shape:
            raise InvalidArgumentError(
                None,
                None,
                f"Expected shape {list(keys.shape + self.value_shape)} for the values, got "
                f"{list(values.shape)}",
            )
        return values.reshape((keys.size, *self.value_shape))

    def fill(self, keys: Any, values: Any) -> None:
        """Fills a fixed table; a second time only with the same."""
        if keys.ndim != 1 or keys.shape != values.shape:
            raise InvalidArgumentError(
                None, None, f"keys and values must be vectors of one length, got {keys.shape} and "
                f"{values.shape}"
            )  # fmt: skip
        found: dict[Any, Any] = {}
        for key, value in zip(keys.tolist(), values):
            if found.setdefault(key, value) != value:
                raise FailedPreconditionError(
                    None,
                    None,
                    f"HashTable has different value for same key. Key {_shown(key)} has "
                    f"{_shown(found[key])} and trying to add value {_shown(value)}",
                )
        with self._lock:
            if self._values is None:
                self._values = found
            elif len(self._values) != len(found):
                raise FailedPreconditionError(
                    None,
                    None,
                    f"Table was already initialized with different data: it has "
                    f"{len(self._values)} keys, not {len(found)}",
                )

    def insert(self, keys: Any, values: Any) -> None:
        """Puts values in under keys, those that are there replaced."""
        if self.is_fixed:
            self.fill(keys, values)
            return
        names = self._checked_keys(keys)
        rows = np.array(self._rows(keys, values))  # a copy: the run's own arrays may be used again
        with self._lock:
            self._ready().update(zip(names, rows))

    def replace(self, keys: Any, values: Any) -> None:
        """Puts values in under keys, and takes out all that was there."""
        if self.is_fixed:
            self.fill(keys, values)
            return
        names = self._checked_keys(keys)
        found = dict(zip(names, np.array(self._rows(keys, values))))
        with self._lock:
            self._values = found

    def remove(self, keys: Any) -> None:
        """Takes keys out; those that are not there are no error."""
        names = self._checked_keys(keys)
        with self._lock:
            there = self._ready()
            for key in names:
                there.pop(key, None)

    def find(self, keys: Any, default: Any) -> Any:
        """The values under keys, or a default."""
        names = self._checked_keys(keys)
        default = default[()]
        with self._lock:
            there = self._ready()
            found = [there.get(key, default) for key in names]
        result = np.empty((len(names), *self.value_shape), self.value_type)
        for i, value in enumerate(found):
            result[i] = value
        return result.reshape(keys.shape + self.value_shape)

    def size(self) -> Any:
        with self._lock:
            return np.int64(len(self._ready()))

    def export(self) -> tuple[Any, Any]:
        """All keys and their values."""
        with self._lock:
            there = dict(self._ready())
        keys = np.empty(len(there), self.key_type)
        keys[:] = list(there)
        values = np.empty((len(there), *self.value_shape), self.value_type)
        for i, value in enumerate(there.values()):
            values[i] = value
        return keys, values


def _shown(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


WHOLE_LINE, LINE_NUMBER = -2, -1


def rows_of_file(
    path: str, key: int, value: int, size: int, delimiter: str, offset: int, types: Any
) -> tuple[Any, Any]:
    """The keys and values in the lines of a file.

    Args:
        path: the file.
        key, value: the column, or `WHOLE_LINE` or `LINE_NUMBER`.
        size: how many lines to take, -1 for all.
        delimiter: what is between columns.
        offset: what is added to line numbers that are values.
        types: the NumPy dtypes of keys and values.
    """
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    except OSError as error:
        raise NotFoundError(None, None, f"{path}; {error.strerror}") from None
    if lines and not lines[-1]:
        lines.pop()
    if size > len(lines):
        raise InvalidArgumentError(
            None, None, f"Invalid vocab_size in {path}: expected {size} but got {len(lines)}"
        )
    if 0 <= size < len(lines):
        lines = lines[:size]
    split = [line.removesuffix(b"\r").split(delimiter.encode()) for line in lines]
    columns = []
    for index, kind, start in ((key, types[0], 0), (value, types[1], offset)):
        if index == LINE_NUMBER:
            columns.append(np.arange(len(lines), dtype=np.int64).astype(kind) + start)
            continue
        texts = []
        for number, (line, parts) in enumerate(zip(lines, split)):
            if index != WHOLE_LINE and index >= len(parts):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Invalid number of columns in {path} line {number} "
                    f"({line.decode('utf-8', 'replace')}): expected at least {index + 1} got "
                    f"{len(parts)}",
                )
            texts.append(line.removesuffix(b"\r") if index == WHOLE_LINE else parts[index])
        columns.append(_column(texts, np.dtype(kind), path))
    return columns[0], columns[1]


def _column(texts: list[bytes], kind: Any, path: str) -> Any:
    found = np.empty(len(texts), object)
    found[:] = texts
    if kind.kind == "O":
        return found
    try:
        return np.array([int(t) if kind.kind in "iu" else float(t) for t in texts], kind)
    except ValueError as error:
        raise InvalidArgumentError(None, None, f"{error} in {path}") from None
