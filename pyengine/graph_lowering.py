"""Op types that TensorFlow does not have, as the ops of TensorFlow that compute the same.

A GraphDef has the latter, so that TensorFlow can read it; the graph itself keeps the former, which
are one step of a run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import protos
from pyengine.dtypes import DType, int32
from pyengine.graph import Operation
from pyengine.protos import values


class _Nodes:
    """The nodes that stand for one op; their names begin with its name."""

    def __init__(self, op: Operation) -> None:
        self._op = op
        self.nodes: list[Any] = []

    def add(self, last: str, op_type: str, *inputs: str, **attrs: Any) -> str:
        """Adds a node; the one without a last name has the op's own."""
        name = f"{self._op.name}/{last}" if last else self._op.name
        node = protos.NodeDef(name=name, op=op_type, input=inputs, device=self._op.device)
        for key, value in attrs.items():
            node.attr[key].CopyFrom(values.attr_value(value))
        self.nodes.append(node)
        return name

    def constant(self, last: str, value: Any) -> str:
        return self.add(last, "Const", dtype=int32, value=np.array(value, np.int32))

    def cast(self, last: str, name: str, dtype: DType) -> str:
        """An input as int32."""
        if dtype.base_dtype is int32:
            return name
        return self.add(last, "Cast", name, SrcT=dtype.base_dtype, DstT=int32, Truncate=False)


def _reduced_shape(op: Operation, inputs: list[str]) -> list[Any]:
    """shape * (1 - mask) + mask, where the mask has a 1 at each reduced axis."""
    nodes = _Nodes(op)
    shape = nodes.cast("shape", inputs[0], op.inputs[0].dtype)
    axes = nodes.cast("axes", inputs[1], op.inputs[1].dtype)
    zero, one = nodes.constant("zero", 0), nodes.constant("one", 1)
    rank = nodes.add("rank", "Size", shape, T=int32, out_type=int32)
    positive = nodes.add("positive", "FloorMod", axes, rank, T=int32)
    all_axes = nodes.constant("all", [-1])
    flat = nodes.add("flat", "Reshape", positive, all_axes, T=int32, Tshape=int32)
    hot = nodes.add("hot", "OneHot", flat, rank, one, zero, T=int32, TI=int32, axis=-1)
    mask = nodes.add("mask", "Sum", hot, zero, T=int32, Tidx=int32, keep_dims=False)
    others = nodes.add("others", "Sub", one, mask, T=int32)
    kept = nodes.add("kept", "Mul", shape, others, T=int32)
    nodes.add("", "Add", kept, mask, T=int32)
    return nodes.nodes


_LOWERINGS: dict[str, Callable[[Operation, list[str]], list[Any]]] = {
    "ReducedShape": _reduced_shape,
}


def lowered(op: Operation, node: Any) -> list[Any]:
    """The nodes that stand for an op in a GraphDef: its own, or those of TensorFlow's ops.

    Args:
        op: the operation.
        node: its NodeDef.
    """
    if op.type == "ResourceReference" or any(t.dtype.is_ref for t in op.inputs):
        from pyengine.reference_lowering import is_reference_op, lowered_references

        if is_reference_op(op):
            return lowered_references(op, node)
    lowering = _LOWERINGS.get(op.type)
    if lowering is None:
        return [node]
    nodes = lowering(op, [i for i in node.input if not i.startswith("^")])
    controls = [i for i in node.input if i.startswith("^")]
    for made in nodes:
        made.input.extend(controls)
    return nodes


__all__ = ["lowered"]
