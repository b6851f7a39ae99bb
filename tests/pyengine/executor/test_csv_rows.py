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


def test_batches_are_cut_from_blocks_of_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "_CHUNK", 4)
    (tmp_path / "a").write_bytes(b"".join(b"%d,%d\n" % (i, -i) for i in range(10)))
    iterator = rows(tmp_path / "a")
    assert next(iterator) == (0, 0)
    x, y = iterator.take(5)  # the rest of a block, and the next one's beginning
    assert (x.tolist(), y.tolist()) == ([1, 2, 3, 4, 5], [-1, -2, -3, -4, -5])
    assert x.dtype == np.float32
    assert next(iterator) == (6, -6)
    assert iterator.take(5)[0].tolist() == [7, 8, 9]
    with pytest.raises(StopIteration):
        iterator.take(5)


def test_a_batch_with_a_bad_row_is_lost_and_the_next_begins_after_it(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "_CHUNK", 4)
    (tmp_path / "a").write_bytes(b"1,1\n2,2\nx,3\n4,4\n5,5\n6,6\n")
    iterator = rows(tmp_path / "a")
    with pytest.raises(errors.InvalidArgumentError, match="line 3: Field 0 is not a valid float"):
        iterator.take(4)
    assert iterator.take(2)[0].tolist() == [4, 5]
    assert iterator.take(2)[0].tolist() == [6]


def test_plain_rows_and_quoted_ones_go_together(tmp_path):
    (tmp_path / "a").write_bytes(b'1,plain\r\n2,"a ""b"", c"\n3,\n')
    types, defaults = [dtypes.int32, dtypes.string], [np.zeros(0), np.array([b"none"], object)]
    found = rows(tmp_path / "a", types=types, defaults=defaults).take(3)
    assert found[0].tolist() == [1, 2, 3]
    assert found[1].tolist() == [b"plain", b'a "b", c', b"none"]


def test_columns_are_chosen_in_plain_rows(tmp_path):
    (tmp_path / "a").write_bytes(b"1,2,3\n4,5,6\n")
    found = rows(tmp_path / "a", columns=[0, 2]).take(2)
    assert [c.tolist() for c in found] == [[1, 4], [3, 6]]
    (tmp_path / "a").write_bytes(b"1,2\n")
    with pytest.raises(errors.InvalidArgumentError, match="at least 3 fields but have 2"):
        next(rows(tmp_path / "a", columns=[0, 2]))
