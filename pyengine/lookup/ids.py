"""Words and their numbers: tables with buckets for words that are not in the vocabulary."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.executor.tables import LINE_NUMBER, WHOLE_LINE
from pyengine.graph import Operation, Tensor
from pyengine.lookup.initializers import (
    KeyValueTensorInitializer,
    TextFileIdTableInitializer,
    TextFileStringTableInitializer,
)
from pyengine.lookup.tables import HashTable, LookupInterface, StaticHashTable
from pyengine.ops.array import size
from pyengine.ops.compare import not_equal
from pyengine.ops.control_flow import no_op
from pyengine.ops.filling import range as range_of
from pyengine.ops.hashing import string_to_hash_bucket_fast, string_to_hash_bucket_strong
from pyengine.ops.identities import where_v2
from pyengine.ops.math import add, cast
from pyengine.ops.string_numbers import as_string
from pyengine.scopes import name_scope
from pyengine.sparse_tensor import SparseTensor

__all__ = [
    "FastHashSpec", "HasherSpec", "IdTableWithHashBuckets", "StaticVocabularyTable",
    "StrongHashSpec", "index_table_from_file", "index_table_from_tensor",
    "index_to_string_table_from_file", "index_to_string_table_from_tensor",
]  # fmt: skip


class HasherSpec(NamedTuple):
    """How words are hashed into buckets: "fasthash", or "stronghash" with a key."""

    hasher: str
    key: Any


FastHashSpec = HasherSpec("fasthash", None)


class StrongHashSpec(HasherSpec):
    """A hash that nobody can foretell without its key, two unsigned integers of 64 bits."""

    def __new__(cls, key: Any) -> StrongHashSpec:
        if len(key) != 2:
            raise ValueError(f"`key` must have size 2, received {len(key)}")
        if not all(isinstance(k, int) for k in key):
            raise TypeError(f"Invalid key {key}. Must be unsigned integer values.")
        return super().__new__(cls, "stronghash", key)


class IdTableWithHashBuckets(LookupInterface):
    """Ids of words; those that a table does not have get one of several buckets after its ids.

    Args:
        table: a table to int64 ids, or None for buckets alone.
        num_oov_buckets: how many buckets there are.
        hasher_spec: how words are hashed.
        name: a name for the ops' scopes.
        key_dtype: the dtype of the words, by default the table's.

    Raises:
        TypeError: for dtypes that are neither strings nor integers, or another hash.
    """

    def __init__(
        self,
        table: StaticHashTable | None,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: Any = None,
    ) -> None:
        wanted = dtypes.string if table is None else table.key_dtype
        key_dtype = wanted if key_dtype is None else as_dtype(key_dtype)
        _check_types(table, key_dtype)
        if table is None and num_oov_buckets <= 0:
            raise ValueError("`oov_buckets` must be > 0 if no `table` is supplied.")
        if not isinstance(hasher_spec, HasherSpec):
            raise TypeError(f"`hasher_spec` must be of type HasherSpec, got {hasher_spec!r}")
        super().__init__(key_dtype, dtypes.int64)
        self._table, self._num_oov_buckets, self._hasher = table, num_oov_buckets, hasher_spec
        name = (name or "").rstrip("/") or (table.name if table is not None else "hash_bucket")
        self._name = name.rpartition("/")[2]

    @property
    def name(self) -> str:
        return self._name

    @property
    def resource_handle(self) -> Tensor | None:
        return None if self._table is None else self._table.resource_handle

    @property
    def initializer(self) -> Operation:
        """The op that fills the table."""
        if self._table is not None:
            return self._table.initializer
        with name_scope(None, "init"):
            return no_op()

    init = initializer

    def size(self, name: str | None = None) -> Tensor:
        """How many ids there are, buckets counted; an int64 scalar."""
        with name_scope(name, f"{self.name}_Size"):
            known: Any = convert_to_tensor(0, dtypes.int64)
            if self._table is not None:
                known = self._table.size()
            return known + self._num_oov_buckets

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The ids of words: a tensor, or a `SparseTensor` for one.

        Raises:
            TypeError: when the words are of another dtype.
        """
        if isinstance(keys, SparseTensor):
            return keys.with_values(self.lookup(keys.values, name))
        keys = self._checked(keys)
        known = keys
        if self._table is not None and keys.dtype.base_dtype is not self._table.key_dtype:
            known = cast(keys, dtypes.int64)
        if not self._num_oov_buckets:
            assert self._table is not None  # refused when this was made
            return self._table.lookup(known, name)
        with name_scope(name, f"{self.name}_Lookup"):
            words = as_string(keys) if keys.dtype.is_integer else keys
            buckets = self._hash()(words, num_buckets=self._num_oov_buckets, name="hash_bucket")
            if self._table is None:
                return buckets
            ids = self._table.lookup(known)
            buckets = add(buckets, self._table.size())
            return where_v2(not_equal(ids, self._table.default_value), ids, buckets)

    def _hash(self) -> Any:
        if self._hasher.hasher == "fasthash":
            return string_to_hash_bucket_fast
        if self._hasher.hasher == "stronghash":
            return functools.partial(string_to_hash_bucket_strong, key=self._hasher.key)
        raise ValueError(f"Found unknown hasher {self._hasher.hasher} in `hasher_spec`")


