"""Ops for order alone."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_a_group_runs_all_of_its_inputs(sess):
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    assert sess.run(tf.group(a.initializer, [b.initializer, None])) is None
    assert sess.run([a, b]) == [1.0, 2.0]


def test_a_group_takes_graph_elements_only(sess):
    with pytest.raises(TypeError, match="float"):
        tf.group(1.5)
    with pytest.raises(ValueError, match="Unknown keyword"):
        tf.group(tf.no_op(), nam="x")


def test_a_tuple_waits_for_all(sess):
    v = tf.Variable(1.0)
    sess.run(v.initializer)
    first, none, second = tf.tuple([tf.constant(1.0), None, v.assign(5.0)])
    assert none is None
    assert sess.run(first) == 1.0
    assert sess.run(v) == 5.0
    assert sess.run(second) == 5.0
    with pytest.raises(ValueError, match="at least one"):
        tf.tuple([None])


def test_a_no_op_does_nothing(sess):
    assert sess.run(tf.no_op()) is None


def test_the_names_of_a_tuple_are_tensorflows(sess):
    v = tf.Variable([1.0], name="v")
    rows = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]), tf.constant([2, 1]))
    before = tf.no_op()
    a, b, c, d = tf.tuple([tf.constant(1.0), v, rows, tf.no_op()], "t", [before])
    assert [a.op.name, b.op.name, c.values.op.name] == [
        "t/control_dependency", "t/control_dependency_1", "t/control_dependency_2",
    ]  # fmt: skip
    assert b.op.inputs[0].op.name == "v/read"
    assert c.dense_shape is rows.dense_shape
    assert d.type == "NoOp"
    sess.run(d)
