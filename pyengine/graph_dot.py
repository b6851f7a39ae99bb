"""A graph as text of Graphviz's language DOT, name scopes as clusters."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Graph, Operation

_COLORS = {"Placeholder": "#fff2cc", "Const": "#eeeeee", "VariableV2": "#dae8fc"}


def graph_dot(graph: Graph) -> str:
    r"""The graph's ops as nodes, its tensors as edges, control dependencies as dotted edges.

    Args:
        graph: the graph to draw.

    Returns:
        The text, for `dot` and other programs that lay out graphs.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default() as g, tf.name_scope("input"):
        ...     x = tf.placeholder(tf.float32, [None, 3], name="x")
        >>> print(graph_dot(g))
        digraph tensorflow {
          rankdir=BT;
          node [shape=box, style="rounded,filled", fillcolor=white, fontname=Helvetica];
          subgraph "cluster_input" {
            label="input";
            "input/x" [label="x\nPlaceholder", fillcolor="#fff2cc"];
          }
        }
    """
    ops = graph.get_operations()
    lines = [
        "digraph tensorflow {",
        "  rankdir=BT;",
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname=Helvetica];',
    ]
    lines += _scope_lines(_tree(ops), "", 1)
    for op in ops:
        for tensor in op.inputs:
            shape = "" if tensor.shape.ndims is None else str(tensor.shape)
            lines.append(
                f"  {_quoted(tensor.op.name)} -> {_quoted(op.name)} [label={_quoted(shape)}];"
            )
        for control in op.control_inputs:
            lines.append(f"  {_quoted(control.name)} -> {_quoted(op.name)} [style=dotted];")
    lines.append("}")
    return "\n".join(lines)


def _tree(ops: list[Operation]) -> dict[str, Any]:
    """Scopes as nested dicts by name; under "" the ops that are in a scope itself."""
    root: dict[str, Any] = {"": []}
    for op in ops:
        scope = root
        for part in op.name.split("/")[:-1]:
            scope = scope.setdefault(part, {"": []})
        scope[""].append(op)
    return root


def _scope_lines(scope: dict[str, Any], path: str, depth: int) -> list[str]:
    indent = "  " * depth
    lines = []
    for op in scope[""]:
        label = f"{op.name.rpartition('/')[2]}\\n{op.type}"
        color = f", fillcolor={_quoted(_COLORS[op.type])}" if op.type in _COLORS else ""
        lines.append(f"{indent}{_quoted(op.name)} [label={_quoted(label)}{color}];")
    for name, inner in scope.items():
        if name:
            full = f"{path}/{name}" if path else name
            lines.append(f"{indent}subgraph {_quoted('cluster_' + full)} {{")
            lines.append(f"{indent}  label={_quoted(name)};")
            lines += _scope_lines(inner, full, depth + 1)
            lines.append(f"{indent}}}")
    return lines


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
