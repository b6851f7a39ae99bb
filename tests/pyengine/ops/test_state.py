"""State ops on their own; variables, which are made of them, have tests too."""

import pytest

import pyengine as tf
from pyengine.ops.state import variable_v2


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_a_bare_reference_is_assigned_read_and_updated(sess):
    ref = variable_v2(shape=tf.TensorShape([2]), dtype=tf.float32)
    assert ref.dtype is tf.float32.as_ref
    assert not sess.run(tf.is_variable_initialized(ref))
    assert sess.run(tf.assign(ref, [1.0, 2.0])).tolist() == [1.0, 2.0]
    assert sess.run(tf.assign_add(ref, [1.0, 1.0])).tolist() == [2.0, 3.0]
    assert sess.run(tf.assign_sub(ref, [1.0, 1.0])).tolist() == [1.0, 2.0]
    assert sess.run(tf.is_variable_initialized(ref))


def test_an_assignment_gives_a_reference_that_can_be_assigned_again(sess):
    v = tf.Variable(1.0)
    twice = tf.assign_add(tf.assign(v, 5.0), 1.0)
    assert sess.run(twice) == 6.0


def test_an_update_of_nothing_is_refused(sess):
    v = tf.Variable(1.0, name="v")
    with pytest.raises(tf.errors.FailedPreconditionError, match="v"):
        sess.run(tf.assign_add(v, 1.0))


def test_static_shapes_must_match():
    with tf.Graph().as_default():
        v = tf.Variable([1.0, 2.0])
        for update in (tf.assign, tf.assign_add, tf.assign_sub):
            with pytest.raises(ValueError, match="not compatible"):
                update(v, [1.0, 2.0, 3.0])
