"""Input producers; orders, names and errors are TensorFlow's."""

import contextlib

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


@contextlib.contextmanager
def running(sess):
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    yield
    coord.request_stop()
    coord.join(threads)


def drained(sess, x):
    found = []
    with running(sess), pytest.raises(tf.errors.OutOfRangeError):
        while True:
            found.append(sess.run(x))
    return found


def test_a_range_for_some_epochs(sess):
    q = tf.train.range_input_producer(3, num_epochs=2, shuffle=False)
    assert (q.name, q.dequeue().name) == ("input_producer", "input_producer_Dequeue:0")
    assert [v.name for v in tf.local_variables()] == ["input_producer/limit_epochs/epochs:0"]
    assert drained(sess, q.dequeue()) == [0, 1, 2, 0, 1, 2]


def test_the_order_of_a_seeded_shuffle_is_tensorflows_in_each_epoch(sess):
    x = tf.train.range_input_producer(10, num_epochs=2, seed=5).dequeue()
    first, second = [1, 3, 2, 7, 6, 9, 0, 5, 8, 4], [8, 4, 7, 1, 9, 6, 0, 5, 3, 2]
    assert drained(sess, x) == first + second


def test_strings(sess):
    x = tf.train.string_input_producer(["a", "b"], num_epochs=1, shuffle=False).dequeue()
    assert drained(sess, x) == [b"a", b"b"]
    for nothing in ([], None, "", np.zeros(0, object)):
        with pytest.raises(ValueError, match="non-null input tensor"):
            tf.train.string_input_producer(nothing)


def test_rows_and_slices(sess):
    x = tf.train.input_producer([[1, 2], [3, 4]], num_epochs=1, shuffle=False).dequeue()
    assert [v.tolist() for v in drained(sess, x)] == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match="element_shape"):
        tf.train.input_producer(tf.placeholder(tf.float32))
    with pytest.raises(ValueError, match="at least one tensor"):
        tf.train.slice_input_producer([])


def test_slices_of_several_tensors_belong_together(sess):
    numbers, words = tf.train.slice_input_producer([np.arange(5), list("abcde")], num_epochs=1)
    assert (numbers.shape, words.shape) == ((), ())
    pairs = drained(sess, [numbers, words])
    assert sorted(w for _, w in pairs) == [b"a", b"b", b"c", b"d", b"e"]
    assert all(w == b"abcde"[n : n + 1] for n, w in pairs)


def test_the_limit_of_epochs(sess):
    x = tf.train.limit_epochs(tf.constant(7), 2)
    assert tf.train.limit_epochs(tf.constant(7)).op.type == "Const"
    with pytest.raises(ValueError, match="must be > 0 not 0"):
        tf.train.limit_epochs(x, 0)
    sess.run(tf.local_variables_initializer())
    assert [sess.run(x), sess.run(x)] == [7, 7]
    with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 2"):
        sess.run(x)


def test_file_names_are_looked_up_once(sess, tmp_path):
    (tmp_path / "a").write_bytes(b"")
    v = tf.train.match_filenames_once(f"{tmp_path}/*")
    assert v.name == "matching_filenames:0" and v in tf.local_variables()
    sess.run(tf.local_variables_initializer())
    (tmp_path / "b").write_bytes(b"")
    assert sess.run(v).tolist() == [str(tmp_path / "a").encode()]


def test_files_are_read_line_by_line(sess, tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(f"{name}1,1.5\n{name}2,2.5\n")
    names = tf.train.string_input_producer(
        [str(tmp_path / "a"), str(tmp_path / "b")], num_epochs=1, shuffle=False
    )
    _, line = tf.TextLineReader().read(names)
    word, number = tf.train.batch(tf.decode_csv(line, [[""], [0.0]]), 2)
    got = drained(sess, [word, number])
    assert [w.tolist() for w, _ in got] == [[b"a1", b"a2"], [b"b1", b"b2"]]
    assert got[0][1].tolist() == [1.5, 2.5]
