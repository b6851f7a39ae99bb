"""Reductions and matrix products on a GPU; `test_walk` has every op."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

X = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)


@pytest.mark.parametrize(
    "reduce",
    [
        tf.reduce_sum,
        tf.reduce_mean,
        tf.reduce_max,
        tf.reduce_min,
        tf.reduce_prod,
        tf.math.reduce_euclidean_norm,
    ],
)
@pytest.mark.parametrize("axis", [None, 1, [0, -1], []])
@pytest.mark.parametrize("keep", [False, True])
def test_axes(reduce, axis, keep):
    assert_same(lambda x: reduce(x, axis, keepdims=keep), X, rtol=1e-5)


@pytest.mark.parametrize("reduce", [tf.reduce_sum, tf.reduce_mean, tf.reduce_prod])
def test_nothing_is_reduced(reduce):
    assert_same(lambda x: reduce(x, 0), np.zeros((0, 3), np.float32))


def test_the_largest_of_nothing_is_left_to_the_cpu():
    assert_same(lambda x: tf.reduce_max(x, 0), np.zeros((0, 3), np.float32), by_cpu=1)


def test_integers_keep_their_dtype():
    assert_same(lambda x: tf.reduce_sum(tf.cast(x, tf.int32)), X)
    assert_same(lambda x: tf.reduce_all(x > 0, [0, 2]), X)
    assert_same(lambda x: tf.reduce_any(x > 0, 1, keepdims=True), X)


def test_the_first_of_equal_extremes_is_taken_and_nan_never():
    x = np.array([[1, 3, 3], [np.nan, -1, 2], [0, 0, 0]], np.float32)
    for find in (tf.argmax, tf.argmin):
        assert_same(lambda x, f=find: f(x, 1), x)
        assert_same(lambda x, f=find: f(x, 0, output_type=tf.int32), x)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Reduction axis 0 is empty"):
        assert_same(lambda x: tf.argmax(x, 0), np.zeros((0, 3), np.float32))


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_running_sums(exclusive, reverse):
    for run in (tf.cumsum, tf.cumprod):
        assert_same(lambda x, r=run: r(x, 1, exclusive=exclusive, reverse=reverse), X)


def test_products_of_matrices():
    assert_same(lambda x: tf.matmul(x, x, transpose_b=True), X, rtol=1e-5)
    assert_same(lambda x: tf.matmul(x[0], x[1], transpose_a=True), X, rtol=1e-5)
    assert_same(lambda x: tf.einsum("bij,bik->jk", x, x), X, rtol=1e-5)
    z = X[0] + 1j * X[1]
    assert_same(lambda z: tf.matmul(z, z, adjoint_b=True), z.astype(np.complex64), rtol=1e-5)


def test_matrices_that_do_not_fit_are_the_error_of_the_cpu():
    def build(x, y):
        return tf.matmul(tf.reshape(x, tf.cast(y, tf.int32)), x)

    with pytest.raises(tf.errors.InvalidArgumentError, match="Matrix size-incompatible"):
        assert_same(build, X[0], np.array([2, 6], np.float32))
