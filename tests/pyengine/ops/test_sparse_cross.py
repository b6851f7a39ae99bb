"""Crosses of features. The hashes are TensorFlow's."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def words():
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0]], ["a", "b", "c"], [2, 2])


def numbers():
    return tf.SparseTensor([[0, 0], [1, 0], [1, 1]], [1, 2, 3], [2, 3])


def test_texts(sess):
    found = tf.sparse.cross([words(), numbers(), tf.constant([["x"], ["y"]])])
    assert found.indices.shape.as_list() == [None, 2]
    indices, values, shape = sess.run(found)
    assert values.tolist() == [b"a_X_1_X_x", b"b_X_1_X_x", b"c_X_2_X_y", b"c_X_3_X_y"]
    assert indices.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert shape.tolist() == [2, 2]
    other = sess.run(tf.sparse.cross([words(), tf.constant([["x"], ["y"]])], separator="|"))
    assert other.values.tolist() == [b"a|x", b"b|x", b"c|y"]


def test_rows_without_features(sess):
    some = tf.SparseTensor([[1, 0]], ["q"], [2, 1])
    found = sess.run(tf.sparse.cross([words(), some]))
    assert found.indices.tolist() == [[1, 0]]
    assert found.dense_shape.tolist() == [2, 1]


def test_hashes(sess):
    def of(inputs, **options):
        return sess.run(tf.sparse.cross_hashed(inputs, **options)).values.tolist()

    dense = tf.constant([["x"], ["y"]])
    assert of([words(), numbers(), dense], num_buckets=1000) == [67, 601, 244, 271]
    large = of([words(), words()])
    assert large[:2] == [3112133398209135108, 5527121959452899179]
    assert of([words(), numbers()], hash_key=5)[0] == 151159793336208921
    assert of([numbers(), tf.constant([[-4], [7]])], num_buckets=10) == [7, 7, 3]


def test_what_does_not_fit(sess):
    with pytest.raises(TypeError, match="must be a list"):
        tf.sparse.cross(words())
    for other in (tf.constant([["x"]]), tf.constant(["x"])):
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(tf.sparse.cross([words(), other]))
    outside = tf.SparseTensor([[5, 0]], ["q"], [2, 1])
    with pytest.raises(tf.errors.InvalidArgumentError, match="row 5"):
        sess.run(tf.sparse.cross([words(), outside]))
