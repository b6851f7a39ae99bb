"""Pooling layers."""

import numpy as np
import pytest

import pyengine as tf

X = np.random.default_rng(0).normal(size=(2, 4, 6, 3)).astype(np.float32)


@pytest.mark.parametrize("kind", ["max", "average"])
def test_layers_are_the_ops(kind):
    op = getattr(tf.nn, {"max": "max_pool", "average": "avg_pool"}[kind])
    layers = [getattr(tf.layers, f"{kind}_pooling{n}d") for n in (1, 2, 3)]
    with tf.Graph().as_default(), tf.Session() as sess:
        wanted = sess.run(op(X, 2, 2, "VALID"))
        got = layers[1](X, 2, 2)
        np.testing.assert_array_equal(sess.run(got), wanted)
        assert got.op.name == f"{kind}_pooling2d/{'MaxPool' if kind == 'max' else 'AvgPool'}"
        first = layers[1](X.transpose(0, 3, 1, 2), 2, 2, data_format="channels_first")
        np.testing.assert_array_equal(sess.run(first), wanted.transpose(0, 3, 1, 2))
        line = sess.run(layers[0](X[:, 0], 2, 2))
        np.testing.assert_allclose(line, sess.run(op(X[:, :1], [1, 2], [1, 2], "VALID"))[:, 0])
        volume = sess.run(layers[2](X[:, None], (1, 2, 2), (1, 2, 2)))
        np.testing.assert_allclose(volume[:, 0], wanted)
        assert layers[1](X, 3, 2, "same").shape.as_list() == [2, 2, 3, 3]


def test_refusals():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="pool_size"):
            tf.layers.max_pooling2d(X, (2, 2, 2), 2)
        made = tf.layers.MaxPooling2D(2, 2).compute_output_shape([None, 4, 4, 1])
        assert made.as_list() == [None, 2, 2, 1]
