"""IDX files: what is read, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from pyengine.contrib.learn.datasets.idx import parse_idx, read_bytes
from pyengine.errors import DataLossError


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8).tobytes()


IMAGES = np.arange(2 * 3 * 4).reshape(2, 3, 4)


def test_bytes_are_read():
    got = parse_idx(idx(IMAGES), Path("x"), 3)
    assert got.dtype == np.uint8
    np.testing.assert_array_equal(got, IMAGES)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_files_are_unpacked_if_they_are_packed(tmp_path, pack):
    path = tmp_path / "file"
    path.write_bytes(pack(b"contents"))
    assert read_bytes(path) == b"contents"


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "inside the header"),
        (idx(IMAGES)[:9], "inside the header"),
        (idx(IMAGES)[:-1], "promises 40 bytes for .2, 3, 4., there are 39"),
        (idx(IMAGES) + b"x", "there are 41"),
        (b"\0\0\x0d" + idx(IMAGES)[3:], "no IDX file of bytes"),
        (idx(IMAGES.reshape(6, 4)) + bytes(8), "in 3 dimensions"),
        (b"<html>not here</html>", "no IDX file"),
        (b"\0\0\x08\x03" + b"\xff" * 12, r"promises \d{29} bytes"),
    ],
)
def test_what_is_cut_or_something_else_is_refused(data, match):
    with pytest.raises(DataLossError, match=match) as caught:
        parse_idx(data, Path("some/file"), 3)
    assert "some/file" in str(caught.value)


@pytest.mark.parametrize("damage", [lambda d: d[:-9], lambda d: d[:20] + b"\0\0\0\0" + d[24:]])
def test_damaged_gzip_is_refused(tmp_path, damage):
    path = tmp_path / "file.gz"
    path.write_bytes(damage(gzip.compress(np.random.default_rng(0).bytes(1000))))
    with pytest.raises(DataLossError, match="cut or corrupt"):
        read_bytes(path)
