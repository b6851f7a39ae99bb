"""Diagonals and bands against NumPy."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize("k", [-2, 0, 1, 3])
def test_one_diagonal(sess, k):
    found = tf.matrix_diag_part(X, k=k)
    wanted = np.diagonal(X, k, 1, 2)
    np.testing.assert_array_equal(sess.run(found), wanted)
    assert found.shape == wanted.shape
    made = tf.matrix_diag(wanted[0], k=k)
    np.testing.assert_array_equal(sess.run(made), np.diag(wanted[0], k))
    changed = sess.run(tf.matrix_set_diag(X, -wanted, k=k))
    np.testing.assert_array_equal(np.diagonal(changed, k, 1, 2), -wanted)
    assert np.count_nonzero(changed != X) <= wanted.size


@pytest.mark.parametrize("align", ["RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT"])
@pytest.mark.parametrize("band", [(-1, 1), (-2, 0), (1, 3)])
def test_bands_make_the_round_trip(sess, align, band):
    part = tf.matrix_diag_part(X, k=band, align=align, padding_value=-1.0)
    assert part.shape[1] == band[1] - band[0] + 1
    inside = np.array([[band[0] <= c - r <= band[1] for c in range(4)] for r in range(3)])
    back = tf.matrix_diag(part, k=band, num_rows=3, num_cols=4, align=align)
    np.testing.assert_array_equal(sess.run(back), np.where(inside, X, 0))
    put = tf.matrix_set_diag(tf.zeros_like(X), part, k=band, align=align)
    np.testing.assert_array_equal(sess.run(put), np.where(inside, X, 0))


def test_alignment(sess):
    y = sess.run(tf.matrix_diag_part([[1, 2, 3], [4, 5, 6]], k=(-1, 1)))
    assert y.tolist() == [[2, 6], [1, 5], [4, 0]]
    left = tf.matrix_diag_part([[1, 2], [3, 4]], k=(0, 1), align="LEFT_LEFT", padding_value=9)
    assert sess.run(left).tolist() == [[2, 9], [1, 4]]


def test_the_gradients_are_the_adjoints(sess):
    x, d = tf.constant(X), tf.constant(np.ones((2, 3, 3)))
    for source, y in ((x, tf.matrix_diag_part(x, k=(-1, 1))), (d, tf.matrix_diag(d, k=(0, 2)))):
        weights = np.random.default_rng(0).normal(size=y.shape.as_list())
        slope = tf.gradients(y * weights, source)[0]
        np.testing.assert_allclose(sess.run(tf.reduce_sum(slope * source)), sess.run(
            tf.reduce_sum(y * weights)))  # fmt: skip


def test_what_does_not_fit_is_refused(sess):
    with pytest.raises(ValueError, match="out of range"):
        tf.matrix_diag_part(X, k=4)
    with pytest.raises(ValueError, match="must not be larger"):
        tf.matrix_diag_part(X, k=(1, 0))
    with pytest.raises(ValueError, match="rank"):
        tf.matrix_set_diag(X.astype("f4"), [1.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="do not have shape"):
        sess.run(tf.matrix_set_diag(X, np.ones((2, 2))))
    with pytest.raises(ValueError, match="too small"):
        tf.matrix_diag([1, 2], num_rows=1)
    with pytest.raises(ValueError, match="align"):
        tf.matrix_diag([1, 2], align="UP_DOWN")


@pytest.mark.parametrize(("lower", "upper"), [(0, -1), (-1, 0), (1, 1), (0, 0)])
def test_band_part(sess, lower, upper):
    wanted = X if upper < 0 else np.tril(X, upper)
    wanted = wanted if lower < 0 else np.triu(wanted, -lower)
    np.testing.assert_array_equal(sess.run(tf.matrix_band_part(X, lower, upper)), wanted)


def test_diagonals_of_tensors(sess):
    x = np.arange(1, 5).reshape(2, 2)
    y = sess.run(tf.diag(x))
    assert y.shape == (2, 2, 2, 2)
    assert y[1, 0, 1, 0] == 3
    assert sess.run(tf.diag_part(y)).tolist() == x.tolist()
    with pytest.raises(ValueError, match="even"):
        tf.diag_part([1])


def test_trace_and_transpose(sess):
    np.testing.assert_array_equal(sess.run(tf.trace(X)), np.trace(X, axis1=1, axis2=2))
    np.testing.assert_array_equal(sess.run(tf.matrix_transpose(X)), X.swapaxes(1, 2))
    unknown = tf.placeholder(tf.float64)
    got = sess.run(tf.matrix_transpose(unknown), {unknown: X})
    np.testing.assert_array_equal(got, X.swapaxes(1, 2))
    assert sess.run(tf.matrix_transpose([[1j, 2]], conjugate=True)).tolist() == [[-1j], [2]]
    with pytest.raises(ValueError, match="matrix"):
        tf.matrix_transpose([1])
