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
    for wrong in (
        {"renorm": True},
        {"virtual_batch_size": 2},
        {"adjustment": lambda size: (1, 0)},
    ):
        with pytest.raises(ValueError, match="fused=True"):
            tf.layers.batch_normalization(X, fused=True, **wrong)
    with pytest.raises(ValueError, match="contains keys not in"):
        tf.layers.batch_normalization(X, renorm=True, renorm_clipping={"max": 1})
    with pytest.raises(ValueError, match="positive integer"):
        tf.layers.batch_normalization(X, virtual_batch_size=0)
    with pytest.raises(ValueError, match="cannot include 0"):
        tf.layers.batch_normalization(X, axis=0, virtual_batch_size=2)
    with pytest.raises(ValueError, match="adjustment cannot"):
        tf.layers.batch_normalization(X, virtual_batch_size=2, adjustment=lambda shape: (1.0, 0.0))


# ---------------------------------------------------------------- renorm, virtual batches


class Renormalized:
    """Batch renormalization as in algorithm 1 of Ioffe (2017), with TensorFlow's averages."""

    def __init__(self, size, momentum, renorm_momentum, clipping, epsilon=1e-3):
        self.mean, self.stddev = np.zeros(size), np.ones(size)  # those of inference
        self.renorm_mean, self.renorm_stddev = np.zeros(size), np.ones(size)
        self.keep, self.renorm_keep = momentum, renorm_momentum
        self.clipping, self.epsilon = clipping, epsilon

    def train(self, x, axes):
        mean, stddev = x.mean(axes), np.sqrt(x.var(axes) + self.epsilon)
        r = np.clip(
            stddev / self.renorm_stddev, self.clipping.get("rmin", 0), self.clipping.get("rmax", 99)
        )
        most = self.clipping.get("dmax", 99)
        d = np.clip((mean - self.renorm_mean) / self.renorm_stddev, -most, most)
        self.renorm_mean += (1 - self.renorm_keep) * (mean - self.renorm_mean)
        self.renorm_stddev += (1 - self.renorm_keep) * (stddev - self.renorm_stddev)
        self.mean += (1 - self.keep) * (mean - self.mean)
        self.stddev += (1 - self.keep) * (stddev - self.stddev)
        wide = [slice(None) if i not in axes else None for i in range(x.ndim)]
        mean, stddev, r, d = (t[tuple(wide)] for t in (mean, stddev, r, d))
        return (x - mean) / stddev * r + d


