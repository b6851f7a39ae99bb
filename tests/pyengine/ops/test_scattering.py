"""Scattering against NumPy."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_scatter_nd_adds_up(sess):
    y = tf.scatter_nd([[0, 1], [1, 0], [0, 1]], [1.0, 2.0, 3.0], [2, 2])
    assert sess.run(y).tolist() == [[0, 4], [2, 0]]
    assert y.shape == [2, 2]
    rows = tf.scatter_nd([[2]], [[5, 6]], tf.placeholder_with_default([3, 2], [2]))
    assert sess.run(rows).tolist() == [[0, 0], [0, 0], [5, 6]]


def test_shapes_and_positions_are_checked(sess):
    with pytest.raises(ValueError, match="must be equal"):
        tf.scatter_nd([[0]], [1.0, 2.0], [3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="index vectors of length 2"):
        sess.run(tf.tensor_scatter_nd_add([1.0], [[0, 0]], [1.0]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not index into"):
        sess.run(tf.scatter_nd([[3]], [1.0], [3]))


@pytest.mark.parametrize(
    ("how", "wanted"),
    [("update", [7, 2, 9]), ("add", [8, 2, 12]), ("sub", [-6, 2, -6]), ("max", [7, 2, 9]),
     ("min", [1, 2, 3])],
)  # fmt: skip
def test_into_a_tensor(sess, how, wanted):
    x = np.array([1.0, 2.0, 3.0])
    y = getattr(tf, f"tensor_scatter_nd_{how}")(x, [[0], [2]], [7.0, 9.0])
    assert sess.run(y).tolist() == wanted
    assert x.tolist() == [1, 2, 3]


def test_strings_can_be_updated(sess):
    y = tf.tensor_scatter_update(["a", "b"], [[1]], ["c"])
    assert sess.run(y).tolist() == [b"a", b"c"]


def test_an_extreme_shares_its_gradient_among_equals(sess):
    x, y = tf.constant([1.0, 2.0]), tf.constant([2.0])
    slopes = tf.gradients(tf.tensor_scatter_nd_max(x, [[1]], y), [x, y])
    assert [s.tolist() for s in sess.run(slopes)] == [[1, 0.5], [0.5]]
