"""Iterators of all kinds."""

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

import pyengine as tf

D = tf.data.Dataset
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def test_an_initializable_iterator_starts_again(sess):
    iterator = tf.data.make_initializable_iterator(D.range(3))
    x = iterator.get_next()
    with pytest.raises(tf.errors.FailedPreconditionError, match="has not been initialized"):
        sess.run(x)
    sess.run(iterator.initializer)
    assert sess.run([x, x]) == [0, 0] and sess.run(x) == 1
    sess.run(iterator.initializer)
    assert sess.run(x) == 0


def test_a_one_shot_iterator_starts_by_itself_in_each_session(sess):
    iterator = tf.data.make_one_shot_iterator(D.range(2))
    x = iterator.get_next()
    assert [sess.run(x), sess.run(x)] == [0, 1]
    with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
        sess.run(x)
    with pytest.raises(ValueError, match="does not have an initializer"):
        iterator.initializer
    with tf.Session() as other:
        assert other.run(x) == 0


def test_a_one_shot_iterator_depends_on_nothing():
    p, v = tf.placeholder(tf.int64, []), tf.Variable(np.int64(3))
    for dataset, message in (
        (D.range(p), "placeholder"),
        (D.range(2).map(lambda x: x + p), "placeholder"),
        (D.range(v), "stateful node"),
        (D.from_tensors(tf.random_uniform([])), "stateful node"),
    ):
        with pytest.raises(ValueError, match=f"Cannot capture a {message}"):
            dataset.make_one_shot_iterator()


def test_a_one_shot_iterator_goes_through_a_graph_def(sess):
    step = tf.constant(5, tf.int64)
    D.range(3).map(lambda x: x + step).batch(2).make_one_shot_iterator().get_next(name="rows")
    graph_def = tf.get_default_graph().as_graph_def()
    with tf.Graph().as_default(), tf.Session() as other:
        (rows,) = tf.import_graph_def(graph_def, return_elements=["rows:0"], name="")
        assert [other.run(rows).tolist() for _ in range(2)] == [[5, 6], [7]]
        with pytest.raises(tf.errors.OutOfRangeError):
            other.run(rows)


def test_one_iterator_for_several_data_sets(sess):
    iterator = tf.data.Iterator.from_structure(tf.int64, [])
    train, test = (iterator.make_initializer(d) for d in (D.range(2), D.range(10, 12)))
    x = iterator.get_next()
    for start, wanted in ((train, 0), (test, 10), (train, 0)):
        sess.run(start)
        assert sess.run(x) == wanted
    for wrong in (D.from_tensors(1.0), D.from_tensors(np.zeros(2, np.int64)), D.zip((D.range(1),))):
        with pytest.raises(TypeError, match="Expected"):
            iterator.make_initializer(wrong)


def test_the_iterator_is_fed(sess):
    handle = tf.placeholder(tf.string, [])
    x = tf.data.Iterator.from_string_handle(handle, tf.int64, []).get_next()
    once, again = D.range(3).make_one_shot_iterator(), D.range(7, 9).make_initializable_iterator()
    sess.run(again.initializer)
    handles = sess.run([once.string_handle(), again.string_handle("handle")])
    assert [sess.run(x, {handle: h}) for h in handles * 2] == [0, 7, 1, 8]
    with pytest.raises(tf.errors.InvalidArgumentError, match="No iterator"):
        sess.run(x, {handle: "other"})
    wrong = tf.data.Iterator.from_string_handle(handle, tf.float32).get_next()
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected float32 but got int64"):
        sess.run(wrong, {handle: handles[0]})


def test_what_elements_are():
    d = D.from_tensors({"a": [1.0]})
    for x in (d, d.make_one_shot_iterator()):
        assert tf.data.get_output_types(x) == {"a": tf.float32}
        assert tf.data.get_output_shapes(x)["a"].as_list() == [1]
        assert tf.data.get_output_classes(x) == {"a": tf.Tensor}


def test_closing_the_session_ends_the_wait_for_an_element():
    go = threading.Event()

    def slow():
        go.wait(20)
        yield 1

    sess, caught = tf.Session(), []
    x = D.from_generator(slow, tf.int32).prefetch(1).make_one_shot_iterator().get_next()

    def work():
        try:
            sess.run(x)
        except tf.errors.CancelledError as error:
            caught.append(error.message)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for t in threads:
        t.start()
    while not threads[0].is_alive():
        pass
    threading.Timer(0.1, sess.close).start()
    for t in threads:
        t.join(10)
    go.set()
    assert caught == ["GetNext operation was cancelled"] * 2


def test_ctrl_c_ends_the_wait_for_an_element():
    code = """
        import os, signal, threading, time
        import pyengine as tf
        signal.signal(signal.SIGINT, signal.default_int_handler)
        def slow():
            time.sleep(100)
            yield 1
        data = tf.data.Dataset.from_generator(slow, tf.int32).prefetch(1)
        sess, x = tf.Session(), data.make_one_shot_iterator().get_next()
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            sess.run(x)
        except KeyboardInterrupt:
            print(sess.run(tf.constant(1)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("1\n", "")
