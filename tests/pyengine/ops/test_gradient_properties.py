"""Gradients of the functions of a table, for shapes, places and directions at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyengine as tf
from tests.pyengine.ops.gradient_table import KINDS, SEEDS, TABLE

# Functions that need the static rank of their input, or its static sizes, as in TensorFlow.
NEEDS_SHAPES = {
    "boolean_mask", "softmax", "log_softmax", "sort", "unstack", "qr", "atrous_conv2d",
    "convolution", "central_crop", "total_variation", "tridiagonal_solve",
}  # fmt: skip


def assert_slope(build, values, options, unknown, rng):
    """Compares the gradients with differences along a random direction of all inputs."""
    with tf.Graph().as_default(), tf.Session() as sess:
        xs = [tf.placeholder(tf.float64, None if unknown else v.shape) for v in values]
        out = build(*xs, **options)
        feeds = dict(zip(xs, values))
        total = tf.reduce_sum(out * rng.normal(size=np.shape(sess.run(out, feeds))))
        slopes = tf.gradients(total, xs)
        assert None not in slopes
        slopes = sess.run([tf.convert_to_tensor(s) for s in slopes], feeds)
        ways = [rng.normal(size=v.shape) for v in values]
        for slope, value in zip(slopes, values):
            assert slope.shape == value.shape
        step = 1e-6
        up, down = (
            sess.run(total, {x: v + s * w for x, v, w in zip(xs, values, ways)})
            for s in (step, -step)
        )
        got = sum(np.sum(s * w) for s, w in zip(slopes, ways))
        np.testing.assert_allclose(got, (up - down) / (2 * step), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", TABLE)
@settings(max_examples=5, deadline=None, derandomize=True, database=None)
@given(st.data(), SEEDS, st.booleans())
def test_a_slope_is_that_of_differences(name, data, seed, unknown):
    kind, function = TABLE[name]
    values, options = data.draw(KINDS[kind])
    unknown = unknown and name not in NEEDS_SHAPES
    assert_slope(function, values, options, unknown, np.random.default_rng(seed))
