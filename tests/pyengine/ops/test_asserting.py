"""`Assert` and `Print`. The texts were checked against TensorFlow 1.15's."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.asserting import summarized


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("value", "limit", "text"),
    [
        (np.float32(0.1), 3, "0.1"),
        (np.arange(5), 3, "0 1 2..."),
        (np.arange(3), 3, "0 1 2"),
        (np.arange(6).reshape(2, 3), -1, "[0 1 2][3 4 5]"),
        (np.arange(6).reshape(2, 3), 4, "[0 1 2][3...]..."),
        (np.array([True, False]), 3, "1 0"),
        (np.array([b"a", b"b"], object), 3, "a b"),
        (np.float32(1 / 3), 3, "0.333333343"),
        (np.array([1e-10, np.nan], np.float32), 3, "1e-10 nan"),
        (np.array([1 + 2j]), 3, "(1,2)"),
        (np.zeros((0,)), 3, ""),
    ],
)
def test_the_text_of_a_tensor(value, limit, text):
    assert summarized(value, limit) == text


def test_an_assert_fails_with_its_data(sess):
    x = tf.placeholder(tf.float32, [None])
    with tf.control_dependencies([tf.Assert(tf.reduce_all(x > 0), ["x", x], summarize=2)]):
        y = tf.identity(x)
    assert sess.run(y, {x: [1.0]}).tolist() == [1.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"failed: \[x\]\n\[0 1...\]"):
        sess.run(y, {x: [0.0, 1.0, 2.0]})


def test_an_assert_of_text_and_int32_needs_no_branch(sess):
    assert tf.Assert(tf.constant(True), ["x", 1]).type == "Assert"
    assert tf.Assert(tf.constant(True), [1.0]).type == "Merge"
    with pytest.raises(tf.errors.InvalidArgumentError, match="scalar"):
        sess.run(tf.Assert(tf.constant([True]), ["x"]))


def test_print_writes_to_the_standard_error(sess, capfd):
    x = tf.constant([1.0, 2.0, 3.0, 4.0])
    y = tf.Print(x, [x, tf.constant("a")], message="x: ", first_n=2, summarize=2)
    for _ in range(3):
        assert sess.run(y).tolist() == [1.0, 2.0, 3.0, 4.0]
    assert capfd.readouterr().err == "x: [1 2...][a]\n" * 2
    (g,) = tf.gradients(y * 2.0, x)
    assert sess.run(g).tolist() == [2.0] * 4


def test_print_in_a_loop(sess, capfd):
    z = tf.while_loop(lambda i: i < 3, lambda i: tf.Print(i, [i], "i=") + 1, [0])
    assert sess.run(z) == 3
    assert capfd.readouterr().err == "i=[0]\ni=[1]\ni=[2]\n"
