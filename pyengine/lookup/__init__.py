"""Tables from keys to values: the `tf.lookup` namespace."""

from __future__ import annotations

from pyengine.lookup.ids import StaticVocabularyTable
from pyengine.lookup.initializers import (
    KeyValueTensorInitializer,
    TextFileIndex,
    TextFileInitializer,
)
from pyengine.lookup.tables import StaticHashTable
from pyengine.lookup.tables import tables_initializer as initialize_all_tables

__all__ = [
    "KeyValueTensorInitializer", "StaticHashTable", "StaticVocabularyTable", "TextFileIndex",
    "TextFileInitializer",
]  # fmt: skip
