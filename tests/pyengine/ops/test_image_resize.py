"""Resizing ops: gradients are the transposes, and values those of TensorFlow."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import image_resize

rng = np.random.default_rng(0)
X = rng.uniform(size=(2, 3, 4, 2)).astype(np.float32)
CENTRES = [(False, False), (True, False), (False, True)]


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("name", ["bilinear", "bicubic", "nearest"])
@pytest.mark.parametrize("centres", CENTRES)
@pytest.mark.parametrize("size", [(5, 7), (2, 3), (1, 1)])
def test_gradients_are_transposes(sess, name, centres, size):
    op = getattr(image_resize, f"resize_{name}_op")
    attrs = {"align_corners": centres[0], "half_pixel_centers": centres[1]}
    x = tf.constant(X)
    y = op(x, size, **attrs)
    dy = rng.normal(size=(2, *size, 2)).astype(np.float32)
    dx = sess.run(tf.gradients(y, x, grad_ys=dy)[0])
    assert np.sum(dx * X) == pytest.approx(np.sum(dy * sess.run(y)), rel=1e-4)
    # A constant image stays one: the weights sum to 1.
    flat = sess.run(op(np.ones_like(X), size, **attrs))
    np.testing.assert_allclose(flat, 1, rtol=1e-5)


def test_known_values(sess):
    line = np.array([0.0, 1.0], np.float32).reshape(1, 1, 2, 1)
    got = {
        centres: sess.run(
            image_resize.resize_bilinear_op(
                line, [1, 4], align_corners=centres[0], half_pixel_centers=centres[1]
            )
        ).ravel()
        for centres in CENTRES
    }
    np.testing.assert_allclose(got[False, False], [0, 0.5, 1, 1])
    np.testing.assert_allclose(got[True, False], [0, 1 / 3, 2 / 3, 1], rtol=1e-6)
    np.testing.assert_allclose(got[False, True], [0, 0.25, 0.75, 1])
    area = image_resize.resize_area_op(X, [1, 2])
    np.testing.assert_allclose(
        sess.run(area), X.reshape(2, 3, 2, 2, 2).mean((1, 3))[:, None], rtol=1e-5
    )


def test_refusals(sess):
    with pytest.raises(ValueError, match="rank 4"):
        image_resize.resize_bilinear_op(X[0], [2, 2])
    fed = tf.placeholder(tf.int32, [2])
    with pytest.raises(tf.errors.InvalidArgumentError, match="positive"):
        sess.run(image_resize.resize_area_op(X, fed), {fed: [0, 2]})
    x = tf.constant(X)
    dx = tf.gradients(image_resize.resize_bilinear_op(x, [2, 2]), x)[0]
    with pytest.raises(LookupError):
        tf.gradients(dx, dx.op.inputs[0])
    whole = tf.constant(X.astype(np.int32))
    assert image_resize.resize_nearest_op(whole, [2, 2]).dtype == tf.int32
