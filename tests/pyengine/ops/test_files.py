"""Files read, written and matched by ops."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def sess(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def test_a_file_is_written_with_its_folder_and_read(sess):
    sess.run(tf.write_file("sub/x/y", b"\x00abc"))
    assert sess.run(tf.read_file("sub/x/y")) == b"\x00abc"
    sess.run(tf.write_file("sub/x/y", "new"))
    assert sess.run(tf.read_file(tf.constant("sub/x/y"))) == b"new"


def test_files_are_matched_by_one_pattern_or_several(sess):
    for name in ("b.txt", "a.txt", "c.bin"):
        sess.run(tf.write_file(name, ""))
    assert sess.run(tf.matching_files("*.txt")).tolist() == [b"a.txt", b"b.txt"]
    assert sess.run(tf.matching_files(["*.bin", "a*"])).tolist() == [b"a.txt", b"c.bin"]
    assert sess.run(tf.matching_files("*.none")).shape == (0,)


def test_errors(sess, tmp_path):
    with pytest.raises(tf.errors.NotFoundError, match="none; No such file or directory"):
        sess.run(tf.read_file("none"))
    with pytest.raises(tf.errors.FailedPreconditionError, match="Is a directory"):
        sess.run(tf.read_file(str(tmp_path)))
    sess.run(tf.write_file("file", ""))
    with pytest.raises(tf.errors.OpError):
        sess.run(tf.write_file("file/below", ""))
    for build in (lambda: tf.read_file(["a"]), lambda: tf.write_file("a", ["b"])):
        with pytest.raises(ValueError, match="rank 0 but is rank 1"):
            build()
    with pytest.raises(ValueError, match="at most rank 1"):
        tf.matching_files([["a"]])
