"""Reductions against NumPy."""

import numpy as np
import pytest

import pyengine as tf

X = np.arange(24).reshape(2, 3, 4)
FUNCTIONS = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min,
}  # fmt: skip


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("axis", [None, 0, -1, [0, 2], (1,), []])
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes_and_kept_dimensions(sess, name, axis, keepdims):
    x = tf.placeholder(tf.float64, [2, None, 4])
    got = getattr(tf, f"reduce_{name}")(x, axis=axis, keepdims=keepdims)
    numpy_axis = tuple(axis) if isinstance(axis, list) else axis
    wanted = FUNCTIONS[name](X.astype(float), axis=numpy_axis, keepdims=keepdims)
    np.testing.assert_allclose(sess.run(got, {x: X}), wanted)
    assert got.shape.is_compatible_with(wanted.shape)
    assert got.shape.ndims == wanted.ndim


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.float16, np.float32])
def test_the_dtype_is_kept(sess, dtype):
    for name in FUNCTIONS:
        assert sess.run(getattr(tf, f"reduce_{name}")(X.astype(dtype))).dtype == dtype


def test_booleans(sess):
    b = [[True, False], [True, True]]
    assert sess.run(tf.reduce_all(b, 1)).tolist() == [False, True]
    assert sess.run(tf.reduce_any(b, 0)).tolist() == [True, True]


def test_old_names_of_arguments(sess):
    x = tf.constant(X)
    assert tf.reduce_sum(x, reduction_indices=[1]).shape == [2, 4]
    assert tf.reduce_sum(x, 1, keep_dims=True).shape == [2, 1, 4]
    with pytest.raises(ValueError, match="both 'reduction_indices' and 'axis'"):
        tf.reduce_sum(x, axis=1, reduction_indices=1)


def test_axes_may_be_tensors(sess):
    axis = tf.placeholder(tf.int32)
    total = tf.reduce_sum(X, axis)
    assert total.shape.ndims is None
    assert sess.run(total, {axis: [0, 1]}).shape == (4,)
    x = tf.placeholder(tf.float32)
    assert sess.run(tf.reduce_mean(x), {x: X}) == 11.5


def test_an_axis_that_is_not_there_is_refused(sess):
    for function in (tf.reduce_sum, tf.argmax):
        with pytest.raises(ValueError, match="3"):
            function(X, 3)


def test_an_axis_named_twice_is_refused_by_the_run(sess):
    total = tf.reduce_sum(X, [0, 0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="duplicate"):
        sess.run(total)


def test_nan_is_never_the_extreme_of_a_position(sess):
    x = np.array([1.0, np.nan, 3.0, 0.0])
    assert sess.run([tf.argmax(x), tf.argmin(x)]) == [2, 3]


def test_positions_of_extremes(sess):
    x = [[3.0, 1.0, 3.0], [0.0, 5.0, -1.0]]
    assert sess.run(tf.argmax(x, 1)).tolist() == [0, 1]
    assert sess.run(tf.argmin(x, 0)).tolist() == [1, 0, 1]
    assert sess.run(tf.argmax(x)).tolist() == [0, 1, 0]
    assert tf.argmax(x, 1).dtype is tf.int64
    assert tf.arg_max(x, 1, output_type=tf.int32).dtype is tf.int32
    with pytest.raises(tf.errors.InvalidArgumentError, match="empty"):
        sess.run(tf.argmax(np.zeros((2, 0)), 1))


def test_logsumexp_does_not_overflow(sess):
    x = tf.constant([[1000.0, 1000.0], [-1000.0, -1000.0]])
    np.testing.assert_allclose(
        sess.run(tf.reduce_logsumexp(x, 1)), [1000 + np.log(2), -1000 + np.log(2)], rtol=1e-6
    )
    assert sess.run(tf.reduce_logsumexp([-np.inf, -np.inf])) == -np.inf


def test_the_gradient_of_an_extreme_is_shared_by_equals(sess):
    x = tf.constant([2.0, 1.0, 2.0])
    assert sess.run(tf.gradients(tf.reduce_max(x), x))[0].tolist() == [0.5, 0.0, 0.5]


def test_the_gradient_of_a_product_with_zeros(sess):
    for values, wanted in (([2.0, 0.0, 3.0], [0, 6, 0]), ([0.0, 0.0, 3.0], [0, 0, 0])):
        x = tf.constant(values)
        assert sess.run(tf.gradients(tf.reduce_prod(x), x))[0].tolist() == wanted


def test_reductions_of_nothing(sess):
    x = np.zeros((2, 0), np.float32)
    assert sess.run(tf.reduce_max(x, 1)).tolist() == [-np.inf] * 2
    assert sess.run(tf.reduce_min(x)) == np.inf
    assert np.isnan(sess.run(tf.reduce_mean(x)))
    assert sess.run(tf.reduce_min(np.zeros(0, np.int8))) == 127
    assert sess.run(tf.reduce_max(np.zeros(0, np.int8))) == -128
    assert sess.run(tf.reduce_logsumexp(x)) == -np.inf


def test_a_full_reduction_is_a_scalar_whatever_the_rank(sess):
    x = tf.placeholder(tf.float32)
    assert tf.reduce_sum(x).shape == []
    assert tf.reduce_sum(x, 0).shape.ndims is None
    assert tf.reduce_sum(x, keepdims=True).shape.ndims is None


def test_the_gradient_of_a_product_over_axes_of_the_run(sess):
    x, axis = tf.placeholder(tf.float64), tf.placeholder(tf.int32)
    slope = tf.gradients(tf.reduce_prod(x, axis), x)[0]
    got = sess.run(slope, {x: [[2.0, 3.0], [4.0, 0.0]], axis: [-1]})
    assert got.tolist() == [[3, 2], [0, 4]]


def test_the_arguments_of_arg_max(sess):
    x = tf.constant([[1, 2], [4, 3]])
    assert tf.arg_max(x, 0, tf.int32, "a").dtype is tf.int32
    assert sess.run(tf.arg_min(x, dimension=1)).tolist() == [0, 1]
    assert sess.run(tf.argmax(x, dimension=1)).tolist() == [1, 0]
    with pytest.raises(ValueError, match="both 'axis' and 'dimension'"):
        tf.argmin(x, 1, dimension=1)
