"""Tensor bundles: a checkpoint's values in `.data` files, and where each is in the `.index`.

The index is a table (`checkpoint.table`): under "" a BundleHeaderProto, under each tensor's name a
BundleEntryProto with dtype, shape, file, place and checksum. Numbers are there as their bytes in C
order; strings as their lengths, a checksum of those, and their bytes.

Source: tensorflow/core/util/tensor_bundle of TensorFlow 1.15. Files are written under another name
and renamed when they are complete, the index last: a checkpoint is whole or not there. Where one of
that name is there already, the new values go to a file of another name, which the index that takes
the old one's place tells; so the old checkpoint is good until the new one is.
"""

from __future__ import annotations

import contextlib
import glob
import os
import struct
import threading
from typing import Any

import numpy as np

from pyengine import dtypes, protos
from pyengine.checkpoint.slices import Slice, slice_key
from pyengine.checkpoint.table import get_varint, put_varint, read_table, table_bytes
from pyengine.crc32c import crc32c, mask, unmask
from pyengine.dtypes import DType, as_dtype
from pyengine.errors import (
    DataLossError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    UnimplementedError,
)
from pyengine.executor.files import file_error
from pyengine.executor.threads import in_parallel
from pyengine.protos.values import shape_of_proto, shape_proto, storage_type

_VERSION = 1
_BIG_ENDIAN = 1
_SHORT = 1 << 32
_READ_BLOCK = 1 << 21
"""How much of a value a thread reads at a time, in bytes."""


def data_file(prefix: str, shard: int = 0, shards: int = 1) -> str:
    """The name of a file with values."""
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


def index_file(prefix: str) -> str:
    """The name of the file that says where the values are."""
    return f"{prefix}.index"


class BundleWriter:
    """Writes a checkpoint: `add` each tensor, then `finish`.

    Args:
        prefix: the path without the endings; its directory is made if it is not there.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._shard, self._shards = _free_place(prefix)
        self._data = data_file(prefix, self._shard, self._shards)
        self._temporary = f"{self._data}.tempstate{_writer_id()}"
        self._entries: dict[bytes, Any] = {}
        self._offset = 0
        try:
            os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
            self._file: Any = open(self._temporary, "wb")  # noqa: SIM115 (open until `finish`)
        except (FileExistsError, NotADirectoryError) as error:
            raise NotFoundError(None, None, f"{self._temporary}; {error.strerror}") from None
        except OSError as error:
            raise file_error(error, self._data) from error

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if not self._file.closed:
            with contextlib.suppress(OSError):  # of a full disk, which was told already
                self._file.close()
        if os.path.exists(self._temporary):
            os.unlink(self._temporary)

    def add(self, name: str, array: Any, dtype: DType) -> None:
        """Writes a whole tensor; raises InvalidArgumentError for a name that was there before."""
        entry = self._new_entry(name.encode("utf-8"), np.shape(array), dtype)
        self._put(entry, array, dtype)

    def add_slice(
        self, name: str, full: tuple[int, ...], part: Slice, array: Any, dtype: DType
    ) -> None:
        """Writes a part of a tensor."""
        key = name.encode("utf-8")
        if key not in self._entries:
            self._new_entry(key, full, dtype)
        extents = self._entries[key].slices.add().extent
        for start, length in part.extents:
            extents.add(**({} if length < 0 else {"start": start, "length": length}))
        entry = self._new_entry(slice_key(name, part), np.shape(array), dtype)
        self._put(entry, array, dtype)

    def _new_entry(self, key: bytes, shape: tuple[int, ...], dtype: DType) -> Any:
        if key in self._entries:
            raise InvalidArgumentError(None, None, f"Adding duplicate key: {key!r}")
        entry = protos.BundleEntryProto(dtype=int(dtype.base_dtype), shape=shape_proto(shape))
        self._entries[key] = entry
        return entry

    def _put(self, entry: Any, array: Any, dtype: DType) -> None:
        if dtype.base_dtype is dtypes.string:
            data, crc = _string_bytes(np.asarray(array, object).reshape(-1).tolist())
        else:
            array = np.ascontiguousarray(array)
            data = array.astype(array.dtype.newbyteorder("<"), copy=False).reshape(-1)
            data = data.view(np.uint8)
            crc = crc32c(data)
        try:
            self._file.write(data)
        except OSError as error:
            raise file_error(error, self._data) from error
        entry.shard_id = self._shard
        entry.offset = self._offset
        entry.size = len(data)
        entry.crc32c = mask(crc)
        self._offset += len(data)

    def finish(self) -> None:
        """Makes the checkpoint appear, in place of an older one of that name."""
        header = protos.BundleHeaderProto(
            num_shards=self._shards, version=protos.VersionDef(producer=_VERSION)
        )
        items = [(key, e.SerializeToString()) for key, e in sorted(self._entries.items())]
        table = table_bytes([(b"", header.SerializeToString()), *items])
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self._temporary, self._data)
        except OSError as error:
            raise file_error(error, self._data) from error
        write_atomically(index_file(self._prefix), table)
        for path in glob.glob(f"{glob.escape(self._prefix)}.data-?????-of-?????"):
            if path != self._data:  # of the checkpoint whose place this one has taken
                os.unlink(path)


def _free_place(prefix: str) -> tuple[int, int]:
    """A shard, and out of how many, whose file the checkpoint that is there does not use."""
    try:
        return (1, 2) if BundleReader(prefix).shards == 1 else (0, 1)
    except (OpError, OSError):  # there is none, or none that could be kept good
        return 0, 1


def _writer_id() -> str:
    """What tells this thread's unfinished files from those of others."""
    return f"{os.getpid()}-{threading.get_ident()}"


