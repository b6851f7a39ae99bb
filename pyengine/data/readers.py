"""Data sets of files: `TextLineDataset`, `TFRecordDataset`, `FixedLengthRecordDataset`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.data.dataset import Dataset
from pyengine.data.structure import Spec
from pyengine.graph import Tensor
from pyengine.ops import dataset_ops
from pyengine.ops.array import reshape
from pyengine.ops.declare import whole
from pyengine.shape import SCALAR

__all__ = ["FixedLengthRecordDataset", "TFRecordDataset", "TextLineDataset"]

_STRING = Spec(dtypes.string, SCALAR)


def _names(filenames: Any) -> Any:
    """The names as a data set or a vector."""
    if isinstance(filenames, Dataset):
        if filenames.output_types is not dtypes.string:
            raise TypeError("`filenames` must be a `tf.data.Dataset` of `tf.string` elements.")
        return filenames
    names = convert_to_tensor(filenames, dtypes.string, name="filenames")
    return names if names.shape.ndims == 1 else reshape(names, [-1])


def _buffer(size: Any) -> Any:
    """TensorFlow's own tuning of its reader."""
    return 256 * 1024 if size is None else whole(size)


def _read(filenames: Any, parallel: Any, of: Callable[[Any], Tensor]) -> Tensor:
    """The op for file names; for a data set of names, or several files at a time, one for each."""
    names = _names(filenames)
    if not isinstance(names, Dataset) and parallel is None:
        return of(names)
    if not isinstance(names, Dataset):
        names = Dataset.from_tensor_slices(names)

    def one(name: Any) -> Dataset:
        return Dataset(of(reshape(name, [-1])), _STRING)

    if parallel is None:
        return names.flat_map(one)._variant_tensor
    return names.interleave(one, cycle_length=whole(parallel))._variant_tensor


def _compression(compression_type: Any) -> Tensor:
    if isinstance(compression_type, str) and compression_type not in ("", "ZLIB", "GZIP"):
        raise ValueError(f"Not a valid compression_type: {compression_type!r}")
    return convert_to_tensor(compression_type or "", dtypes.string, name="compression_type")


class _FileDataset(Dataset):
    """The base of those whose records tell themselves where they end."""

    _op: Callable[..., Tensor]  # of the names, the compression and the size of a buffer

    def __init__(
        self,
        filenames: Any,
        compression_type: str | None = None,
        buffer_size: Any = None,
        num_parallel_reads: int | None = None,
    ) -> None:
        compression = _compression(compression_type)

        def of(names: Any) -> Tensor:
            return self._op(names, compression, _buffer(buffer_size))

        super().__init__(_read(filenames, num_parallel_reads, of), _STRING)


class TextLineDataset(_FileDataset):
    """The lines of text files, without their ends.

    Args:
        filenames: a file name, several, or a data set of them.
        compression_type: None, "", "ZLIB" or "GZIP".
        buffer_size: accepted; it only tunes TensorFlow's own reader.
        num_parallel_reads: how many files are read in turn.

    Raises:
        tf.errors.NotFoundError: (when run) if a file is not there.
    """

    _op = staticmethod(dataset_ops.text_line_dataset)


class TFRecordDataset(_FileDataset):
    """The records of TFRecord files; arguments as those of `TextLineDataset`.

    Raises:
        tf.errors.DataLossError: (when run) if a file is damaged.
    """

    _op = staticmethod(dataset_ops.tf_record_dataset)


class FixedLengthRecordDataset(Dataset):
    """The records of files in which each has the same length.

    Args:
        filenames: a file name, several, or a data set of them.
        record_bytes: the length of a record.
        header_bytes, footer_bytes: how many bytes to skip at the start and end of each file.
        buffer_size: accepted; it only tunes TensorFlow's own reader.
        compression_type: None, "", "ZLIB" or "GZIP".
        num_parallel_reads: how many files are read in turn.
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: str | None = None,
        num_parallel_reads: int | None = None,
    ) -> None:
        compression = _compression(compression_type)

        def of(names: Any) -> Tensor:
            return dataset_ops.fixed_length_record_dataset(
                names, whole(header_bytes or 0), whole(record_bytes), whole(footer_bytes or 0),
                _buffer(buffer_size), compression,
            )  # fmt: skip

        super().__init__(_read(filenames, num_parallel_reads, of), _STRING)


for _class in (TextLineDataset, TFRecordDataset, FixedLengthRecordDataset):
    _class._base = Dataset
