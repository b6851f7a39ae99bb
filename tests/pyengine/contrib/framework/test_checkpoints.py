"""Values from checkpoints and dictionaries."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.contrib import framework


@pytest.fixture
def path(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable(np.arange(4.0), name="w")
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, str(tmp_path / "model"))


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_values_by_name(sess):
    v = tf.Variable([1.0, 2.0], name="v")
    framework.assign_from_values_fn({"v": [3.0, 4.0]})(sess)
    assert sess.run(v).tolist() == [3, 4]
    with pytest.raises(ValueError, match="Total size"):
        framework.assign_from_values({"v": [1.0]})
    with pytest.raises(ValueError, match="find variable"):
        framework.assign_from_values({"x": [1.0]})


def test_values_of_a_checkpoint(sess, path):
    w = tf.Variable(np.zeros((2, 2)), name="w")
    x = tf.Variable(np.zeros(2), name="x")
    op, feeds = framework.assign_from_checkpoint(path, [w, x], ignore_missing_vars=True)
    sess.run(op, feeds)
    assert sess.run(w).tolist() == [[0, 1], [2, 3]]
    with pytest.raises(ValueError, match="missing"):
        framework.assign_from_checkpoint(path, [x])
    parts = tf.get_variable("w2", [4], tf.float64, partitioner=tf.fixed_size_partitioner(2))
    sess.run(*framework.assign_from_checkpoint(path, {"w": list(parts)}))


def test_parts_of_a_checkpoints_variable(sess, path):
    parts = tf.get_variable("w", [4], tf.float64, partitioner=tf.fixed_size_partitioner(2))
    sess.run(*framework.assign_from_checkpoint(path, list(parts)))
    assert sess.run(list(parts)[1]).tolist() == [2, 3]


def test_functions_that_restore(sess, path):
    w = tf.Variable(np.zeros(4), name="w")
    x = tf.Variable(np.zeros(4), name="x")
    framework.assign_from_checkpoint_fn(path, [w, x], ignore_missing_vars=True)(sess)
    assert sess.run(w).tolist() == [0, 1, 2, 3]
    assert framework.assign_from_checkpoint_fn(path, [x], ignore_missing_vars=True) is None
    with pytest.raises(ValueError, match="empty"):
        framework.assign_from_checkpoint_fn(path, [])
    assert framework.list_variables(path) == [("w", [4])]
