"""GraphDefs cut down to what some nodes need, with values in place of variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pyengine import protos
from pyengine.dtypes import int32
from pyengine.importer import as_message, node_name
from pyengine.protos import values

__all__ = ["VARIABLES", "convert_variables_to_constants", "extract_sub_graph", "node_name"]

VARIABLES = ("Variable", "VariableV2")
"""The op types of reference variables."""

_HANDLE = "VarHandleOp"
_PASSING = ("Enter", "Identity", "Switch")  # what gives a handle on
_READING = ("ReadVariableOp", "ResourceGather", "ResourceGatherNd")


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
            pending.extend(node_name(i) for i in nodes[name].input)
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
    chosen = {
        node.name: node
        for node in part.node
        if node.op in (*VARIABLES, _HANDLE)
        and (allowed is None or node.name in allowed)
        and node.name not in refused
    }
    handles = _handles(part, {k: node for k, node in chosen.items() if node.op == _HANDLE})
    sources = [_value_of(sess, node) for node in chosen.values()]
    found = dict(zip(chosen, sess.run(sources) if sources else []))
    result = protos.GraphDef(versions=part.versions, library=part.library)
    for node in part.node:
        if node.name in found:
            dtype = values.as_dtype(node.attr["dtype"].type)
            constant = result.node.add(name=node.name, op="Const", device=node.device)
            constant.attr["dtype"].type = int(dtype)
            constant.attr["value"].tensor.CopyFrom(values.tensor_proto(found[node.name], dtype))
            continue
        data = [node_name(i) for i in node.input if not i.startswith("^")]
        if data and data[0] in handles:
            _add_without_handle(result, node, handles[data[0]])
        else:
            result.node.append(node)
    return result


def _handles(part: Any, variables: dict[str, Any]) -> dict[str, Any]:
    """The nodes whose output is a handle: for each the node of the variable.

    Raises:
        ValueError: when a node needs a variable itself, such as one that changes it.
    """
    found = dict(variables)
    users: dict[str, list[Any]] = {}
    for node in part.node:
        for text in node.input:
            if not text.startswith("^"):
                users.setdefault(node_name(text), []).append(node)
    pending = list(variables)
    while pending:
        name = pending.pop()
        for user in users.get(name, ()):
            if user.op not in (*_PASSING, *_READING):
                raise ValueError(
                    f"Cannot freeze the graph: node {user.name!r} ({user.op}) needs the variable "
                    f"{found[name].name!r} itself, not its value"
                )
            if user.op in _PASSING and user.name not in found:
                found[user.name] = found[name]
                pending.append(user.name)
    return found


def _value_of(sess: Any, node: Any) -> Any:
    """What to run for a variable's value: the variable, or a read of its handle."""
    if node.op != _HANDLE:
        return f"{node.name}:0"
    from pyengine.ops.resource import read_variable_op

    graph = sess.graph
    handle = graph.get_tensor_by_name(f"{node.name}:0")
    for op in graph.get_operations():
        if op.type == "ReadVariableOp" and op.inputs[0] is handle and not op.control_inputs:
            return op.outputs[0]
    with graph.as_default(), graph.control_dependencies(None), graph.name_scope(None):
        return read_variable_op(handle, dtype=handle.op.get_attr("dtype"))


def _add_without_handle(result: Any, node: Any, variable: Any) -> None:
    """Adds a node that passes or reads a handle as one that passes or reads the value."""
    dtype = variable.attr["dtype"]
    added = protos.NodeDef()
    added.CopyFrom(node)
    if node.op in _PASSING:
        added.attr["T"].CopyFrom(dtype)
        result.node.append(added)
        return
    for name in list(added.attr):
        if not name.startswith("_") and name not in ("Tindices", "batch_dims"):
            del added.attr[name]
    if node.op == "ReadVariableOp":
        added.op = "Identity"
        added.attr["T"].CopyFrom(dtype)
    elif node.op == "ResourceGatherNd":
        added.op = "GatherNd"
        added.attr["Tparams"].CopyFrom(dtype)
    else:
        batch = node.attr["batch_dims"].i if "batch_dims" in node.attr else 0
        axis = result.node.add(name=f"{node.name}/axis", op="Const", device=node.device)
        axis.attr["dtype"].type = int(int32)
        axis.attr["value"].tensor.CopyFrom(values.tensor_proto(np.int32(batch), int32))
        added.op = "GatherV2"
        added.attr["Tparams"].CopyFrom(dtype)
        added.attr["Taxis"].type = int(int32)
        added.input.insert(2, axis.name)
    result.node.append(added)
