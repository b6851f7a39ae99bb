"""Functions in GraphDefs: `FunctionGraph`s as the FunctionDefs of a graph's library, and back.

In a FunctionDef an argument is named as it is, and another input is named `node:output:index`: the
output's name in TensorFlow's registry, and the position in it where it is a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pyengine import dtypes, protos
from pyengine.function_graph import FunctionGraph, functions_of
from pyengine.graph import get_default_graph
from pyengine.graph_def import node_def_of
from pyengine.graph_lowering import lowered
from pyengine.protos import values
from pyengine.protos.op_table import signature
from pyengine.registry import OPS
from pyengine.shape import UNKNOWN

if TYPE_CHECKING:
    from pyengine.graph import Operation, Tensor

_SHAPES = "_output_shapes"
# How a list of outputs is called whose op type TensorFlow does not have.
_OWN = "output"


def library_of(ops: Iterable[Operation]) -> list[Any]:
    """The FunctionDefs that ops need: of their functions, and of those that these use."""
    found: dict[str, Any] = {}
    pending = [f for op in ops for f in functions_of(op)]
    while pending:
        graph = pending.pop(0)
        if graph.name not in found:
            found[graph.name] = function_def_of(graph)
            pending += [f for op in graph.get_operations() for f in functions_of(op)]
    return list(found.values())


def function_def_of(graph: FunctionGraph) -> Any:
    """The FunctionDef of a function; what it has captured comes after its arguments.

    Raises:
        TypeError: when one of its ops cannot be put into a GraphDef.
    """
    result = protos.FunctionDef()
    result.signature.name = graph.name
    result.signature.is_stateful = graph.is_stateful()
    arguments = [*graph.inputs, *graph.captures.values()]
    places: dict[str, list[str]] = {}
    for i, tensor in enumerate(arguments):
        result.signature.input_arg.add(name=tensor.op.name, type=int(tensor.dtype))
        shapes = result.arg_attr[i].attr[_SHAPES].list.shape
        shapes.append(values.shape_proto(tensor.shape))
        places[tensor.op.name] = [tensor.op.name]
    for op in graph.get_operations():
        if op.name not in places:
            for node in lowered(op, node_def_of(op)):
                places[node.name] = _places(node)
                result.node_def.append(node)
    own = set(places) - {t.op.name for t in arguments}
    for node in result.node_def:
        node.input[:] = _renamed(node.input, places, own)
    for i, tensor in enumerate(graph.outputs):
        result.signature.output_arg.add(name=f"output_{i}", type=int(tensor.dtype))
        result.ret[f"output_{i}"] = places[tensor.op.name][tensor.value_index]
    return result


def _renamed(inputs: Sequence[str], places: dict[str, list[str]], own: set[str]) -> list[str]:
    """Inputs of a GraphDef's node in the form of a FunctionDef's."""
    renamed = []
    for text in inputs:
        if not text.startswith("^"):
            name, _, index = text.partition(":")
            renamed.append(places[name][int(index or 0)])
        elif text[1:] in own:  # an argument is always there
            renamed.append(text)
    return renamed


def _places(node: Any) -> list[str]:
    """What the outputs of a node are called in a FunctionDef."""
    known = signature(node.op)
    if known is None:
        own = OPS[node.op].outputs
        if any(out.is_list for out in own):
            raise TypeError(
                f"operation {node.name!r} ({node.op}) cannot be put into a FunctionDef: TensorFlow "
                f"has no such op type, so its list of outputs has no name"
            )
        return [f"{node.name}:{_OWN}_{i}:0" for i in range(len(own))]
    places = []
    for arg in known.outputs:
        count = 1
        if arg.number:
            count = node.attr[arg.number].i
        elif arg.is_type_list:
            count = len(node.attr[arg.type].list.type)
        places += [f"{node.name}:{arg.name}:{i}" for i in range(count)]
    return places


# ---------------------------------------------------------------- from a FunctionDef


def captured_count(node: Any, attr: str) -> int:
    """How many of a function's arguments are captured, by the node that has it in an attribute."""
    for name in (f"T{attr}_other_arguments", "Targuments"):
        if name in node.attr:
            return len(node.attr[name].list.type)
    return 0


def function_graph_of(function_def: Any, captured: int, library: Any) -> FunctionGraph:
    """The function of a FunctionDef.

    Args:
        function_def: the `FunctionDef`.
        captured: how many of its arguments, the last ones, are captured.
        library: the `FunctionDefLibrary` that has the functions that it uses.

    Raises:
        ValueError: when it does not hold together, or uses an op type that is not there.
    """
    from pyengine.importer import import_graph_def

    made = function_def.signature
    graph = FunctionGraph(get_default_graph())
    arguments = {
        arg.name: graph._placeholder(
            dtypes.as_dtype(arg.type), _shape(function_def.arg_attr, i), arg.name
        )
        for i, arg in enumerate(made.input_arg)
    }
    flat = _flat_names(function_def)
    graph_def = protos.GraphDef(library=library)
    for node in function_def.node_def:
        copy = graph_def.node.add()
        copy.CopyFrom(node)
        copy.input[:] = [_flat(text, flat, arguments, made.name) for text in node.input]
    used = {text for node in graph_def.node for text in node.input if text in arguments}
    wanted = [function_def.ret[out.name] for out in made.output_arg]
    names = [_flat(text, flat, arguments, made.name) for text in wanted]
    with graph.as_default():
        found = import_graph_def(
            graph_def,
            {name: arguments[name] for name in used},
            [name if ":" in name else f"{name}:0" for name in names if name not in arguments],
            name="",
        )
        results = iter(found or ())
        graph.outputs = [arguments[n] if n in arguments else next(results) for n in names]
    tensors: list[Tensor] = list(arguments.values())
    first = len(tensors) - captured
    graph.inputs = tensors[:first]
    graph.captures = {t: t for t in tensors[first:]}
    graph.finalize()
    return graph


def _shape(arg_attr: Any, position: int) -> Any:
    if position not in arg_attr or _SHAPES not in arg_attr[position].attr:
        return UNKNOWN
    return values.shape_of_proto(arg_attr[position].attr[_SHAPES].list.shape[0])


def _flat_names(function_def: Any) -> dict[str, str]:
    """What the outputs of a FunctionDef's nodes are called in a GraphDef."""
    return {
        place: f"{node.name}:{i}"
        for node in function_def.node_def
        for i, place in enumerate(_places(node))
    }


def _flat(text: str, flat: dict[str, str], arguments: dict[str, Any], function: str) -> str:
    if text in arguments or text.startswith("^"):
        return text
    found = flat.get(text) or flat.get(f"{text}:0")
    if found is None:
        raise ValueError(f"function {function!r} in the graph_def is invalid: it has no {text!r}")
    return found
