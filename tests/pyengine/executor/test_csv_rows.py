"""Rows of CSV files at run time."""

import numpy as np
import pytest

from pyengine import dtypes, errors
from pyengine.executor import csv_rows
from pyengine.executor.csv_rows import CsvFormat


def rows(path, **changes):
    settings = CsvFormat("", False, b",", True, b"", (), [np.zeros(1)] * 2, [dtypes.float32] * 2)
    return csv_rows.csv_rows([str(path).encode()], settings._replace(**changes)).rows(None)


def test_an_error_belongs_to_one_row(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "_CHUNK", 2)
    (tmp_path / "a").write_bytes(b"1,2\nx,3\n4,\n5\n6,7")
    found, iterator = [], rows(tmp_path / "a")
    for _ in range(5):
        try:
            found.append(tuple(next(iterator)))
        except errors.InvalidArgumentError as error:
            found.append(error.message.rpartition("/")[2])
    assert found == [
        (1, 2),
        "a, line 2: Field 0 is not a valid float: x",
        (4, 0),
        "a, line 4: Expect 2 fields but have 1 in record",
        (6, 7),
    ]
    with pytest.raises(StopIteration):
        next(iterator)


def test_the_line_is_that_where_a_record_begins(tmp_path):
    (tmp_path / "a").write_bytes(b'h\n"1\n2",3\n4,x\n')
    iterator = rows(tmp_path / "a", header=True, types=[dtypes.string, dtypes.float32])
    assert next(iterator)[0] == b"1\n2"
    with pytest.raises(errors.InvalidArgumentError, match="line 4: Field 1"):
        next(iterator)


def test_a_delimiter_is_one_character(tmp_path):
    with pytest.raises(errors.InvalidArgumentError, match="only 1 char"):
        rows(tmp_path, delimiter=b"::")
