"""Edges and differences of images."""

import numpy as np
import pytest
import scipy.ndimage

import pyengine as tf

rng = np.random.default_rng(0)
X = rng.uniform(size=(2, 24, 25, 2)).astype(np.float32)
Y = np.clip(X + rng.normal(0, 0.1, X.shape), 0, 1).astype(np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_edges(sess):
    dy, dx = sess.run(tf.image.image_gradients(X))
    np.testing.assert_allclose(dy[:, :-1], np.diff(X, axis=1), rtol=1e-6)
    np.testing.assert_allclose(dx[:, :, :-1], np.diff(X, axis=2), rtol=1e-6)
    assert not dy[:, -1].any()
    edges = tf.image.sobel_edges(X)
    assert edges.shape.as_list() == [2, 24, 25, 2, 2]
    wanted = scipy.ndimage.sobel(X[0, ..., 0], axis=0, mode="mirror")
    np.testing.assert_allclose(sess.run(edges)[0, ..., 0, 0], wanted, atol=1e-5)
    total = np.abs(np.diff(X, axis=1)).sum((1, 2, 3)) + np.abs(np.diff(X, axis=2)).sum((1, 2, 3))
    np.testing.assert_allclose(sess.run(tf.image.total_variation(X)), total, rtol=1e-5)
    np.testing.assert_allclose(sess.run(tf.image.total_variation(X[0])), total[0], rtol=1e-5)
    with pytest.raises(ValueError):
        tf.image.image_gradients(X[0])
    with pytest.raises(ValueError):
        tf.image.total_variation(X[0, 0])


def test_noise(sess):
    error = ((X - Y) ** 2).mean((1, 2, 3))
    np.testing.assert_allclose(sess.run(tf.image.psnr(X, Y, 1.0)), -10 * np.log10(error), rtol=1e-5)
    with pytest.raises(ValueError):
        tf.image.psnr(X, Y[:, 1:], 1.0)


def by_definition(x, y, size, sigma):
    places = np.arange(size) - (size - 1) / 2
    line = np.exp(-(places**2) / (2 * sigma**2))
    kernel = np.outer(line, line) / line.sum() ** 2
    half = size // 2

    def smooth(z):
        return scipy.ndimage.correlate(z, kernel)[half:-half, half:-half]

    mx, my = smooth(x), smooth(y)
    vx, vy = smooth(x * x) - mx**2, smooth(y * y) - my**2
    cov, c1, c2 = smooth(x * y) - mx * my, 0.01**2, 0.03**2
    both = (2 * mx * my + c1) * (2 * cov + c2)
    return (both / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean()


def test_similarity(sess):
    got = sess.run(tf.image.ssim(X, Y, 1.0))
    x, y = X.astype(float), Y.astype(float)
    wanted = [np.mean([by_definition(x[b, ..., c], y[b, ..., c], 11, 1.5) for c in (0, 1)]) for b in (0, 1)]  # fmt: skip # noqa: E501
    np.testing.assert_allclose(got, wanted, rtol=1e-3)
    np.testing.assert_allclose(sess.run(tf.image.ssim(X, X, 1.0)), 1, rtol=1e-5)
    whole = (X * 255).astype(np.uint8)
    np.testing.assert_allclose(sess.run(tf.image.ssim(whole, whole, 255)), 1, rtol=1e-5)
    several = tf.image.ssim_multiscale(X, Y, 1.0, power_factors=(0.5, 0.5))
    assert several.shape.as_list() == [2]
    assert 0 < sess.run(several).min() < 1
