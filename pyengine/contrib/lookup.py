"""Tables from keys to values: the `tf.contrib.lookup` namespace."""

from __future__ import annotations

from typing import Any

from pyengine.lookup.ids import (
    FastHashSpec,
    HasherSpec,
    IdTableWithHashBuckets,
    StrongHashSpec,
    index_table_from_file,
    index_table_from_tensor,
    index_to_string_table_from_file,
    index_to_string_table_from_tensor,
)
from pyengine.lookup.initializers import (
    KeyValueTensorInitializer,
    TableInitializerBase,
    TextFileIdTableInitializer,
    TextFileIndex,
    TextFileInitializer,
    TextFileStringTableInitializer,
)
from pyengine.lookup.tables import (
    HashTable,
    LookupInterface,
    MutableDenseHashTable,
    MutableHashTable,
)

__all__ = [
    "FastHashSpec", "HashTable", "HasherSpec", "IdTableWithHashBuckets",
    "KeyValueTensorInitializer", "LookupInterface", "MutableDenseHashTable", "MutableHashTable",
    "StrongHashSpec", "TableInitializerBase", "TextFileIdTableInitializer", "TextFileIndex",
    "TextFileInitializer", "TextFileStringTableInitializer", "index_table_from_file",
    "index_table_from_tensor", "index_to_string", "index_to_string_table_from_file",
    "index_to_string_table_from_tensor", "string_to_index",
]  # fmt: skip


def string_to_index(tensor: Any, mapping: Any, default_value: int = -1, name: Any = None) -> Any:
    """The positions of strings in a vector of strings.

    Args:
        tensor: the strings to look up.
        mapping: the vector.
        default_value: the position of other strings.
        name: a name for the ops' scope.
    """
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(tensor: Any, mapping: Any, default_value: str = "UNK", name: Any = None) -> Any:
    """The strings at positions in a vector of strings.

    Args:
        tensor: the int64 positions.
        mapping: the vector.
        default_value: the string at other positions.
        name: a name for the ops' scope.
    """
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)
