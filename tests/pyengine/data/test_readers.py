"""Data sets of files."""

import gzip

import pytest

import pyengine as tf
from tests.pyengine.data.running import elements


@pytest.fixture(autouse=True)
def sess(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_bytes(b"a1\na2\n")
    (tmp_path / "b").write_bytes(b"b1\r\nb2")
    (tmp_path / "z").write_bytes(gzip.compress(b"z1\nz2\n"))
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def test_lines(sess):
    lines = tf.data.TextLineDataset
    wanted = [b"a1", b"a2", b"b1", b"b2"]
    assert elements(sess, lines(["a", "b"])) == wanted
    assert elements(sess, lines(tf.data.Dataset.from_tensor_slices(["a", "b"]))) == wanted
    assert elements(sess, lines(["a", "b"], num_parallel_reads=2)) == [b"a1", b"b1", b"a2", b"b2"]
    assert elements(sess, lines("z", "GZIP", buffer_size=10)) == [b"z1", b"z2"]
    assert elements(sess, lines("none")) == ["NotFoundError"]
    assert isinstance(lines("a"), tf.data.Dataset)


def test_names_that_come_in_the_run(sess):
    names = tf.placeholder(tf.string, [None])
    iterator = tf.data.TextLineDataset(names).make_initializable_iterator()
    x = iterator.get_next()
    sess.run(iterator.initializer, {names: ["b"]})
    assert (sess.run(x), x.shape) == (b"b1", ())


def test_records_of_one_length(sess):
    records = tf.data.FixedLengthRecordDataset
    assert elements(sess, records("a", 3)) == [b"a1\n", b"a2\n"]
    assert elements(sess, records(["a"], 2, header_bytes=1, footer_bytes=1)) == [b"1\n", b"a2"]
    assert elements(sess, records("a", 4)) == ["InvalidArgumentError"]


@pytest.mark.parametrize("compression", ["", "ZLIB"])
def test_tfrecords(sess, compression):
    with tf.python_io.TFRecordWriter("r", compression) as writer:
        writer.write(b"one")
        writer.write(b"two")
    records = tf.data.TFRecordDataset
    assert elements(sess, records(["r"], compression, num_parallel_reads=1)) == [b"one", b"two"]
    assert elements(sess, records("r", compression).repeat(2)) == [b"one", b"two"] * 2


def test_what_cannot_work(sess):
    with pytest.raises(ValueError, match="compression_type"):
        tf.data.TextLineDataset("a", "BZIP")
    with pytest.raises(TypeError, match=r"tf\.string"):
        tf.data.TextLineDataset(tf.data.Dataset.range(3))
