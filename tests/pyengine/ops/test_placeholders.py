"""Tensors whose values are fed."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_placeholders(sess):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    assert x.shape == [None, 3]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"dtype float and shape \[\?,3\]"):
        sess.run(x)
    p = tf.placeholder_with_default([1.0], [None])
    assert sess.run(p).tolist() == [1.0]
    assert sess.run(p, {p: [1.0, 2.0]}).tolist() == [1.0, 2.0]
