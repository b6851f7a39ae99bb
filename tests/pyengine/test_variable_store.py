"""New and shared variables."""

import pytest

import pyengine as tf
from pyengine.variable_store import variable_store


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_sharing_must_be_asked_for(sess):
    with tf.variable_scope("s"):
        v = tf.get_variable("v", [2])
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("v") is v
        assert tf.get_variable("v", [2]) is v
        with tf.variable_scope("inner"), pytest.raises(ValueError, match="does not exist"):
            tf.get_variable("v", [1])
    with tf.variable_scope("s"), pytest.raises(ValueError, match="already exists"):
        tf.get_variable("v", [2])
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("v", [2]) is v
        assert tf.get_variable("new", [2]).name == "s/new:0"
    with tf.variable_scope("s") as scope:
        scope.reuse_variables()
        assert tf.get_variable("v") is v


def test_a_shared_variable_has_its_shape_and_dtype(sess):
    tf.get_variable("v", [2])
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        with pytest.raises(ValueError, match=r"specified shape \(3,\) and found shape \(2,\)"):
            tf.get_variable("v", [3])
        with pytest.raises(ValueError, match="specified dtype int32"):
            tf.get_variable("v", [2], tf.int32)


def test_initial_values(sess):
    constant = tf.get_variable("c", initializer=[1.0, 2.0])
    integers = tf.get_variable("i", [2], tf.int32)
    local = tf.get_local_variable("l", [2], initializer=tf.ones_initializer())
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    assert sess.run(constant).tolist() == [1.0, 2.0]
    assert sess.run(integers).tolist() == [0, 0]
    assert tf.local_variables() == [local]
    assert local not in tf.trainable_variables()


def test_each_graph_has_one_store(sess):
    v = tf.get_variable("v", [1])
    store = variable_store(tf.get_default_graph())
    assert store is variable_store(tf.get_default_graph())
    assert store.variables == {"v": v}
    with tf.Graph().as_default() as other:
        assert variable_store(other) is not store


def test_a_variable_is_whole_or_in_parts(sess):
    halves = tf.fixed_size_partitioner(2)
    tf.get_variable("whole", [4])
    tf.get_variable("parts", [4], partitioner=halves)
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        with pytest.raises(ValueError, match="an unpartitioned version"):
            tf.get_variable("whole", [4], partitioner=halves)
        with pytest.raises(ValueError, match="PartitionedVariable other does not exist"):
            tf.get_variable("other", [4], partitioner=halves)
        assert tf.get_variable("parts").shape.as_list() == [4]
        with pytest.raises(ValueError, match="specified shape"):
            tf.get_variable("parts", [5], partitioner=halves)
    with pytest.raises(ValueError, match="a partitioned version"):
        tf.get_variable("parts", [4])
    with pytest.raises(ValueError, match="must be callable"):
        tf.get_variable("bad", [4], partitioner=2)
