"""Linear equations, inverses and determinants."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.evaluated import value
from tests.pyengine.ops.gradient_checks import assert_gradient

rng = np.random.default_rng(0)
A, B = rng.normal(size=(2, 3, 3)), rng.normal(size=(2, 3, 2))
C = A[0] + 1j * A[1]


@pytest.mark.parametrize("adjoint", [False, True])
def test_inverses(adjoint):
    wanted = np.linalg.inv(C.conj().T if adjoint else C)
    np.testing.assert_allclose(value(tf.matrix_inverse(C, adjoint=adjoint)), wanted)
    assert_gradient(lambda x: tf.matrix_inverse(x, adjoint=adjoint), A, second=True)


def test_determinants():
    np.testing.assert_allclose(value(tf.matrix_determinant(A)), np.linalg.det(A))
    result = tf.linalg.slogdet(A)
    sign, size = value([result.sign, result.log_abs_determinant])
    np.testing.assert_allclose(sign * np.exp(size), np.linalg.det(A))
    m = A @ np.swapaxes(A, -1, -2)
    np.testing.assert_allclose(value(tf.linalg.logdet(m)), np.linalg.slogdet(m)[1])
    assert_gradient(tf.matrix_determinant, A, second=True)
    assert_gradient(lambda x: tf.linalg.slogdet(x).log_abs_determinant, A, second=True)
    assert tf.linalg.logdet(C @ C.conj().T).dtype is tf.float64


@pytest.mark.parametrize("adjoint", [False, True])
def test_solutions(adjoint):
    x = value(tf.matrix_solve(C, B[0] + 0j, adjoint=adjoint))
    np.testing.assert_allclose((C.conj().T if adjoint else C) @ x, B[0], atol=1e-12)
    assert_gradient(lambda a, b: tf.matrix_solve(a, b, adjoint=adjoint), A, B, second=True)


@pytest.mark.parametrize("adjoint", [False, True])
@pytest.mark.parametrize("lower", [False, True])
def test_triangular_solutions(lower, adjoint):
    triangle = np.tril(A) if lower else np.triu(A)
    got = value(tf.matrix_triangular_solve(A, B, lower=lower, adjoint=adjoint))
    left = np.swapaxes(triangle, -1, -2) if adjoint else triangle
    np.testing.assert_allclose(left @ got, B, atol=1e-12)
    assert_gradient(
        lambda a, b: tf.matrix_triangular_solve(a, b, lower=lower, adjoint=adjoint), A, B
    )
    assert_gradient(lambda a, b: tf.matrix_triangular_solve(a, b), A[0], B)  # broadcast


def test_solutions_from_cholesky_factors():
    m = A @ np.swapaxes(A, -1, -2)
    got = value(tf.cholesky_solve(tf.cholesky(m), B))
    np.testing.assert_allclose(m @ got, B, atol=1e-10)


def test_singular_matrices_are_refused():
    for tensor in (
        tf.matrix_inverse(np.zeros((2, 2))),
        tf.matrix_solve(np.zeros((2, 2)), np.ones((2, 1))),
        tf.matrix_triangular_solve(np.zeros((2, 2)), np.ones((2, 1))),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
            value(tensor)


def test_sizes_must_fit():
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 3 and 2"):
        tf.matrix_solve(np.eye(3), np.eye(2))
    fed = tf.placeholder(tf.float64)
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match="incompatible"):
        sess.run(tf.matrix_solve(fed, np.eye(2)), {fed: np.eye(3)})


@pytest.mark.parametrize("sizes", [(4, 3), (3, 4)])
def test_least_squares(sizes):
    a, b = rng.normal(size=sizes), rng.normal(size=(sizes[0], 2))
    wanted = np.linalg.lstsq(a, b, rcond=None)[0]
    for fast in (True, False):
        np.testing.assert_allclose(value(tf.matrix_solve_ls(a, b, fast=fast)), wanted)
    for l2 in (0.0, 0.5):
        assert_gradient(lambda a, b, l2=l2: tf.matrix_solve_ls(a, b, l2), a, b, second=True)
    slow = tf.matrix_solve_ls(a, b, fast=False)
    with pytest.raises(ValueError, match="fast=False"):
        tf.gradients(slow, slow.op.inputs[0])


def test_the_slope_of_least_squares_of_sizes_that_a_run_knows():
    rng = np.random.default_rng(3)
    found = []
    for rows, columns in ((4, 3), (3, 4)):
        a, b = rng.normal(size=(rows, columns)), rng.normal(size=(rows, 2))
        for sizes in ([rows, columns], [None, None], None):
            with tf.Graph().as_default(), tf.Session() as session:
                x = tf.placeholder(tf.float64, sizes)
                solved = tf.matrix_solve_ls(x, tf.constant(b), 0.5)
                found.append(session.run(tf.gradients(solved, x)[0], {x: a}))
        np.testing.assert_allclose(found[-1], found[-3], rtol=1e-9)
        np.testing.assert_allclose(found[-2], found[-3], rtol=1e-9)
