"""What went wrong when a checkpoint was restored, in terms of variables and files."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from typing import Any

from pyengine.checkpoint.bundle import index_file
from pyengine.checkpoint.old_format import open_checkpoint
from pyengine.errors import InvalidArgumentError, NotFoundError, OpError
from pyengine.graph import Graph

__all__ = ["explained", "no_checkpoint", "object_names_differ"]

_ENDING = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")
_ALTERED = "Please ensure that you have not altered the graph expected based on the checkpoint."


def no_checkpoint(path: str) -> str | None:
    """Why a path is that of no checkpoint, and what to give in its place; None if it is one.

    Args:
        path: what `Saver.restore` was given.
    """
    stem = _ENDING.sub("", path)
    if stem != path and os.path.isfile(index_file(stem)):
        return f"leave out the ending: {stem}"
    if os.path.isfile(index_file(path)) or glob.glob(index_file(path)):
        return None
    if os.path.isdir(path):
        return f"it is a folder; tf.train.latest_checkpoint({path!r}) is the latest one in it"
    if any(os.path.isfile(p) for p in glob.glob(path)):
        return None  # in one file, as of old
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        return f"there is no folder {folder}"
    there = [p.removesuffix(".index") for p in glob.glob(glob.escape(folder) + "/*.index")]
    there = sorted(os.path.basename(p) for p in there)
    shown = ", ".join(there[:5]) + (", ..." if len(there) > 5 else "")
    return f"{folder} has the checkpoints {shown}" if there else f"{folder} has no checkpoint"


def explained(error: OpError, graph: Graph, restore_op: str, path: str) -> OpError:
    """The error of a restore with what it says of variables.

    Args:
        error: what the run raised.
        graph: the graph that was restored.
        restore_op: the name of the op that restores.
        path: the checkpoint.
    """
    if isinstance(error, NotFoundError):
        if not error.message.startswith("Key "):
            return error  # a file is missing, rather than a variable
        why = (
            f"This is most likely due to a Variable name or other graph key that is missing from "
            f"the checkpoint. {_ALTERED} To restore only some variables, or under other names, "
            f"give them to tf.train.Saver() as a list, or as a dict by the names that they have "
            f"in the checkpoint; tf.train.list_variables() tells these."
        )
    elif isinstance(error, InvalidArgumentError):
        lines = "".join(f"\n  {line}" for line in _mismatches(graph, restore_op, path))
        why = (
            f"This is most likely due to a mismatch between the current graph and the graph from "
            f"the checkpoint. {_ALTERED}{lines}"
        )
    else:
        return error
    text = f"Restoring from checkpoint failed. {why}\nOriginal error:\n\n{error.message}"
    return type(error)(error.node_def, error.op, text)


def _mismatches(graph: Graph, restore_op: str, path: str) -> list[str]:
    """A line for each variable that does not fit what the checkpoint has for it."""
    reader, lines = open_checkpoint(path), []
    for variable, name in _restored(graph, restore_op):
        if name not in reader:
            continue
        have, dtype = tuple(reader.shape(name)), variable.dtype.base_dtype
        if reader.dtype(name) is not dtype:
            lines.append(
                f"{variable.op.name}: {dtype.name} in the graph, {reader.dtype(name).name} in the "
                f"checkpoint"
            )
        elif not variable.shape.is_compatible_with(have):
            lines.append(
                f"{variable.op.name}: shape {variable.shape} in the graph, {have} in the checkpoint"
            )
    return lines


def _restored(graph: Graph, restore_op: str) -> Iterator[tuple[Any, str]]:
    """The variables that an op restores, and the name of each in checkpoints."""
    from pyengine.static import constant_value

    for assign in graph.get_operation_by_name(restore_op).control_inputs:
        if assign.type != "Assign":
            continue
        variable, value = assign.inputs
        source = value.op
        if source.type == "Reshape":
            value = source.inputs[0]
            source = value.op
        names = constant_value(source.inputs[1]) if source.type == "RestoreV2" else None
        if names is not None:
            yield variable, names[source.outputs.index(value)].decode("utf-8")


def object_names_differ(missing: list[str], keys: dict[str, str]) -> str:
    """What to say of variables that a checkpoint of `tf.train.Checkpoint` does not have by name.

    Args:
        missing: the names of the variables.
        keys: the names in the checkpoint.
    """
    return (
        f"Existing variables not in the checkpoint: {', '.join(missing)}\n\nVariables names when "
        f"this checkpoint was written: {', '.join(sorted(filter(None, keys)))}\n\nSaver was "
        f"attempting to load an object-based checkpoint (saved using tf.train.Checkpoint) using "
        f"variable names. To restore only some variables, or under other names, give them to "
        f"tf.train.Saver() as a list, or as a dict by the names that they had; or restore with "
        f"tf.train.Checkpoint."
    )
