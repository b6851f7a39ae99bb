"""Files by TensorFlow's names."""

import pytest

import pyengine as tf

gfile = tf.gfile


def test_text_and_bytes(tmp_path):
    path = str(tmp_path / "a.txt")
    with gfile.GFile(path, "w") as file:
        file.write("é\n")
        file.write("two")
        assert (file.name, file.mode) == (path, "w")
    with gfile.Open(path, "a+") as file:
        file.write("!")
    with gfile.FastGFile(path) as file:
        assert list(file) == ["é\n", "two!"]
    with gfile.GFile(path, "rb") as file:
        assert file.read(2) == "é".encode()
        assert file.tell() == 2
        assert file.readlines() == [b"\n", b"two!"]
        file.seek(1, 0)
        assert file.read() == b"\xa9\ntwo!"
        file.seek(position=0)
        assert file.next() == "é\n".encode()
        assert file.size() == 7
        assert file.seekable()
        with pytest.raises(StopIteration):
            for _ in range(3):
                next(file)


def test_a_file_may_be_left_empty(tmp_path):
    gfile.GFile(tmp_path / "a", "w").close()
    assert gfile.Stat(tmp_path / "a").length == 0
    assert not gfile.Stat(str(tmp_path / "a")).is_directory


def test_what_a_file_is_not_opened_for(tmp_path):
    path = str(tmp_path / "a")
    with pytest.raises(tf.errors.PermissionDeniedError, match="for reading"):
        gfile.GFile(path, "w").read()
    with pytest.raises(tf.errors.PermissionDeniedError, match="for writing"):
        gfile.GFile(path).write("x")
    with pytest.raises(tf.errors.NotFoundError, match="No such file"):
        gfile.GFile(path).read()
    with pytest.raises(tf.errors.InvalidArgumentError, match="mode 'x'"):
        gfile.GFile(path, "x")
    with gfile.GFile(path, "w+") as file:
        with pytest.raises(TypeError, match="offset"):
            file.seek()
        with pytest.raises(tf.errors.InvalidArgumentError, match="whence"):
            file.seek(0, 3)


def test_folders(tmp_path):
    top = str(tmp_path / "a")
    gfile.MakeDirs(f"{top}/b/c")
    gfile.MakeDirs(f"{top}/b/c")
    gfile.MkDir(f"{top}/d")
    with pytest.raises(tf.errors.AlreadyExistsError):
        gfile.MkDir(f"{top}/d")
    with pytest.raises(tf.errors.NotFoundError):
        gfile.MkDir(f"{top}/x/y")
    (tmp_path / "a" / "f").write_text("f")
    assert gfile.ListDirectory(top) == ["b", "d", "f"]
    assert gfile.IsDirectory(top)
    assert not gfile.IsDirectory(f"{top}/f")
    assert gfile.Glob(f"{top}/[df]") == [f"{top}/d", f"{top}/f"]
    assert gfile.Glob([f"{top}/f", f"{top}/d"]) == [f"{top}/d", f"{top}/f"]
    assert [w[0] for w in gfile.Walk(top)] == [top, f"{top}/b", f"{top}/b/c", f"{top}/d"]
    assert next(iter(gfile.Walk(top, in_order=False)))[0] == f"{top}/b/c"
    assert next(iter(gfile.Walk(top))) == (top, ["b", "d"], ["f"])
    gfile.DeleteRecursively(top)
    assert not gfile.Exists(top)
    with pytest.raises(tf.errors.NotFoundError):
        gfile.ListDirectory(top)
    with pytest.raises(tf.errors.NotFoundError):
        gfile.DeleteRecursively(top)


def test_files_are_moved_and_copied(tmp_path):
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    (tmp_path / "a").write_text("a")
    gfile.Copy(a, b)
    with pytest.raises(tf.errors.AlreadyExistsError):
        gfile.Copy(a, b)
    gfile.Copy(a, b, overwrite=True)
    with pytest.raises(tf.errors.AlreadyExistsError):
        gfile.Rename(a, b)
    gfile.Rename(a, b, overwrite=True)
    assert not gfile.Exists(a)
    gfile.Remove(b)
    with pytest.raises(tf.errors.NotFoundError):
        gfile.Remove(b)
    with pytest.raises(tf.errors.FailedPreconditionError, match="Is a directory"):
        gfile.Remove(tmp_path)


def test_other_file_systems_are_not_there():
    with pytest.raises(tf.errors.UnimplementedError, match="gs"):
        gfile.Exists("gs://bucket/file")


def test_it_is_found_where_programs_look():
    assert tf.python.platform.gfile is gfile
