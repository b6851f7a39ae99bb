"""Variables in parts."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_parts_are_variables_and_join_to_the_whole(sess):
    value = np.arange(10.0).reshape(5, 2)
    w = tf.get_variable("w", initializer=tf.constant(value), partitioner=_halves())
    assert [v.name for v in w] == ["w/part_0:0", "w/part_1:0"]
    assert [v.shape.as_list() for v in w] == [[3, 2], [2, 2]]
    assert (w.name, w.shape.as_list(), w.dtype, len(w)) == ("w", [5, 2], tf.float64, 2)
    assert tf.trainable_variables() == list(w)
    sess.run(tf.global_variables_initializer())
    np.testing.assert_array_equal(sess.run(w + 0.0), value)
    assert w.as_tensor().op.name == "w_1"
    sess.run(w.assign_add(np.ones((5, 2))))
    np.testing.assert_array_equal(sess.run(w.as_tensor()), value + 1)
    sess.run(w.assign([np.zeros((3, 2)), np.ones((2, 2))]))
    np.testing.assert_array_equal(sess.run(w.as_tensor())[:, 0], [0, 0, 0, 1, 1])


def _halves():
    return tf.fixed_size_partitioner(2)


def test_initializers_see_which_part_they_make(sess):
    seen = []

    def initializer(shape, dtype, partition_info):
        seen.append((list(shape), partition_info.full_shape, partition_info.var_offset))
        return tf.zeros(shape, dtype)

    tf.get_variable("w", [5, 2], initializer=initializer, partitioner=_halves())
    assert seen == [([3, 2], [5, 2], [0, 0]), ([2, 2], [5, 2], [3, 0])]
    eye = tf.get_variable(
        "eye", [4, 4], initializer=tf.initializers.identity, partitioner=_halves()
    )
    sess.run(tf.global_variables_initializer())
    np.testing.assert_array_equal(sess.run(eye.as_tensor()), np.eye(4))


def test_scopes_divide_and_share(sess):
    with tf.variable_scope("s", partitioner=_halves()) as scope:
        w = tf.get_variable("w", [4])
        scalar = tf.get_variable("scalar", [], initializer=tf.zeros_initializer())
    assert scalar.op.name == "s/scalar"
    with tf.variable_scope(scope, reuse=True):
        assert tf.get_variable("w", [4]) is w
        with pytest.raises(ValueError, match="specified shape"):
            tf.get_variable("w", [5])
        with pytest.raises(ValueError, match="does not exist"):
            tf.get_variable("other", [5])
    with pytest.raises(ValueError, match="already exists"):
        tf.get_variable("s/w", [4], partitioner=_halves())
    with pytest.raises(ValueError, match="No partitioner was provided"):
        tf.get_variable("s/w", [4])
    tf.get_variable("one", [4])
    with pytest.raises(ValueError, match="unpartitioned version"):
        tf.get_variable("one", [4], partitioner=_halves())


@pytest.mark.parametrize(
    ("partitioner", "text"),
    [
        (3, "must be callable"),
        (lambda shape, dtype: 4, "must return a sequence"),
        (lambda shape, dtype: [2], "does not match the Variable's rank"),
        (lambda shape, dtype: [2, 2], "along one dimension"),
        (lambda shape, dtype: [0, 2], "zero partitions"),
    ],
)
def test_answers_that_cannot_be_used(sess, partitioner, text):
    with pytest.raises(ValueError, match=text):
        tf.get_variable("w", [4, 2], partitioner=partitioner)


def test_checkpoints_hold_the_whole(sess, tmp_path):
    w = tf.get_variable("w", [5], initializer=tf.ones_initializer(), partitioner=_halves())
    tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(w * 2.0))
    sess.run(tf.global_variables_initializer())
    sess.run(w.assign(np.arange(5.0)))
    path = tf.train.Saver().save(sess, str(tmp_path / "model"))
    assert tf.train.list_variables(path) == [("w", [5]), ("w/Momentum", [5])]
    with tf.Graph().as_default(), tf.Session() as other:
        whole = tf.get_variable("w", [5])
        tf.train.Saver().restore(other, path)
        np.testing.assert_array_equal(other.run(whole), np.arange(5.0))


def test_protos_keep_the_part(sess):
    w = tf.get_variable("a/w", [5, 2], partitioner=_halves())
    second = list(w)[1]
    again = tf.Variable.from_proto(second.to_proto())
    assert again._save_slice_info == second._save_slice_info
    assert again._save_slice_info.spec == "5 2 3,2:0,2"
    assert second.to_proto("a").save_slice_info_def.full_name == "w"


def test_embeddings_and_layers_take_parts(sess):
    table = tf.get_variable(
        "t", initializer=tf.constant(np.arange(10.0).reshape(5, 2)), partitioner=_halves()
    )
    found = tf.nn.embedding_lookup(table, [0, 4], partition_strategy="div")
    with tf.variable_scope("l", partitioner=_halves(), regularizer=tf.reduce_sum):
        y = tf.layers.dense(tf.ones([2, 4]), 3)
    sess.run(tf.global_variables_initializer())
    np.testing.assert_array_equal(sess.run(found), [[0, 1], [8, 9]])
    assert sess.run(y).shape == (2, 3)
    assert len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) == 4


def test_create_partitioned_variables(sess):
    parts = tf.create_partitioned_variables([4, 2], [2, 1], tf.ones_initializer())
    assert [v.op.name for v in parts] == [f"PartitionedVariable/part_{i}" for i in (0, 1)]
    with pytest.raises(ValueError, match="must have the length"):
        tf.create_partitioned_variables([4, 2], [2], tf.ones_initializer())
