"""Tables of a session."""

import numpy as np
import pytest

from pyengine import errors
from pyengine.executor.tables import LINE_NUMBER, WHOLE_LINE, Table, rows_of_file


def test_a_fixed_table_is_filled_once():
    table = Table(np.int64, np.float32, is_fixed=True)
    keys, values = np.array([1, 2]), np.array([0.5, 1.5], np.float32)
    table.insert(keys, values)
    table.replace(keys, values)
    with pytest.raises(errors.FailedPreconditionError, match="different data"):
        table.fill(keys[:1], values[:1])
    with pytest.raises(errors.InvalidArgumentError, match="one length"):
        table.fill(keys, values[:1])


def test_what_was_put_in_is_the_tables_own():
    table, values = Table(np.int64, np.float32), np.zeros(1, np.float32)
    table.insert(np.array([1]), values)
    values[0] = 7
    assert table.find(np.array(1), np.float32(9)) == 0


def test_lines_end_as_on_any_system(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"a b\r\nc d")
    keys, values = rows_of_file(str(path), WHOLE_LINE, LINE_NUMBER, -1, " ", 3, (object, np.int64))
    assert (keys.tolist(), values.tolist()) == ([b"a b", b"c d"], [3, 4])
    keys, _ = rows_of_file(str(path), 1, LINE_NUMBER, -1, " ", 0, (object, np.int64))
    assert keys.tolist() == [b"b", b"d"]


def test_so_many_lines_are_taken_as_are_asked_for(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"a\nb\nc\n")
    kinds = (object, np.int64)
    for size, wanted in ((0, []), (2, [b"a", b"b"]), (3, [b"a", b"b", b"c"])):
        keys, _ = rows_of_file(str(path), WHOLE_LINE, LINE_NUMBER, size, " ", 0, kinds)
        assert keys.tolist() == wanted
    with pytest.raises(errors.InvalidArgumentError, match="expected 4 but got 3"):
        rows_of_file(str(path), WHOLE_LINE, LINE_NUMBER, 4, " ", 0, kinds)
