"""Gradients of elementwise and reducing functions, for shapes, places and directions at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyengine as tf

SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)
SEEDS = st.integers(0, 2**32 - 1)
UNARY = {
    name: getattr(tf.math, name)
    for name in [
        "asinh",
        "atan",
        "cos",
        "cosh",
        "digamma",
        "erf",
        "erfc",
        "exp",
        "expm1",
        "lgamma",
        "log",
        "log1p",
        "reciprocal",
        "rsqrt",
        "sigmoid",
        "sin",
        "sinh",
        "softplus",
        "softsign",
        "sqrt",
        "square",
        "tan",
        "tanh",
    ]
}
BINARY = {
    "add": tf.add, "subtract": tf.subtract, "multiply": tf.multiply, "divide": tf.divide,
    "pow": tf.pow, "maximum": tf.maximum, "minimum": tf.minimum, "atan2": tf.atan2,
    "squared_difference": tf.squared_difference, "xlogy": tf.math.xlogy, "xdivy": tf.math.xdivy,
    "div_no_nan": tf.div_no_nan,
}  # fmt: skip
REDUCED = {
    "sum": tf.reduce_sum, "mean": tf.reduce_mean, "prod": tf.reduce_prod, "max": tf.reduce_max,
    "min": tf.reduce_min, "logsumexp": tf.reduce_logsumexp, "variance": tf.math.reduce_variance,
}  # fmt: skip


def assert_slope(build, values, unknown, rng):
    """Compares the gradients with differences along a random direction of all inputs."""
    with tf.Graph().as_default(), tf.Session() as sess:
        xs = [tf.placeholder(tf.float64, None if unknown else v.shape) for v in values]
        out = build(*xs)
        feeds = dict(zip(xs, values))
        total = tf.reduce_sum(out * rng.normal(size=np.shape(sess.run(out, feeds))))
        slopes = sess.run(tf.gradients(total, xs), feeds)
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


@pytest.mark.parametrize("name", sorted(UNARY))
@settings(max_examples=10, deadline=None)
@given(SHAPES, SEEDS, st.booleans())
def test_functions_of_one(name, shape, seed, unknown):
    rng = np.random.default_rng(seed)
    assert_slope(UNARY[name], [rng.uniform(0.3, 1.3, shape)], unknown, rng)


@pytest.mark.parametrize("name", sorted(BINARY))
@settings(max_examples=10, deadline=None)
@given(SHAPES, SEEDS, st.booleans(), st.integers(0, 3), st.data())
def test_functions_of_two_that_broadcast(name, shape, seed, unknown, fewer, data):
    rng = np.random.default_rng(seed)
    other = tuple(data.draw(st.sampled_from([1, n])) for n in shape[fewer:])
    shapes = [shape, other]
    rng.shuffle(shapes)
    values = [rng.uniform(0.3, 1.3, s) for s in shapes]
    assert_slope(BINARY[name], values, unknown, rng)


@pytest.mark.parametrize("name", sorted(REDUCED))
@settings(max_examples=10, deadline=None)
@given(SHAPES, SEEDS, st.booleans(), st.booleans(), st.data())
def test_reductions(name, shape, seed, unknown, keep, data):
    rng = np.random.default_rng(seed)
    rank = len(shape)
    axes = data.draw(
        st.none() | st.lists(st.integers(0, rank - 1), unique=True) if rank else st.none()
    )
    value = rng.permutation(int(np.prod(shape))).reshape(shape) / 7.0 + 0.3
    assert_slope(lambda x: REDUCED[name](x, axis=axes, keepdims=keep), [value], unknown, rng)
