"""Initializers."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_given_values(sess):
    assert sess.run(tf.zeros_initializer()([2])).tolist() == [0.0, 0.0]
    assert sess.run(tf.ones_initializer(tf.int32)([2])).tolist() == [1, 1]
    assert sess.run(tf.constant_initializer([1, 2])([3])).tolist() == [1.0, 2.0, 2.0]
    assert sess.run(tf.initializers.identity(2.0)([2, 2])).tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert tf.zeros_initializer()([2], dtype=tf.float64).dtype is tf.float64


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (tf.glorot_uniform_initializer(seed=1), 2 / 300),
        (tf.glorot_normal_initializer(seed=1), 2 / 300),
        (tf.initializers.he_normal(seed=1), 2 / 100),
        (tf.initializers.he_uniform(seed=1), 2 / 100),
        (tf.initializers.lecun_normal(seed=1), 1 / 100),
        (tf.initializers.lecun_uniform(seed=1), 1 / 100),
        (tf.variance_scaling_initializer(3.0, "fan_out", "untruncated_normal", seed=1), 3 / 200),
        (tf.random_normal_initializer(0.0, 0.1, seed=1), 0.01),
        (tf.random_uniform_initializer(-1.0, 1.0, seed=1), 1 / 3),
    ],
)
def test_variances(sess, initializer, variance):
    value = sess.run(initializer([100, 200]))
    assert value.var() == pytest.approx(variance, rel=0.05)
    assert abs(value.mean()) < 0.02


def test_the_field_of_a_kernel_counts_as_inputs(sess):
    value = sess.run(tf.initializers.lecun_normal(seed=1)([5, 5, 8, 64]))
    assert value.var() == pytest.approx(1 / 200, rel=0.05)


def test_seeds_repeat(sess):
    draws = [sess.run(tf.truncated_normal_initializer(seed=3)([4])) for _ in range(2)]
    np.testing.assert_array_equal(*draws)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: tf.variance_scaling_initializer(scale=0), ValueError),
        (lambda: tf.variance_scaling_initializer(mode="fan"), ValueError),
        (lambda: tf.variance_scaling_initializer(distribution="cauchy"), ValueError),
        (lambda: tf.random_normal_initializer(dtype=tf.int32), TypeError),
        (lambda: tf.constant_initializer(object()), TypeError),
        (lambda: tf.constant_initializer([1, 2, 3])([2]), ValueError),
        (lambda: tf.constant_initializer([1, 2], verify_shape=True)([2, 1]), TypeError),
        (lambda: tf.initializers.identity()([2, 2, 2]), ValueError),
        (lambda: tf.initializers.Initializer()([2]), NotImplementedError),
    ],
)
def test_bad_arguments(sess, make, error):
    with pytest.raises(error):
        make()


@pytest.mark.parametrize("shape", [[4, 3], [3, 4], [3, 3, 2, 2]])
def test_orthogonal_columns_or_rows(shape):
    with tf.Graph().as_default(), tf.Session() as sess:
        q = sess.run(tf.orthogonal_initializer(gain=2.0, seed=1)(shape)).reshape(-1, shape[-1])
    product = q.T @ q if q.shape[0] >= q.shape[1] else q @ q.T
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-5)
    with pytest.raises(ValueError, match="two-dimensional"):
        tf.orthogonal_initializer()([3])


def test_uniform_unit_scaling():
    with tf.Graph().as_default(), tf.Session() as sess:
        got = sess.run(tf.uniform_unit_scaling_initializer(2.0, seed=1)([300, 10]))
    assert np.abs(got).max() <= 0.2
    np.testing.assert_allclose(got.var(), 4 / 300, rtol=0.1)


def test_configurations_make_them_again():
    for made in (
        tf.zeros_initializer(),
        tf.constant_initializer([1, 2]),
        tf.random_uniform_initializer(-1, 1, seed=3),
        tf.truncated_normal_initializer(stddev=0.1),
        tf.glorot_uniform_initializer(seed=1),
        tf.variance_scaling_initializer(2.0, "fan_out"),
        tf.orthogonal_initializer(gain=2.0),
        tf.initializers.identity(gain=3.0),
    ):
        again = type(made).from_config(made.get_config())
        assert again.get_config() == made.get_config()
    assert tf.glorot_normal_initializer(seed=1).get_config() == {"seed": 1, "dtype": "float32"}
    assert tf.initializers.constant is tf.constant_initializer
    assert tf.initializers.variables is tf.variables_initializer
