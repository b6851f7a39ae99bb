"""Readers: `TextLineReader`, `TFRecordReader` and the like, which take file names from a queue.

What a reader does in a session is in `executor.readers`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.executor import readers as runtime_readers
from pyengine.executor.texts import text
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad, whole
from pyengine.ops.queue_ops import as_queue
from pyengine.ops.queues import QueueBase
from pyengine.shape import SCALAR, TensorShape

__all__ = [
    "FixedLengthRecordReader",
    "IdentityReader",
    "ReaderBase",
    "TFRecordReader",
    "TextLineReader",
    "WholeFileReader",
]

_STATE = no_grad("reading is state, not a function of the inputs")
_COMMON: dict[str, Any] = {"container": "", "shared_name": ""}


def _reader_op(
    type: str, doc: str, make: Callable[[dict[str, Any]], Any], **attrs: Any
) -> Callable[..., Any]:
    def bind(op: Operation, runtime: Any) -> Callable[[], Any]:
        shared = op.attrs["shared_name"]
        if shared:
            key = ("reader", op.attrs["container"], shared)
            return lambda: runtime.shared(key, lambda: make(op.attrs))
        return lambda: runtime.state_of(op, lambda o: make(o.attrs))

    return defop(
        type,
        "-> resource",
        doc=doc,
        attrs={**_COMMON, **attrs},
        shape=lambda op: SCALAR,
        bind=bind,
        grad=_STATE,
    )


_whole_file = _reader_op(
    "WholeFileReaderV2",
    "A reader of whole files.",
    lambda attrs: runtime_readers.WholeFileReader(),
)
_identity = _reader_op(
    "IdentityReaderV2",
    "A reader that gives its work items.",
    lambda attrs: runtime_readers.IdentityReader(),
)
_text_line = _reader_op(
    "TextLineReaderV2",
    "A reader of lines.",
    lambda attrs: runtime_readers.TextLineReader(attrs["skip_header_lines"]),
    skip_header_lines=0,
)
_fixed_length = _reader_op(
    "FixedLengthRecordReaderV2",
    "A reader of records of one length.",
    lambda attrs: runtime_readers.FixedLengthRecordReader(
        attrs["header_bytes"],
        attrs["record_bytes"],
        attrs["footer_bytes"],
        attrs["hop_bytes"],
        attrs["encoding"],
    ),
    header_bytes=0,
    record_bytes=0,
    footer_bytes=0,
    hop_bytes=0,
    encoding="",
)
_tf_record = _reader_op(
    "TFRecordReaderV2",
    "A reader of TFRecord files.",
    lambda attrs: runtime_readers.TFRecordReader(attrs["compression_type"]),
    compression_type="",
)


def _acting(act: Callable[..., Any]) -> Callable[..., Any]:
    """A binding for ops that call `act(reader, cancellation, *inputs)`."""

    def bind(op: Operation, runtime: Any) -> Callable[..., Any]:
        cancellation = runtime.cancellation
        return lambda reader, *inputs: act(reader, cancellation, *inputs)

    return bind


def _texts(values: list[bytes]) -> Any:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _read_one(reader: runtime_readers.Reader, until: Any, queue: Any) -> tuple[Any, Any]:
    key, value = reader.read(as_queue(queue), until)
    return text(key), text(value)


def _read_several(
    reader: runtime_readers.Reader, until: Any, queue: Any, count: Any
) -> tuple[Any, Any]:
    keys, values = reader.read_up_to(as_queue(queue), int(count), until)
    return _texts(keys), _texts(values)


_read = defop(
    "ReaderReadV2",
    "reader_handle: resource, queue_handle: resource -> string, string",
    doc="The next record of a reader: its key and its value.",
    shape=lambda op: [SCALAR, SCALAR],
    bind=_acting(_read_one),
    grad=_STATE,
)
_read_up_to = defop(
    "ReaderReadUpToV2",
    "reader_handle: resource, queue_handle: resource, num_records: int64 -> string, string",
    doc="The next records of a reader: their keys and their values.",
    shape=lambda op: [TensorShape([None]), TensorShape([None])],
    bind=_acting(_read_several),
    grad=_STATE,
)
_num_records_produced = defop(
    "ReaderNumRecordsProducedV2",
    "reader_handle: resource -> int64",
    doc="How many records a reader has given.",
    shape=lambda op: SCALAR,
    bind=_acting(lambda reader, until: np.int64(reader.num_records_produced)),
    grad=_STATE,
)
_num_work_units_completed = defop(
    "ReaderNumWorkUnitsCompletedV2",
    "reader_handle: resource -> int64",
    doc="How many work items a reader has come to the end of.",
    shape=lambda op: SCALAR,
    bind=_acting(lambda reader, until: np.int64(reader.num_work_units_completed)),
    grad=_STATE,
)
_serialize_state = defop(
    "ReaderSerializeStateV2",
    "reader_handle: resource -> string",
    doc="A reader's state, as a string.",
    shape=lambda op: SCALAR,
    bind=_acting(lambda reader, until: text(reader.serialize())),
    grad=_STATE,
)
_restore_state = defop(
    "ReaderRestoreStateV2",
    "reader_handle: resource, state: string ->",
    doc="Brings a reader back to a state.",
    shape=lambda op: [],
    bind=_acting(lambda reader, until, state: reader.restore(np.asarray(state)[()])),
    grad=_STATE,
)
_reset = defop(
    "ReaderResetV2",
    "reader_handle: resource ->",
    doc="Brings a reader back to its start.",
    shape=lambda op: [],
    bind=_acting(lambda reader, until: reader.reset(until)),
    grad=_STATE,
)


class ReaderBase:
    """What turns work items, such as file names, into records: what all readers have in common.

    Args:
        reader_ref: the tensor that stands for the reader.
        supports_serialize: whether it can give its state.
    """

    def __init__(self, reader_ref: Tensor, supports_serialize: bool = False) -> None:
        self._reader_ref = reader_ref
        self._supports_serialize = supports_serialize

    @property
    def reader_ref(self) -> Tensor:
        """The tensor that stands for the reader."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        """Whether the reader can give its state."""
        return self._supports_serialize

    def read(self, queue: Any, name: str | None = None) -> list[Tensor]:
        """The next record; takes a work item from the queue when it has none.

        Args:
            queue: a queue of strings, or the tensor that stands for one.
            name: the op's name.

        Returns:
            The key and the value: two string scalars.

        Raises:
            tf.errors.OutOfRangeError: (when run) if the queue is closed and empty.
            tf.errors.NotFoundError: (when run) if a file is not there.
        """
        return _read(self._reader_ref, _queue_ref(queue), name=name)

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> list[Tensor]:
        """At most `num_records` records: two string vectors. Fewer at the end of a file."""
        return _read_up_to(self._reader_ref, _queue_ref(queue), whole(num_records), name=name)

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """An int64 scalar: how many records it has given."""
        return _num_records_produced(self._reader_ref, name=name)

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """An int64 scalar: how many work items it has come to the end of."""
        return _num_work_units_completed(self._reader_ref, name=name)

    def serialize_state(self, name: str | None = None) -> Tensor:
        """A string scalar from which `restore_state` continues; not all readers have it."""
        return _serialize_state(self._reader_ref, name=name)

    def restore_state(self, state: Any, name: str | None = None) -> Operation:
        """An op that brings the reader back to a state that `serialize_state` gave."""
        return _restore_state(self._reader_ref, state, name=name)

    def reset(self, name: str | None = None) -> Operation:
        """An op that brings the reader back to its start."""
        return _reset(self._reader_ref, name=name)


def _queue_ref(queue: Any) -> Tensor:
    return queue.queue_ref if isinstance(queue, QueueBase) else queue


class WholeFileReader(ReaderBase):
    """Reads whole files: the key is the file's name, the value what is in it.

    Example:
        >>> import os, tempfile, pyengine as tf
        >>> path = os.path.join(tempfile.mkdtemp(), "a.txt")
        >>> with open(path, "w") as file:
        ...     _ = file.write("hello")
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     names = tf.FIFOQueue(1, tf.string)
        ...     sess.run(names.enqueue(path))
        ...     key, value = tf.WholeFileReader().read(names)
        ...     sess.run(value)
        np.bytes_(b'hello')
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(_whole_file(name=name), supports_serialize=True)


