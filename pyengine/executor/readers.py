"""Readers at run time: they take file names from a queue and give records, each with a key."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from pyengine.dtypes import string
from pyengine.errors import InvalidArgumentError, OpError, UnimplementedError
from pyengine.executor.files import open_file, read_bytes
from pyengine.executor.queues import Queue
from pyengine.executor.waiting import Cancellation, completed, held

Pair = tuple[bytes, bytes]  # a key and a value


class Reader:
    """What readers have in common: the work in hand, and what they have done.

    Subclasses say in `_records` what is in a work item.
    """

    type = "Reader"
    supports_serialize = False
    one_each = False  # whether a work item is one record, so that it is done with it

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reset()

    def _records(self, work: bytes) -> Iterator[Pair]:
        """The records of a work item; what it raises before the first ends the work."""
        raise NotImplementedError(f"{type(self).__name__} must define _records()")

    def _reset(self) -> None:
        self._open: Iterator[Pair] | None = None
        self._work = b""
        self._started = self._finished = self._produced = 0

    def read(self, queue: Queue, cancellation: Cancellation) -> Pair:
        """The next record.

        Raises:
            OutOfRangeError: when the queue is closed and has no more work.
            InvalidArgumentError: when the queue is not one of strings.
        """
        _check(queue)
        with held(self._lock, cancellation, "Read operation"):
            while True:
                found = self._next(queue, cancellation)
                if found is not None:
                    return found

    def read_up_to(
        self, queue: Queue, count: int, cancellation: Cancellation
    ) -> tuple[list[bytes], list[bytes]]:
        """The next records of one work item, at least one and at most `count`: keys and values."""
        _check(queue)
        if count < 1:
            raise InvalidArgumentError(None, None, f"num_records must be positive, got {count}")
        keys: list[bytes] = []
        values: list[bytes] = []
        with held(self._lock, cancellation, "Read operation"):
            while not keys or (self._open is not None and len(keys) < count):
                found = self._next(queue, cancellation)
                if found is not None:
                    keys.append(found[0])
                    values.append(found[1])
        return keys, values

    def _next(self, queue: Queue, cancellation: Cancellation) -> Pair | None:
        """The next record of the work in hand, or None at its end; takes up new work if need be."""
        if self._open is None:
            work = completed(queue.dequeue, cancellation)
            self._work = work[()] if not isinstance(work, bytes) else work
            self._open = self._records(self._work)
            self._started += 1
        try:
            found = next(self._open, None)
        except OpError:
            self._open = None
            raise
        if found is None:
            self._open = None
            self._finished += 1
        else:
            self._produced += 1
            if self.one_each:
                self._open = None
                self._finished += 1
        return found

    def reset(self, cancellation: Cancellation) -> None:
        """Drops the work in hand and counts from zero."""
        with held(self._lock, cancellation, "Reset operation"):
            self._reset()

    @property
    def num_records_produced(self) -> int:
        return self._produced

    @property
    def num_work_units_completed(self) -> int:
        return self._finished

    def serialize(self) -> bytes:
        """The reader's state, as TensorFlow's `ReaderBaseState` message."""
        if not self.supports_serialize:
            raise self._stateless("SerializeState")
        with self._lock:
            counts = (self._started, self._finished, self._produced)
            text = b"".join(_field(i, n) for i, n in enumerate(counts, 1) if n)
            return text + (b"\x22" + _varint(len(self._work)) + self._work if self._work else b"")

    def _stateless(self, op: str) -> UnimplementedError:
        return UnimplementedError(
            None, None,
            f"Reader {op}: a {type(self).__name__} keeps no state that could be written down. "
            "IdentityReader and WholeFileReader do; make this one anew, or use tf.data",
        )  # fmt: skip

    def restore(self, state: bytes) -> None:
        """Goes back to a state that `serialize` gave."""
        if not self.supports_serialize:
            raise self._stateless("RestoreState")
        counts, work = _parse_state(state)
        started, finished, produced = counts
        if min(counts) < 0 or finished > started:
            raise InvalidArgumentError(
                None, None, f"Could not restore reader from the state {state!r}"
            )
        with self._lock:
            self._started, self._finished, self._produced = started, finished, produced
            self._work = work
            self._open = self._records(work) if started > finished else None


def _check(queue: Queue) -> None:
    if len(queue.dtypes) != 1:
        raise InvalidArgumentError(None, None, "Expected single component queue")
    if queue.dtypes[0] is not string:
        raise InvalidArgumentError(None, None, "Expected queue with single string component")


class IdentityReader(Reader):
    """Gives each work item as key and value."""

    type = "IdentityReader"
    supports_serialize = True
    one_each = True

    def _records(self, work: bytes) -> Iterator[Pair]:
        return iter([(work, work)])


class WholeFileReader(Reader):
    """Gives the contents of each file."""

    type = "WholeFileReader"
    supports_serialize = True
    one_each = True

    def _records(self, work: bytes) -> Iterator[Pair]:
        yield work, read_bytes(work)


class TextLineReader(Reader):
    """Gives the lines of files, without their ends."""

    type = "TextLineReader"

    def __init__(self, skip_header_lines: int) -> None:
        super().__init__()
        self._skip = skip_header_lines

    def _records(self, work: bytes) -> Iterator[Pair]:
        with open_file(work, buffering=1 << 18) as file:
            for number, line in enumerate(file, 1):
                if number > self._skip:
                    yield b"%s:%d" % (work, number), without_end(line)


def without_end(line: bytes) -> bytes:
    """A line without its newline, and the carriage return before it."""
    if line.endswith(b"\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith(b"\n") else line


class FixedLengthRecordReader(Reader):
    """Gives the records of files in which each has the same length."""

    type = "FixedLengthRecordReader"

    def __init__(
        self, header_bytes: int, record_bytes: int, footer_bytes: int, hop_bytes: int, encoding: str
    ) -> None:
        super().__init__()
        checks = (
            (header_bytes >= 0, f"header_bytes must be >= 0 not {header_bytes}"),
            (record_bytes >= 1, f"record_bytes must be >= 1 not {record_bytes}"),
            (footer_bytes >= 0, f"footer_bytes must be >= 0 not {footer_bytes}"),
            (hop_bytes >= 0, f"hop_bytes must be >= 0 not {hop_bytes}"),
        )
        for holds, message in checks:
            if not holds:
                raise InvalidArgumentError(None, None, message)
        self._header, self._length, self._footer = header_bytes, record_bytes, footer_bytes
        self._hop = hop_bytes or record_bytes
        self._encoding = encoding

    def _records(self, work: bytes) -> Iterator[Pair]:
        data = _whole(work, self._encoding)
        end = len(data) - self._footer
        for number, start in enumerate(range(self._header, end - self._length + 1, self._hop)):
            yield b"%s:%d" % (work, number), data[start : start + self._length]


def _whole(work: bytes, encoding: str) -> bytes:
    if not encoding:
        return read_bytes(work)
    from pyengine.tfrecords import open_stream

    stream = open_stream(work, encoding)
    try:
        parts = []
        while part := stream.read(1 << 20):
            parts.append(part)
        return b"".join(parts)
    finally:
        stream.close()


class TFRecordReader(Reader):
    """Gives the records of TFRecord files."""

    type = "TFRecordReader"

    def __init__(self, compression_type: str) -> None:
        super().__init__()
        self._compression = compression_type

    def _records(self, work: bytes) -> Iterator[Pair]:
        from pyengine.tfrecords import read_records  # zlib is wanted here only

        for offset, data in read_records(work, self._compression):
            yield b"%s:%d" % (work, offset), data


# ---------------------------------------------------------------- the state as a message


def _varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _field(position: int, number: int) -> bytes:
    return bytes([position << 3]) + _varint(number)


def _parse_state(state: bytes) -> tuple[tuple[int, int, int], bytes]:
    """The counts and the work in a `ReaderBaseState` message (reader_base.proto)."""
    counts, work, position = {1: 0, 2: 0, 3: 0}, b"", 0

    def varint() -> int:
        nonlocal position
        number = shift = 0
        while True:
            byte = state[position]
            position += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    try:
        while position < len(state):
            tag = varint()
            if tag >> 3 in counts and tag & 7 == 0:
                counts[tag >> 3] = varint()
            elif tag == 0x22:
                size = varint()
                work = state[position : position + size]
                position += size
                if len(work) < size:
                    raise IndexError
            else:
                raise IndexError
    except IndexError:
        raise InvalidArgumentError(
            None, None, f"Could not parse the reader state {state!r}"
        ) from None
    return (counts[1], counts[2], counts[3]), work
