"""What `tf.train.Checkpoint.restore` returns: which objects have values in a checkpoint, and ops.

The objects of the program are matched with those of the checkpoint by the names of the ways from
the root to them. What is made after the call of `restore` is matched when it is made, so that all
ops are in the graph before they run.

Source: tensorflow/python/training/tracking/util.py of TensorFlow 1.15.
"""

from __future__ import annotations

import itertools
from typing import Any

from pyengine import pending_restores
from pyengine.checkpoint.bundle import names_like
from pyengine.checkpoint.old_format import open_checkpoint
from pyengine.convert import convert_to_tensor
from pyengine.defaults import get_default_session
from pyengine.dtypes import string
from pyengine.graph import Tensor
from pyengine.logger import logger
from pyengine.ops.checkpoint import restore_v2
from pyengine.trackable import (
    ObjectGraph,
    Value,
    children_of,
    full_name,
    object_names,
    values_of,
)

__all__ = [
    "InitializationOnlyStatus",
    "CheckpointLoadStatus",
    "NameBasedSaverStatus",
    "session_or_default",
]

_uids = itertools.count(1)


def session_or_default(session: Any, what: str) -> Any:
    """The session to run in.

    Raises:
        RuntimeError: when there is none.
    """
    session = get_default_session() if session is None else session
    if session is None:
        raise RuntimeError(
            f"Unable to {what} without a session: give `session`, or do it in `with tf.Session():`"
        )
    return session


def _restored_at(item: Any) -> int:
    """The uid of the latest restore that has a value for an object."""
    return int(getattr(item, "_update_uid", 0))


def _shown(items: list[Any]) -> str:
    more = f" and {len(items) - 10} more" if len(items) > 10 else ""
    return ", ".join(map(repr, items[:10])) + more


class _Matching:
    """Finds the objects that a checkpoint has values for, and makes the ops that restore them.

    Args:
        root: the object to restore.
        proto: the checkpoint's `TrackableObjectGraph`.
        path: the tensor that is fed with the checkpoint's path.
        cache: ops of earlier restores, by the object and the name of its value.
    """

    def __init__(self, root: Any, proto: Any, path: Tensor, cache: dict[Any, Any]) -> None:
        self.uid = next(_uids)
        self.proto = proto
        self.ops: list[Any] = []
        self.objects: dict[int, Any] = {}
        self.unused: dict[int, list[str]] = {}
        self.is_partial_expected = False
        self._path, self._cache = path, cache
        self._slots = [
            (i, slot) for i, node in enumerate(proto.nodes) for slot in node.slot_variables
        ]
        self._with_values = _nodes_with_values(proto)
        self._open: list[int] = []
        self._new: list[tuple[Value, Any]] = []
        self._bind(0, root)
        pending_restores.wait(self)
        self.look()

    def _bind(self, node: int, item: Any) -> None:
        self.objects[node] = item
        self._open.append(node)
        if _restored_at(item) >= self.uid:
            return
        there = {value.attribute: value for value in values_of(item, "")}
        for attribute in self.proto.nodes[node].attributes:
            if attribute.name in there:
                value = there[attribute.name]
                self._new.append((value._replace(key=attribute.checkpoint_key), item))
            else:
                self.unused.setdefault(node, []).append(attribute.name)
        if not isinstance(item, (list, tuple, dict)):
            item._update_uid = self.uid

    def look(self) -> None:
        """Matches what is there now; adds the ops that restore it."""
        self._match_children()
        while self._match_slots():
            self._match_children()
        if not self._open and not self._slots:
            pending_restores.done(self)
        if self._new:
            new, self._new = self._new, []
            self._add_ops(new)

    def _match_children(self) -> None:
        waiting = []
        while self._open:
            node = self._open.pop(0)
            children, is_done = children_of(self.objects[node]), True
            for child in self.proto.nodes[node].children:
                if child.node_id in self.objects:
                    continue
                if child.local_name in children:
                    self._bind(child.node_id, children[child.local_name])
                elif child.node_id in self._with_values:
                    is_done = False
            if not is_done:
                waiting.append(node)
        self._open = waiting

    def _match_slots(self) -> bool:
        """Whether there was a slot for a variable and an optimizer that are both there."""
        waiting = []
        for optimizer, slot in self._slots:
            variable = self.objects.get(slot.original_variable_node_id)
            owner = self.objects.get(optimizer)
            if variable is None or owner is None:
                waiting.append((optimizer, slot))
            elif hasattr(owner, "get_slot"):
                found = owner.get_slot(variable, slot.slot_name)
                if found is None:
                    waiting.append((optimizer, slot))
                else:
                    self._bind(slot.slot_variable_node_id, found)
        is_new = len(waiting) < len(self._slots)
        self._slots = waiting
        return is_new

    def _add_ops(self, new: list[tuple[Value, Any]]) -> None:
        graph, wanted = self._path.graph, []
        for value, item in new:
            made = self._cache.get((id(item), value.key))
            if made is None:
                wanted.append((value, item))
            else:
                self.ops.extend(made[1])
        specs = []
        with graph.as_default(), graph.control_dependencies(None), graph.name_scope(None):
            # Saveables of those names: their specs have the names in the checkpoint.
            for value, item in wanted:
                prefix = value.key.removesuffix(f"/.ATTRIBUTES/{value.attribute}")
                (named,) = values_of(item, prefix)
                specs.append((named, item, [s for v in named.saveables for s in v.specs]))
            if not specs:
                return
            flat = [spec for *_, own in specs for spec in own]
            restored = restore_v2(
                self._path,
                convert_to_tensor([s.name for s in flat], string),
                convert_to_tensor([s.slice_spec for s in flat], string),
                dtypes=[s.dtype for s in flat],
                name="restore/RestoreV2",
            )
            rest = list(restored)
            for named, item, _ in specs:
                ops = []
                for saveable in named.saveables:
                    count = len(saveable.specs)
                    ops.append(saveable.restore(rest[:count], None))
                    del rest[:count]
                # With the item, so that its id is not given to another.
                self._cache[id(item), named.key] = (item, ops)
                self.ops.extend(ops)

    # ------------------------------------------------------------ what did not match

    def unmatched(self) -> list[str]:
        """The ways to the checkpoint's objects with values that the program has not."""
        names = object_names(self.proto)
        return [
            names.get(i, f"node {i}")
            for i, node in enumerate(self.proto.nodes)
            if node.attributes and i not in self.objects
        ]

    def unused_attributes(self) -> list[str]:
        """The values in the checkpoint that their objects in the program do not have."""
        names = object_names(self.proto)
        return [
            f"{names[i]} ({self.objects[i]!r}): {', '.join(found)}"
            for i, found in self.unused.items()
        ]

    def __del__(self) -> None:
        if not getattr(self, "is_partial_expected", True):
            self._warn()

    def _warn(self) -> None:
        lines = [f"Value in checkpoint could not be found: {name}" for name in self.unmatched()]
        lines += [f"Unused attribute in object {name}" for name in self.unused_attributes()]
        if lines:
            logger.warning(
                "A checkpoint was restored only in part (status.expect_partial() silences this):"
            )
        for line in lines:
            logger.warning("%s", line)


