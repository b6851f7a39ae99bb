"""`tf.graph_util`: GraphDefs cut down to what an inference needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyengine import protos
from pyengine.importer import as_message, import_graph_def
from pyengine.protos import values

__all__ = [
    "convert_variables_to_constants",
    "extract_sub_graph",
    "import_graph_def",
    "must_run_on_cpu",
    "remove_training_nodes",
    "tensor_shape_from_node_def_name",
]

_VARIABLES = ("Variable", "VariableV2")


def _node_name(text: str) -> str:
    """The node that an input names: `a` of `a:1` and of `^a`."""
    return text.lstrip("^").partition(":")[0]


def extract_sub_graph(graph_def: Any, dest_nodes: Sequence[str]) -> Any:
    """The part of a GraphDef that some nodes depend on.

    Args:
        graph_def: a `GraphDef`.
        dest_nodes: the names of the nodes to keep, with all they need.

    Returns:
        A new `GraphDef`, its nodes in their old order.

    Raises:
        TypeError: when `dest_nodes` is a single string.
        AssertionError: when a node is not in the graph.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default() as g:
        ...     x = tf.constant(1.0, name="x")
        ...     y, z = tf.exp(x, name="y"), tf.log(x, name="z")
        >>> [n.name for n in extract_sub_graph(g.as_graph_def(), ["y"]).node]
        ['x', 'y']
    """
    graph_def = as_message(graph_def, "GraphDef", "graph_def")
    if isinstance(dest_nodes, str):
        raise TypeError("dest_nodes must be a list.")
    nodes = {node.name: node for node in graph_def.node}
    needed: set[str] = set()
    pending = list(dest_nodes)
    while pending:
        name = pending.pop()
        if name not in nodes:
            raise AssertionError(f"{name} is not in graph")
        if name not in needed:
            needed.add(name)
            pending.extend(_node_name(i) for i in nodes[name].input)
    result = protos.GraphDef(versions=graph_def.versions, library=graph_def.library)
    result.node.extend(node for node in graph_def.node if node.name in needed)
    return result


def convert_variables_to_constants(
    sess: Any,
    input_graph_def: Any,
    output_node_names: Sequence[str],
    variable_names_whitelist: Iterable[str] | None = None,
    variable_names_blacklist: Iterable[str] | None = None,
) -> Any:
    """A GraphDef with the values that variables have now in place of the variables.

    Args:
        sess: the session that has the variables.
        input_graph_def: the `GraphDef` of the session's graph.
        output_node_names: the names of the nodes to keep, with all they need.
        variable_names_whitelist: the names of the variables to convert; all by default.
        variable_names_blacklist: the names of variables not to convert.

    Returns:
        A new `GraphDef`.

    Raises:
        FailedPreconditionError: when a variable has no value yet.
    """
    part = extract_sub_graph(input_graph_def, output_node_names)
    allowed = None if variable_names_whitelist is None else set(variable_names_whitelist)
    refused = set(variable_names_blacklist or ())
    names = [
        node.name
        for node in part.node
        if node.op in _VARIABLES
        and (allowed is None or node.name in allowed)
        and node.name not in refused
    ]
    found = dict(zip(names, sess.run([f"{name}:0" for name in names]) if names else []))
    result = protos.GraphDef(versions=part.versions, library=part.library)
    for node in part.node:
        if node.name not in found:
            result.node.append(node)
            continue
        dtype = values.as_dtype(node.attr["dtype"].type)
        constant = result.node.add(name=node.name, op="Const", device=node.device)
        constant.attr["dtype"].type = int(dtype)
        constant.attr["value"].tensor.CopyFrom(values.tensor_proto(found[node.name], dtype))
    return result


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
            while _node_name(text) in through:
                text = through[_node_name(text)]
            added.input.append(text)
    return result


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether a node has to be on the CPU: strings have no place elsewhere.

    Args:
        node: a `NodeDef` or an `Operation`.
        pin_variables_on_cpu: whether variables are to be there too.
    """
    node_def = getattr(node, "node_def", node)
    if pin_variables_on_cpu and node_def.op in _VARIABLES:
        return True
    is_string = node_def.attr["dtype"].type == protos.DataType.DT_STRING
    if node_def.op in ("Const", "Placeholder"):
        return is_string
    return node_def.op in ("DynamicStitch", "ReadFile", "WriteFile")


def tensor_shape_from_node_def_name(graph: Any, input_name: str) -> Any:
    """The static shape of the tensor that a node's input names."""
    name = input_name.lstrip("^")
    return graph.get_tensor_by_name(name if ":" in name else f"{name}:0").shape
