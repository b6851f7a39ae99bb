"""Tables in CSV files: `load_csv_with_header`, `load_csv_without_header`, and the iris data."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from pyengine.contrib.learn.datasets.mnist import Datasets
from pyengine.dtypes import DType
from pyengine.errors import DataLossError
from pyengine.executor.files import local_path, open_file
from pyengine.ops.declare import whole

__all__ = ["Dataset", "Datasets", "load_csv_with_header", "load_csv_without_header", "load_iris"]


class Dataset(NamedTuple):
    """Features and targets.

    Attributes:
        data: an array with a row for each sample.
        target: a vector.
    """

    data: Any
    target: Any


def _numpy_type(dtype: Any) -> Any:
    return np.dtype(dtype.as_numpy_dtype if isinstance(dtype, DType) else dtype)


def _rows(filename: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file, each with the number of its line."""
    with open_file(filename) as file:
        lines = (line.decode("utf-8-sig" if i == 0 else "utf-8") for i, line in enumerate(file))
        reader = csv.reader(lines)
        for row in reader:
            if row:
                yield reader.line_num, row


def _parsed(
    filename: Any, number: int, row: list[str], column: int, target_dtype: Any, dtype: Any
) -> tuple[Any, Any]:
    """The features and the target of a row."""
    fields = list(row)
    try:
        target = np.array(fields.pop(column)).astype(target_dtype)
        return np.array(fields).astype(dtype), target
    except (ValueError, OverflowError, IndexError) as error:
        reason = str(error).replace("np.str_(", "").replace("')", "'")  # NumPy 2 shows its types
        raise ValueError(f"{local_path(filename)}, line {number}: {reason}") from None


def load_csv_with_header(
    filename: Any, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    r"""A table from a CSV file that says in its first line how many samples and features there are.

    Args:
        filename: the path.
        target_dtype: the type of the target: NumPy's, Python's or TensorFlow's.
        features_dtype: the type of the features.
        target_column: which field of a line is the target, from 0 on; -1 for the last.

    Returns:
        A `Dataset`: a matrix `data` of shape [samples, features] and a vector `target`.

    Raises:
        tf.errors.NotFoundError: when there is no such file.
        tf.errors.DataLossError: when there are not as many samples and features as the first line
            says.
        ValueError: when a field is no such number, or the first line does not say how many.

    Example:
        >>> import os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "two.csv")
        >>> with open(path, "w") as file:
        ...     print("2,3,no,yes", "1,2,3,0", "4,5,6,1", sep="\n", file=file)
        >>> table = load_csv_with_header(path, int, np.float32)
        >>> table.target.tolist(), table.data.tolist()
        ([0, 1], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    """
    rows, path = _rows(filename), local_path(filename)
    _, header = next(rows, (0, []))
    try:
        samples, features = int(header[0]), int(header[1])
    except (ValueError, IndexError):
        raise ValueError(
            f"{path}: the first line must begin with the numbers of samples and features, it is "
            f"{','.join(header)!r}; load_csv_without_header reads files without it"
        ) from None
    column = int(whole(target_column))
    data = np.zeros((samples, features), _numpy_type(features_dtype))
    target = np.zeros(samples, _numpy_type(target_dtype))
    count = 0
    for number, row in rows:
        if count == samples or len(row) != features + 1:
            raise DataLossError(
                None,
                None,
                f"{path}, line {number}: the first line promises {samples} samples of {features} "
                f"features and a target; this is sample {count + 1}, with {len(row)} fields",
            )
        data[count], target[count] = _parsed(
            filename, number, row, column, target.dtype, data.dtype
        )
        count += 1
    if count < samples:
        raise DataLossError(
            None, None, f"{path}: the first line promises {samples} samples, there are {count}"
        )
    return Dataset(data, target)


def load_csv_without_header(
    filename: Any, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """A table from a CSV file of samples alone; see `load_csv_with_header`."""
    column = int(whole(target_column))
    data_type, target_type = _numpy_type(features_dtype), _numpy_type(target_dtype)
    data: list[Any] = []
    targets: list[Any] = []
    for number, row in _rows(filename):
        features, target = _parsed(filename, number, row, column, target_type, data_type)
        if data and len(features) != len(data[0]):
            raise DataLossError(
                None,
                None,
                f"{local_path(filename)}, line {number}: {len(row)} fields, {len(data[0]) + 1} in "
                f"the lines before",
            )
        data.append(features)
        targets.append(target)
    return Dataset(np.array(data, data_type), np.array(targets, target_type))


def load_iris(data_path: Any = None) -> Dataset:
    """The iris data of Anderson and Fisher: 150 flowers of three species, and four lengths of each.

    Args:
        data_path: a CSV file with a header, in place of the one that comes with this package.

    Example:
        >>> load_iris().data.shape
        (150, 4)
    """
    if data_path is None:
        data_path = os.path.join(os.path.dirname(__file__), "data", "iris.csv")
    return load_csv_with_header(data_path, np.int64, np.float64)
