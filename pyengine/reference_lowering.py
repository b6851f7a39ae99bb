"""References to resource variables in GraphDefs: TensorFlow's ops on the variables' handles.

What changes a resource variable here takes a reference to it, by the op type `ResourceReference`
(see `handle_variable`), as with any other variable. TensorFlow has an op type of its own for
each change of a resource variable, without an output: `AssignAddVariableOp` for `AssignAdd`. A
GraphDef has these. Where the change has an output here, a `ReadVariableOp` takes its name, which
waits for the change.
"""

from __future__ import annotations

from typing import Any

from pyengine import protos
from pyengine.dtypes import resource
from pyengine.graph import Operation, Tensor
from pyengine.protos import values
from pyengine.protos.op_table import OpSignature, signature

__all__ = ["is_reference_op", "lowered_references"]

_REFERENCE = "ResourceReference"
_SPECIAL = {
    "Assign": "AssignVariableOp",
    "AssignAdd": "AssignAddVariableOp",
    "AssignSub": "AssignSubVariableOp",
    "IsVariableInitialized": "VarIsInitializedOp",
    # These hand on what they are given: the handle.
    "RefEnter": "Enter", "RefExit": "Exit", "RefIdentity": "Identity", "RefSwitch": "Switch",
    "RefMerge": "Merge", "RefNextIteration": "NextIteration",
}  # fmt: skip


def _twin(op_type: str) -> str:
    return _SPECIAL.get(op_type, f"Resource{op_type}")


def _passes_on(op: Operation) -> bool:
    return op.type.startswith("Ref") and op.type in _SPECIAL


def _handle(tensor: Tensor) -> str | None:
    """The name of the handle that stands for a reference; None if that is no resource's."""
    if not tensor.dtype.is_ref or not tensor.op.inputs:
        return None
    op = tensor.op
    if op.type == _REFERENCE:
        return _name(op.inputs[0])
    found = _handle(op.inputs[0])
    return _name(tensor) if found is not None and _passes_on(op) else found


def _name(tensor: Tensor) -> str:
    return f"{tensor.op.name}:{tensor.value_index}" if tensor.value_index else tensor.op.name


def is_reference_op(op: Operation) -> bool:
    """Whether a GraphDef has an op in another form, as its inputs are references to resources."""
    return op.type == _REFERENCE or any(t.dtype.is_ref and _handle(t) for t in op.inputs)


def lowered_references(op: Operation, node: Any) -> list[Any]:
    """The nodes that stand for an op that takes references to resource variables.

    Args:
        op: the operation.
        node: its NodeDef.

    Raises:
        TypeError: for an op that TensorFlow does not have on resource variables.
    """
    if op.type == _REFERENCE:
        return [_made(op, op.name, "Identity", [_name(op.inputs[0])], T=resource)]
    known = signature(op.type)
    if known is None:
        raise TypeError(f"{op!r} cannot be put into a GraphDef: TensorFlow has no such op")
    controls = [i for i in node.input if i.startswith("^")]
    if _passes_on(op):
        handles = [_handle(t) or _name(t) for t in op.inputs]
        changed = _copy(node, _twin(op.type), [*handles, *controls])
        changed.attr["T"].CopyFrom(values.attr_value(resource))
        return [changed]
    takes = [arg.is_ref for arg in _arguments(op, known)]
    inputs, before, after = [], [], []
    for i, (tensor, is_ref) in enumerate(zip(op.inputs, takes)):
        handle = _handle(tensor) if tensor.dtype.is_ref else None
        if handle is None:
            inputs.append(_name(tensor))
        elif is_ref:
            inputs.append(handle)
            if tensor.op.type != _REFERENCE:
                after.append(f"^{tensor.op.name}")
        elif tensor.op.type == _REFERENCE or _passes_on(tensor.op):
            before.append(_read(op, f"{op.name}/ReadVariableOp_{i}", tensor, [handle, *controls]))
            inputs.append(before[-1].name)
        else:
            inputs.append(_name(tensor))  # a read of the variable has its name
    inputs += [*controls, *after]
    if not any(is_ref and _handle(t) for t, is_ref in zip(op.inputs, takes)):
        return [*before, _copy(node, op.type, inputs)]
    return [*before, *_changes(op, node, inputs)]


def _arguments(op: Operation, known: OpSignature) -> list[Any]:
    """The argument of the signature that each input belongs to."""
    from pyengine.graph_def import attr_protos, split

    attrs = {name: values.public_attr(proto) for name, proto in attr_protos(op).items()}
    return [arg for arg, members in split(known.inputs, op.inputs, attrs, op) for _ in members]


def _changes(op: Operation, node: Any, inputs: list[str]) -> list[Any]:
    """The op on handles; and a read in the name of its output, if that is the variable."""
    twin = signature(_twin(op.type))
    if twin is None or any(
        t.dtype.is_ref and not _handle(t)
        for t, arg in zip(op.inputs, twin.inputs)
        if arg.type == "resource"
    ):
        raise TypeError(
            f"operation {op.name!r} ({op.type}) cannot be put into a GraphDef: it changes resource "
            f"variables together with others, or in a way that TensorFlow has no op for"
        )
    changed = _copy(node, twin.name, inputs)
    for name in list(changed.attr):
        if not name.startswith("_") and name not in {a.name for a in twin.attrs}:
            del changed.attr[name]
    if any(a.name == "dtype" for a in twin.attrs):
        changed.attr["dtype"].CopyFrom(values.attr_value(op.inputs[0].dtype.base_dtype))
    if not (op.outputs and op.outputs[0].dtype.is_ref):
        return [changed]
    changed.name = f"{op.name}/Resource"
    handle = _handle(op.inputs[0])
    return [changed, _read(op, op.name, op.outputs[0], [str(handle), f"^{changed.name}"])]


def _read(op: Operation, name: str, tensor: Tensor, inputs: list[str]) -> Any:
    return _made(op, name, "ReadVariableOp", inputs, dtype=tensor.dtype.base_dtype)


def _made(op: Operation, name: str, op_type: str, inputs: list[str], **attrs: Any) -> Any:
    node = protos.NodeDef(name=name, op=op_type, input=inputs, device=op.device)
    for key, value in attrs.items():
        node.attr[key].CopyFrom(values.attr_value(value))
    return node


def _copy(node: Any, op_type: str, inputs: list[str]) -> Any:
    copy = protos.NodeDef()
    copy.CopyFrom(node)
    copy.op = op_type
    copy.input[:] = inputs
    return copy
