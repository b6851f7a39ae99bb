"""The op types of tables. The classes that users hold are in `lookup`, tables themselves in
`executor.tables`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor.tables import Table, rows_of_file
from pyengine.graph import Operation
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR, UNKNOWN, TensorShape

__all__ = [
    "hash_table", "initialize_from_text_file", "initialize_table", "mutable_dense_hash_table",
    "mutable_hash_table", "mutable_hash_table_of_tensors", "table_export", "table_find",
    "table_import", "table_insert", "table_remove", "table_size",
]  # fmt: skip

_STATE = no_grad("what a table holds is state, not a function of the inputs")
_COMMON: dict[str, Any] = {
    "container": "", "shared_name": "", "use_node_name_sharing": False, "key_dtype": REQUIRED,
    "value_dtype": REQUIRED,
}  # fmt: skip


def _making(make: Callable[..., Table]) -> Callable[..., Any]:
    """A binding for ops that give a table: that of their shared name, or their own."""

    def bind(op: Operation, runtime: Any) -> Callable[..., Any]:
        def find(*inputs: Any) -> Table:
            shared = op.attrs["shared_name"]
            if not shared:
                own: Table = runtime.state_of(op, lambda o: make(o, *inputs))
                return own
            key = ("table", op.attrs["container"], shared)
            table: Table = runtime.shared(key, lambda: make(op, *inputs))
            if (table.key_type, table.value_type) != _types(op):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Conflicting key/value dtypes of the shared table '{shared}': it has "
                    f"{table.key_type} and {table.value_type}",
                )
            return table

        return find

    return bind


def _types(op: Operation) -> tuple[Any, Any]:
    key, value = (np.dtype(op.attrs[a].as_numpy_dtype) for a in ("key_dtype", "value_dtype"))
    return key, value


def _value_shape(op: Operation) -> tuple[int, ...]:
    shape: TensorShape = op.attrs.get("value_shape", SCALAR)
    return tuple(size or 0 for size in shape.as_list())


def _new_dense(op: Operation, empty: Any, deleted: Any) -> Table:
    reserved = tuple(np.asarray(k).reshape(-1).tolist()[0] for k in (empty, deleted))
    if reserved[0] == reserved[1]:
        raise InvalidArgumentError(None, None, "Empty and deleted keys cannot be equal")
    return Table(*_types(op), _value_shape(op), reserved=reserved)


def _table_op(type: str, doc: str, make: Any, signature: str = "", **attrs: Any) -> Any:
    return defop(
        type,
        f"{signature}-> resource",
        doc=doc,
        attrs={**_COMMON, **attrs},
        shape=lambda op: SCALAR,
        bind=_making(make),
        grad=_STATE,
    )


hash_table = _table_op(
    "HashTableV2",
    "A table that is filled once.",
    lambda op: Table(*_types(op), is_fixed=True),
)
mutable_hash_table = _table_op(
    "MutableHashTableV2", "A table of scalars that can be changed.", lambda op: Table(*_types(op))
)
mutable_hash_table_of_tensors = _table_op(
    "MutableHashTableOfTensorsV2",
    "A table of vectors that can be changed.",
    lambda op: Table(*_types(op), _value_shape(op)),
    value_shape=SCALAR,
)
mutable_dense_hash_table = _table_op(
    "MutableDenseHashTableV2",
    "A table that can be changed, two keys of which stand for none.",
    _new_dense,
    "empty_key: K, deleted_key: K ",
    value_shape=SCALAR,
    initial_num_buckets=131072,
    max_load_factor=0.8,
)


def _acting(act: Callable[..., Any]) -> Callable[..., Any]:
    def bind(op: Operation, runtime: Any) -> Callable[..., Any]:
        return lambda table, *inputs: act(_as_table(table), op.attrs, *map(np.asarray, inputs))

    return bind


def _as_table(value: Any) -> Table:
    table = value[()] if isinstance(value, np.ndarray) else value
    if not isinstance(table, Table):
        raise TypeError(f"a table is wanted here, got {type(table).__name__}")
    return table


def _fill_from_file(table: Table, attrs: dict[str, Any], filename: Any) -> None:
    if filename.ndim:
        raise InvalidArgumentError(None, None, "filename should be a single string")
    rows = rows_of_file(
        filename.item().decode(), attrs["key_index"], attrs["value_index"], attrs["vocab_size"],
        attrs["delimiter"], attrs["offset"], (table.key_type, table.value_type),
    )  # fmt: skip
    table.fill(*rows)


def _writing(type: str, inputs: str, doc: str, act: Any, **attrs: Any) -> Callable[..., Any]:
    return defop(
        type,
        f"table_handle: resource, {inputs} ->",
        doc=doc,
        attrs=attrs,
        shape=lambda op: [],
        bind=_acting(act),
        grad=_STATE,
    )


_PAIRS = "keys: K, values: V"
initialize_table = _writing(
    "InitializeTableV2", _PAIRS, "Fills a table.", lambda t, attrs, k, v: t.fill(k, v)
)
initialize_from_text_file = _writing(
    "InitializeTableFromTextFileV2",
    "filename: string",
    "Fills a table with the lines of a file.",
    _fill_from_file,
    key_index=REQUIRED,
    value_index=REQUIRED,
    vocab_size=-1,
    delimiter="\t",
    offset=0,
)
table_import = _writing(
    "LookupTableImportV2",
    _PAIRS,
    "Replaces what is in a table.",
    lambda t, attrs, k, v: t.replace(k, v),
)
table_insert = _writing(
    "LookupTableInsertV2",
    _PAIRS,
    "Puts values into a table.",
    lambda t, attrs, k, v: t.insert(k, v),
)
table_remove = _writing(
    "LookupTableRemoveV2", "keys: K", "Takes keys out of a table.", lambda t, attrs, k: t.remove(k)
)


def _found_shape(op: Operation) -> TensorShape:
    made = op.inputs[0].op
    keys = op.inputs[1].shape
    if made.type not in _TABLES:
        return UNKNOWN
    value: TensorShape = made.attrs.get("value_shape", SCALAR)
    return keys.concatenate(value)


_TABLES = ("HashTableV2", "MutableHashTableV2", "MutableHashTableOfTensorsV2",
           "MutableDenseHashTableV2")  # fmt: skip

table_find = defop(
    "LookupTableFindV2",
    "table_handle: resource, keys: K, default_value: V -> V",
    doc="The values under keys, or a default where there is none.",
    shape=_found_shape,
    bind=_acting(lambda table, attrs, keys, default: table.find(keys, default)),
    grad=_STATE,
)
table_size = defop(
    "LookupTableSizeV2",
    "table_handle: resource -> int64",
    doc="How many keys a table has.",
    shape=lambda op: SCALAR,
    bind=_acting(lambda table, attrs: table.size()),
    grad=_STATE,
)
table_export = defop(
    "LookupTableExportV2",
    "table_handle: resource -> @Tkeys, @Tvalues",
    doc="All keys and values of a table.",
    attrs={"Tkeys": REQUIRED, "Tvalues": REQUIRED},
    shape=lambda op: [UNKNOWN, UNKNOWN],
    bind=_acting(lambda table, attrs: table.export()),
    grad=_STATE,
)