def _nodes_with_values(proto: Any) -> set[int]:
    """The nodes that have a value, or lead to one."""
    found = {i for i, n in enumerate(proto.nodes) if n.attributes or n.slot_variables}
    grown = -1
    while grown != len(found):
        grown = len(found)
        found |= {
            i for i, n in enumerate(proto.nodes) if any(c.node_id in found for c in n.children)
        }
    return found


class CheckpointLoadStatus:
    """How far a restore has come; its ops run with `run_restore_ops`.

    Made by `tf.train.Checkpoint.restore`.
    """

    def __init__(self, root: Any, matching: _Matching, feed: dict[Tensor, str]) -> None:
        self._root, self._matching, self._feed = root, matching, feed

    def _with_values(self) -> list[Any]:
        """The program's objects that have values."""
        graph = ObjectGraph(self._root)
        return [item for item, values in zip(graph.items, graph.values) if values]

    def _unrestored(self) -> list[Any]:
        self._matching.look()
        matched = set(map(id, self._matching.objects.values()))
        return [item for item in self._with_values() if id(item) not in matched]

    def assert_consumed(self) -> CheckpointLoadStatus:
        """Raises AssertionError unless the checkpoint and the program have the same values.

        Returns:
            The status itself.
        """
        self.assert_existing_objects_matched()
        unmatched = self._matching.unmatched()
        if unmatched:
            raise AssertionError(
                f"Unresolved objects in the checkpoint, which the program does not have: "
                f"{', '.join(unmatched)}"
            )
        unused = self._matching.unused_attributes()
        if unused:
            raise AssertionError(
                "Unused attributes in these objects (the attributes exist in the checkpoint but "
                "not in the objects):\n" + "\n".join(unused)
            )
        return self

    def assert_existing_objects_matched(self) -> CheckpointLoadStatus:
        """Raises AssertionError if there is an object that the checkpoint has no value for."""
        missing = self._unrestored()
        if missing:
            raise AssertionError(
                f"Found {len(missing)} Python objects that were not bound to checkpointed values, "
                f"likely due to changes in the Python program: {_shown(missing)}"
            )
        return self

    def assert_nontrivial_match(self) -> CheckpointLoadStatus:
        """Raises AssertionError if nothing but the root is in the checkpoint."""
        missing = self._unrestored()
        if len(self._matching.objects) > 1:
            return self
        if missing:
            raise AssertionError(
                f"Nothing except the root object matched a checkpointed value. Typically this "
                f"means that the checkpoint does not match the Python program. The following "
                f"objects have no matching checkpointed value: {_shown(missing)}"
            )
        raise AssertionError(
            f"Nothing to load. No dependencies have been added to {self._root!r} yet."
        )

    def expect_partial(self) -> CheckpointLoadStatus:
        """Silences the warning about values that were not restored."""
        self._matching.is_partial_expected = True
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Gives the objects their values from the checkpoint.

        Args:
            session: the session; the default one if it is left out.
        """
        session = session_or_default(session, "restore")
        self._matching.look()
        session.run(self._matching.ops, self._feed)

    def initialize_or_restore(self, session: Any = None) -> None:
        """As `run_restore_ops`; then initializes what the checkpoint has no value for."""
        session = session_or_default(session, "restore")
        self.run_restore_ops(session)
        session.run(_initializers(self._unrestored(), self._matching.uid))


def _initializers(items: list[Any], uid: int) -> list[Any]:
    """The initializers of objects that no later restore has a value for."""
    return [
        item.initializer
        for item in items
        if getattr(item, "initializer", None) is not None and _restored_at(item) < uid
    ]


class InitializationOnlyStatus:
    """What `restore(None)` returns: there is no checkpoint, so variables are initialized."""

    def __init__(self, root: Any) -> None:
        self._root, self._uid = root, next(_uids)

    def _refuse(self) -> Any:
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    def assert_consumed(self) -> Any:
        """Raises AssertionError."""
        self._refuse()

    def assert_existing_objects_matched(self) -> Any:
        """Raises AssertionError."""
        self._refuse()

    def assert_nontrivial_match(self) -> Any:
        """Raises AssertionError."""
        self._refuse()

    def expect_partial(self) -> InitializationOnlyStatus:
        """Does nothing: there are no warnings."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Raises AssertionError."""
        raise AssertionError(
            "No checkpoint specified, so no restore ops are available (save_path=None to "
            "Checkpoint.restore): initialize_or_restore() initializes the variables."
        )

    def initialize_or_restore(self, session: Any = None) -> None:
        """Initializes the variables.

        Args:
            session: the session; the default one if it is left out.
        """
        session = session_or_default(session, "initialize")
        session.run(_initializers(ObjectGraph(self._root).items, self._uid))


