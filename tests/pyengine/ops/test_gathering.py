"""Gathering against NumPy's own indexing."""

import numpy as np
import pytest

import pyengine as tf

X = np.arange(24.0).reshape(2, 3, 4)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("known", [True, False])
def test_gather_along_any_axis_and_its_gradient(sess, axis, known):
    x = tf.placeholder(tf.float64, X.shape if known else None)
    at = tf.placeholder(tf.int32)
    indices = [[1, 0], [1, 1]]
    y = tf.gather(x, indices, axis=axis if known else at)
    feed = {x: X, at: axis}
    np.testing.assert_array_equal(sess.run(y, feed), np.take(X, indices, axis))
    slope = tf.convert_to_tensor(tf.gradients(y, x)[0])
    wanted = np.zeros_like(X)
    for i in np.ravel(indices):
        np.moveaxis(wanted, axis, 0)[i] += 1
    np.testing.assert_array_equal(sess.run(slope, feed), wanted)


@pytest.mark.parametrize(("batch", "axis"), [(1, 1), (1, 2), (2, 2), (-1, 2), (1, None)])
def test_gather_with_batch_dimensions(sess, batch, axis):
    indices = np.array([[1, 0, 2], [0, 0, 1]]) if batch != 1 else np.array([[1, 0], [2, 2]])
    x = tf.placeholder(tf.float64, [2, 3, 4])
    y = tf.gather(x, indices, axis=axis, batch_dims=batch)
    at, lead = axis or 1, batch % indices.ndim
    wanted = np.stack(
        [np.take(X[b], indices[b], axis=at - 1) for b in range(2)]
        if lead == 1
        else [[np.take(X[b, i], indices[b, i]) for i in range(3)] for b in range(2)]
    )
    got = sess.run(y, {x: X})
    np.testing.assert_array_equal(got, wanted)
    assert y.shape == wanted.shape
    weights = np.arange(got.size, dtype=float).reshape(got.shape)
    slope = sess.run(tf.gradients(y * weights, x)[0], {x: X})
    assert slope.sum() == weights.sum()
    assert np.count_nonzero(slope) <= weights.size


def test_positions_that_are_not_there_are_refused(sess):
    for bad in (-1, 2):
        with pytest.raises(tf.errors.InvalidArgumentError, match=rf"\[1\] = {bad} is not in"):
            sess.run(tf.gather([1, 2], [0, bad]))
        with pytest.raises(tf.errors.InvalidArgumentError, match="does not index into"):
            sess.run(tf.gather_nd([1, 2], [[bad]]))
    with pytest.raises(ValueError, match="rank"):
        tf.gather([1, 2], [0], axis=1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="differ in their first 1 sizes"):
        sess.run(tf.gather(X, [[0], [0], [0]], batch_dims=1))
    with pytest.raises(ValueError, match="must be <= params"):
        tf.gather_nd([1, 2], [[0, 0]])


def test_batch_gather(sess):
    y = tf.batch_gather(X[0], [[0], [3], [1]])
    assert sess.run(y).tolist() == [[0], [7], [9]]
    with pytest.raises(ValueError, match="unknown shape"):
        tf.batch_gather(X, tf.placeholder(tf.int32))


def test_gather_nd(sess):
    assert sess.run(tf.gather_nd(X, [[0, 1], [1, 2]])).tolist() == [[4, 5, 6, 7], [20, 21, 22, 23]]
    assert sess.run(tf.gather_nd(X, [1, 0, 2])) == 14
    np.testing.assert_array_equal(sess.run(tf.gather_nd(X, np.zeros((2, 0), int))), [X, X])
    y = tf.gather_nd(X, [[[0, 1]], [[2, 3]]], batch_dims=1)
    assert sess.run(y).tolist() == [[X[0, 0, 1]], [X[1, 2, 3]]]
    assert y.shape == [2, 1]


def test_the_gradient_of_gather_nd(sess):
    x = tf.constant(X)
    slope = tf.gradients(tf.gather_nd(x, [[0, 1], [0, 1], [1, 2]]), x)[0]
    assert sess.run(slope)[:, :, 0].tolist() == [[0, 2, 0], [0, 0, 1]]
    rows = tf.gradients(tf.gather_nd(x, [[1], [1]]), x)[0]
    assert isinstance(rows, tf.IndexedSlices)
    assert sess.run(tf.convert_to_tensor(rows))[:, 0, 0].tolist() == [0, 2]


def test_boolean_mask(sess):
    x = tf.placeholder(tf.float64, [None, 3, 4])
    mask = np.array([[True, False, True], [False, False, True]])
    y = tf.boolean_mask(x, mask)
    assert y.shape.as_list() == [None, 4]
    np.testing.assert_array_equal(sess.run(y, {x: X}), X[mask])
    z = tf.boolean_mask(x, [True, False, False, True], axis=2)
    np.testing.assert_array_equal(sess.run(z, {x: X}), X[:, :, [0, 3]])
    with pytest.raises(ValueError, match="scalar"):
        tf.boolean_mask(X, True)
    with pytest.raises(ValueError, match="Number of mask dimensions"):
        tf.boolean_mask(X, tf.placeholder(tf.bool))
    with pytest.raises(ValueError, match="incompatible"):
        tf.boolean_mask(X, [True])


def test_gradients_of_nothing(sess):
    x = tf.constant(np.zeros((0, 3)))
    for y in (tf.gather(x, [0, 2], axis=1), tf.repeat(x, 2, axis=1), tf.sort(x), tf.cumsum(x)):
        assert sess.run(tf.convert_to_tensor(tf.gradients(y, x)[0])).shape == (0, 3)
