"""Order against NumPy."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.random.default_rng(3).integers(-5, 5, (3, 4, 5))


@pytest.mark.parametrize("axis", [-1, 0, 1, -2])
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.float32])
@pytest.mark.parametrize("direction", ["ASCENDING", "DESCENDING"])
def test_sort(sess, axis, dtype, direction):
    x = X.astype(dtype)
    wanted = np.sort(x, axis)
    if direction == "DESCENDING":
        wanted = np.flip(wanted, axis)
    got = sess.run(tf.sort(x, axis, direction))
    assert got.dtype == dtype
    np.testing.assert_array_equal(got, wanted)
    places = sess.run(tf.argsort(x, axis, direction))
    np.testing.assert_array_equal(np.take_along_axis(x, places, axis), wanted)


def test_of_equal_elements_the_first_comes_first(sess):
    assert sess.run(tf.argsort([1, 0, 1, 0])).tolist() == [1, 3, 0, 2]
    assert sess.run(tf.argsort([1, 0, 1, 0], direction="DESCENDING")).tolist() == [0, 2, 1, 3]
    low = np.array([np.iinfo("i4").min, 0], "i4")
    assert sess.run(tf.sort(low)).tolist() == low.tolist()


def test_the_gradient_goes_where_the_element_came_from(sess):
    x = tf.constant([3.0, 1.0, 2.0])
    assert sess.run(tf.gradients(tf.sort(x) * [1.0, 10.0, 100.0], x)[0]).tolist() == [100, 1, 10]


def test_what_cannot_be_sorted():
    with pytest.raises(ValueError, match="direction"):
        tf.sort([1], direction="UP")
    with pytest.raises(ValueError, match="constant"):
        tf.sort([1], axis=tf.placeholder(tf.int32))
    with pytest.raises(ValueError, match="out of range"):
        tf.sort([1], axis=1)


@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted(sess, side):
    rows, values = np.array([[1, 3, 3, 5], [0, 0, 2, 9]]), np.array([[3, 0, 9], [0, 1, 2]])
    y = tf.searchsorted(rows, values, side, out_type=tf.int64)
    wanted = [np.searchsorted(r, v, side) for r, v in zip(rows, values)]
    np.testing.assert_array_equal(sess.run(y), wanted)
    assert (y.dtype, y.shape) == (tf.int64, [2, 3])
    assert sess.run(tf.searchsorted(np.zeros(0), [1.0])).tolist() == [0]
    with pytest.raises(ValueError, match="side"):
        tf.searchsorted([1], [1], "middle")
