"""Graphs as GraphDefs: the messages that TensorFlow reads and writes.

`importer` goes the other way. An op's node has all attributes of its declaration, and those that
TensorFlow's registry (`protos.op_table`) wants besides: the dtypes and lengths of its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyengine import dtypes, protos
from pyengine.function_graph import FunctionGraph, functions_of
from pyengine.graph_lowering import lowered
from pyengine.protos import values
from pyengine.protos.op_table import OpArg, OpAttr, OpSignature, signature
from pyengine.shape import SCALAR

if TYPE_CHECKING:
    from pyengine.graph import Graph, Operation, Tensor

PRODUCER = 134
"""The graph version of TensorFlow 1.15, which these graphs have."""


def graph_def_of(graph: Graph, from_version: int | None = None, add_shapes: bool = False) -> Any:
    """The GraphDef of a graph: see `Graph.as_graph_def`."""
    first = int(from_version or 0)
    result = protos.GraphDef(versions=protos.VersionDef(producer=PRODUCER))
    for op in graph.get_operations()[first:]:
        nodes = lowered(op, node_def_of(op))
        if op.outputs and add_shapes:
            shapes = nodes[-1].attr["_output_shapes"].list.shape
            # A handle in place of a reference is a scalar.
            is_handle = op.outputs[0].dtype.is_ref and _is_of_handles(nodes[-1])
            shapes.extend(values.shape_proto(SCALAR if is_handle else t.shape) for t in op.outputs)
        result.node.extend(nodes)
    if any(functions_of(op) for op in graph.get_operations()[first:]):
        from pyengine.graph_functions import library_of

        result.library.function.extend(library_of(graph.get_operations()[first:]))
    return result


def _is_of_handles(node: Any) -> bool:
    return "T" in node.attr and node.attr["T"].type == int(dtypes.resource)


def node_def_of(op: Operation) -> Any:
    """The NodeDef of an operation.

    Raises:
        TypeError: when the op has an attribute that no GraphDef can hold, such as a Python
            function.
    """
    node = protos.NodeDef(name=op.name, op=op.type, device=op.device)
    node.input.extend(_input_name(t) for t in op.inputs)
    node.input.extend(f"^{c.name}" for c in op.control_inputs)
    for name, proto in attr_protos(op).items():
        node.attr[name].CopyFrom(proto)
    return node


def _input_name(tensor: Tensor) -> str:
    return f"{tensor.op.name}:{tensor.value_index}" if tensor.value_index else tensor.op.name


def attr_protos(op: Operation) -> dict[str, Any]:
    """The attributes of an operation as AttrValues, by name."""
    known = signature(op.type)
    kinds = {} if known is None else {a.name: a.type for a in known.attrs}
    found = {}
    for name, value in op.attrs.items():
        if value is None:
            continue  # left open, as by an op that TensorFlow does not have
        if known is not None and name not in kinds and not name.startswith("_"):
            continue  # the engine's own, which says nothing of the result
        found[name] = _attr_proto(op, name, value, kinds.get(name))
    if known is not None:
        for name, value in type_attrs(op, known).items():
            if name not in found:
                found[name] = values.attr_value(value, kinds[name])
    return found


def _attr_proto(op: Operation, name: str, value: Any, kind: str | None) -> Any:
    if isinstance(value, FunctionGraph):
        return protos.AttrValue(func=protos.NameAttrList(name=value.name))
    if kind == "tensor" and "dtype" in op.attrs:
        # An array does not tell a quantized dtype from its storage.
        proto = values.tensor_proto(value, op.attrs["dtype"])
        return protos.AttrValue(tensor=proto)
    try:
        return values.attr_value(value, kind)
    except (TypeError, ValueError, KeyError) as error:
        raise TypeError(
            f"operation {op.name!r} ({op.type}) cannot be put into a GraphDef: its attribute "
            f"{name!r} is {error}"
        ) from None


# ---------------------------------------------------------------- types and lengths


def type_attrs(op: Operation, known: OpSignature) -> dict[str, Any]:
    """The attributes of TensorFlow's signature that an op's inputs and outputs settle."""
    found: dict[str, Any] = {}
    for args, tensors in ((known.inputs, op.inputs), (known.outputs, op.outputs)):
        for arg, members in split(args, tensors, {**op.attrs, **found}, op):
            _note_types(found, arg, members, known)
    return found


def _note_types(
    found: dict[str, Any], arg: OpArg, members: list[Tensor], known: OpSignature
) -> None:
    if arg.number:
        found.setdefault(arg.number, len(members))
    if not known.is_attr(arg.type):
        return
    types = [t.dtype.base_dtype for t in members]
    if arg.is_type_list:
        found.setdefault(arg.type, types)
    elif types:
        found.setdefault(arg.type, types[0])


def split(
    args: Iterable[OpArg], tensors: Iterable[Any], attrs: dict[str, Any], op: Any
) -> list[tuple[OpArg, list[Any]]]:
    """Each argument of a signature with its tensors, which an op has in one flat list.

    Args:
        args: the arguments.
        tensors: their tensors, one after the other.
        attrs: the attributes that are known; they may say how long a list is.
        op: what to name in an error.

    Raises:
        ValueError: when the lengths cannot be told, or do not add up.
    """
    args, rest = tuple(args), list(tensors)
    lengths = {name: _length(name, attrs) for arg in args if (name := _list_name(arg))}
    unknown = [name for name, length in lengths.items() if length is None]
    if unknown:
        uses = sum(_list_name(a) == unknown[0] for a in args)
        taken = sum(lengths[name] or 0 if (name := _list_name(a)) else 1 for a in args)
        if len(unknown) > 1 or (len(rest) - taken) % uses or len(rest) < taken:
            raise ValueError(f"the lengths of the lists of {op!r} are not known: {unknown}")
        lengths[unknown[0]] = (len(rest) - taken) // uses
    found = []
    for arg in args:
        name = _list_name(arg)
        count = lengths[name] if name else 1
        found.append((arg, rest[:count]))
        del rest[:count]
    if rest or any(not arg.number and not arg.is_type_list and not m for arg, m in found):
        raise ValueError(f"{op!r} does not have the inputs of its type")
    return found


def _list_name(arg: OpArg) -> str:
    """The attribute with a list's length; "" for a single tensor."""
    return arg.number or (arg.type if arg.is_type_list else "")


