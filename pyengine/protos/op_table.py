"""The signatures of TensorFlow's op types, for graphs that are exchanged with TensorFlow.

`registry.OpDef` says what an op does here. This table only adds what a GraphDef spells out and a
declaration does not need: the names of outputs, and the attributes that hold dtypes and lengths
(`T`, `Tidx`, `N`). It has a line for each op type:

    ConcatV2(values:N*T, axis:Tidx) -> (output:T) | N:int; T:type; Tidx:type="int32"

An argument's type is a dtype, an attribute that holds one, `N*T` for N tensors of one dtype, or
`*Tlist` for tensors of a list of dtypes; `ref(T)` is a variable. `!` after the name says that the
op is stateful. The file is made by `tools/op_signatures.py` of the registry of TensorFlow 2.21
(Apache-2.0), which has the op types of 1.15 too.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import re
from typing import Any

_FILE = pathlib.Path(__file__).with_name("op_signatures_generated.txt")
_LINE = re.compile(
    r"(?P<name>\w+)(?P<state>!?)\((?P<in>.*)\) -> \((?P<out>.*?)\)(?: \| (?P<attrs>.*))?"
)
_ARG = re.compile(r"(?P<name>\w+):(?P<ref>ref\()?(?:(?P<number>\w+)?\*)?(?P<type>\w+)\)?")
_ATTR = re.compile(r"(?P<name>\w+):(?P<type>[\w()]+)(?:=(?P<default>.*))?")


@dataclasses.dataclass(frozen=True)
class OpArg:
    """An input or output: `type` is a dtype's name or that of the attribute that holds it."""

    name: str
    type: str
    is_ref: bool = False
    number: str = ""  # the attribute that says how many tensors
    is_type_list: bool = False  # `type` is then an attribute that holds a list of dtypes


@dataclasses.dataclass(frozen=True)
class OpAttr:
    """An attribute: `type` as in `OpDef.AttrDef`; `default` is None where it has none."""

    name: str
    type: str
    default: Any = None
    has_default: bool = False


@dataclasses.dataclass(frozen=True)
class OpSignature:
    """What TensorFlow's registry says of an op type."""

    name: str
    inputs: tuple[OpArg, ...]
    outputs: tuple[OpArg, ...]
    attrs: tuple[OpAttr, ...]
    is_stateful: bool

    def is_attr(self, name: str) -> bool:
        return any(a.name == name for a in self.attrs)


@functools.cache
def _lines() -> dict[str, str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {line[: line.index("(")].rstrip("!"): line for line in lines}


@functools.cache
def signature(op_type: str) -> OpSignature | None:
    """The signature of an op type; None for one that TensorFlow does not have.

    Example:
        >>> found = signature("ConcatV2")
        >>> [(a.name, a.type, a.number) for a in found.inputs], found.attrs[2].default
        ([('values', 'T', 'N'), ('axis', 'Tidx', '')], 'int32')
    """
    line = _lines().get(op_type)
    return None if line is None else parse(line)


def parse(line: str) -> OpSignature:
    """The signature that a line of the table stands for."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"cannot read {line!r} in {_FILE.name}")
    return OpSignature(
        name=match["name"],
        inputs=tuple(_arg(m) for m in _ARG.finditer(match["in"])),
        outputs=tuple(_arg(m) for m in _ARG.finditer(match["out"])),
        attrs=tuple(_attr(part) for part in (match["attrs"] or "").split("; ") if part),
        is_stateful=bool(match["state"]),
    )


def _arg(match: re.Match[str]) -> OpArg:
    is_list = "*" in match[0]
    number = match["number"] or ""
    return OpArg(match["name"], match["type"], bool(match["ref"]), number, is_list and not number)


def _attr(text: str) -> OpAttr:
    match = _ATTR.fullmatch(text)
    if match is None:
        raise ValueError(f"cannot read the attribute {text!r} in {_FILE.name}")
    if match["default"] is None:
        return OpAttr(match["name"], match["type"])
    return OpAttr(match["name"], match["type"], json.loads(match["default"]), has_default=True)
