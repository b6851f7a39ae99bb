"""Data sets of CSV files: `CsvDataset`, and `make_csv_dataset`, which finds out what is in them."""

from __future__ import annotations

import glob
import itertools
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import constant, convert_to_tensor
from pyengine.data.dataset import Dataset
from pyengine.data.readers import _compression, _names
from pyengine.data.structure import Spec
from pyengine.dtypes import DType, as_dtype
from pyengine.executor.files import local_path
from pyengine.graph import Tensor
from pyengine.ops import dataset_ops
from pyengine.ops.array import reshape
from pyengine.ops.declare import whole
from pyengine.shape import SCALAR

__all__ = ["CsvDataset", "make_csv_dataset"]

_TYPES = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string)


def _default(value: Any) -> Tensor:
    """A default as a vector: empty where a dtype is given, and the field must not be."""
    is_dtype = isinstance(value, (DType, type, np.dtype)) or (
        isinstance(value, str) and value in {t.name for t in _TYPES}
    )
    given = None if is_dtype else convert_to_tensor(value)
    dtype = as_dtype(value) if given is None else given.dtype.base_dtype
    if dtype not in _TYPES:
        raise TypeError(
            f"a column of a CSV file must be one of {', '.join(t.name for t in _TYPES)}, got "
            f"{dtype.name}"
        )
    tensor = constant([], dtype) if given is None else given
    return tensor if tensor.shape.ndims == 1 else reshape(tensor, [-1])


