"""Layers of contrib."""

import numpy as np
import pytest

import pyengine as tf

layers = tf.contrib.layers
X = np.random.default_rng(0).normal(size=(2, 6, 6, 3)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_fully_connected(sess):
    x = X[:, 0, 0]
    y = layers.fully_connected(x, 4, outputs_collections="out")
    assert [v.name for v in tf.model_variables()] == [
        "fully_connected/weights:0", "fully_connected/biases:0",
    ]  # fmt: skip
    assert y.op.name == "fully_connected/Relu"
    assert tf.get_collection("out") == [y]
    sess.run(tf.global_variables_initializer())
    w = sess.run(tf.model_variables()[0])
    np.testing.assert_allclose(sess.run(y), np.maximum(x @ w, 0), rtol=1e-5)
    deep = layers.linear(X, 5, biases_initializer=None, scope="deep")
    assert deep.shape.as_list() == [2, 6, 6, 5]
    layers.fully_connected(X, 5, None, scope="deep", reuse=True, biases_initializer=None)
    assert len(tf.trainable_variables()) == 3
    with pytest.raises(ValueError, match="num_outputs"):
        layers.fully_connected(x, "4")


def test_regularization_and_collections(sess):
    layers.fully_connected(
        X[:, 0, 0], 4, weights_regularizer=layers.l2_regularizer(0.1),
        variables_collections={"weights": ["mine"]}, trainable=False,
    )  # fmt: skip
    assert len(tf.losses.get_regularization_losses()) == 1
    assert [v.op.name for v in tf.get_collection("mine")] == ["fully_connected/weights"]
    assert tf.trainable_variables() == []


def test_convolutions_and_pools(sess):
    y = layers.conv2d(X, 4, 3, stride=2)
    assert y.op.name == "Conv/Relu"
    assert y.shape.as_list() == [2, 3, 3, 4]
    assert layers.conv1d(X[:, 0], 4, 3, padding="VALID").shape.as_list() == [2, 4, 4]
    assert layers.conv3d(X[:, None], 4, [1, 3, 3]).shape.as_list() == [2, 1, 6, 6, 4]
    first = layers.conv2d(X.transpose(0, 3, 1, 2), 4, 3, data_format="NCHW", rate=2)
    assert first.shape.as_list() == [2, 4, 6, 6]
    normal = layers.conv2d(X, 4, 3, normalizer_fn=layers.batch_norm, scope="bn")
    assert "bn/biases" not in [v.op.name for v in tf.global_variables()]
    assert layers.max_pool2d(X, 2).shape.as_list() == [2, 3, 3, 3]
    assert layers.avg_pool2d(X, [3, 3], 1, "SAME").shape.as_list() == [2, 6, 6, 3]
    assert layers.flatten(y).shape.as_list() == [2, 36]
    sess.run(tf.global_variables_initializer())
    assert sess.run([normal, first])[0].shape == (2, 6, 6, 4)
    with pytest.raises(ValueError, match="rank"):
        layers.conv2d(X[0], 4, 3)


def test_stacks(sess):
    x = X[:, 0, 0]
    y = layers.stack(x, layers.fully_connected, [8, 5], activation_fn=tf.nn.tanh)
    assert y.op.name == "Stack/fully_connected_2/Tanh"
    assert layers.repeat(x, 3, layers.fully_connected, 7).shape.as_list() == [2, 7]
    assert len(tf.trainable_variables()) == 10
    with pytest.raises(ValueError, match="stack_args"):
        layers.stack(x, layers.fully_connected, 3)


def test_others(sess):
    on = sess.run(layers.dropout(tf.ones([50, 50]), 0.8, seed=1))
    assert set(on.ravel().tolist()) == {0.0, 1.25}
    assert sess.run(layers.dropout(X, 0.8, is_training=False)).tolist() == X.tolist()
    assert sess.run(layers.one_hot_encoding([1, 0], 3)).tolist() == [[0, 1, 0], [1, 0, 0]]
    y = layers.bias_add(X, tf.nn.relu, tf.ones_initializer())
    sess.run(tf.global_variables_initializer())
    np.testing.assert_allclose(sess.run(y), np.maximum(X + 1, 0), rtol=1e-6)
