"""The op types as functions of keyword arguments: the `tf.raw_ops` namespace.

Each takes the inputs and attributes by TensorFlow's names for them, and adds one operation; dtypes
of tensors need not be given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.dtypes import as_dtype
from pyengine.ops.declare import apply
from pyengine.protos.op_table import signature
from pyengine.registry import OPS, REQUIRED, OpDef
from pyengine.shape import as_shape

# Names that TensorFlow's functions have in place of the op registry's.
_RENAMED = {
    "dim": "axis", "reduction_indices": "axis", "split_dim": "axis", "squeeze_dims": "axis",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in OPS and not name.startswith("_"):
        import pyengine.ops.resource  # noqa: F401 (op types that most programs do without)
    if name not in OPS or signature(name) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = _function(OPS[name])
    globals()[name] = made
    return made


def __dir__() -> list[str]:
    import pyengine.ops.resource  # noqa: F401

    return sorted(name for name in OPS if signature(name) is not None)


def _function(opdef: OpDef) -> Callable[..., Any]:
    inputs = [arg.name for arg in opdef.inputs]
    known = {*inputs, *opdef.attrs}
    kinds = {a.name: a.type for a in signature(opdef.type).attrs}  # type: ignore[union-attr]

    def function(*, name: str | None = None, **given: Any) -> Any:
        for old, new in _RENAMED.items():
            if new in given and old in known and new not in known:
                given[old] = given.pop(new)
        missing = [n for n in inputs if n not in given]
        if missing:
            raise TypeError(f"{opdef.type}() missing the keyword arguments {', '.join(missing)}")
        values = [given.pop(n) for n in inputs]
        attrs = {**opdef.attrs}
        for key, value in given.items():
            if key in attrs:
                attrs[key] = _attribute(value, kinds.get(key, ""))
            elif key not in kinds:
                raise TypeError(f"{opdef.type}() got an unexpected keyword argument {key!r}")
        _counts(opdef, values, attrs)
        op = apply(opdef, values, attrs, name)
        if opdef.is_single:
            return op.outputs[0]
        return list(op.outputs) if opdef.outputs else op

    function.__name__ = function.__qualname__ = opdef.type
    function.__doc__ = opdef.doc
    return function


def _attribute(value: Any, kind: str) -> Any:
    if kind == "type":
        return as_dtype(value)
    if kind == "list(type)":
        return [as_dtype(v) for v in value]
    if kind == "shape":
        return as_shape(value)
    if kind == "list(shape)":
        return [as_shape(v) for v in value]
    return value.decode() if isinstance(value, bytes) else value


def _counts(opdef: OpDef, values: list[Any], attrs: dict[str, Any]) -> None:
    """Attributes that follow from the inputs, such as how many there are in a list."""
    known = signature(opdef.type)
    assert known is not None  # there is no function without one
    by_name = dict(zip([arg.name for arg in opdef.inputs], values))
    for arg in known.inputs:
        value = by_name.get(arg.name)
        if not isinstance(value, (list, tuple)):
            continue
        if arg.number and attrs.get(arg.number) is REQUIRED:
            attrs[arg.number] = len(value)
        if arg.is_type_list and attrs.get(arg.type) is REQUIRED:
            attrs[arg.type] = [v.dtype.base_dtype for v in value]
