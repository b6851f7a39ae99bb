"""What fills a table: tensors, or the lines of a file."""

from __future__ import annotations

from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.executor.tables import LINE_NUMBER, WHOLE_LINE
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops import table_ops
from pyengine.scopes import name_scope

__all__ = [
    "KeyValueTensorInitializer", "TableInitializerBase", "TextFileIdTableInitializer",
    "TextFileIndex", "TextFileInitializer", "TextFileStringTableInitializer",
]  # fmt: skip


class TextFileIndex:
    """What of a line is a key or a value: all of it, its number, or else a column from 0."""

    WHOLE_LINE = WHOLE_LINE
    LINE_NUMBER = LINE_NUMBER


class Typed:
    """The base of what has keys and values of one dtype each."""

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype = as_dtype(key_dtype)
        self._value_dtype = as_dtype(value_dtype)

    @property
    def key_dtype(self) -> DType:
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        return self._value_dtype


class TableInitializerBase(Typed):
    """What fills a table; a subclass gives `initialize(table)`.

    Args:
        key_dtype, value_dtype: the dtypes of what it fills a table with.
    """

    def initialize(self, table: Any) -> Operation:
        raise NotImplementedError(f"{type(self).__name__} must define initialize(table)")

    def _check(self, table: Any) -> None:
        for what in ("key_dtype", "value_dtype"):
            own, wanted = getattr(self, what), getattr(table, what)
            if own is not wanted:
                raise TypeError(
                    f"Invalid {what.replace('_', ' ')} for initializer, expected {wanted!r} but "
                    f"got {own!r}"
                )


def _is_an_initializer(op: Operation) -> Operation:
    get_default_graph().add_to_collection(GraphKeys.TABLE_INITIALIZERS, op)
    return op


class KeyValueTensorInitializer(TableInitializerBase):
    """Fills a table with vectors of keys and of values.

    Args:
        keys, values: vectors of one length.
        key_dtype, value_dtype: their dtypes, where those are not to be guessed.
        name: the name of the op.
    """

    def __init__(
        self,
        keys: Any,
        values: Any,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        self._name = name or "key_value_init"
        self._keys: Tensor = convert_to_tensor(keys, key_dtype, name="keys")
        self._values: Tensor = convert_to_tensor(values, value_dtype, name="values")
        super().__init__(self._keys.dtype.base_dtype, self._values.dtype.base_dtype)

    def initialize(self, table: Any) -> Operation:
        """The op that fills a table, which goes into the collection TABLE_INITIALIZERS."""
        self._check(table)
        with name_scope(self._name, values=[table.resource_handle, self._keys, self._values]):
            return _is_an_initializer(
                table_ops.table_import(table.resource_handle, self._keys, self._values)
            )


class TextFileInitializer(TableInitializerBase):
    """Fills a table with the lines of a file.

    Args:
        filename: its path; a string or a string scalar.
        key_dtype, value_dtype: the dtypes; columns that are numbers are read as such.
        key_index, value_index: a column from 0, or one of `tf.lookup.TextFileIndex`.
        vocab_size: how many lines are used; all of them by default.
        delimiter: what is between columns.
        name: the name of the op.
        value_index_offset: what is added to line numbers that are values.

    Raises:
        ValueError: when an index cannot be of that dtype, or there is no such index.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        super().__init__(key_dtype, value_dtype)
        for what, index, dtype in (
            ("key", key_index, self._key_dtype),
            ("value", value_index, self._value_dtype),
        ):
            _check_column(what, index, dtype)
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}")
        self._columns = {"key_index": key_index, "value_index": value_index}
        self._vocab_size = -1 if vocab_size is None else vocab_size
        self._delimiter, self._offset = delimiter, value_index_offset
        self._name = name or "text_file_init"
        self._filename: Tensor = convert_to_tensor(filename, dtypes.string, name="asset_path")
        get_default_graph().add_to_collection(GraphKeys.ASSET_FILEPATHS, self._filename)

    def initialize(self, table: Any) -> Operation:
        """The op that fills a table, which goes into the collection TABLE_INITIALIZERS."""
        self._check(table)
        with name_scope(self._name, "text_file_init", [table.resource_handle]):
            op = table_ops.initialize_from_text_file(
                table.resource_handle, self._filename, **self._columns,
                vocab_size=self._vocab_size, delimiter=self._delimiter, offset=self._offset,
            )  # fmt: skip
            return _is_an_initializer(op)


def _check_column(what: str, index: int, dtype: DType) -> None:
    if index < WHOLE_LINE:
        raise ValueError(f"`{what}_index` should be >= {WHOLE_LINE}, received: {index}.")
    if index == LINE_NUMBER and dtype is not dtypes.int64:
        raise ValueError(
            f"`{what}_dtype` must be int64 if `{what}_index` is {LINE_NUMBER}, received: {dtype!r}"
        )
    is_text = what == "value" and dtype is not dtypes.string
    if index == WHOLE_LINE and (is_text or not (dtype.is_integer or dtype is dtypes.string)):
        kinds = "integer or string" if what == "key" else "string"
        raise ValueError(
            f"`{what}_dtype` should be {'either ' if what == 'key' else ''}{kinds} for "
            f"`{what}_index` {WHOLE_LINE}, received: {dtype!r}"
        )


class TextFileStringTableInitializer(TextFileInitializer):
    """Fills a table from int64 ids, by default line numbers, to strings."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = LINE_NUMBER,
        value_column_index: int = WHOLE_LINE,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str = "text_file_string_table_init",
    ) -> None:
        super().__init__(
            filename, dtypes.int64, key_column_index, dtypes.string, value_column_index,
            vocab_size, delimiter, name,
        )  # fmt: skip


class TextFileIdTableInitializer(TextFileInitializer):
    """Fills a table from strings, by default whole lines, to int64 ids."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = WHOLE_LINE,
        value_column_index: int = LINE_NUMBER,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str = "text_file_id_table_init",
        key_dtype: Any = dtypes.string,
    ) -> None:
        super().__init__(
            filename, key_dtype, key_column_index, dtypes.int64, value_column_index, vocab_size,
            delimiter, name,
        )  # fmt: skip
