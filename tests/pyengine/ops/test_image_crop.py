"""Crops resized to one size."""

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(0)
X = rng.uniform(size=(2, 5, 6, 3)).astype(np.float32)
BOXES = np.array(
    [[0.11, 0.23, 0.87, 0.71], [0.9, 0.13, 0.2, 0.77], [-0.3, 0.1, 0.46, 1.2]], np.float32
)
WHICH = np.array([0, 1, 1], np.int32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_whole_images(sess):
    box = [[0.0, 0.0, 1.0, 1.0]] * 2
    got = tf.image.crop_and_resize(X, box, [0, 1], [5, 6])
    assert got.shape.as_list() == [2, 5, 6, 3]
    np.testing.assert_allclose(sess.run(got), X, rtol=1e-5)
    turned = tf.image.crop_and_resize(X, [[1.0, 0.0, 0.0, 1.0]], [1], [5, 6], method="nearest")
    np.testing.assert_allclose(sess.run(turned)[0], X[1, ::-1], rtol=1e-5)
    outside = tf.image.crop_and_resize(
        X, [[2.0, 2.0, 3.0, 3.0]], [0], [2, 2], extrapolation_value=7
    )
    assert set(sess.run(outside).ravel().tolist()) == {7.0}


@pytest.mark.parametrize("size", [(3, 4), (1, 2)])
def test_gradients(sess, size):
    x, boxes = tf.constant(X), tf.constant(BOXES)
    weights = rng.normal(size=(3, *size, 3)).astype(np.float32)
    total = tf.reduce_sum(tf.image.crop_and_resize(x, boxes, WHICH, size) * weights)
    dx, db = sess.run(tf.gradients(total, [x, boxes]))
    assert np.sum(dx * X) == pytest.approx(sess.run(total), rel=1e-4)
    for at in np.ndindex(*BOXES.shape):
        step = np.zeros_like(BOXES)
        step[at] = 1e-3
        up, down = (sess.run(total, {boxes: BOXES + s * step}) for s in (1, -1))
        assert db[at] == pytest.approx((up - down) / 2e-3, abs=0.05)


def test_refusals(sess):
    with pytest.raises(ValueError, match="method"):
        tf.image.crop_and_resize(X, BOXES, WHICH, [2, 2], method="cubic")
    with pytest.raises(ValueError):
        tf.image.crop_and_resize(X, BOXES, WHICH[:2], [2, 2])
    with pytest.raises(tf.errors.OutOfRangeError, match="outside"):
        sess.run(tf.image.crop_and_resize(X, BOXES, WHICH + 1, [2, 2]))
