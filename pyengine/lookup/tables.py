"""Tables that users hold: those that are filled once, and those that can be changed."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.lookup.initializers import TableInitializerBase, Typed
from pyengine.ops import table_ops
from pyengine.ops.control_flow import group, no_op
from pyengine.scopes import name_scope
from pyengine.shape import SCALAR
from pyengine.sparse_tensor import SparseTensor
from pyengine.train.saveables import SaveSpec

__all__ = [
    "HashTable", "LookupInterface", "MutableDenseHashTable", "MutableHashTable", "StaticHashTable",
    "tables_initializer",
]  # fmt: skip


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """An op that fills all tables of the default graph.

    Args:
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     start = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
        ...     table = tf.lookup.StaticHashTable(start, default_value=-1)
        ...     sess.run(tf.tables_initializer())
        ...     sess.run(table.lookup(tf.constant(["b", "c"]))).tolist()
        [2, -1]
    """
    fills = get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
    return group(*fills, name=name) if fills else no_op(name=name)


class LookupInterface(Typed):
    """What all tables have in common.

    Attributes:
        resource_handle: the tensor that stands for the table.
        name: its name.
    """

    resource_handle: Any

    @property
    def name(self) -> str:
        return str(self.resource_handle.op.name.rpartition("/")[2])

    def size(self, name: str | None = None) -> Tensor:
        """How many keys there are, an int64 scalar."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]):
            return table_ops.table_size(self.resource_handle)

    def _checked(self, keys: Any) -> Tensor:
        keys = convert_to_tensor(keys, name="keys")
        if keys.dtype.base_dtype is not self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype!r}, received: {keys.dtype!r}"
            )
        return keys


