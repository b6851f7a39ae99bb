"""Files: paths, patterns, errors."""

import os

import pytest

from pyengine import errors
from pyengine.executor import files


def test_errors_are_those_of_tensorflow(tmp_path):
    with pytest.raises(errors.NotFoundError, match="none; No such file or directory"):
        files.read_bytes(tmp_path / "none")
    with pytest.raises(errors.FailedPreconditionError, match="Is a directory"):
        files.read_bytes(str(tmp_path))
    with pytest.raises(errors.UnimplementedError, match="scheme 'gs' not implemented"):
        files.read_bytes(b"gs://bucket/file")


def test_paths_are_text_or_bytes_or_urls(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x")
    for name in (path, str(path), os.fsencode(path), f"file://{path}"):
        assert files.read_bytes(name) == b"x"


def test_patterns(tmp_path):
    for name in ("b.txt", "a.txt", "c.bin"):
        (tmp_path / name).write_bytes(b"")
    patterns = [f"{tmp_path}/*.txt", f"{tmp_path}/[ac].*"]
    names = [os.path.basename(p) for p in files.match_files(patterns)]
    assert names == [b"a.txt", b"b.txt", b"c.bin"]
    assert files.match_files([f"{tmp_path}/*.none"]) == []


def test_folders_are_made(tmp_path):
    files.make_folder(tmp_path / "a" / "b")
    files.make_folder(str(tmp_path / "a" / "b"))
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.AlreadyExistsError, match="file; File exists"):
        files.make_folder(tmp_path / "file")
    with pytest.raises(errors.FailedPreconditionError, match="file/a; Not a directory"):
        files.make_folder(tmp_path / "file" / "a")