@pytest.mark.parametrize("clipping", [{}, {"rmin": 0.5, "rmax": 1.5, "dmax": 0.25}])
@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("fed", [True, False])
def test_renorm(sess, clipping, axis, fed):
    training = tf.placeholder(tf.bool, []) if fed else True
    feed = {training: True} if fed else {}
    layer = tf.layers.BatchNormalization(
        axis, momentum=0.75, renorm=True, renorm_clipping=clipping, renorm_momentum=0.5
    )
    x = tf.placeholder(tf.float32, X.shape)
    y = layer(x, training=training)
    assert [v.op.name.rpartition("/")[2] for v in layer.weights] == [
        "gamma", "beta", "moving_mean", "moving_variance", "moving_stddev", "renorm_mean",
        "renorm_stddev",
    ]  # fmt: skip
    sess.run(tf.global_variables_initializer())
    expected = Renormalized(X.shape[axis], 0.75, 0.5, clipping)
    axes = tuple(i for i in range(4) if i != axis % 4)
    for step in range(3):
        batch = X * (step + 1) + step
        got, *_ = sess.run([y, *layer.updates], {x: batch, **feed})
        np.testing.assert_allclose(got, expected.train(batch, axes), rtol=1e-3, atol=1e-4)
        for name in ("renorm_mean", "renorm_stddev"):
            np.testing.assert_allclose(
                sess.run(getattr(layer, name)), getattr(expected, name), rtol=1e-4
            )
    mean, variance = sess.run([layer.moving_mean, layer.moving_variance])
    np.testing.assert_allclose(mean, expected.mean, rtol=1e-4)
    np.testing.assert_allclose(variance, expected.stddev**2 - 1e-3, rtol=1e-4)
    if fed:
        got, *_ = sess.run([y, *layer.updates], {x: X, training: False})
        wide = [slice(None) if i not in axes else None for i in range(4)]
        mean, variance = (t[tuple(wide)] for t in (mean, variance))
        np.testing.assert_allclose(got, (X - mean) / np.sqrt(variance + 1e-3), rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(
            sess.run([layer.renorm_mean, layer.moving_variance]),
            [expected.renorm_mean, expected.stddev**2 - 1e-3],
            rtol=1e-4,
        )


def test_no_gradient_flows_through_the_correction(sess):
    x = tf.constant(X[:, 0, 0].astype(np.float64))
    y = tf.layers.batch_normalization(x, training=True, renorm=True)
    plain = tf.layers.batch_normalization(x, training=True)
    weights = X[:, 1, 1].astype(np.float64)
    r = np.sqrt(X[:, 0, 0].astype(np.float64).var(0) + 1e-3)  # the averages start at 0 and 1
    slopes = [tf.gradients(y, x, weights)[0], tf.gradients(plain, x, weights * r)[0]]
    sess.run(tf.global_variables_initializer())
    got, want = sess.run(slopes)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("axis", [-1, 1])
def test_virtual_batches(sess, axis):
    layer = tf.layers.BatchNormalization(axis, momentum=0.5, virtual_batch_size=4)
    x = tf.placeholder(tf.float32, [None, 2, 2, 3])
    training = tf.placeholder(tf.bool, [])
    y = layer(x, training=training)
    assert y.shape.as_list() == [None, 2, 2, 3]
    sess.run(tf.global_variables_initializer())
    got, *_ = sess.run([y, *layer.updates], {x: X, training: True})
    groups = X.reshape(4, 2, 2, 2, 3)
    axes = tuple(i for i in (0, 2, 3, 4) if i != (axis + 1 if axis > 0 else 4))
    mean, variance = groups.mean(axes, keepdims=True), groups.var(axes, keepdims=True)
    want = ((groups - mean) / np.sqrt(variance + 1e-3)).reshape(X.shape)
    np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-4)
    moving = 0.5 * mean.mean(1, keepdims=True)
    np.testing.assert_allclose(sess.run(layer.moving_mean), moving, rtol=1e-4)
    got = sess.run(y, {x: X, training: False})
    moving_variance = 0.5 + 0.5 * variance.mean(1, keepdims=True)
    want = ((groups - moving) / np.sqrt(moving_variance + 1e-3)).reshape(X.shape)
    np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("fed", [True, False])
def test_adjustment(sess, fed):
    training = tf.placeholder(tf.bool, []) if fed else True
    x = X[:, 0, 0]
    seen = []

    def adjustment(shape):
        seen.append(shape)
        return tf.constant([2.0] * 8, shape=[8, 1]), tf.constant(0.5, shape=[8, 1])

    layer = tf.layers.BatchNormalization(
        adjustment=adjustment,
        gamma_initializer=tf.constant_initializer(3.0),
        beta_initializer=tf.constant_initializer(1.0),
    )
    y = layer(x, training=training)
    sess.run(tf.global_variables_initializer())
    want = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3)
    got = sess.run(y, {training: True} if fed else {})
    np.testing.assert_allclose(got, (want * 2 + 0.5) * 3 + 1, rtol=1e-3, atol=1e-3)
    assert sess.run(seen[0]).tolist() == [8, 3]
    if fed:
        got = sess.run(y, {training: False})
        np.testing.assert_allclose(got, x / np.sqrt(1 + 1e-3) * 3 + 1, rtol=1e-3, atol=1e-3)