class StaticHashTable(LookupInterface):
    """A table that its initializer fills, and that stays as it is then.

    Args:
        initializer: what fills it: a `KeyValueTensorInitializer` or a `TextFileInitializer`.
        default_value: the value of keys that are not there.
        name: the op's name.

    Raises:
        TypeError: when `default_value` cannot have the dtype of the values.
    """

    _shared_name = ""

    def __init__(
        self,
        initializer: TableInitializerBase,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default_value = convert_to_tensor(default_value, self._value_dtype)
        self._default_value.shape.merge_with(SCALAR)
        self.resource_handle: Tensor = table_ops.hash_table(
            shared_name=self._shared_name, key_dtype=self._key_dtype,
            value_dtype=self._value_dtype, name=name or "hash_table",
        )  # fmt: skip
        self._init_op = initializer.initialize(self)

    @property
    def default_value(self) -> Tensor:
        return self._default_value

    @property
    def initializer(self) -> Operation:
        """The op that fills the table."""
        return self._init_op

    init = initializer  # its name in tf.contrib.lookup

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values under keys.

        Args:
            keys: a tensor or a `SparseTensor` of keys.
            name: a name for the op's scope.

        Returns:
            A tensor of the keys' shape, or a `SparseTensor`.

        Raises:
            TypeError: when the keys are of another dtype.
        """
        if isinstance(keys, SparseTensor):
            return keys.with_values(self.lookup(keys.values, name))
        keys = self._checked(keys)
        with name_scope(name, f"{self.name}_Lookup", [self.resource_handle, keys]):
            return table_ops.table_find(self.resource_handle, keys, self._default_value)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values, as two vectors."""
        with name_scope(name, f"{self.name}_Export", [self.resource_handle]):
            keys, values = table_ops.table_export(
                self.resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype
            )
            return keys, values


class HashTable(StaticHashTable):
    """`StaticHashTable` as `tf.contrib.lookup` has it, which may be shared by name.

    Args:
        initializer, default_value, name: as for `StaticHashTable`.
        shared_name: the name by which sessions share it.
    """

    def __init__(
        self,
        initializer: TableInitializerBase,
        default_value: Any,
        shared_name: str | None = None,
        name: str | None = None,
    ) -> None:
        self._shared_name = shared_name or ""
        super().__init__(initializer, default_value, name)


class _TableSaveable:
    """A table that can be changed, in checkpoints: its keys and its values."""

    def __init__(self, table: _Mutable, name: str) -> None:
        self.op, self.name = table.resource_handle, name
        self._scope = table.name
        keys, values = table._exported()
        self.specs = [SaveSpec(keys, "", f"{name}-keys"), SaveSpec(values, "", f"{name}-values")]

    def restore(self, restored_tensors: list[Tensor], restored_shapes: Any) -> Operation:
        with name_scope(f"{self._scope}_table_restore"):
            op: Operation = table_ops.table_import(self.op, *restored_tensors)
            return op


class _Mutable(LookupInterface):
    """What tables that can be changed have in common."""

    _saved: tuple[Tensor, Tensor] | None = None

    def _finish(self, default_value: Any, checkpoint: bool) -> None:
        self._default_value = default_value
        if checkpoint:
            saveable = self._table_saveable(self.name)
            get_default_graph().add_to_collection(GraphKeys.SAVEABLE_OBJECTS, saveable)

    def _exported(self) -> tuple[Tensor, Tensor]:
        """`export`, made once for all that save the table."""
        if self._saved is None:
            self._saved = self.export()
        return self._saved

    def _table_saveable(self, name: str) -> Any:
        """How a checkpoint has the table under a name."""
        return _TableSaveable(self, name)

    def lookup(
        self, keys: Any, dynamic_default_values: Any = None, name: str | None = None
    ) -> Tensor:
        """The values under keys, or the default.

        Args:
            keys: a tensor of keys.
            dynamic_default_values: the default for this look-up.
            name: a name for the op's scope.

        Raises:
            TypeError: when the keys are of another dtype.
        """
        keys = self._checked(keys)
        default = self._default_value
        if dynamic_default_values is not None:
            default = convert_to_tensor(dynamic_default_values, self._value_dtype)
        with name_scope(name, f"{self.name}_lookup_table_find", [self.resource_handle, keys]):
            return table_ops.table_find(self.resource_handle, keys, default)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> Operation:
        """The op that puts values in under keys.

        Raises:
            TypeError: when the keys or values are of another dtype.
        """
        keys = self._checked(keys)
        values = convert_to_tensor(values, self._value_dtype, name="values")
        with name_scope(name, f"{self.name}_lookup_table_insert", [self.resource_handle, keys]):
            op: Operation = table_ops.table_insert(self.resource_handle, keys, values)
            return op

    def remove(self, keys: Any, name: str | None = None) -> Operation:
        """The op that takes keys out.

        Raises:
            TypeError: when the keys are of another dtype.
        """
        keys = self._checked(keys)
        with name_scope(name, f"{self.name}_lookup_table_remove", [self.resource_handle, keys]):
            op: Operation = table_ops.table_remove(self.resource_handle, keys)
            return op

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values."""
        with name_scope(name, f"{self.name}_lookup_table_export_values", [self.resource_handle]):
            keys, values = table_ops.table_export(
                self.resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype
            )
            return keys, values


class MutableHashTable(_Mutable):
    """A table that starts empty and can be changed.

    Args:
        key_dtype, value_dtype: the dtypes.
        default_value: the value of keys that are not there: a scalar, or a vector if the values
            are vectors.
        shared_name: the name by which sessions share it.
        name: the op's name.
        checkpoint: whether a `tf.train.Saver` saves it.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     table = tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1)
        ...     sess.run(table.insert(["a"], [5]))
        ...     sess.run(table.lookup(tf.constant(["a", "b"]))).tolist()
        [5, -1]
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        shared_name: str | None = None,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        default = convert_to_tensor(default_value, self._value_dtype)
        shape = default.shape
        options: dict[str, Any] = {
            "key_dtype": self._key_dtype, "value_dtype": self._value_dtype,
            "shared_name": shared_name or "", "name": name,
        }  # fmt: skip
        if shape.ndims == 0:
            self.resource_handle = table_ops.mutable_hash_table(**options)
        else:
            self.resource_handle = table_ops.mutable_hash_table_of_tensors(
                value_shape=shape, **options
            )
        self._finish(default, checkpoint)


class MutableDenseHashTable(_Mutable):
    """A table that starts empty and can be changed, two keys of which may not be used.

    Args:
        key_dtype, value_dtype, default_value, shared_name, name, checkpoint: as for
            `MutableHashTable`.
        empty_key, deleted_key: two keys that may not be used.
        initial_num_buckets: accepted.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        shared_name: str | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        default = convert_to_tensor(default_value, self._value_dtype, name="default_value")
        empty = convert_to_tensor(empty_key, self._key_dtype, name="empty_key")
        deleted = convert_to_tensor(deleted_key, self._key_dtype, name="deleted_key")
        self.resource_handle = table_ops.mutable_dense_hash_table(
            empty, deleted, key_dtype=self._key_dtype, value_dtype=self._value_dtype,
            value_shape=default.shape, initial_num_buckets=initial_num_buckets or 131072,
            shared_name=shared_name or "", name=name,
        )  # fmt: skip
        self._finish(default, checkpoint)
