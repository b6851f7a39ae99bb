"""Vectors as sets."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_unique_keeps_the_order_of_appearance(sess):
    y, idx = sess.run(tf.unique([4, 2, 4, 1]))
    assert (y.tolist(), idx.tolist()) == ([4, 2, 1], [0, 1, 0, 2])
    assert tf.unique([1], out_idx=tf.int64).idx.dtype is tf.int64
    with pytest.raises(ValueError, match="rank"):
        tf.unique([[1]])


def test_unique_with_counts(sess):
    found = sess.run(tf.unique_with_counts(["b", "a", "b"]))
    assert found.y.tolist() == [b"b", b"a"]
    assert found.idx.tolist() == [0, 1, 0]
    assert found.count.tolist() == [2, 1]


def test_setdiff1d(sess):
    out, idx = sess.run(tf.setdiff1d([5, 1, 5, 2], [1, 7]))
    assert (out.tolist(), idx.tolist()) == ([5, 5, 2], [0, 2, 3])
    assert tf.listdiff([1], [2]).out.op.type == "ListDiff"