def write_atomically(path: str, data: bytes) -> None:
    """Writes a file that is seen whole or not at all.

    Raises:
        tf.errors.OpError: of the class that says why it cannot be written.
    """
    temporary = f"{path}.tmp{_writer_id()}"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        if os.path.exists(temporary):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise file_error(error, path) from error
        raise


def _string_bytes(strings: list[bytes]) -> tuple[bytes, int]:
    """What a file holds of strings, and its CRC: lengths, their checksum, contents."""
    lengths = b"".join(
        struct.pack("<I" if len(s) < _SHORT else "<Q", len(s)) for s in strings
    )  # the CRC is of the lengths as numbers, the file has them as varints
    crc = crc32c(lengths)
    checksum = struct.pack("<I", mask(crc))
    content = b"".join(strings)
    crc = crc32c(content, crc32c(checksum, crc))
    return b"".join(put_varint(len(s)) for s in strings) + checksum + content, crc


# ---------------------------------------------------------------- reading


class BundleReader:
    """Reads a checkpoint.

    Args:
        prefix: the path without the endings.

    Raises:
        NotFoundError: when there is no such checkpoint.
        DataLossError: when its index is damaged.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        path = index_file(prefix)
        try:
            with open(path, "rb") as file:
                table = file.read()
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(
                None,
                None,
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files "
                f"for {prefix}",
            ) from None
        except OSError as error:
            raise file_error(error, path) from error
        found = dict(read_table(table, path))
        if b"" not in found:
            raise DataLossError(None, None, f"{path} has no header: it is no checkpoint index")
        header = _parsed(protos.BundleHeaderProto, found.pop(b""), path)
        if header.version.min_consumer > _VERSION:
            raise UnimplementedError(
                None, None, f"{path} is of a later format, version {header.version.producer}"
            )
        self._order = ">" if header.endianness == _BIG_ENDIAN else "<"
        self.shards = header.num_shards
        self._entries = {k: _parsed(protos.BundleEntryProto, v, path) for k, v in found.items()}

    def names(self) -> list[str]:
        """The names of the tensors, in order."""
        # The keys of parts begin with a zero byte, which no name has.
        return sorted(k.decode("utf-8") for k in self._entries if k[:1] != b"\0")

    def __contains__(self, name: str) -> bool:
        return name.encode("utf-8") in self._entries

    def _entry(self, key: bytes, name: str) -> Any:
        entry = self._entries.get(key)
        if entry is None:
            raise NotFoundError(
                None, None, f"Key {name} not found in checkpoint{names_like(name, self.names())}"
            )
        return entry

    def dtype(self, name: str) -> DType:
        return as_dtype(self._entry(name.encode("utf-8"), name).dtype)

    def shape(self, name: str) -> tuple[int, ...]:
        sizes = shape_of_proto(self._entry(name.encode("utf-8"), name).shape).sizes
        return tuple(s or 0 for s in sizes or ())

    def read(self, name: str) -> Any:
        """A tensor's value.

        Raises:
            NotFoundError: when the checkpoint does not have it, or a file is missing.
            DataLossError: when the file is cut off or was changed.
        """
        entry = self._entry(name.encode("utf-8"), name)
        if not entry.slices:
            return self._value(entry, name)
        dtype = as_dtype(entry.dtype)
        whole = np.zeros(self.shape(name), storage_type(dtype))
        for proto in entry.slices:
            part = Slice(
                tuple((e.start, e.length if e.WhichOneof("has_length") else -1)
                      for e in proto.extent)
            )  # fmt: skip
            whole[part.index()] = self._value(self._entry(slice_key(name, part), name), name)
        return whole

    def _value(self, entry: Any, name: str) -> Any:
        dtype = as_dtype(entry.dtype)
        shape = tuple(int(d.size) for d in entry.shape.dim)
        if dtype is dtypes.string:
            text = bytearray(entry.size)
            self._read_into(memoryview(text), entry, name)
            return self._strings(entry, bytes(text), shape, name)
        if not dtype.is_numpy_compatible and not dtype.is_quantized:
            raise UnimplementedError(None, None, f"{name}: cannot read a {dtype.name} tensor")
        stored = np.dtype(storage_type(dtype))
        array = np.empty(shape, stored.newbyteorder(self._order))
        if array.nbytes != entry.size:
            raise DataLossError(
                None, None, f"{name}: {entry.size} bytes in the checkpoint do not make {shape}"
            )
        content = array.reshape(-1).view(np.uint8)
        self._read_into(content.data, entry, name)
        self._check(entry, crc32c(content), name)
        return array.astype(stored, copy=False)

    def _read_into(self, data: memoryview, entry: Any, name: str) -> None:
        """Reads the bytes of a value; in parallel, since the time goes into touching new memory."""
        path = data_file(self._prefix, entry.shard_id, self.shards)

        def read(start: int, stop: int) -> None:
            with open(path, "rb", buffering=0) as file:
                file.seek(entry.offset + start)
                while start < stop:
                    count = file.readinto(data[start:stop])
                    if not count:
                        raise EOFError
                    start += count

        try:
            in_parallel(read, len(data), _READ_BLOCK)
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{path} is missing (it has {name!r})") from None
        except EOFError:
            raise DataLossError(
                None, None, f"{path} is truncated: it ends before the value of {name!r}"
            ) from None
        except OSError as error:
            raise file_error(error, path) from error

    def _check(self, entry: Any, crc: int, name: str) -> None:
        if unmask(entry.crc32c) != crc:
            raise DataLossError(
                None,
                None,
                f"Checksum does not match for {name!r} in {self._prefix}: stored "
                f"{unmask(entry.crc32c):#010x} vs. calculated on the restored bytes {crc:#010x}",
            )

    def _strings(self, entry: Any, data: bytes, shape: tuple[int, ...], name: str) -> Any:
        count = int(np.prod(shape, dtype=np.int64))
        lengths, position = [], 0
        for _ in range(count):
            length, position = get_varint(data, position)
            lengths.append(length)
        position += 4
        array = np.empty(count, object)
        for i, length in enumerate(lengths):
            array[i] = data[position : position + length]
            position += length
        if position != len(data):
            raise DataLossError(None, None, f"the strings of {name!r} do not fill their place")
        self._check(entry, _string_bytes(array.tolist())[1], name)
        return array.reshape(shape)


def names_like(name: str, names: list[str]) -> str:
    """What a checkpoint has that may be meant, to be put behind an error's text.

    Example:
        >>> names_like("w", ["layer/w", "layer/b"])
        "; it has 'layer/w'"
    """
    import difflib

    last = name.rpartition("/")[2]
    near = difflib.get_close_matches(name, names, 3)
    near += [n for n in names if n.rpartition("/")[2] == last and n not in near]
    shown = ", ".join(repr(n) for n in (near or names)[:5])
    more = len(near or names) - 5
    return f"; it has {shown or 'nothing'}" + (f" and {more} more" if more > 0 else "")


def _parsed(message: Any, data: bytes, path: str) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return message.FromString(data)
    except DecodeError as error:
        raise DataLossError(None, None, f"{path}: an entry cannot be read ({error})") from None
