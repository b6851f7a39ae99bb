"""Objects that `tf.train.Checkpoint` saves: what each is made of, and all that a root leads to.

An object is trackable if it has `_trackable_children()`, the objects that it is made of by their
names. Lists, tuples and dicts are too. Values to save have variables and tables that can be
changed. The names of values in checkpoints are the paths to them from the root.

Source: tensorflow/python/training/tracking and core/protobuf/trackable_object_graph.proto of
TensorFlow 1.15, whose files these are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from pyengine import pending_restores, protos
from pyengine.partitioned import PartitionedVariable
from pyengine.train.saveables import saveable_of
from pyengine.variables import Variable

__all__ = ["AutoTrackable", "ObjectGraph", "Value", "children_of", "is_trackable", "values_of"]


class Value(NamedTuple):
    """A value of an object in a checkpoint: the attribute's name, its key there, and how."""

    attribute: str
    key: str
    full_name: str
    saveables: list[Any]


def is_trackable(item: Any) -> bool:
    """Whether a checkpoint can have an object.

    Example:
        >>> is_trackable([]), is_trackable(3.5)
        (True, False)
    """
    if isinstance(item, tuple):
        return any(map(is_trackable, item))
    return isinstance(item, (list, dict)) or _has_values(item) or _has_children(item)


def _has_children(item: Any) -> bool:
    return not isinstance(item, type) and hasattr(item, "_trackable_children")


def _has_values(item: Any) -> bool:
    return isinstance(item, (Variable, PartitionedVariable)) or hasattr(item, "_table_saveable")


def children_of(item: Any) -> dict[str, Any]:
    """The objects that an object is made of, by their names.

    Raises:
        ValueError: for a dict that has a trackable object under a key that is no string.
    """
    if isinstance(item, dict):
        for key, value in item.items():
            if not isinstance(key, str) and is_trackable(value):
                raise ValueError(
                    f"Unable to save the dict {item!r}: it has a trackable object under the key "
                    f"{key!r}, and only strings name objects in a checkpoint"
                )
        return {key: value for key, value in item.items() if is_trackable(value)}
    if isinstance(item, (list, tuple)):
        return {str(i): value for i, value in enumerate(item) if is_trackable(value)}
    return item._trackable_children() if _has_children(item) else {}


def attributes_of(item: Any, left_out: Any = ()) -> dict[str, Any]:
    """The trackable attributes of an object, in the order in which they were set."""
    return {
        name: value
        for name, value in vars(item).items()
        if name not in left_out and is_trackable(value)
    }


def weights_and_attributes(
    item: Any, weights: list[Any], scope: str, left_out: Any
) -> dict[str, Any]:
    """The children of a layer: its variables by their names in its scope, then attributes."""
    found: dict[str, Any] = {}
    for weight in weights:
        if isinstance(weight, Variable):
            found[weight.op.name.removeprefix(scope)] = weight
        elif isinstance(weight, PartitionedVariable):
            found[weight.name.removeprefix(scope)] = weight
    ours = set(map(id, found.values()))
    for name, value in attributes_of(item, left_out).items():
        if id(value) not in ours:
            found.setdefault(name, value)
    return found


class AutoTrackable:
    """An object whose attributes are tracked: what is set as one is saved with it."""

    _UNTRACKED: ClassVar[frozenset[str]] = frozenset()

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name not in self._UNTRACKED:
            pending_restores.made()

    def _trackable_children(self) -> dict[str, Any]:
        return attributes_of(self, self._UNTRACKED)


def _escaped(name: str) -> str:
    """A name as a part of a key, where "/" separates names."""
    return name.replace(".", "..").replace("/", ".S")


def full_name(item: Any) -> str:
    """The name of a variable in a checkpoint of `Saver`'s; "" for any other object."""
    if isinstance(item, PartitionedVariable):
        return str(item.name)
    if not isinstance(item, Variable):
        return ""
    part = item._save_slice_info
    return str(item.op.name if part is None else part.full_name)


