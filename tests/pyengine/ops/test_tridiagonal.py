"""Tridiagonal matrices, against dense ones."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.evaluated import value
from tests.pyengine.ops.gradient_checks import assert_gradient

rng = np.random.default_rng(0)
BANDS = rng.normal(size=(2, 3, 4)) + 4 * np.array([[0], [1], [0]])
X = rng.normal(size=(2, 4, 2))
DENSE = np.stack([np.diag(u[:-1], 1) + np.diag(m) + np.diag(d[1:], -1) for u, m, d in BANDS])
FORMS = {
    "compact": BANDS,
    "sequence": (BANDS[:, 0, :-1], BANDS[:, 1], BANDS[:, 2, 1:]),
    "matrix": DENSE,
}


@pytest.mark.parametrize("form", FORMS)
def test_all_forms(form):
    solved = value(tf.linalg.tridiagonal_solve(FORMS[form], X, form))
    np.testing.assert_allclose(DENSE @ solved, X, atol=1e-12)
    np.testing.assert_allclose(value(tf.linalg.tridiagonal_matmul(FORMS[form], X, form)), DENSE @ X)


def test_vectors_and_transposes():
    vector = value(tf.linalg.tridiagonal_solve(BANDS, X[..., 0]))
    matrix = value(tf.linalg.tridiagonal_solve(BANDS, X))
    np.testing.assert_allclose(vector, matrix[..., 0])
    turned = np.swapaxes(X, -1, -2) + 1j
    got = value(
        tf.linalg.tridiagonal_solve(BANDS + 0j, turned, transpose_rhs=True, conjugate_rhs=True)
    )
    np.testing.assert_allclose(DENSE @ got, X - 1j, atol=1e-12)


def test_gradients():
    assert_gradient(tf.linalg.tridiagonal_solve, BANDS, X, second=True)
    assert_gradient(tf.linalg.tridiagonal_matmul, BANDS, X, second=True)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="Expected 3 diagonals"):
        tf.linalg.tridiagonal_solve(BANDS[:, :2], X)
    with pytest.raises(ValueError, match="length 3"):
        tf.linalg.tridiagonal_solve([BANDS], X, "sequence")
    with pytest.raises(ValueError, match="Unrecognized"):
        tf.linalg.tridiagonal_solve(BANDS, X, "x")
    with pytest.raises(tf.errors.InvalidArgumentError, match="singular"):
        value(tf.linalg.tridiagonal_solve(np.zeros((3, 2)), np.ones((2, 1))))
