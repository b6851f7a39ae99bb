"""TensorFlow's protocol buffer messages: `protos.GraphDef`, `protos.Example`, ...

They are real `google.protobuf` messages, byte for byte compatible with TensorFlow's. Nothing is
imported or made before the first of them is asked for.
"""

from __future__ import annotations

import functools
from typing import Any

from pyengine.protos import graph, monitoring, training

_TABLES = (graph.TABLE, training.TABLE, monitoring.TABLE)
_OPS_FILE = "op_signatures_generated.txt"


@functools.cache
def _schema() -> Any:
    from pyengine.protos.schema import Schema

    return Schema(*_TABLES)


@functools.cache
def names() -> tuple[frozenset[str], frozenset[str]]:
    """The names of the messages, and those of the enums, that are not nested."""
    from pyengine.protos.schema import entries

    heads = [head for table in _TABLES for head, _ in entries(table) if "." not in head]
    enums = frozenset(head[5:] for head in heads if head.startswith("enum "))
    return frozenset(head for head in heads if not head.startswith("enum ")), enums


def __getattr__(name: str) -> Any:
    messages, enums = names()
    if name in messages:
        found = _schema().message(name)
    elif name in enums:
        found = _schema().enum(name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *names()[0], *names()[1]})
