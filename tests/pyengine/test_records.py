"""TFRecord files."""

import pytest

from pyengine import errors
from pyengine.records import framed, read_records


@pytest.fixture
def path(tmp_path):
    (tmp_path / "r").write_bytes(framed(b"one") + framed(b"") + framed(b"x" * 1000))
    return tmp_path / "r"


def test_records_go_there_and_back(path):
    assert list(read_records(str(path))) == [b"one", b"", b"x" * 1000]


def test_an_unfinished_record_is_not_given(path):
    data = path.read_bytes()
    for size in (len(data) - 1, len(data) - 1010):
        path.write_bytes(data[:size])
        assert list(read_records(str(path))) == [b"one", b""]


@pytest.mark.parametrize("position", [0, 9, 12])
def test_damage_is_data_loss(path, position):
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)
    with pytest.raises(errors.DataLossError, match="corrupted record"):
        list(read_records(str(path)))


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(errors.NotFoundError):
        next(read_records(str(tmp_path / "no")))
