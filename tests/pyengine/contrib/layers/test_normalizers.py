"""Normalization of contrib."""

import numpy as np
import pytest

import pyengine as tf

layers = tf.contrib.layers
X = np.random.default_rng(0).normal(1.0, 2.0, size=(8, 4, 4, 3)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_batch_norm(sess):
    y = layers.batch_norm(X, decay=0.5)
    assert [v.name for v in tf.model_variables()] == [
        "BatchNorm/beta:0", "BatchNorm/moving_mean:0", "BatchNorm/moving_variance:0",
    ]  # fmt: skip
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    assert len(updates) == 2
    z = layers.batch_norm(X, updates_collections=None, scope="now", decay=0.5, scale=True)
    assert len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) == 2
    sess.run(tf.global_variables_initializer())
    assert abs(sess.run([y, *updates])[0].mean()) < 1e-5
    sess.run(z)
    mean = next(v for v in tf.global_variables() if v.op.name == "now/moving_mean")
    np.testing.assert_allclose(sess.run(mean), X.mean((0, 1, 2)) / 2, rtol=1e-4)
    with pytest.raises(NotImplementedError):
        layers.batch_norm(X, batch_weights=[1.0])


def test_layer_norm(sess):
    y = layers.layer_norm(X)
    sess.run(tf.global_variables_initializer())
    got = sess.run(y)
    np.testing.assert_allclose(got.mean((1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(got.std((1, 2, 3)), 1, rtol=1e-4)
    assert [v.shape.as_list() for v in tf.trainable_variables()] == [[3], [3]]
    with pytest.raises(ValueError, match="rank"):
        layers.layer_norm(tf.placeholder(tf.float32))
    np.testing.assert_allclose(sess.run(layers.unit_norm([[3.0, 4.0]], 1)), [[0.6, 0.8]], rtol=1e-5)
