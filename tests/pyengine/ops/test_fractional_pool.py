"""Pooling in windows whose sizes differ by one. The numbers are TensorFlow's."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.random.RandomState(0).randn(2, 7, 9, 3)
RATIO = [1, 1.4, 1.7, 1]


@pytest.mark.parametrize(
    ("pool", "pseudo_random", "overlapping", "rows", "total"),
    [
        ("max", False, False, [0, 2, 3, 4, 5, 7], 93.4756975802),
        ("max", False, True, [0, 2, 3, 4, 5, 7], 169.4565168006),
        ("max", True, False, [0, 2, 3, 5, 6, 7], 80.4567377332),
        ("max", True, True, [0, 2, 3, 5, 6, 7], 154.9110370664),
        ("avg", False, False, [0, 2, 3, 4, 5, 7], -1.9976359345),
        ("avg", True, True, [0, 2, 3, 5, 6, 7], -19.2724169512),
    ],
)
def test_values_for_seeds(sess, pool, pseudo_random, overlapping, rows, total):
    function = getattr(tf.nn, f"fractional_{pool}_pool")
    y = function(tf.constant(X), RATIO, pseudo_random, overlapping, True, 5, 7)
    assert y.output.shape.as_list() == [2, 5, 5, 3]
    for _ in range(2):  # deterministic: the same at each run
        value, r, c = sess.run(list(y))
        assert r.tolist() == rows
        assert c.tolist() == [0, 2, 4, 6, 7, 9]
        np.testing.assert_allclose(value.sum(), total, atol=1e-9)


def test_integers_and_unknown_shapes(sess):
    x = np.arange(25).reshape(1, 5, 5, 1).astype(np.int32)
    y = tf.nn.fractional_avg_pool(x, [1, 2.0, 2.5, 1], deterministic=True, seed=1)
    assert sess.run(y.output)[0, :, :, 0].tolist() == [[5, 8], [18, 20]]
    known = tf.placeholder(tf.float32, [None, 8, None, 3])
    y = tf.nn.fractional_max_pool(known, RATIO)
    assert y.output.shape.as_list() == [None, 5, None, 3]
    assert sess.run(y.output, {known: np.zeros((1, 8, 8, 3))}).shape == (1, 5, 4, 3)
    anything = tf.nn.fractional_max_pool(tf.placeholder(tf.float32), RATIO)
    assert anything.output.shape.as_list() == [None] * 4


def test_what_cannot_be(sess):
    pool = tf.nn.fractional_max_pool
    for ratio in ([1, 1.4, 1.7], [1, 0.4, 1.7, 1]):
        with pytest.raises(ValueError):
            pool(X, ratio)
    with pytest.raises(ValueError):
        pool(np.zeros((3, 3)), RATIO)
    for bad in (pool(X, [1, 8.4, 1.7, 1]), pool(X, RATIO, seed=3)):
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(bad.output)
    with pytest.raises(tf.errors.UnimplementedError):
        sess.run(pool(X, [2, 1.4, 1.7, 1]).output)