def _check_types(table: StaticHashTable | None, key_dtype: DType) -> None:
    if not (key_dtype.is_integer or key_dtype is dtypes.string):
        raise TypeError(f"Invalid `key_dtype`, expected integer or string, got {key_dtype!r}")
    if table is None:
        return
    if table.key_dtype not in (dtypes.int64, dtypes.string):
        raise TypeError(f"Invalid `key_dtype`, expected int64 or string, got {table.key_dtype!r}")
    if table.key_dtype.is_integer != key_dtype.is_integer:
        raise TypeError(f"Invalid `key_dtype`, expected {key_dtype!r}, got {table.key_dtype!r}")
    if table.value_dtype is not dtypes.int64:
        raise TypeError(f"Invalid `value_dtype`, expected int64 but got {table.value_dtype!r}")


class StaticVocabularyTable(IdTableWithHashBuckets):
    """Ids of words, with buckets for those that the initializer does not have.

    Args:
        initializer: what fills the table with int64 ids; None for buckets alone.
        num_oov_buckets: how many buckets there are, 1 at least.
        lookup_key_dtype: the dtype of the words, by default the initializer's.
        name: a name for the ops' scopes.

    Raises:
        ValueError: without buckets.
        TypeError: for dtypes that are neither strings nor integers.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     ids = tf.constant([0, 1], tf.int64)
        ...     start = tf.lookup.KeyValueTensorInitializer(["a", "b"], ids)
        ...     table = tf.lookup.StaticVocabularyTable(start, num_oov_buckets=3)
        ...     sess.run(table.initializer)
        ...     sess.run(table.lookup(tf.constant(["a", "zz", "q"]))).tolist()
        [0, 3, 4]
    """

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        table = None
        if initializer is not None:
            if initializer.value_dtype is not dtypes.int64:
                raise TypeError(
                    f"Invalid `value_dtype`, expected int64 but got {initializer.value_dtype!r}."
                )
            table = StaticHashTable(initializer, default_value=-1)
        super().__init__(table, num_oov_buckets, name=name, key_dtype=lookup_key_dtype)


# ---------------------------------------------------------------- of vocabularies


def _check_ids(num_oov_buckets: int, vocab_size: int | None) -> None:
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"`vocab_size` must be greater than 0, got {vocab_size}.")


