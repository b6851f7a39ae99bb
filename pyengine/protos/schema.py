"""TensorFlow's protocol buffer messages, made of tables when the first of them is wanted.

A table has an entry for each message, `Name: field type number, ...`, and for each enum,
`enum Name: VALUE number, ...`. A type is a scalar of protocol buffers, a message or an enum; with
`*` after it, it is repeated; `map<string,Feature>` is a map. `/value` after the number puts a field
into the oneof of that name. A dotted name is nested. Names and numbers are those of the `.proto`
files of TensorFlow 1.15, which makes files and messages interchangeable.

The messages live in a descriptor pool of their own, so that TensorFlow itself can be imported in
the same process.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

_PACKAGE = "tensorflow"
_SCALARS = (
    "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group",
    "message", "bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64",
)  # fmt: skip
"""In the order of their numbers in descriptor.proto, from 1."""
_MESSAGE = _SCALARS.index("message") + 1
_ENUM = _SCALARS.index("enum") + 1
_OPTIONAL, _REPEATED = 1, 3
_MAP = re.compile(r"map<(\w+),([\w.]+)>")


def entries(table: str) -> Iterator[tuple[str, list[str]]]:
    r"""Each entry of a table: its head, and its fields or values.

    Example:
        >>> list(entries("A: x int32 1,\n    y A* 2\nenum E: ZERO 0"))
        [('A', ['x int32 1', 'y A* 2']), ('enum E', ['ZERO 0'])]
    """
    for entry in re.split(r"\n(?=\S)", table.strip()):
        head, _, body = entry.partition(":")
        # The comma of `map<string,Feature>` has no space after it.
        yield head, [" ".join(f.split()) for f in re.split(r",\s+", body.strip()) if f]


class Schema:
    """The message classes and enums of some tables.

    Args:
        tables: texts in the notation of this module; names of one may refer to another's.
    """

    def __init__(self, *tables: str) -> None:
        any_pb2, descriptor_pb2, descriptor_pool, message_factory = _protobuf()
        parsed = [entry for table in tables for entry in entries(table)]
        self._file = descriptor_pb2.FileDescriptorProto(
            name="tensorflow/core/tables.proto",
            package=_PACKAGE,
            syntax="proto3",
            dependency=["google/protobuf/any.proto"],
        )
        self._enums = {head[5:] for head, _ in parsed if head.startswith("enum ")}
        self._messages: dict[str, Any] = {}
        for head, items in sorted(parsed, key=lambda entry: entry[0].count(".")):
            if head.startswith("enum "):
                self._add_enum(head[5:], items)
            else:
                self._add_message(head, items)
        pool = descriptor_pool.DescriptorPool()
        pool.AddSerializedFile(any_pb2.DESCRIPTOR.serialized_pb)
        pool.AddSerializedFile(self._file.SerializeToString())
        self._pool = pool
        self._class_of = message_factory.GetMessageClass

    def _container(self, name: str) -> tuple[Any, str]:
        """The message that a nested name belongs to (the file for others), and its last part."""
        outer, _, last = name.rpartition(".")
        return (self._messages[outer] if outer else self._file), last

    def _add_enum(self, name: str, items: list[str]) -> None:
        owner, last = self._container(name)
        enum = owner.enum_type.add(name=last)
        for item in items:
            value, number = item.split(" ")
            enum.value.add(name=value, number=int(number))
        if len({v.number for v in enum.value}) < len(enum.value):
            enum.options.allow_alias = True

    def _add_message(self, name: str, items: list[str]) -> None:
        owner, last = self._container(name)
        message = (owner.message_type if owner is self._file else owner.nested_type).add(name=last)
        self._messages[name] = message
        oneofs: list[str] = []
        for item in items:
            field_name, type_name, number, *oneof = item.split(" ")
            field = message.field.add(name=field_name, number=int(number), label=_OPTIONAL)
            mapped = _MAP.fullmatch(type_name)
            if mapped:
                type_name = self._add_map_entry(message, name, field_name, mapped) + "*"
            if type_name.endswith("*"):
                field.label = _REPEATED
            self._set_type(field, type_name.rstrip("*"))
            if oneof:
                if oneof[0] not in oneofs:
                    oneofs.append(oneof[0])
                    message.oneof_decl.add(name=oneof[0][1:])
                field.oneof_index = oneofs.index(oneof[0])

    def _add_map_entry(self, message: Any, name: str, field_name: str, mapped: Any) -> str:
        """A map is a repeated message of a key and a value; returns that message's name."""
        last = "".join(word.capitalize() for word in field_name.split("_")) + "Entry"
        entry = message.nested_type.add(name=last)
        entry.options.map_entry = True
        for number, part in ((1, "key"), (2, "value")):
            field = entry.field.add(name=part, number=number, label=_OPTIONAL)
            self._set_type(field, mapped[number])
        return f"{name}.{last}"

    def _set_type(self, field: Any, type_name: str) -> None:
        if type_name in _SCALARS:
            field.type = _SCALARS.index(type_name) + 1
            return
        field.type = _ENUM if type_name in self._enums else _MESSAGE
        package = "" if type_name.startswith("google.") else f"{_PACKAGE}."
        field.type_name = f".{package}{type_name}"

    def message(self, name: str) -> Any:
        """The class of a message; raises KeyError for a name that the tables do not have."""
        made = self._class_of(self._pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        made.__module__ = "pyengine.protos"  # protobuf leaves it at None
        return made

    def enum(self, name: str) -> Any:
        """The wrapper of an enum, with `Name()`, `Value()` and its values as attributes."""
        from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

        return EnumTypeWrapper(self._pool.FindEnumTypeByName(f"{_PACKAGE}.{name}"))


@functools.cache
def _protobuf() -> tuple[Any, ...]:
    try:
        from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
    except ImportError as error:
        raise ImportError(
            "graphs, checkpoints and summaries are read and written with the Python package "
            f"protobuf, which is not installed ({error}): pip install protobuf",
        ) from error
    return any_pb2, descriptor_pb2, descriptor_pool, message_factory
