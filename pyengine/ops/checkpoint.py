"""Ops that write and read checkpoints: what `tf.train.Saver` puts into the graph.

The files themselves are the matter of `checkpoint.bundle`, which is imported when one of these ops
first runs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor.texts import text_of
from pyengine.graph import Operation
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR, UNKNOWN, TensorShape, as_shape

if TYPE_CHECKING:
    from pyengine.checkpoint.slices import Slice

__all__ = ["merge_v2_checkpoints", "restore_v2", "save_v2", "sharded_filename"]

_FILES = "what it reads or writes are files"

_saving = threading.Lock()


def _texts(values: Any) -> list[str]:
    return [text_of(v) for v in np.asarray(values, object).reshape(-1)]


def _parts(
    names: list[str], specs: list[str], tensors: Sequence[Any]
) -> Iterator[tuple[str, tuple[int, ...], Slice | None, Any]]:
    """For each tensor to save its name, full shape, the part that it is (None for all), values."""
    from pyengine.checkpoint.slices import parse_spec

    if not len(names) == len(specs) == len(tensors):
        raise InvalidArgumentError(
            None,
            None,
            f"Got {len(tensors)} tensors but {len(names)} tensor names and {len(specs)} slices",
        )
    for name, spec, tensor in zip(names, specs, tensors):
        shape, part = parse_spec(spec) or (np.shape(tensor), None)
        if part is not None and part.shape(shape) != np.shape(tensor):
            raise InvalidArgumentError(
                None, None, f"{name}: the slice {spec!r} has another shape than its tensor"
            )
        yield name, shape, part, tensor


def _save_kernel(
    xp: Any, prefix: Any, tensor_names: Any, shape_and_slices: Any, *tensors: Any, dtypes: Any
) -> None:
    from pyengine.checkpoint.bundle import BundleWriter

    # Before a file is made: what is wrong with the arguments.
    parts = list(_parts(_texts(tensor_names), _texts(shape_and_slices), tensors))
    # Two threads may save the same step: one after the other.
    with _saving, BundleWriter(text_of(prefix)) as writer:
        for (name, shape, part, tensor), dtype in zip(parts, dtypes):
            if part is None:
                writer.add(name, tensor, dtype)
            else:
                writer.add_slice(name, shape, part, tensor, dtype)
        writer.finish()


def _save_old_kernel(
    xp: Any, filename: Any, tensor_names: Any, shapes_and_slices: Any, *tensors: Any, T: Any
) -> None:
    from pyengine.checkpoint.old_format import write_old

    parts = _parts(_texts(tensor_names), _texts(shapes_and_slices), tensors)
    with _saving:
        write_old(text_of(filename), [(*part, dtype) for part, dtype in zip(parts, T)])


save_slices = defop(
    "SaveSlices",
    "filename: string, tensor_names: string, shapes_and_slices: string, data: any* ->",
    doc="Writes tensors to a checkpoint of the old format.",
    attrs={"T": REQUIRED},
    shape=lambda op: [],
    kernel=_save_old_kernel,
    stateful=True,
    grad=no_grad(_FILES),
)
save = defop(
    "Save",
    "filename: string, tensor_names: string, data: any* ->",
    doc="Writes whole tensors to a checkpoint of the old format.",
    attrs={"T": REQUIRED},
    shape=lambda op: [],
    kernel=lambda xp, filename, names, *data, T: _save_old_kernel(
        xp, filename, names, [""] * len(data), *data, T=T
    ),
    stateful=True,
    grad=no_grad(_FILES),
)


save_v2 = defop(
    "SaveV2",
    "prefix: string, tensor_names: string, shape_and_slices: string, tensors: any* ->",
    doc="Writes tensors to the checkpoint files that begin with `prefix`.",
    attrs={"dtypes": REQUIRED},
    shape=lambda op: [],
    kernel=_save_kernel,
    stateful=True,
    grad=no_grad(_FILES),
)


def _part(reader: Any, name: str, spec: str, dtype: Any) -> Any:
    """A tensor of a checkpoint, or the part of it that a spec tells."""
    from pyengine.checkpoint.slices import parse_spec

    if reader.dtype(name) is not dtype.base_dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"tensor_name = {name}; expected dtype {dtype.base_dtype.name} does not equal "
            f"original dtype {reader.dtype(name).name}",
        )
    value, found = reader.read(name), parse_spec(spec)
    if found is None:
        return value
    shape, part = found
    if shape != value.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"tensor_name = {name}; shape in shape_and_slice spec {list(shape)} does not "
            f"match the shape stored in checkpoint: {list(value.shape)}",
        )
    return np.ascontiguousarray(value[part.index()])


def _restore_kernel(
    xp: Any, prefix: Any, tensor_names: Any, shape_and_slices: Any, *, dtypes: Any
) -> Any:
    from pyengine.checkpoint.old_format import open_checkpoint

    reader = open_checkpoint(text_of(prefix))
    values = []
    for name, spec, dtype in zip(_texts(tensor_names), _texts(shape_and_slices), dtypes):
        values.append(_part(reader, name, spec, dtype))
    return values[0] if len(values) == 1 else tuple(values)


def _restored_shapes(op: Operation) -> list[TensorShape]:
    from pyengine.checkpoint.slices import parse_spec
    from pyengine.static import constant_value

    specs = constant_value(op.inputs[2])
    if specs is None:
        return [UNKNOWN] * len(op.attrs["dtypes"])
    found = [parse_spec(text) for text in _texts(specs)]
    return [UNKNOWN if f is None else as_shape(f[1].shape(f[0])) for f in found]


restore_v2 = defop(
    "RestoreV2",
    "prefix: string, tensor_names: string, shape_and_slices: string -> @dtypes*",
    doc="Reads tensors from the checkpoint files that begin with `prefix`.",
    attrs={"dtypes": REQUIRED},
    shape=_restored_shapes,
    kernel=_restore_kernel,
    stateful=True,
    grad=no_grad(_FILES),
)


def _restore_one_kernel(
    xp: Any, file_pattern: Any, tensor_name: Any, spec: Any = "", *, dt: Any, preferred_shard: int
) -> Any:
    from pyengine.checkpoint.old_format import open_checkpoint

    return _part(open_checkpoint(text_of(file_pattern)), text_of(tensor_name), text_of(spec), dt)


restore = defop(
    "Restore",
    "file_pattern: string, tensor_name: string -> @dt",
    doc="Reads a tensor from a checkpoint; in graphs of TensorFlow before 0.12.",
    attrs={"dt": REQUIRED, "preferred_shard": -1},
    shape=lambda op: UNKNOWN,
    kernel=_restore_one_kernel,
    stateful=True,
    grad=no_grad(_FILES),
)
restore_slice = defop(
    "RestoreSlice",
    "file_pattern: string, tensor_name: string, shape_and_slice: string -> @dt",
    doc="Reads a part of a tensor from a checkpoint; in graphs of TensorFlow before 0.12.",
    attrs={"dt": REQUIRED, "preferred_shard": -1},
    shape=lambda op: UNKNOWN,
    kernel=_restore_one_kernel,
    stateful=True,
    grad=no_grad(_FILES),
)


def _merge_kernel(
    xp: Any, checkpoint_prefixes: Any, destination_prefix: Any, *, delete_old_dirs: bool, **_: Any
) -> None:
    import os

    from pyengine.checkpoint.bundle import BundleReader, BundleWriter, data_file, index_file

    sources = _texts(checkpoint_prefixes)
    with BundleWriter(text_of(destination_prefix)) as writer:
        for source in sources:
            reader = BundleReader(source)
            for name in reader.names():
                writer.add(name, reader.read(name), reader.dtype(name))
        writer.finish()
    if delete_old_dirs:
        for source in sources:
            os.unlink(index_file(source))
            os.unlink(data_file(source))
            folder = os.path.dirname(source)
            if folder and not os.listdir(folder):
                os.rmdir(folder)


merge_v2_checkpoints = defop(
    "MergeV2Checkpoints",
    "checkpoint_prefixes: string, destination_prefix: string ->",
    doc="Makes one checkpoint of several, whose files are then deleted.",
    attrs={"delete_old_dirs": True, "allow_missing_files": False},
    shape=lambda op: [],
    kernel=_merge_kernel,
    stateful=True,
    grad=no_grad(_FILES),
)


def _sharded_kernel(xp: Any, basename: Any, shard: Any, num_shards: Any) -> Any:
    name = f"{text_of(basename)}-{int(shard):05d}-of-{int(num_shards):05d}"
    result = np.empty((), object)
    result[()] = name.encode("utf-8")
    return result


sharded_filename = defop(
    "ShardedFilename",
    "basename: string, shard: int32, num_shards: int32 -> string",
    doc="The name of one of several files: `basename-00000-of-00002`.",
    shape=lambda op: SCALAR,
    kernel=_sharded_kernel,
    grad=no_grad("strings have no gradient"),
)
