"""The docstrings of functions that `declare` makes: arguments and result, from the declaration."""

from __future__ import annotations

import functools

from pyengine import dtypes
from pyengine.dtypes import DType
from pyengine.registry import Arg, OpDef

__all__ = ["docstring"]

# The classes of dtypes in words, wide ones first.
_WORDS = {
    "number": "a number type", "real": "a real type", "float": "a floating type",
    "complex": "a complex type", "int": "an integer type",
}  # fmt: skip


def docstring(
    opdef: OpDef, doc: str, shape: str | None = None, example: tuple[str, str] | None = None
) -> str:
    """What an op computes, its arguments with their dtypes, its result, and an example.

    Args:
        opdef: the op type. One with attributes is given its `doc` only: what they mean is told
            where a public function gives them.
        doc: what it computes.
        shape: the shape of the result in words, where all such ops share it.
        example: a call and the values that it gives.
    """
    if opdef.attrs or not opdef.outputs:
        return doc
    told = [f"    {names}: {what}." for names, what in _told(opdef.inputs, shape)]
    parts = [doc, "", "Args:", *told, "    name: the op's name."]
    if len(opdef.outputs) == 1:
        of = _of(opdef.outputs[0], opdef.inputs)
        parts += ["", "Returns:", f"    A tensor {of}{f', {shape}' if shape else ''}."]
    if example:
        call, values = example
        parts += [
            "", "Example:", "    >>> import pyengine as tf",
            f"    >>> tf.get_static_value({call}).tolist()", f"    {values}",
        ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _told(inputs: tuple[Arg, ...], shape: str | None) -> list[tuple[str, str]]:
    """The names and a description of each input; two alike are described together."""
    if len(inputs) == 2 and inputs[0].var and inputs[0].var == inputs[1].var:
        both = f"tensors of one dtype, {_dtypes(inputs[0].allowed)}"
        if shape:
            both += ", whose shapes broadcast"
        return [(f"{inputs[0].name}, {inputs[1].name}", both)]
    return [
        (a.name, f"{'tensors' if a.is_list else 'a tensor'} of {_dtypes(a.allowed)}")
        for a in inputs
    ]


def _of(output: Arg, inputs: tuple[Arg, ...]) -> str:
    alike = [a.name for a in inputs if output.var and a.var == output.var]
    return f"of the dtype of `{alike[0]}`" if alike else f"of {_dtypes(output.allowed)}"


@functools.cache
def _dtypes(allowed: tuple[DType, ...]) -> str:
    """The dtypes in words: of the widest classes that are in it, and those that are left."""
    if len(allowed) == len(dtypes.ALL):
        return "any dtype"
    left, words = dict.fromkeys(allowed), []
    for name, word in _WORDS.items():
        members = dtypes.CLASSES[name]
        if all(d in left for d in members):
            words.append(word)
            left = {d: None for d in left if d not in members}
    *most, last = [*words, *(d.name for d in left)]
    return f"{', '.join(most)} or {last}" if most else last