def _length(name: str, attrs: dict[str, Any]) -> int | None:
    value = attrs.get(name)
    if value is None:
        return None
    return len(value) if isinstance(value, (list, tuple)) else int(value)


# ---------------------------------------------------------------- what Operation offers


def get_attr(op: Operation, name: str) -> Any:
    """An operation's attribute in the form of `Operation.get_attr`; see there."""
    value = op.attrs.get(name)
    if isinstance(value, (bool, int, float, dtypes.DType)):
        return value  # the same in both forms: the messages are not needed
    if isinstance(value, str):
        return value.encode("utf-8")
    found = attr_protos(op).get(name)
    if found is not None:
        return values.public_attr(found)
    bound = op.opdef.type_of(op, name)
    if bound is None:
        known = signature(op.type)
        default = next((a for a in known.attrs if a.name == name), None) if known else None
        if default is None or not default.has_default:
            raise ValueError(f"Operation {op.name!r} has no attr named {name!r}.")
        return values.public_attr(_default_proto(default))
    return bound


def _default_proto(attr: OpAttr) -> Any:
    value = attr.default
    if attr.type == "type":
        value = dtypes.as_dtype(value)
    return values.attr_value(value, attr.type)


def op_def_of(op_type: str) -> Any:
    """The OpDef message of an op type; for a type that TensorFlow does not have, its name only."""
    known = signature(op_type)
    result = protos.OpDef(name=op_type)
    if known is None:
        return result
    result.is_stateful = known.is_stateful
    for args, into in ((known.inputs, result.input_arg), (known.outputs, result.output_arg)):
        for arg in args:
            _fill_arg(into.add(name=arg.name, is_ref=arg.is_ref), arg, known)
    for attr in known.attrs:
        added = result.attr.add(name=attr.name, type=attr.type)
        if attr.has_default:
            added.default_value.CopyFrom(_default_proto(attr))
    return result


def _fill_arg(proto: Any, arg: OpArg, known: OpSignature) -> None:
    if arg.is_type_list:
        proto.type_list_attr = arg.type
    elif known.is_attr(arg.type):
        proto.type_attr = arg.type
    else:
        proto.type = int(dtypes.as_dtype(arg.type))
    proto.number_attr = arg.number


def op_list_of(op_types: Iterable[str]) -> Any:
    """The OpList with the definitions of some op types, each once and in order."""
    return protos.OpList(op=[op_def_of(t) for t in sorted(set(op_types))])


__all__ = [
    "PRODUCER",
    "attr_protos",
    "get_attr",
    "graph_def_of",
    "node_def_of",
    "op_def_of",
    "op_list_of",
    "split",
    "type_attrs",
]