class CsvDataset(Dataset):
    r"""The rows of CSV files (RFC 4180): tuples with a scalar for each column.

    Args:
        filenames: a file name, several, or a data set of them.
        record_defaults: for each column its dtype (float32, float64, int32, int64 or string),
            which makes the field required, or what stands for an empty field.
        compression_type: None, "", "ZLIB" or "GZIP".
        buffer_size: accepted; it only tunes TensorFlow's own reader.
        header: whether each file begins with a line to skip.
        field_delim: the character between fields.
        use_quote_delim: whether double quotes quote a field.
        na_value: another text that counts as an empty field.
        select_cols: the columns to take, in increasing order; all of them for None.

    Raises:
        TypeError: for a dtype that no column can have.
        ValueError: when `select_cols` does not increase, or is not as long as `record_defaults`.
        tf.errors.InvalidArgumentError: (when run) for a row that does not fit; it tells the line.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> path = os.path.join(tempfile.mkdtemp(), "a.csv")
        >>> with open(path, "w") as file:
        ...     print("x,y", "1,a", "2,b", sep="\n", file=file)
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     data = tf.data.experimental.CsvDataset(path, [tf.int32, tf.string], header=True)
        ...     x, y = data.batch(2).make_one_shot_iterator().get_next()
        ...     [v.tolist() for v in sess.run([x, y])]
        [[1, 2], [b'a', b'b']]
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Sequence[Any],
        compression_type: str | None = None,
        buffer_size: Any = None,
        header: bool = False,
        field_delim: str = ",",
        use_quote_delim: bool = True,
        na_value: str = "",
        select_cols: Sequence[int] | None = None,
    ) -> None:
        defaults = [_default(d) for d in record_defaults]
        columns = [int(c) for c in whole(list(select_cols or ()))]
        if any(a >= b for a, b in itertools.pairwise([-1, *columns])):
            raise ValueError("select_cols must be column numbers in increasing order, from 0 on")
        if select_cols is not None and len(columns) != len(defaults):
            raise ValueError("Length of select_cols and record_defaults do not match.")
        specs = tuple(Spec(d.dtype.base_dtype, SCALAR) for d in defaults)
        compression = _compression(compression_type)

        def of(names: Any) -> Tensor:
            return dataset_ops.csv_dataset(
                names, compression, 4 * 1024 * 1024 if buffer_size is None else whole(buffer_size),
                header, field_delim, use_quote_delim, na_value,
                convert_to_tensor(np.array(columns, np.int64)), defaults,
                output_types=[s.dtype for s in specs], output_shapes=[SCALAR] * len(specs),
            )  # fmt: skip

        names = _names(filenames)
        if isinstance(names, Dataset):
            rows = names.flat_map(lambda name: Dataset(of(reshape(name, [-1])), specs))
            super().__init__(rows._variant_tensor, specs)
        else:
            super().__init__(of(names), specs)


CsvDataset._base = Dataset


# ---------------------------------------------------------------- what is in the files


def make_csv_dataset(
    file_pattern: Any,
    batch_size: Any,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: Any = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
) -> Dataset:
    r"""Batches of the columns of CSV files, by their names.

    Args:
        file_pattern: a shell pattern, or several.
        batch_size: how many rows make a batch.
        column_names: the names; by default those in the first line.
        column_defaults: as `record_defaults` of `CsvDataset`; by default the narrowest of int32,
            int64, float32, float64 and string that the first rows fit, with 0 or "" for an empty
            field.
        label_name: the column that is the label.
        select_columns: the columns to take, by number or name.
        field_delim, use_quote_delim, na_value, header, compression_type: as those of `CsvDataset`.
        num_epochs: how often to go through the files; without end for None.
        shuffle: whether rows and files come in random order.
        shuffle_buffer_size: from how many rows one is drawn at a time.
        shuffle_seed: the seed of the order.
        prefetch_buffer_size: how many batches to make ahead, by a thread.
        num_parallel_reads: from how many files to take rows in turn.
        sloppy: accepted; the order does not depend on how fast the files are read.
        num_rows_for_inference: how many rows to look at for the dtypes; all of them for None.
        ignore_errors: whether rows that do not fit are left out.

    Returns:
        A data set of ordered dicts from the names to vectors; with a label, of pairs of such a
        dict and the labels.

    Raises:
        ValueError: when no file matches, or what is given does not go together.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> path = os.path.join(tempfile.mkdtemp(), "a.csv")
        >>> with open(path, "w") as file:
        ...     print("x,y", "1,a", "2,b", sep="\n", file=file)
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     data = tf.data.experimental.make_csv_dataset(path, 2, label_name="y", shuffle=False)
        ...     features, label = data.make_one_shot_iterator().get_next()
        ...     [v.tolist() for v in sess.run([features["x"], label])]
        [[1, 2], [b'a', b'b']]
    """
    from pyengine.data import experimental

    files = _matching(file_pattern, shuffle)
    if column_names is None:
        if not header:
            raise ValueError("Cannot infer column names without a header line: give column_names.")
        column_names = _header(files, field_delim, use_quote_delim, compression_type)
    names = [str(name) for name in column_names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Cannot have duplicate column names: {twice}")
    chosen = list(range(len(names)))
    if select_columns is not None:
        chosen = _positions(select_columns, names)
    if column_defaults is None:
        width = len(names)
        rows = _rows(files, header, field_delim, use_quote_delim, compression_type, width)
        rows = itertools.islice(rows, num_rows_for_inference)
        column_defaults = _inferred(rows, chosen, na_value)
    elif len(column_defaults) != len(chosen):
        raise ValueError(
            f"`column_defaults` has {len(column_defaults)} entries for {len(chosen)} columns"
        )
    kept = [names[i] for i in chosen]
    if label_name is not None and label_name not in kept:
        raise ValueError(
            f"`label_name` provided must be one of the columns: {kept}. Received: {label_name}."
        )
    defaults = [_default(d) for d in column_defaults]

    def read(filenames: Any) -> Dataset:
        data: Dataset = CsvDataset(
            filenames, defaults, compression_type, header=header, field_delim=field_delim,
            use_quote_delim=use_quote_delim, na_value=na_value,
            select_cols=None if select_columns is None else chosen,
        )  # fmt: skip
        return data.apply(experimental.ignore_errors()) if ignore_errors else data

    def named(*columns: Any) -> Any:
        features = OrderedDict(zip(kept, columns))
        return features if label_name is None else (features, features.pop(label_name))

    at_once = whole(num_parallel_reads or 1)
    if shuffle or at_once > 1:
        data = Dataset.from_tensor_slices(files)
        if shuffle:
            data = data.shuffle(len(files), shuffle_seed)
        data = data.interleave(read, cycle_length=at_once)
    else:
        data = read(files)  # of which batches are made without a tensor for each row
    if shuffle:
        data = data.apply(
            experimental.shuffle_and_repeat(shuffle_buffer_size, num_epochs, shuffle_seed)
        )
    elif num_epochs != 1:
        data = data.repeat(num_epochs)
    batches = data.batch(batch_size, drop_remainder=num_epochs is None).map(named)
    return batches.prefetch(1 if prefetch_buffer_size is None else prefetch_buffer_size)


def _matching(patterns: Any, shuffle: bool) -> list[str]:
    patterns = [patterns] if isinstance(patterns, (str, bytes)) else list(patterns)
    if not patterns:
        raise ValueError("File pattern is empty.")
    found: list[str] = []
    for pattern in patterns:
        files = sorted(glob.glob(local_path(pattern)))
        if not files:
            raise ValueError(f"No files match `file_pattern` {local_path(pattern)}.")
        found += files
    return found if shuffle else sorted(found)


def _lines(
    path: str, delimiter: str, quotes: bool, compression: str | None
) -> Iterator[tuple[str, list[str]]]:
    """The rows of a file with their places, the first line among them."""
    from pyengine.executor.csv_rows import CsvFormat, numbered_records
    from pyengine.ops.decode import split_record

    settings = CsvFormat(compression or "", False, delimiter.encode(), quotes, b"", (), (), ())
    for number, record in numbered_records(path.encode(), settings):
        fields = split_record(record, settings.delimiter, quotes) or [b""]
        yield f"{path}, line {number}", [f.decode("utf-8", "replace") for f in fields]


def _header(
    files: Sequence[str], delimiter: str, quotes: bool, compression: str | None
) -> list[str]:
    names: list[str] | None = None
    for path in files:
        found = next((row for _, row in _lines(path, delimiter, quotes, compression)), None)
        if found is None:
            raise ValueError(f"Received empty file {path}: it has no line with column names.")
        if names is not None and found != names:
            raise ValueError(
                f"All input CSV files should have the same column names in the header row. File "
                f"{path} has {found}, {files[0]} has {names}."
            )
        names = found
    return names or []


def _rows(
    files: Sequence[str],
    header: bool,
    delimiter: str,
    quotes: bool,
    compression: str | None,
    width: int,
) -> Iterator[list[str]]:
    for path in files:
        lines = _lines(path, delimiter, quotes, compression)
        for place, row in itertools.islice(lines, int(header), None):
            if len(row) != width:
                raise ValueError(
                    f"Problem inferring types: {place} has {len(row)} fields rather than {width}"
                )
            yield row


def _positions(select: Sequence[Any], names: list[str]) -> list[int]:
    """The numbers of columns that are given by number or name, in order."""
    found = []
    for column in select:
        if isinstance(column, str):
            if column not in names:
                raise ValueError(
                    f"Column {column!r} specified in `select_columns` must be one of the columns: "
                    f"{names}."
                )
            found.append(names.index(column))
        else:
            number = int(whole(column))
            if not 0 <= number < len(names):
                raise ValueError(f"there is no column {number}: there are {len(names)}")
            found.append(number)
    if len(set(found)) != len(found):
        raise ValueError("Duplicate column indices found in `select_columns`.")
    return sorted(found)


def _inferred(rows: Iterator[list[str]], chosen: list[int], na_value: str) -> list[Tensor]:
    ranks = [-1] * len(chosen)
    for row in rows:
        for i, column in enumerate(chosen):
            if row[column] not in ("", na_value):
                ranks[i] = max(ranks[i], _rank(row[column]))
    types = [_TYPES[rank] for rank in ranks]  # string where there was no value, the last
    return [constant(["" if t is dtypes.string else 0], t) for t in types]


def _rank(text: str) -> int:
    """The first of the types that can have a value."""
    try:
        number = int(text)
    except ValueError:
        pass
    else:
        for rank, bits in ((0, 31), (1, 63)):
            if -(2**bits) <= number < 2**bits:
                return rank
    try:
        value = float(text)
    except ValueError:
        return 4
    return 2 if not abs(value) > float(np.finfo(np.float32).max) else 3