class IdentityReader(ReaderBase):
    """Gives each work item as key and value."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(_identity(name=name), supports_serialize=True)


class TextLineReader(ReaderBase):
    """Reads the lines of text files, without their ends; the key is `file:line`.

    Args:
        skip_header_lines: how many lines to skip at the start of each file.
        name: the op's name.
    """

    def __init__(self, skip_header_lines: Any = None, name: str | None = None) -> None:
        super().__init__(_text_line(skip_header_lines=int(skip_header_lines or 0), name=name))


class FixedLengthRecordReader(ReaderBase):
    """Reads records of one length; the key is `file:number`.

    Args:
        record_bytes: the length of a record.
        header_bytes, footer_bytes: how many bytes to skip at the start and end of each file.
        hop_bytes: how far apart records start; `record_bytes` for None or 0.
        name: the op's name.
        encoding: "ZLIB" or "GZIP" for compressed files.
    """

    def __init__(
        self,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        hop_bytes: Any = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        ref = _fixed_length(
            record_bytes=int(record_bytes), header_bytes=int(header_bytes or 0),
            footer_bytes=int(footer_bytes or 0), hop_bytes=int(hop_bytes or 0),
            encoding=encoding or "", name=name,
        )  # fmt: skip
        super().__init__(ref)


class TFRecordReader(ReaderBase):
    """Reads the records of TFRecord files; the key is `file:offset`.

    Args:
        name: the op's name.
        options: a `tf.python_io.TFRecordOptions`.
    """

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        from pyengine.python_io import TFRecordOptions

        compression = TFRecordOptions.get_compression_type_string(options)
        super().__init__(_tf_record(compression_type=compression, name=name))
