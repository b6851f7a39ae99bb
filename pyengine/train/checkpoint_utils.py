"""What is in a checkpoint: `NewCheckpointReader`, `list_variables`, `load_variable`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pyengine import protos
from pyengine.checkpoint.old_format import open_checkpoint
from pyengine.dtypes import DType
from pyengine.graph import get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.train.checkpoint_management import latest_checkpoint

__all__ = [
    "CheckpointReader",
    "NewCheckpointReader",
    "init_from_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]


class CheckpointReader:
    """Reads values of a checkpoint without a graph; made by `NewCheckpointReader`."""

    def __init__(self, filename: str) -> None:
        self._path = os.fspath(filename)
        self._bundle = open_checkpoint(self._path)

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shape of each tensor, by its name."""
        return {name: list(self._bundle.shape(name)) for name in self._bundle.names()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The dtype of each tensor, by its name."""
        return {name: self._bundle.dtype(name) for name in self._bundle.names()}

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a tensor of that name."""
        return tensor_str in self._bundle

    def get_tensor(self, tensor_str: str) -> Any:
        """A tensor's value, as a NumPy array; NotFoundError if there is none of that name."""
        value = self._bundle.read(tensor_str)
        return value[()] if value.ndim == 0 else value

    def debug_string(self) -> bytes:
        """A line for each tensor: name, dtype and shape."""
        lines = []
        for name in self._bundle.names():
            dtype = protos.DataType.Name(int(self._bundle.dtype(name)))
            sizes = ",".join(map(str, self._bundle.shape(name)))
            lines.append(f"{name} ({dtype}) [{sizes}]")
        return "\n".join(lines).encode("utf-8")


def NewCheckpointReader(filepattern: str) -> CheckpointReader:
    """A reader of a checkpoint's values.

    Args:
        filepattern: the checkpoint's path, as `Saver.save` returns it.

    Raises:
        NotFoundError: when there is no such checkpoint.
        DataLossError: when it is damaged.
    """
    return CheckpointReader(filepattern)


def load_checkpoint(ckpt_dir_or_file: str) -> CheckpointReader:
    """A reader of a checkpoint, or of the latest one in a directory.

    Args:
        ckpt_dir_or_file: a checkpoint's prefix, or a folder, of which the latest one is taken.

    Returns:
        A reader of its tensors.

    Raises:
        ValueError: when the directory has no checkpoint.
    """
    path = os.fspath(ckpt_dir_or_file)
    if os.path.isdir(path):
        found = latest_checkpoint(path)
        if found is None:
            raise ValueError(
                f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}"
            )
        path = found
    return CheckpointReader(path)


def list_variables(ckpt_dir_or_file: str) -> list[tuple[str, list[int]]]:
    """The names and shapes of the tensors in a checkpoint, sorted by name.

    Args:
        ckpt_dir_or_file: a checkpoint's path, or a directory for its latest one.
    """
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: str, name: str) -> Any:
    """A tensor's value in a checkpoint; a name such as "w:0" is that of the variable.

    Args:
        ckpt_dir_or_file: a checkpoint's prefix, or a folder, of which the latest one is taken.
        name: the name of a variable in it.

    Returns:
        Its value, an array.

    Raises:
        NotFoundError: when it is not there.
    """
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def init_from_checkpoint(ckpt_dir_or_file: str, assignment_map: Mapping[str, Any]) -> None:
    """Lets variables start from the values in a checkpoint: their initializers are replaced.

    Args:
        ckpt_dir_or_file: a checkpoint's path, or a directory for its latest one.
        assignment_map: for each name in the checkpoint the variable, or its name; for each scope
            there ("a/", or "/" for all) the scope in the graph.

    Raises:
        ValueError: when a name is in neither, or the shapes differ.
    """
    from pyengine.convert import convert_to_tensor
    from pyengine.ops.checkpoint import restore_v2
    from pyengine.ops.state import assign
    from pyengine.scopes import control_dependencies, name_scope

    reader = load_checkpoint(ckpt_dir_or_file)
    path = reader._path
    for name, variable in _pairs(reader, assignment_map):
        shape = reader.get_variable_to_shape_map().get(name)
        if shape is None:
            raise ValueError(f"Tensor {name} is not found in {path} checkpoint.")
        if not variable.shape.is_compatible_with(shape):
            raise ValueError(
                f"Shape of variable {variable.name} ({variable.shape}) doesn't match with shape "
                f"of tensor {name} ({shape}) from checkpoint reader."
            )
        with name_scope("checkpoint_initializer"), control_dependencies(None):
            dtype = variable.dtype.base_dtype
            (value,) = restore_v2(
                convert_to_tensor(path), [name], [""], dtypes=[dtype], name="restore"
            )
            value.set_shape(variable.shape)
            variable._initializer = assign(variable._ref(), value).op
            variable._initial_value = value


def _pairs(reader: CheckpointReader, assignment_map: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The names in the checkpoint, and the variable for each."""
    variables = {
        v.op.name: v for v in get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES)
    }
    found: list[tuple[str, Any]] = []
    for name, target in assignment_map.items():
        if not isinstance(target, str):
            found.append((name, target))
        elif target.endswith("/") or name.endswith("/"):
            if not (target.endswith("/") and name.endswith("/")):
                raise ValueError(f"'{name}' and '{target}' must both be scopes, ending in '/'")
            before, here = name.removeprefix("/"), target.removeprefix("/")
            members = [v for v in variables if v.startswith(here)]
            if not members:
                raise ValueError(f"Assignment map with scope only name {target} has no variables")
            found.extend((before + v.removeprefix(here), variables[v]) for v in members)
        elif target not in variables:
            raise ValueError(f"Variable {target} is not found in the graph")
        else:
            found.append((name, variables[target]))
    return found
