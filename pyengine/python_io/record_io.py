"""TFRecord files from Python: `TFRecordWriter`, `tf_record_iterator`, `TFRecordOptions`."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import Any, ClassVar

from pyengine.errors import FailedPreconditionError
from pyengine.tfrecords import RecordFile, read_records

__all__ = ["TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter", "tf_record_iterator"]


class TFRecordCompressionType:
    """How a TFRecord file is compressed."""

    NONE: ClassVar[int] = 0
    ZLIB: ClassVar[int] = 1
    GZIP: ClassVar[int] = 2


_TEXT = {None: "", "": "", "ZLIB": "ZLIB", "GZIP": "GZIP", 0: "", 1: "ZLIB", 2: "GZIP"}


class TFRecordOptions:
    """How TFRecord files are written and read.

    Args:
        compression_type: None, "", "ZLIB", "GZIP", or one of `TFRecordCompressionType`.
        flush_mode, window_bits, compression_level, compression_method, mem_level,
            compression_strategy: zlib's settings; its defaults for None.
        input_buffer_size, output_buffer_size: accepted; they only tune TensorFlow's own reader.

    Raises:
        ValueError: for any other compression.

    Example:
        >>> TFRecordOptions(TFRecordCompressionType.GZIP).compression_type
        'GZIP'
    """

    compression_type_map: ClassVar[dict[int, str]] = {0: "", 1: "ZLIB", 2: "GZIP"}

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.compression_type = self.get_compression_type_string(compression_type)
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """The compression that options, a name or a number stand for: "", "ZLIB" or "GZIP"."""
        if isinstance(options, TFRecordOptions):
            return options.compression_type
        if isinstance(options, (str, int, type(None))) and options in _TEXT:
            return _TEXT[options]
        raise ValueError(f'Not a valid compression_type: "{options}"')


class TFRecordWriter:
    """Writes records to a TFRecord file.

    Args:
        path: the file, which is replaced if it is there.
        options: a `TFRecordOptions`, or what it takes as `compression_type`.

    Raises:
        tf.errors.NotFoundError: when the folder is not there.

    Example:
        >>> import os, tempfile, pyengine as tf
        >>> path = os.path.join(tempfile.mkdtemp(), "empty.tfrecords")
        >>> with tf.python_io.TFRecordWriter(path) as writer:
        ...     pass
        >>> list(tf.python_io.tf_record_iterator(path))
        []
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(compression_type=options)

        def given(value: int | None, default: int) -> int:
            return default if value is None else value

        self._file = RecordFile(
            path,
            options.compression_type,
            level=given(options.compression_level, -1),
            memory_level=given(options.mem_level, 9),
            strategy=given(options.compression_strategy, zlib.Z_DEFAULT_STRATEGY),
            window_bits=options.window_bits,
        )

    def write(self, record: Any) -> None:
        """Appends a record.

        Args:
            record: bytes, such as a serialized `tf.train.Example`; a str is written as UTF-8.

        Raises:
            TypeError: for anything else.
            tf.errors.FailedPreconditionError: when the file is closed.
        """
        if isinstance(record, str):
            record = record.encode("utf-8")
        if not isinstance(record, (bytes, bytearray, memoryview)):
            raise TypeError(f"a record must be bytes, got {type(record).__name__}")
        self._check_open()
        self._file.write(bytes(record))

    def flush(self) -> None:
        """Brings what was written into the file."""
        self._check_open()
        self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        self._file.close()

    def _check_open(self) -> None:
        if self._file.closed:
            raise FailedPreconditionError(None, None, "Writer is closed.")

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """The records of a TFRecord file, one after the other.

    Args:
        path: the file.
        options: a `TFRecordOptions`, or what it takes as `compression_type`.

    Returns:
        An iterator of bytes.

    Raises:
        tf.errors.NotFoundError: when there is no such file.
        tf.errors.DataLossError: when the file is damaged; it names the file and the offset.
    """
    compression = TFRecordOptions.get_compression_type_string(options)
    return (data for _, data in read_records(path, compression))
