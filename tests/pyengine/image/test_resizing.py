"""Images of another size."""

import numpy as np
import pytest

import pyengine as tf

X = np.random.default_rng(0).uniform(size=(2, 4, 6, 3)).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("method", range(4))
def test_one_image_and_a_batch(sess, method):
    batch = tf.image.resize_images(X, [3.0, 9.0], method)
    one = tf.image.resize_images(X[0], [3, 9], method)
    assert batch.shape.as_list() == [2, 3, 9, 3]
    assert one.shape.as_list() == [3, 9, 3]
    got, alone = sess.run([batch, one])
    np.testing.assert_array_equal(got[0], alone)
    assert tf.image.resize is tf.image.resize_images
    assert tf.image.transpose is tf.image.transpose_image


def test_sizes(sess):
    whole = (X * 255).astype(np.uint8)
    same = tf.image.resize_images(whole, [4, 6])
    assert same.dtype == tf.uint8
    assert tf.image.resize_images(whole, [4, 7]).dtype == tf.float32
    kept = tf.image.resize_images(X, [8, 9], preserve_aspect_ratio=True)
    assert kept.shape.as_list() == [2, 6, 9, 3]
    unknown = tf.placeholder(tf.float32, [None, None, None, 3])
    kept = tf.image.resize_images(unknown, [8, 9], preserve_aspect_ratio=True)
    assert sess.run(kept, {unknown: X}).shape == (2, 6, 9, 3)
    fed = tf.placeholder(tf.int32, [2])
    assert sess.run(tf.image.resize_images(X, fed), {fed: [2, 2]}).shape == (2, 2, 2, 3)


def test_refusals(sess):
    for args in (([1, 2, 3],), ([2, 2], 9), ("x",)):
        with pytest.raises(ValueError):
            tf.image.resize_images(X, *args)
    for bad in (X[0, 0], tf.placeholder(tf.float32)):
        with pytest.raises(ValueError):
            tf.image.resize_images(bad, [2, 2])
    for resize in (
        tf.image.resize_bilinear, tf.image.resize_bicubic, tf.image.resize_nearest_neighbor,
    ):  # fmt: skip
        both = resize(X, [2, 2], align_corners=True, half_pixel_centers=True)
        with tf.Session() as own, pytest.raises(tf.errors.InvalidArgumentError, match="must be"):
            own.run(both)


@pytest.mark.parametrize("name", ["bilinear", "bicubic", "area"])
def test_methods_by_name(sess, name):
    by_number = tf.image.resize_images(X, [3, 2], getattr(tf.image.ResizeMethod, name.upper()))
    by_name = tf.image.resize_images(X, [3, 2], name)
    np.testing.assert_array_equal(sess.run(by_name), sess.run(by_number))


def test_halves_have_no_slope_by_bicubic_interpolation():
    x = tf.placeholder(tf.float16, [1, 4, 4, 1])
    assert tf.gradients(tf.image.resize_bicubic(x, [2, 2]), x) == [None]
