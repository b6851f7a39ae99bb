"""Batch normalization as a layer."""

import numpy as np
import pytest

import pyengine as tf

X = np.random.default_rng(0).normal(2.0, 3.0, size=(8, 2, 2, 3)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("fused", [None, False])
@pytest.mark.parametrize("fed", [True, False])
def test_training_and_inference(sess, fused, fed):
    training = tf.placeholder(tf.bool, []) if fed else True
    layer = tf.layers.BatchNormalization(fused=fused, momentum=0.75)
    y = layer(X, training=training)
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    assert updates == layer.updates
    sess.run(tf.global_variables_initializer())
    got, *_ = sess.run([y, *updates], {training: True} if fed else {})
    flat = X.reshape(-1, 3)
    np.testing.assert_allclose(
        got, (X - flat.mean(0)) / np.sqrt(flat.var(0) + 1e-3), rtol=1e-3, atol=1e-4
    )
    mean, variance = sess.run([layer.moving_mean, layer.moving_variance])
    np.testing.assert_allclose(mean, 0.25 * flat.mean(0), rtol=1e-4)
    unbiased = flat.var(0, ddof=0 if fused is False else 1)
    np.testing.assert_allclose(variance, 0.75 + 0.25 * unbiased, rtol=1e-4)
    if fed:
        got, *_ = sess.run([y, *updates], {training: False})
        np.testing.assert_allclose(got, (X - mean) / np.sqrt(variance + 1e-3), rtol=1e-3, atol=1e-4)
        np.testing.assert_array_equal(sess.run(layer.moving_mean), mean)


def test_variables(sess):
    tf.layers.batch_normalization(X, center=False)
    tf.layers.batch_normalization(X, scale=False, axis=1, name="bn")
    assert [(v.name, v.shape.as_list()) for v in tf.global_variables()] == [
        ("batch_normalization/gamma:0", [3]), ("batch_normalization/moving_mean:0", [3]),
        ("batch_normalization/moving_variance:0", [3]), ("bn/beta:0", [2]),
        ("bn/moving_mean:0", [2]), ("bn/moving_variance:0", [2]),
    ]  # fmt: skip
    assert len(tf.trainable_variables()) == 2
    assert tf.get_collection(tf.GraphKeys.UPDATE_OPS) == []


def test_other_axes(sess):
    y = tf.layers.batch_normalization(X[:, :, 0], axis=1, training=True)
    z = tf.layers.batch_normalization(X, axis=[1, 3], training=True)
    half = tf.layers.batch_normalization(X[:, 0, 0].astype(np.float16), training=True)
    sess.run(tf.global_variables_initializer())
    y, z, half = sess.run([y, z, half])
    np.testing.assert_allclose(y.mean((0, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(z.mean((0, 2)), 0, atol=1e-5)
    assert half.dtype == np.float16


def test_refusals(sess):
    for wrong in ({"axis": 9}, {"fused": True, "axis": 2}):
        with pytest.raises(ValueError):
            tf.layers.batch_normalization(X, **wrong)
    with pytest.raises(ValueError, match="undefined `axis`"):
        tf.layers.batch_normalization(tf.placeholder(tf.float32, [2, None]))
    with pytest.raises(NotImplementedError, match="renorm"):
        tf.layers.batch_normalization(X, renorm=True)
