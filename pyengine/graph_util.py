"""`tf.graph_util`: GraphDefs cut down to what an inference needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyengine import protos
from pyengine.freezing import (
    VARIABLES,
    convert_variables_to_constants,
    extract_sub_graph,
    node_name,
)
from pyengine.importer import as_message, import_graph_def

__all__ = [
    "convert_variables_to_constants",
    "extract_sub_graph",
    "import_graph_def",
    "must_run_on_cpu",
    "remove_training_nodes",
    "tensor_shape_from_node_def_name",
]


def remove_training_nodes(input_graph: Any, protected_nodes: Iterable[str] | None = None) -> Any:
    """A GraphDef without the nodes that only training needs: CheckNumerics and Identity.

    Args:
        input_graph: a `GraphDef`.
        protected_nodes: the names of nodes to keep in any case.

    Returns:
        A new `GraphDef`.
    """
    input_graph = as_message(input_graph, "GraphDef", "input_graph")
    kept = set(protected_nodes or ())
    waited_for = {i[1:] for node in input_graph.node for i in node.input if i.startswith("^")}
    checks = {n.name for n in input_graph.node if n.op == "CheckNumerics" and n.name not in kept}
    through = {}  # the nodes to leave out, and what their users take in their place
    for node in input_graph.node:
        data = [i for i in node.input if not i.startswith("^")]
        others = [i for i in node.input if i.startswith("^") and i[1:] not in checks]
        is_plain = node.op == "Identity" and not others and node.name not in waited_for
        if node.name in checks or (is_plain and node.name not in kept):
            through[node.name] = data[0]
    result = protos.GraphDef(versions=input_graph.versions, library=input_graph.library)
    for node in input_graph.node:
        if node.name in through:
            continue
        added = result.node.add()
        added.CopyFrom(node)
        del added.input[:]
        for text in node.input:
            if text.startswith("^"):
                if text[1:] not in checks:
                    added.input.append(text)
                continue
            while node_name(text) in through:
                text = through[node_name(text)]
            added.input.append(text)
    return result


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether a node has to be on the CPU: strings have no place elsewhere.

    Args:
        node: a `NodeDef` or an `Operation`.
        pin_variables_on_cpu: whether variables are to be there too.
    """
    node_def = getattr(node, "node_def", node)
    if pin_variables_on_cpu and node_def.op in VARIABLES:
        return True
    is_string = node_def.attr["dtype"].type == protos.DataType.DT_STRING
    if node_def.op in ("Const", "Placeholder"):
        return is_string
    return node_def.op in ("DynamicStitch", "ReadFile", "WriteFile")


def tensor_shape_from_node_def_name(graph: Any, input_name: str) -> Any:
    """The static shape of the tensor that a node's input names."""
    name = input_name.lstrip("^")
    return graph.get_tensor_by_name(name if ":" in name else f"{name}:0").shape
