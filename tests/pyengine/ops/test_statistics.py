"""Counts, norms, variances and moments against NumPy."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import statistics

X = np.random.default_rng(1).normal(size=(3, 4, 5))


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("axis", [None, 1, [0, 2]])
@pytest.mark.parametrize("keepdims", [False, True])
def test_spread(sess, axis, keepdims):
    at = tuple(axis) if isinstance(axis, list) else axis
    options = {"axis": axis, "keepdims": keepdims}
    variance, std = tf.math.reduce_variance(X, **options), tf.math.reduce_std(X, **options)
    np.testing.assert_allclose(sess.run(variance), X.var(at, keepdims=keepdims))
    np.testing.assert_allclose(sess.run(std), X.std(at, keepdims=keepdims))
    length = sess.run(tf.math.reduce_euclidean_norm(X, **options))
    np.testing.assert_allclose(length, np.sqrt((X**2).sum(at, keepdims=keepdims)))


def test_the_variance_of_complex_numbers_and_of_integers(sess):
    z = np.array([1 + 1j, 3 - 1j])
    np.testing.assert_allclose(sess.run(tf.math.reduce_variance(z)), z.var())
    with pytest.raises(TypeError, match="real or complex"):
        tf.math.reduce_variance([1, 2])


def test_count_nonzero(sess):
    assert sess.run(tf.count_nonzero([[0, 1], [2, 3]], axis=0)).tolist() == [1, 2]
    assert sess.run(tf.count_nonzero([True, False], dtype=tf.int32)).dtype == np.int32
    assert sess.run(tf.count_nonzero(["", "a"])) == 1
    assert tf.count_nonzero(input=[[0.0]], reduction_indices=1, keep_dims=True).shape == [1, 1]


def test_zero_fraction(sess):
    assert sess.run(tf.nn.zero_fraction([0, 1, 0, 0])) == 0.75
    assert np.isnan(sess.run(tf.nn.zero_fraction(np.zeros(0))))


@pytest.mark.parametrize("ord", [1, 2, 3.5, np.inf, "euclidean"])
@pytest.mark.parametrize("axis", [None, 1])
def test_vector_norms(sess, ord, axis):
    order = 2 if ord == "euclidean" else ord
    wanted = np.linalg.norm(X.ravel() if axis is None else X, order, axis)
    np.testing.assert_allclose(sess.run(tf.norm(X, ord, axis)), wanted)
    assert tf.norm(X, ord, axis, keepdims=True).shape.ndims == 3


@pytest.mark.parametrize("ord", [1, 2, np.inf, "fro", "euclidean"])
def test_matrix_norms(sess, ord):
    order = "fro" if ord == "euclidean" else ord
    wanted = np.linalg.norm(X, order, (0, 2))
    np.testing.assert_allclose(sess.run(tf.norm(X, ord, axis=(0, 2))), wanted)


@pytest.mark.parametrize(("ord", "axis"), [("fro", 0), (-1, 0), (3, [0, 1]), (1, [0, 0])])
def test_norms_that_there_are_not(ord, axis):
    with pytest.raises(ValueError, match=r"ord|axis"):
        tf.norm(X, ord, axis)


def test_sufficient_statistics_give_the_moments(sess):
    x = tf.placeholder(tf.float64, [None, 4, 5])
    for shift in (None, 2.0):
        found = statistics.sufficient_statistics(x, [0, -1], shift=shift)
        mean, variance = statistics.normalize_moments(*found)
        got = sess.run([found[0], mean, variance], {x: X})
        for have, wanted in zip(got, (15, X.mean((0, 2)), X.var((0, 2)))):
            np.testing.assert_allclose(have, wanted)


def test_weighted_moments(sess):
    weights = np.array([1.0, 2.0, 0.0, 1.0])[:, None]
    mean, variance = sess.run(statistics.weighted_moments(X, [1], weights))
    wanted = np.average(X, axis=1, weights=weights[:, 0])
    np.testing.assert_allclose(mean, wanted)
    distances = (X - wanted[:, None]) ** 2
    np.testing.assert_allclose(variance, np.average(distances, axis=1, weights=weights[:, 0]))
    assert statistics.weighted_moments(X.astype("f2"), [1], 1.0)[0].dtype is tf.float16
