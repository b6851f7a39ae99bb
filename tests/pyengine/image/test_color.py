"""Brightness, contrast, colours and dtypes of images."""

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(0)
X = rng.uniform(size=(2, 4, 5, 3)).astype(np.float32)
U = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_dtypes(sess):
    def to(x, dtype, **kwargs):
        return sess.run(tf.image.convert_image_dtype(x, dtype, **kwargs))

    floats = to(U, tf.float32)
    np.testing.assert_allclose(floats, U / 255, rtol=1e-6)
    np.testing.assert_array_equal(to(floats, tf.uint8), U)
    assert to(np.float32([-1, 2]), tf.uint8, saturate=True).tolist() == [0, 255]
    assert to(np.float32([0.5, 2]), tf.int32, saturate=True).tolist() == [2**30, 2**31 - 128]
    assert to(np.uint8([0, 255]), tf.uint16).tolist() == [0, 255 * 256]
    assert to(np.uint16([0, 65535]), tf.uint8).tolist() == [0, 255]
    assert to(X, tf.float64).dtype == np.float64
    np.testing.assert_array_equal(to(U, tf.uint8), U)


def test_adjustments(sess):
    def run(x):
        return sess.run(x)

    np.testing.assert_allclose(run(tf.image.adjust_brightness(X, 0.25)), X + 0.25, rtol=1e-6)
    bright = run(tf.image.adjust_brightness(U, 0.5))
    assert bright.dtype == np.uint8
    assert bright.max() == 255
    mean = X.mean((1, 2), keepdims=True)
    np.testing.assert_allclose(
        run(tf.image.adjust_contrast(X, 2.0)), (X - mean) * 2 + mean, rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(run(tf.image.adjust_gamma(X, 2.0, 3.0)), 3 * X**2, rtol=1e-5)
    np.testing.assert_allclose(run(tf.image.adjust_hue(X, 1.0)), X, rtol=1e-4, atol=1e-6)
    gray = run(tf.image.adjust_saturation(X, 0.0))
    np.testing.assert_allclose(gray, X.max(-1, keepdims=True) + 0 * X, rtol=1e-6)
    normal = run(tf.image.per_image_standardization(X))
    np.testing.assert_allclose(normal.mean((1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(normal.std((1, 2, 3)), 1, rtol=1e-4)
    assert run(tf.image.per_image_standardization(np.ones((4, 4, 1)))).max() == 0


def test_random_adjustments(sess):
    tf.set_random_seed(1)
    for make in (
        lambda: tf.image.random_brightness(X, 0.2), lambda: tf.image.random_contrast(X, 0.5, 1.5),
        lambda: tf.image.random_hue(X, 0.2), lambda: tf.image.random_saturation(X, 0.5, 1.5),
    ):  # fmt: skip
        image = make()
        assert not np.array_equal(sess.run(image), sess.run(image))


def test_colour_spaces(sess):
    gray = sess.run(tf.image.rgb_to_grayscale(X))
    np.testing.assert_allclose(gray[..., 0], X @ np.float32([0.2989, 0.587, 0.114]), rtol=1e-5)
    assert tf.image.rgb_to_grayscale((X * 255).astype(np.uint8)).dtype == tf.uint8
    again = tf.image.grayscale_to_rgb(gray)
    assert again.shape.as_list() == [2, 4, 5, 3]
    assert (sess.run(again) == gray).all()
    for there, back in (
        (tf.image.rgb_to_yiq, tf.image.yiq_to_rgb), (tf.image.rgb_to_yuv, tf.image.yuv_to_rgb),
    ):  # fmt: skip
        np.testing.assert_allclose(sess.run(back(there(X))), X, atol=1e-3)
        np.testing.assert_allclose(sess.run(there(X))[..., 0], gray[..., 0], atol=1e-3)


@pytest.mark.parametrize(
    "make",
    [lambda: tf.image.random_brightness(X, -1), lambda: tf.image.random_contrast(X, 1, 1),
     lambda: tf.image.random_contrast(X, -1, 1), lambda: tf.image.random_hue(X, 0.6),
     lambda: tf.image.random_hue(X, -0.1), lambda: tf.image.random_saturation(X, 2, 1),
     lambda: tf.image.random_saturation(X, -2, 1), lambda: tf.image.adjust_gamma(X, -1),
     lambda: tf.image.grayscale_to_rgb(X), lambda: tf.image.adjust_contrast(X[0, 0], 1.0)],
)  # fmt: skip
def test_refusals(sess, make):
    with pytest.raises(ValueError):
        make()
