"""What a `Saver` saves: for each name in a checkpoint the tensors behind it, and how to restore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyengine import protos
from pyengine.checkpoint.old_format import open_checkpoint
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops import state
from pyengine.ops.array import reshape
from pyengine.ops.control_flow import group

_STORAGE = ("Variable", "VariableV2", "AutoReloadVariable", "TemporaryVariable")


class SaveSpec:
    """One tensor in a checkpoint.

    Args:
        tensor: the tensor to save.
        slice_spec: which part of a larger tensor it is; "" for all.
        name: its name in the checkpoint.
    """

    def __init__(self, tensor: Tensor, slice_spec: str, name: str) -> None:
        self.tensor = tensor
        self.slice_spec = slice_spec
        self.name = name
        self.dtype = tensor.dtype.base_dtype


class VariableSaveable:
    """A variable, or a part of a partitioned one."""

    def __init__(self, ref: Tensor, slice_spec: str, name: str) -> None:
        self.op = ref
        self.name = name
        self.specs = [SaveSpec(ref, slice_spec, name)]

    def restore(self, restored_tensors: list[Tensor], restored_shapes: Any) -> Operation:
        """The op that puts the restored value into the variable."""
        (value,) = restored_tensors
        if restored_shapes is not None:
            value = reshape(value, restored_shapes[0])
        is_checked = restored_shapes is None and self.op.shape.is_fully_defined()
        return state.assign(self.op, value, validate_shape=is_checked).op


def default_saveables() -> list[Any] | None:
    """All variables and other objects of the default graph that checkpoints hold."""
    graph = get_default_graph()
    keys = (GraphKeys.GLOBAL_VARIABLES, GraphKeys.SAVEABLE_OBJECTS)
    found = [item for key in keys for item in graph.get_collection(key)]
    return found or None


def saveables_of(var_list: Any) -> list[Any]:
    """The saveables for a `var_list`, in the order of their names.

    Raises:
        TypeError: for what is no variable.
        ValueError: when two have the same name.
    """
    named = named_saveables(var_list)
    found: list[Any] = []
    for name in sorted(named):
        item = named[name]
        parts = list(item) if _is_partitioned(item) else [item]
        for part in parts:
            found.append(saveable_of(part, name))
    return found


def _is_partitioned(item: Any) -> bool:
    return isinstance(item, (list, tuple)) or type(item).__name__ == "PartitionedVariable"


def named_saveables(var_list: Any) -> dict[str, Any]:
    """What a `var_list` names, by the names in checkpoints.

    Raises:
        TypeError: for what is no variable.
        ValueError: when two have the same name.
    """
    if isinstance(var_list, Mapping):
        return {str(name): item for name, item in var_list.items()}
    named: dict[str, Any] = {}
    if _is_variable(var_list) or isinstance(var_list, str):
        raise TypeError(f"A Saver takes a list or a dict of variables, but got {var_list!r}")
    for item in var_list:
        info = getattr(item, "_save_slice_info", None)
        if info is not None:  # a part: all parts of a variable have one name
            parts = named.setdefault(info.full_name, [])
            if not isinstance(parts, list):
                raise ValueError(f"Mixing slices and non-slices with the same name: {item!r}")
            parts.append(item)
            continue
        name = _default_name(item)
        if name in named:
            raise ValueError(f"At least two variables have the same name: {name}")
        named[name] = item
    return named


def _default_name(item: Any) -> str:
    if _is_saveable(item) or type(item).__name__ == "PartitionedVariable":
        return item.name
    if _is_variable(item):
        return item.op.name
    raise TypeError(f"Variable to save is not a Variable: {item!r}")


def _is_saveable(item: Any) -> bool:
    return hasattr(item, "specs") and hasattr(item, "restore")


def _is_variable(item: Any) -> bool:
    if isinstance(item, Tensor):
        return item.dtype.is_ref and item.op.type in _STORAGE
    return callable(getattr(item, "_ref", None))


def saveable_of(item: Any, name: str) -> Any:
    """How an item is saved under a name; raises TypeError for what is no variable."""
    if _is_saveable(item):
        return item
    if not _is_variable(item):
        raise TypeError(
            f"names_to_saveables must be a dict mapping string names to Tensors/Variables. Not a "
            f"variable: {item!r}"
        )
    ref = item if isinstance(item, Tensor) else item._ref()
    info = getattr(item, "_save_slice_info", None)
    return VariableSaveable(ref, "" if info is None else info.spec, name)


OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


def object_graph_of(path: str) -> Any:
    """The `TrackableObjectGraph` in a checkpoint of `tf.train.Checkpoint`; None if it has none.

    Raises:
        NotFoundError: when there is no such checkpoint.
        DataLossError: when it is damaged.
    """
    reader = open_checkpoint(path)
    if OBJECT_GRAPH_KEY not in reader:
        return None
    return protos.TrackableObjectGraph.FromString(reader.read(OBJECT_GRAPH_KEY)[()])


def keys_of_names(path: str) -> dict[str, str] | None:
    """The keys of the variables in a checkpoint of `tf.train.Checkpoint`, by their names."""
    proto = object_graph_of(path)
    if proto is None:
        return None
    return {a.full_name: a.checkpoint_key for node in proto.nodes for a in node.attributes}


def check_unique(saveables: list[Any]) -> None:
    """Refuses to save one variable under two names."""
    seen: dict[Any, str] = {}
    for saveable in saveables:
        op = getattr(saveable, "op", None)
        if op is None:
            continue
        if op in seen:
            raise ValueError(
                f"The same saveable will be restored with two names: {seen[op]} and {saveable.name}"
            )
        seen[op] = saveable.name


def restore_all(saveables: list[Any], restored: list[Tensor], is_reshaped: bool) -> Operation:
    """The op that restores all of them from the tensors of a checkpoint."""
    ops, rest = [], list(restored)
    for saveable in saveables:
        count = len(saveable.specs)
        shapes = [list(s.tensor.shape.as_list()) for s in saveable.specs] if is_reshaped else None
        ops.append(saveable.restore(rest[:count], shapes))
        del rest[:count]
    return group(*ops, name="restore_all")
