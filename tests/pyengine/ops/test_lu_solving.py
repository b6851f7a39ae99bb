"""What is made of LU factors."""

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(3)


def value(tensor):
    with tf.Session() as sess:
        return sess.run(tensor)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize("batch", [(), (2,), (2, 1, 3)])
@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_factors_solve_invert_and_give_the_matrix_back(batch, dtype):
    a = rng.normal(size=(*batch, 4, 4)).astype(dtype)
    a = a + 1j * rng.normal(size=a.shape) if dtype == np.complex128 else a
    factors = tf.linalg.lu(a)
    np.testing.assert_allclose(value(tf.linalg.lu_reconstruct(*factors)), a, atol=1e-12)
    np.testing.assert_allclose(
        value(tf.linalg.lu_matrix_inverse(*factors)), np.linalg.inv(a), rtol=1e-8, atol=1e-10
    )
    for lead in ((), batch, (5, *[1] * len(batch))):
        x = rng.normal(size=(*lead, 4, 2)).astype(dtype)
        found = value(tf.linalg.lu_solve(*factors, a @ x))
        np.testing.assert_allclose(found, x + 0 * (a @ x), rtol=1e-7, atol=1e-9)


def test_shapes():
    factors = tf.linalg.lu(rng.normal(size=(2, 3, 3)))
    assert tf.linalg.lu_reconstruct(*factors).shape.as_list() == [2, 3, 3]
    assert tf.linalg.lu_matrix_inverse(*factors).shape.as_list() == [2, 3, 3]
    fed = tf.placeholder(tf.float64)
    solved = tf.linalg.lu_solve(*tf.linalg.lu(np.eye(2)), fed)
    with tf.Session() as sess:
        assert sess.run(solved, {fed: [[1.0], [2.0]]}).tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    ("factors", "perm", "rhs", "message"),
    [
        ([1.0], [0], [[1.0]], "at least 2"),
        (np.eye(2), [[0, 1]], np.eye(2), "rank"),
        (np.ones((2, 3)), [0, 1], np.eye(2), "square"),
        (np.eye(2), [0, 1], np.ones(2), "`rhs` must have at least 2"),
        (np.eye(2), [0, 1], np.ones((3, 1)), "must equal"),
    ],
)
def test_bad_shapes(factors, perm, rhs, message):
    with pytest.raises(ValueError, match=message):
        tf.linalg.lu_solve(factors, perm, rhs)


def test_gradients_flow_to_the_right_hand_side():
    a, rhs = np.array([[2.0, 1.0], [1.0, 3.0]]), tf.constant([[1.0], [2.0]], tf.float64)
    (grad,) = tf.gradients(tf.linalg.lu_solve(*tf.linalg.lu(a), rhs), rhs)
    np.testing.assert_allclose(value(grad), np.linalg.inv(a).T @ np.ones((2, 1)), rtol=1e-10)
