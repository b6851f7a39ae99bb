"""Random tensors that are functions of a seed."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.evaluated import value


@pytest.mark.parametrize(
    ("draw", "wanted"),
    [
        (lambda: tf.random.stateless_uniform([3], [1, 2]), [0.8440604, 0.1920453, 0.9962232]),
        (
            lambda: tf.random.stateless_normal([3], [1, 2], mean=1.0, stddev=2.0),
            [2.0882201, 1.4147606, 1.1471286],
        ),
        (
            lambda: tf.random.stateless_truncated_normal([3], [5, 6]),
            [1.0239844, -0.5387886, 1.2795534],
        ),
        (lambda: tf.random.stateless_uniform([3], [7, -2], 0, 100, dtype=tf.int32), [12, 24, 55]),
        (lambda: tf.random.stateless_multinomial([[0.0, 1.0, 2.0]], 3, [1, 2]), [[2, 2, 1]]),
        (lambda: tf.random.stateless_categorical([[0.0, 1.0, 2.0]], 3, [1, 2]), [[2, 2, 1]]),
    ],
)
def test_the_numbers_are_those_of_tensorflow(draw, wanted):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = draw()
        np.testing.assert_allclose(sess.run(x), wanted, rtol=1e-5)
        np.testing.assert_allclose(sess.run(x), wanted, rtol=1e-5)


def test_seeds_and_sizes_may_be_fed():
    seed, sizes = tf.placeholder(tf.int64, [2]), tf.placeholder(tf.int32, [2])
    x = tf.random.stateless_uniform(sizes, seed)
    one, other = (value(x, {seed: [1, s], sizes: [2, 2]}) for s in (2, 3))
    assert one.shape == (2, 2)
    assert (one != other).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="not compatible"):
        tf.random.stateless_uniform([3], [1, 2, 3])
    with pytest.raises(ValueError, match="maxval"):
        tf.random.stateless_uniform([3], [1, 2], dtype=tf.int32)
    with pytest.raises(ValueError, match="Invalid dtype"):
        tf.random.stateless_normal([3], [1, 2], dtype=tf.int32)