def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
    key_column_index: int = WHOLE_LINE,
    value_column_index: int = LINE_NUMBER,
    delimiter: str = "\t",
) -> Any:
    """A table from words to ids, of the lines of a file.

    Args:
        vocabulary_file: its path.
        num_oov_buckets: how many buckets there are for other words.
        vocab_size: how many lines are used; all by default.
        default_value: the id of other words, where there are no buckets.
        hasher_spec: how words are hashed into buckets.
        key_dtype: the dtype of the words, a string or an integer.
        name: a name for the ops' scope.
        key_column_index, value_column_index, delimiter: as for `tf.lookup.TextFileInitializer`.

    Raises:
        ValueError: without a file, or for numbers that are too small.
        TypeError: for other dtypes.
    """
    if vocabulary_file is None or (isinstance(vocabulary_file, str) and not vocabulary_file):
        raise ValueError("`vocabulary_file` must be specified and must not be empty.")
    _check_ids(num_oov_buckets, vocab_size)
    key_dtype = as_dtype(key_dtype)
    if not (key_dtype.is_integer or key_dtype is dtypes.string):
        raise TypeError("Dtype for `keys` should be either integer or string.")
    with name_scope(name, "string_to_index"), name_scope(None, "hash_table"):
        start = TextFileIdTableInitializer(
            vocabulary_file, key_column_index, value_column_index, vocab_size, delimiter,
            "table_init", dtypes.int64 if key_dtype.is_integer else key_dtype,
        )  # fmt: skip
        table = HashTable(start, default_value)
    if not num_oov_buckets:
        return table
    return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, name, key_dtype)


def index_table_from_tensor(
    vocabulary_list: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: Any = dtypes.string,
    name: str | None = None,
) -> Any:
    """A table from the words of a vector to their positions.

    Args:
        vocabulary_list: a vector of words.
        num_oov_buckets, default_value, hasher_spec, name: as for `index_table_from_file`.
        dtype: the dtype of the words, a string or an integer.

    Raises:
        ValueError: without words.
        TypeError: for other dtypes.
    """
    if vocabulary_list is None:
        raise ValueError("`vocabulary_list` must be specified.")
    _check_ids(num_oov_buckets, None)
    dtype = as_dtype(dtype)
    if not (dtype.is_integer or dtype is dtypes.string):
        raise TypeError("Dtype for `keys` should be either integer or string.")
    with name_scope(name, "string_to_index"):
        words = convert_to_tensor(vocabulary_list)
        if words.dtype.is_integer != dtype.is_integer:
            raise ValueError(
                f"Invalid `dtype`: expected {'integer' if dtype.is_integer else 'non-integer'}, "
                f"got {words.dtype!r}."
            )
        if dtype.is_integer:
            words = cast(words, dtypes.int64)
        ids = cast(range_of(size(words)), dtypes.int64)
        with name_scope(None, "hash_table"):
            start = KeyValueTensorInitializer(
                words, ids, words.dtype.base_dtype, dtypes.int64, "table_init"
            )
            table = HashTable(start, default_value)
    if not num_oov_buckets:
        return table
    return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, name, dtype)


def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: int | None = None,
    default_value: str = "UNK",
    name: str | None = None,
    key_column_index: int = LINE_NUMBER,
    value_column_index: int = WHOLE_LINE,
    delimiter: str = "\t",
) -> HashTable:
    """A table from int64 ids to words, of the lines of a file.

    Args:
        vocabulary_file, vocab_size, name, key_column_index, value_column_index, delimiter: as for
            `index_table_from_file`.
        default_value: the word of other ids.

    Raises:
        ValueError: without a file.
    """
    if vocabulary_file is None or (isinstance(vocabulary_file, str) and not vocabulary_file):
        raise ValueError("`vocabulary_file` must be specified and must not be empty.")
    _check_ids(0, vocab_size)
    with name_scope(name, "index_to_string"):
        start = TextFileStringTableInitializer(
            vocabulary_file, key_column_index, value_column_index, vocab_size, delimiter,
            "table_init",
        )  # fmt: skip
        return HashTable(start, default_value)


def index_to_string_table_from_tensor(
    vocabulary_list: Any, default_value: str = "UNK", name: str | None = None
) -> HashTable:
    """A table from positions in a vector of words to the words.

    Args:
        vocabulary_list: a vector of words.
        default_value: the word of other positions.
        name: a name for the ops' scope.

    Raises:
        ValueError: without words.
    """
    if vocabulary_list is None:
        raise ValueError("`vocabulary_list` argument must be specified.")
    with name_scope(name, "index_to_string"):
        words = convert_to_tensor(vocabulary_list, dtypes.string)
        ids = cast(range_of(size(words)), dtypes.int64)
        start = KeyValueTensorInitializer(ids, words, dtypes.int64, dtypes.string, "table_init")
        return HashTable(start, default_value)
