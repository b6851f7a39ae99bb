"""Variables listed and initialized."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_collections_list_them(sess):
    a = tf.Variable(1.0)
    b = tf.Variable(1.0, trainable=False)
    c = tf.Variable(1.0, trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    assert tf.global_variables() == [a, b]
    assert tf.trainable_variables() == [a]
    assert tf.local_variables() == [c]
    sess.run(tf.local_variables_initializer())
    assert sess.run(c) == 1.0
    with pytest.raises(tf.errors.FailedPreconditionError):
        sess.run(a)


def test_initializers_without_variables_do_nothing(sess):
    assert sess.run(tf.global_variables_initializer()) is None


def test_old_names_are_there():
    assert tf.initialize_all_variables is tf.global_variables_initializer
    assert tf.all_variables is tf.global_variables
