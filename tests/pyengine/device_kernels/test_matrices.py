"""Linear algebra on a GPU; `test_walk` has every op."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

X = np.random.default_rng(0).normal(size=(2, 3, 3))
Z = X + 1j * X[::-1]
B = np.random.default_rng(1).normal(size=(2, 3, 2))


@pytest.mark.parametrize("x", [X, Z, X[0], X.astype(np.float32)], ids=lambda x: f"{x.dtype}")
@pytest.mark.parametrize("adjoint", [False, True])
def test_inverses_and_solutions(x, adjoint):
    b = B.astype(x.dtype)[: len(x)] if x.ndim > 2 else B.astype(x.dtype)[0]
    near = 1e-4 if x.dtype == np.float32 else 1e-9
    assert_same(lambda x: tf.matrix_inverse(x, adjoint=adjoint), x, rtol=near)
    assert_same(lambda x, b: tf.matrix_solve(x, b, adjoint=adjoint), x, b, rtol=near)
    for lower in (True, False):
        assert_same(
            lambda x, b, low=lower: tf.matrix_triangular_solve(x, b, low, adjoint), x, b, rtol=near
        )


def test_one_right_side_for_all_matrices():
    assert_same(tf.matrix_solve, X, B[0], rtol=1e-9)
    assert_same(tf.matrix_triangular_solve, X, B[0], rtol=1e-9)


def test_determinants_and_factors():
    assert_same(lambda x: [tf.matrix_determinant(x), *tf.linalg.slogdet(x)], X, rtol=1e-9)
    positive = X @ X.swapaxes(-1, -2) + np.eye(3)

    def build(x):
        factor = tf.cholesky(x)
        return [factor, *tf.gradients(tf.sin(factor), x)]

    config = tf.ConfigProto(allow_soft_placement=True)
    with pytest.MonkeyPatch.context() as patch:
        session = tf.Session
        patch.setattr(tf, "Session", lambda: session(config=config))
        assert_same(build, positive, rtol=1e-9)


@pytest.mark.parametrize(
    ("solve", "message"),
    [
        (tf.matrix_inverse, "not invertible"),
        (tf.cholesky, "Cholesky decomposition was not successful"),
        (lambda x: tf.matrix_solve(x, x), "not invertible"),
        (lambda x: tf.matrix_triangular_solve(x, x), "not invertible"),
    ],
)
def test_what_cannot_be_solved_is_the_error_of_the_cpu(solve, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        assert_same(solve, np.zeros((2, 2)))


def test_diagonals_and_bands():
    assert_same(lambda x: [tf.diag(x), tf.diag_part(tf.diag(x))], X[0])
    for band in ((0, 0), (1, -1), (-1, 0), (1, 1)):
        assert_same(lambda x, b=band: tf.matrix_band_part(x, *b), X)
