"""Python functions as ops. What they get and what they may give is as in TensorFlow."""

import gc
import threading

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_what_the_function_gets(sess):
    seen = []
    given = [tf.constant(1.0), tf.constant([1, 2]), tf.constant("ab"), tf.constant(["a", "b"])]
    op = tf.py_func(lambda *a: seen.extend(a), given, [])
    assert op.type == "PyFunc"
    sess.run(op)
    assert [type(v) for v in seen] == [np.float32, np.ndarray, bytes, np.ndarray]
    assert seen[3].tolist() == [b"a", b"b"]


def test_several_results(sess):
    out = tf.py_func(lambda a: (a, np.array(["x", "y"])), [[1.0]], [tf.float32, tf.string])
    first, second = sess.run(out)
    assert first.tolist() == [1.0]
    assert second.tolist() == [b"x", b"y"]
    assert out[0].shape.ndims is None
    assert sess.run(tf.py_func(lambda: "abc", [], tf.string)) == b"abc"
    (only,) = tf.py_func(lambda: np.float32(2), [], [tf.float32])
    assert sess.run(only) == 2.0


def test_the_function_may_write_into_what_it_gets(sess):
    def add_one(a):
        a += 1
        return a

    x = tf.constant([1.0, 2.0])
    y = tf.py_func(add_one, [x], tf.float32)
    assert [v.tolist() for v in sess.run([y, x])] == [[2.0, 3.0], [1.0, 2.0]]


def raising(error):
    def f(*_):
        raise error

    return f


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (ValueError("v"), tf.errors.InvalidArgumentError),
        (TypeError("t"), tf.errors.InvalidArgumentError),
        (StopIteration("s"), tf.errors.OutOfRangeError),
        (MemoryError("m"), tf.errors.ResourceExhaustedError),
        (NotImplementedError("n"), tf.errors.UnimplementedError),
        (KeyError("k"), tf.errors.UnknownError),
        (ZeroDivisionError("z"), tf.errors.UnknownError),
        (IndexError("i"), tf.errors.UnknownError),
    ],
)
def test_errors_are_those_of_tensorflow(sess, error, wanted):
    y = tf.py_func(raising(error), [1.0], tf.float32)
    with pytest.raises(wanted, match=type(error).__name__) as caught:
        sess.run(y)
    assert caught.value.op is y.op


@pytest.mark.parametrize(
    ("result", "types", "message"),
    [
        (1.0, tf.float32, "0-th value returned by pyfunc_.* is float64, but expects float32"),
        ([1.0, 2.0], tf.float64, "returns 2 values, but expects to see 1"),
        (None, tf.float32, "NoneType"),
        (1, [], "returns 1 values, but expects to see 0"),
        ([b"a", 1], [tf.string, tf.string], "1-th value"),
    ],
)
def test_results_of_another_kind_are_refused(sess, result, types, message):
    y = tf.py_func(lambda: result, [], types)
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        sess.run(y)


def test_a_stateless_function_may_be_called_once_for_all(sess):
    calls = []
    f = lambda: calls.append(1) or np.float32(1)  # noqa: E731
    stateless, stateful = (
        tf.py_func(f, [], tf.float32, stateful=False),
        tf.numpy_function(f, [], tf.float32),
    )
    assert stateless.op.type == "PyFuncStateless"
    for _ in range(3):
        sess.run(stateless)
    assert len(calls) == 1
    for _ in range(3):
        sess.run(stateful)
    assert len(calls) == 4


def test_it_runs_in_the_callers_thread(sess):
    seen = []
    op = tf.py_func(lambda: seen.append(threading.get_ident()), [], [])
    sess.run(op)
    assert seen == [threading.get_ident()]


def test_in_a_loop(sess):
    f = lambda i: np.int32(i * 2 + 1)  # noqa: E731

    def body(i):
        following = tf.py_func(f, [i], tf.int32)
        following.set_shape([])
        return following

    assert sess.run(tf.while_loop(lambda i: i < 50, body, [1])) == 63


def test_the_function_lives_as_long_as_its_graph():
    import weakref

    class Callable:
        def __call__(self):
            return np.float32(1)

    function = Callable()
    alive = weakref.ref(function)
    graph = tf.Graph()
    with graph.as_default(), tf.Session() as sess:
        y = tf.py_func(function, [], tf.float32)
        del function
        gc.collect()
        assert sess.run(y) == 1.0
    del graph, y, sess
    gc.collect()
    assert alive() is None


def test_only_functions_are_taken():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="callable"):
        tf.py_func(5, [], tf.float32)


class OfOtherLanguage:
    """A function of a language that has only doubles, 32-bit integers and text."""

    only_wide_numbers = True

    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return self.function(*args)


def test_wide_numbers_are_cast_to_what_is_wanted(sess):
    def run(function, dtype, *given):
        return sess.run(tf.py_func(OfOtherLanguage(function), list(given), dtype))

    x = tf.constant([1.0, 2.0])
    assert run(lambda a: a.astype("float64") * 2, tf.float32, x).dtype == np.float32
    assert run(lambda a: [1.0, 2.0, 3.0], tf.float32, x).tolist() == [1.0, 2.0, 3.0]
    assert run(lambda a: 5, tf.int64, x) == 5
    assert run(lambda a: a + "!", tf.string, tf.constant("ab")) == b"ab!"
    assert run(lambda a: isinstance(a, bytes), tf.bool, tf.constant(b"\xff"))
    two = tf.py_func(OfOtherLanguage(lambda: [[1.0], 2.0]), [], [tf.float32, tf.float32])
    assert [v.tolist() for v in sess.run(two)] == [[1.0], 2.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="float64, but expects int32"):
        run(lambda a: 1.5, tf.int32, x)
