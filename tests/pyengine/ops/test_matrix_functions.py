"""Functions of matrices, norms, ranks and pseudo-inverses."""

import numpy as np
import pytest
import scipy.linalg

import pyengine as tf
from tests.pyengine.evaluated import value
from tests.pyengine.ops.gradient_checks import assert_gradient

rng = np.random.default_rng(0)
A = np.eye(3) + 0.25 * rng.normal(size=(2, 3, 3))
W = rng.normal(size=(2, 4, 3))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(tf.linalg.expm, scipy.linalg.expm), (tf.linalg.sqrtm, scipy.linalg.sqrtm)],
)
def test_functions_of_matrices(ours, theirs):
    np.testing.assert_allclose(value(ours(A)), [theirs(a) for a in A])
    assert_gradient(ours, A, second=True)


def test_logarithms_of_complex_matrices():
    z = A[0] + 0.5j * A[1]
    np.testing.assert_allclose(value(tf.linalg.expm(tf.linalg.logm(z))), z)
    with pytest.raises(TypeError, match="float64"):
        tf.linalg.logm(A)


def test_the_root_of_a_complex_matrix_has_tensorflows_gradient():
    a = tf.constant([[2 + 1j, 0.5j], [0.25, 1]], tf.complex128)
    (grad,) = tf.gradients(tf.linalg.sqrtm(a), a, tf.constant([[1, 2], [1j, 1]], tf.complex128))
    expected = [
        [0.2976476081558129 - 0.1335964173477127j, 0.7738634189151341 - 0.0901425324479284j],
        [0.0193418256931342 + 0.3444846525598004j, 0.4794516012987373 - 0.0890161070358818j],
    ]
    np.testing.assert_allclose(value(grad), expected, rtol=1e-12)


def test_a_real_matrix_without_a_real_root():
    assert np.isnan(value(tf.linalg.sqrtm(np.diag([-1.0, 1.0])))[0, 0])


def test_products_with_vectors():
    x = rng.normal(size=(2, 4))
    np.testing.assert_allclose(
        value(tf.linalg.matvec(W, x, transpose_a=True)), np.einsum("bij,bi->bj", W, x)
    )


@pytest.mark.parametrize("order", ["euclidean", 1, 2, np.inf, 3, 1.5])
@pytest.mark.parametrize("axis", [None, 1, -1])
def test_norms_of_vectors(order, axis):
    x = W if axis is not None else W.reshape(-1)
    number = 2 if order == "euclidean" else order
    wanted = np.linalg.norm(x, number, axis=axis)
    got = tf.norm(W, order, axis=axis)
    np.testing.assert_allclose(value(got), wanted)
    kept = tf.norm(W, order, axis=axis, keep_dims=True)
    assert kept.shape.ndims == 3
    np.testing.assert_allclose(value(kept).reshape(-1), np.reshape(wanted, -1))


@pytest.mark.parametrize("order", ["euclidean", "fro", 1, 2, np.inf])
@pytest.mark.parametrize("axis", [(0, 1), [-1, 1]])
def test_norms_of_matrices(order, axis):
    number = "fro" if order == "euclidean" else order
    wanted = np.linalg.norm(W, number, axis=tuple(axis), keepdims=True)
    np.testing.assert_allclose(value(tf.norm(W, order, axis=axis, keepdims=True)), wanted)
    assert_gradient(lambda x: tf.norm(x, order, axis=axis), W)


@pytest.mark.parametrize(
    "given",
    [{"ord": "fro"}, {"ord": -1}, {"ord": 3, "axis": [0, 1]}, {"axis": [0, 0]}, {"axis": [0]}],
)
def test_norms_that_do_not_exist(given):
    with pytest.raises(ValueError, match=r"'(ord|axis)' must be"):
        tf.norm(W, **given)


def test_normalized_tensors_have_norm_one():
    x, size = value(list(tf.linalg.normalize(W, axis=-1)))
    np.testing.assert_allclose(np.linalg.norm(x, axis=-1), 1)
    np.testing.assert_allclose(x * size, W)


def test_ranks_and_pseudo_inverses():
    low = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert value(tf.linalg.matrix_rank(np.stack([low, np.eye(2)]))).tolist() == [1, 2]
    assert value(tf.linalg.matrix_rank(low, tol=9.0)) == 0
    np.testing.assert_allclose(value(tf.linalg.pinv(low)), np.linalg.pinv(low), atol=1e-12)
    np.testing.assert_allclose(value(tf.linalg.pinv(W, rcond=0.5)), np.linalg.pinv(W, rcond=0.5))
    assert_gradient(tf.linalg.pinv, W)