def values_of(item: Any, path: str) -> list[Value]:
    """The values of an object itself, without those of its children.

    Args:
        item: the object.
        path: the way to it from the root, the first part of the values' keys.
    """
    if not _has_values(item):
        return []
    is_table = hasattr(item, "_table_saveable")
    attribute = "table" if is_table else "VARIABLE_VALUE"
    key = f"{path}/.ATTRIBUTES/{attribute}"
    if is_table:
        saveables = [item._table_saveable(key)]
    else:
        parts = list(item) if isinstance(item, PartitionedVariable) else [item]
        saveables = [saveable_of(part, key) for part in parts]
    return [Value(attribute, key, full_name(item), saveables)]


class ObjectGraph:
    """All objects that a root leads to, breadth first, and the slots of optimizers among them.

    Args:
        root: a trackable object.

    Raises:
        ValueError: for what cannot be saved.
        NotImplementedError: for a slot that is an object of its own besides.
    """

    def __init__(self, root: Any) -> None:
        self.items: list[Any] = [root]
        self.paths: list[str] = [""]
        self.children: list[list[tuple[str, int]]] = []
        self.slots: dict[int, list[tuple[str, int, int]]] = {}
        self._ids: dict[int, int] = {id(root): 0}
        for item, path in zip(self.items, self.paths):  # which grow as they are gone through
            named = []
            for name, child in children_of(item).items():
                if id(child) not in self._ids:
                    self._add(child, f"{path}/{_escaped(name)}" if path else _escaped(name))
                named.append((name, self._ids[id(child)]))
            self.children.append(named)
        self._add_slots()
        self.values: list[list[Value]] = [
            values_of(item, path) for item, path in zip(self.items, self.paths)
        ]
        """The values of each object."""

    def _add(self, item: Any, path: str) -> int:
        found = len(self.items)
        self._ids[id(item)] = found
        self.items.append(item)
        self.paths.append(path)
        return found

    def _add_slots(self) -> None:
        count = len(self.items)
        for i in range(count):
            optimizer = self.items[i]
            for name in getattr(optimizer, "get_slot_names", list)():
                for j in range(count):
                    if isinstance(self.items[j], Variable):
                        slot = optimizer.get_slot(self.items[j], name)
                        if slot is not None:
                            self._add_slot(i, j, name, slot)

    def _add_slot(self, optimizer: int, variable: int, name: str, slot: Any) -> None:
        if id(slot) in self._ids:
            raise NotImplementedError(
                f"A slot variable was reused as a dependency of a Trackable object: {slot!r}. Its "
                f"optimizer saves it: leave it out elsewhere"
            )
        path = f"{self.paths[variable]}/.OPTIMIZER_SLOT/{self.paths[optimizer]}/{_escaped(name)}"
        made = self._add(slot, path)
        self.children.append([])
        self.slots.setdefault(optimizer, []).append((name, variable, made))

    def to_proto(self) -> Any:
        """The graph as a `TrackableObjectGraph`."""
        proto = protos.TrackableObjectGraph()
        for i, values in enumerate(self.values):
            node = proto.nodes.add()
            for name, child in self.children[i]:
                node.children.add(node_id=child, local_name=name)
            for value in values:
                node.attributes.add(
                    name=value.attribute, full_name=value.full_name, checkpoint_key=value.key
                )
            for name, variable, slot in self.slots.get(i, ()):
                node.slot_variables.add(
                    original_variable_node_id=variable, slot_name=name, slot_variable_node_id=slot
                )
        return proto


def object_names(proto: Any) -> Mapping[int, str]:
    """The way to each node of a `TrackableObjectGraph`, for messages: `(root).model.w`."""
    names, queue = {0: "(root)"}, [0]
    for i in queue:  # which grows
        for child in proto.nodes[i].children:
            if child.node_id not in names:
                names[child.node_id] = f"{names[i]}.{child.local_name}"
                queue.append(child.node_id)
    for i, node in enumerate(proto.nodes):
        for slot in node.slot_variables:
            variable = names.get(slot.original_variable_node_id, "(unknown)")
            names[slot.slot_variable_node_id] = (
                f"{names.get(i, '(unknown)')}'s state '{slot.slot_name}' for {variable}"
            )
    return names