class NameBasedSaverStatus:
    """What `restore` returns for a checkpoint of `tf.train.Saver`: variables match by name."""

    def __init__(self, root: Any, path: str) -> None:
        self._root, self._path = root, path
        self._optional: list[Any] = []

    def _named(self) -> dict[str, list[Any]]:
        """The objects with values, by their names."""
        found: dict[str, list[Any]] = {}
        graph = ObjectGraph(self._root)
        for item, values in zip(graph.items, graph.values):
            if values:
                found.setdefault(full_name(item) or item.name, []).append(item)
        return found

    def add_to_optionally_restored(self, item: Any) -> None:
        """Lets an object be missing from the checkpoint."""
        self._optional.append(item)

    def _found(self) -> tuple[list[Any], list[tuple[str, Any]]]:
        """What the checkpoint has, ready for a `Saver`, and what it has not, with the names."""
        reader = open_checkpoint(self._path)
        there: list[Any] = []
        missing: list[tuple[str, Any]] = []
        for name, items in self._named().items():
            for item in items:
                if hasattr(item, "_table_saveable") and f"{name}-keys" in reader:
                    there.append(item._table_saveable(name))
                elif name in reader:
                    there.append(item)
                else:
                    missing.append((name, item))
        return there, missing

    def _is_optional(self, item: Any) -> bool:
        return any(item is other for other in self._optional)

    def assert_consumed(self) -> NameBasedSaverStatus:
        """Raises AssertionError if there is a variable that is not in the checkpoint."""
        for name, item in self._found()[1]:
            if not self._is_optional(item):
                names = open_checkpoint(self._path).names()
                raise AssertionError(
                    f"Object not restored: {item!r}. The checkpoint has no {name!r}"
                    f"{names_like(name, names)}"
                )
        return self

    def assert_existing_objects_matched(self) -> NameBasedSaverStatus:
        """As `assert_consumed`."""
        return self.assert_consumed()

    def assert_nontrivial_match(self) -> NameBasedSaverStatus:
        """As `assert_consumed`."""
        return self.assert_consumed()

    def expect_partial(self) -> NameBasedSaverStatus:
        """Does nothing: there are no warnings."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Restores the variables by their names; initializes those that may be missing and are.

        Args:
            session: the session; the default one if it is left out.

        Raises:
            NotFoundError: when the checkpoint lacks one.
        """
        from pyengine.train.saver import Saver

        session = session_or_default(session, "restore")
        there, missing = self._found()
        there += [item for _, item in missing if not self._is_optional(item)]
        Saver(there, allow_empty=True).restore(session, self._path)
        session.run([item.initializer for _, item in missing if self._is_optional(item)])

    def initialize_or_restore(self, session: Any = None) -> None:
        """As `run_restore_ops`."""
        self.run_restore_ops(session)
