"""Checkpoints of the old format, V1: one file, or several, with names and values in one table.

Under "" there is a SavedTensorSlices that says which tensors there are, and of which parts; under
the key of each part another with its values. Source: tensorflow/core/util/tensor_slice_writer of
TensorFlow 1.15, whose Saver writes such files with `write_version=tf.train.SaverDef.V1`; before
TensorFlow 0.12 it was the only format.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from pyengine import dtypes, protos
from pyengine.checkpoint.bundle import BundleReader, index_file, names_like, write_atomically
from pyengine.checkpoint.slices import Slice, slice_key
from pyengine.checkpoint.table import has_magic, read_table, table_bytes
from pyengine.dtypes import DType, as_dtype
from pyengine.errors import DataLossError, InvalidArgumentError, NotFoundError, UnimplementedError
from pyengine.executor.files import make_folder, read_bytes
from pyengine.protos.values import (
    FIELDS,
    make_ndarray,
    shape_of_proto,
    shape_proto,
    storage_type,
)

_VERSION = 1


def open_checkpoint(prefix: str) -> BundleReader | OldReader:
    """A reader of a checkpoint in whichever format it is.

    Args:
        prefix: the path without endings; of an old checkpoint the file, or a pattern of files.

    Raises:
        NotFoundError: when there is no such checkpoint.
        DataLossError: when it is damaged, or none.
    """
    if not os.path.isfile(index_file(prefix)):
        # The file itself first: a path may have what looks like a pattern.
        paths = [prefix] if os.path.isfile(prefix) else glob.glob(prefix)
        paths = sorted(p for p in paths if os.path.isfile(p))
        if paths:
            return OldReader(paths)
    return BundleReader(prefix)


class OldReader:
    """Reads a checkpoint of the old format; it is used as a `BundleReader` is.

    Args:
        paths: its files.

    Raises:
        DataLossError: when one is damaged, or no checkpoint.
    """

    shards = 0  # no file of it is one of the new format

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths
        self._parts: dict[bytes, tuple[bytes, str]] = {}
        self._tensors: dict[str, tuple[DType, tuple[int, ...], list[Slice]]] = {}
        for path in paths:
            self._add_file(path)

    def _add_file(self, path: str) -> None:
        data = read_bytes(path)
        if not has_magic(data[-8:]):
            raise DataLossError(
                None,
                None,
                f"Unable to open table file {path}: Data loss: not an sstable (bad magic number): "
                f"perhaps your file is in a different file format and you need to use a different "
                f"restore operator?",
            )
        found = dict(read_table(data, path))
        if b"" not in found:
            raise DataLossError(None, None, f"{path} has no header: it is no checkpoint")
        meta = _parsed(found.pop(b""), path).meta
        if meta.versions.min_consumer > _VERSION:
            raise UnimplementedError(
                None, None, f"{path} is of a later format, version {meta.versions.producer}"
            )
        self._parts.update((key, (value, path)) for key, value in found.items())
        for tensor in meta.tensor:
            shape = tuple(s or 0 for s in shape_of_proto(tensor.shape).sizes or ())
            known = self._tensors.setdefault(tensor.name, (as_dtype(tensor.type), shape, []))
            known[2].extend(_slice_of(part) for part in tensor.slice)

    def names(self) -> list[str]:
        """The names of the tensors, in order."""
        return sorted(self._tensors)

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def _tensor(self, name: str) -> tuple[DType, tuple[int, ...], list[Slice]]:
        if name not in self._tensors:
            raise NotFoundError(
                None, None, f"Key {name} not found in checkpoint{names_like(name, self.names())}"
            )
        return self._tensors[name]

    def dtype(self, name: str) -> DType:
        return self._tensor(name)[0]

    def shape(self, name: str) -> tuple[int, ...]:
        return self._tensor(name)[1]

    def read(self, name: str) -> Any:
        """A tensor's value.

        Raises:
            NotFoundError: when the checkpoint does not have it.
            DataLossError: when its values are not all there.
        """
        dtype, shape, slices = self._tensor(name)
        if dtype is dtypes.string:
            whole: Any = np.full(shape, b"", object)
        else:
            whole = np.zeros(shape, storage_type(dtype))
        covered = 0
        for part in slices:
            values = self._values(name, part, dtype, part.shape(shape))
            covered += values.size
            whole[part.index()] = values
        if covered < whole.size:
            raise DataLossError(
                None, None, f"{', '.join(self._paths)}: parts of {name!r} are in none of the files"
            )
        return whole

    def _values(self, name: str, part: Slice, dtype: DType, shape: tuple[int, ...]) -> Any:
        data, path = self._parts.get(slice_key(name, part), (None, ""))
        if data is None:
            raise DataLossError(
                None, None, f"{', '.join(self._paths)}: the values of {name!r} are not there"
            )
        proto = _parsed(data, path).data.data
        # Neither is in the file.
        proto.dtype = int(dtype)
        del proto.tensor_shape.dim[:]
        for size in shape:
            proto.tensor_shape.dim.add(size=size)
        count = max((len(value) for field, value in proto.ListFields()
                     if field.name.endswith("_val")), default=0)  # fmt: skip
        if count != int(np.prod(shape, dtype=np.int64)) * (2 if dtype.is_complex else 1):
            raise DataLossError(
                None, None, f"{path}: {count} values do not make {name!r} of shape {list(shape)}"
            )
        return make_ndarray(proto)


def write_old(
    path: str, tensors: Iterable[tuple[str, tuple[int, ...], Slice | None, Any, DType]]
) -> None:
    """Writes a checkpoint of the old format, whole or not at all.

    Args:
        path: the file; its folder is made if it is not there.
        tensors: for each its name, full shape, the part that is given (None for all), values and
            dtype.

    Raises:
        InvalidArgumentError: for a part that is given twice.
        UnimplementedError: for a dtype that the format does not have.
    """
    meta: dict[str, Any] = {}
    entries: dict[bytes, bytes] = {}
    for name, shape, given, values, dtype in tensors:
        part = given or Slice(((0, -1),) * len(shape))
        if name not in meta:
            meta[name] = protos.SavedSliceMeta(
                name=name, shape=shape_proto(shape), type=int(dtype.base_dtype)
            )
        extents = [_extent(*e) for e in part.extents]
        meta[name].slice.add(extent=extents)
        key = slice_key(name, part)
        if key in entries:
            raise InvalidArgumentError(None, None, f"Adding duplicate key: {name!r}")
        saved = protos.SavedSlice(name=name, data=_values_proto(name, values, dtype.base_dtype))
        saved.slice.extent.extend(extents)
        entries[key] = protos.SavedTensorSlices(data=saved).SerializeToString()
    header = protos.SavedTensorSliceMeta(
        tensor=meta.values(), versions=protos.VersionDef(producer=_VERSION)
    )
    entries[b""] = protos.SavedTensorSlices(meta=header).SerializeToString()
    make_folder(os.path.dirname(path) or ".")
    write_atomically(path, table_bytes(sorted(entries.items())))


def _extent(start: int, length: int) -> Any:
    given = {} if length < 0 else {"start": start, "length": length}
    return protos.TensorSliceProto.Extent(**given)


def _values_proto(name: str, values: Any, dtype: DType) -> Any:
    """The values in the fields of their type, the only place where the format has them."""
    if dtype.name not in FIELDS or dtype is dtypes.bfloat16:
        raise UnimplementedError(
            None, None, f"{name}: the old format has no {dtype.name} tensors; save it in V2"
        )
    flat = np.ascontiguousarray(values).reshape(-1)
    if dtype is dtypes.float16:
        flat = flat.view(np.uint16)
    elif dtype.is_complex:
        flat = flat.view(dtype.real_dtype.as_numpy_dtype)
    return protos.TensorProto(**{FIELDS[dtype.name]: flat.tolist()})


def _slice_of(proto: Any) -> Slice:
    return Slice(
        tuple((e.start, e.length if e.WhichOneof("has_length") else -1) for e in proto.extent)
    )


def _parsed(data: bytes, path: str) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return protos.SavedTensorSlices.FromString(data)
    except DecodeError as error:
        raise DataLossError(None, None, f"{path}: an entry cannot be read ({error})") from None
