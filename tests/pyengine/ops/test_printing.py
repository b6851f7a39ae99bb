"""`tf.print`."""

import sys

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_tensors_and_text(sess, capsys):
    x = tf.constant([1.5, 2.0])
    sess.run(tf.print("x:", x, {"k": tf.constant("s")}, [tf.constant(2), 3]))
    assert capsys.readouterr().err == "x: [1.5 2] {'k': \"s\"} [2, 3]\n"
    sess.run(tf.print(tf.constant("as it is"), output_stream=sys.stdout, end="|"))
    sess.run(tf.print(tf.range(9), "{}", sep="-", summarize=1, output_stream=sys.stdout))
    assert capsys.readouterr().out == "as it is|[0 ... 8]-{}\n"


def test_it_runs_where_others_wait_for_it(sess, capsys):
    with tf.control_dependencies([tf.print("seen")]):
        y = tf.identity(tf.constant(1))
    assert sess.run(y) == 1
    assert "seen" in capsys.readouterr().err


def test_a_file(sess, tmp_path):
    path = tmp_path / "log.txt"
    sess.run(tf.print(tf.constant(3), output_stream=f"file://{path}"))
    assert path.read_text() == "3\n"


def test_what_is_refused():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="output stream"):
            tf.print("a", output_stream="nowhere")
        with pytest.raises(ValueError, match="keyword"):
            tf.print("a", file=sys.stdout)


def test_the_time_of_a_run():
    with tf.Graph().as_default(), tf.Session() as sess:
        first = sess.run(tf.timestamp())
        assert first.dtype == "float64"
        assert 0 <= sess.run(tf.timestamp()) - first < 60
