"""Ops of colours."""

import colorsys

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.image_color import adjust_hue_op, adjust_saturation_op

rng = np.random.default_rng(0)
RGB = np.concatenate([rng.uniform(size=(20, 3)), [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.2]]])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_against_the_standard_library(sess):
    hsv = np.array([colorsys.rgb_to_hsv(*c) for c in RGB])
    np.testing.assert_allclose(sess.run(tf.image.rgb_to_hsv(RGB)), hsv, atol=1e-9)
    np.testing.assert_allclose(sess.run(tf.image.hsv_to_rgb(hsv)), RGB, atol=1e-9)
    image = RGB[None].astype(np.float32)
    turned = [colorsys.hsv_to_rgb((h + 0.7) % 1, s, v) for h, s, v in hsv]
    np.testing.assert_allclose(sess.run(adjust_hue_op(image, 0.7))[0], turned, atol=1e-5)
    pale = [colorsys.hsv_to_rgb(h, min(2 * s, 1), v) for h, s, v in hsv]
    np.testing.assert_allclose(sess.run(adjust_saturation_op(image, 2.0))[0], pale, atol=1e-5)


def test_refusals(sess):
    with pytest.raises(ValueError):
        tf.image.rgb_to_hsv(np.ones((2, 2)))
    fed = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="3 channels"):
        sess.run(tf.image.rgb_to_hsv(fed), {fed: np.ones((2, 2))})
    x = tf.constant(RGB)
    assert tf.gradients(tf.image.hsv_to_rgb(x), x) == [None]


def test_the_gradient_where_channels_are_equal(sess):
    """The numbers are TensorFlow's; the registry walk has those of other colours."""
    same = [[0.5, 0.5, 0.25], [0.5, 0.25, 0.5], [0.25, 0.5, 0.5], [0.5, 0.5, 0.5], [0, 0, 0]]
    x = tf.constant([*same, [1, 0, 0], [0.25, 0.25, 0.5]], tf.float64)
    y = tf.image.rgb_to_hsv(x) * tf.constant([1.0, 2.0, 4.0], tf.float64)
    expected = [
        [16 / 3, 2 / 3, -4], [20 / 3, -4, -2 / 3], [-4, 16 / 3, 2 / 3], [8, 0, -4], [4, 0, 0],
        [4, 1 / 6, -1 / 6], [2 / 3, -14 / 3, 6],
    ]  # fmt: skip
    np.testing.assert_allclose(sess.run(tf.gradients(y, x)[0]), expected, atol=1e-12)
