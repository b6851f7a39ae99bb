"""Readers: keys, values and counts are those of TensorFlow."""

import threading

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def sess(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(b"h1\nl1\nl2\n")
    (tmp_path / "b.txt").write_bytes(b"h2\r\nm1\r\n\r\nm3")
    (tmp_path / "e.txt").write_bytes(b"")
    (tmp_path / "f.bin").write_bytes(b"HHaabbccF")
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def names(sess, *items):
    q = tf.FIFOQueue(10, tf.string, shapes=[()])
    sess.run(q.enqueue_many([list(items)]))
    sess.run(q.close())
    return q


def drained(sess, reader, *items):
    key, value = reader.read(names(sess, *items))
    assert key.shape == value.shape == ()
    found = {}
    while True:
        try:
            k, v = sess.run([key, value])
        except tf.errors.OutOfRangeError:
            return found
        found[k] = v


def test_lines(sess):
    reader = tf.TextLineReader()
    found = drained(sess, reader, "a.txt", "e.txt", "b.txt")
    assert found[b"b.txt:2"] == b"m1" and found[b"b.txt:3"] == b""
    assert list(found) == [b"a.txt:%d" % i for i in (1, 2, 3)] + [
        b"b.txt:%d" % i for i in range(1, 5)
    ]
    assert sess.run([reader.num_records_produced(), reader.num_work_units_completed()]) == [7, 3]
    sess.run(reader.reset())
    assert sess.run(reader.num_records_produced()) == 0
    assert not reader.supports_serialize
    with pytest.raises(tf.errors.UnimplementedError):
        sess.run(reader.serialize_state())


def test_lines_after_a_header(sess):
    found = drained(sess, tf.TextLineReader(skip_header_lines=1), "a.txt", "e.txt", "b.txt")
    assert list(found.values()) == [b"l1", b"l2", b"m1", b"", b"m3"]


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({"record_bytes": 2, "header_bytes": 2, "footer_bytes": 1}, [b"aa", b"bb", b"cc"]),
        ({"record_bytes": 2, "header_bytes": 2}, [b"aa", b"bb", b"cc"]),
        ({"record_bytes": 4, "hop_bytes": 2}, [b"HHaa", b"aabb", b"bbcc"]),
    ],
)
def test_records_of_one_length(sess, options, values):
    found = drained(sess, tf.FixedLengthRecordReader(**options), "f.bin")
    assert found == {b"f.bin:%d" % i: v for i, v in enumerate(values)}


def test_whole_files_and_work_items(sess):
    found = drained(sess, tf.WholeFileReader(), "a.txt", "e.txt")
    assert found == {b"a.txt": b"h1\nl1\nl2\n", b"e.txt": b""}
    assert drained(sess, tf.IdentityReader(), "x", "y") == {b"x": b"x", b"y": b"y"}


@pytest.mark.parametrize("compression", ["", "GZIP"])
def test_tfrecords(sess, compression):
    with tf.python_io.TFRecordWriter("r", compression) as writer:
        for record in (b"one", b"", b"three"):
            writer.write(record)
    reader = tf.TFRecordReader(options=tf.python_io.TFRecordOptions(compression))
    assert drained(sess, reader, "r") == {b"r:0": b"one", b"r:19": b"", b"r:35": b"three"}


def test_several_records_at_once(sess):
    keys, values = tf.TextLineReader().read_up_to(names(sess, "a.txt", "b.txt"), 4)
    assert keys.shape.as_list() == [None]
    assert sess.run(values).tolist() == [b"h1", b"l1", b"l2"]
    assert sess.run(keys).tolist() == [b"b.txt:1", b"b.txt:2", b"b.txt:3", b"b.txt:4"]
    with pytest.raises(tf.errors.OutOfRangeError):
        sess.run(keys)


def test_a_missing_file_is_an_error_and_the_next_is_read(sess):
    _, value = tf.TextLineReader().read(names(sess, "none.txt", "a.txt"))
    with pytest.raises(tf.errors.NotFoundError, match=r"none.txt; No such file or directory"):
        sess.run(value)
    assert sess.run(value) == b"h1"


def test_the_state_is_tensorflows_message(sess):
    reader = tf.IdentityReader()
    key, _ = reader.read(names(sess, "a", "b"))
    sess.run(key)
    state = sess.run(reader.serialize_state())
    assert state == b'\x08\x01\x10\x01\x18\x01"\x01a'
    sess.run(key)
    sess.run(reader.restore_state(state))
    assert sess.run(reader.num_records_produced()) == 1
    with pytest.raises(tf.errors.InvalidArgumentError, match="reader state"):
        sess.run(reader.restore_state(b"xx"))


def test_the_queue_must_be_one_of_strings(sess):
    for types, message in ((tf.int32, "single string"), ([tf.string] * 2, "single component")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            sess.run(tf.IdentityReader().read(tf.FIFOQueue(1, types)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="record_bytes must be >= 1"):
        sess.run(tf.FixedLengthRecordReader(0).read(names(sess, "a.txt")))


def test_closing_the_session_ends_the_waits_of_all_readers(sess):
    other = tf.Session()
    value, caught = tf.IdentityReader().read(tf.FIFOQueue(1, tf.string))[1], []

    def work():
        try:
            other.run(value)
        except (tf.errors.CancelledError, RuntimeError) as error:
            caught.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    other.close()
    for t in threads:
        t.join(10)
    assert len(caught) == 3
