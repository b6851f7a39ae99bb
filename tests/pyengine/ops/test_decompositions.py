"""Decompositions of matrices."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.evaluated import value
from tests.pyengine.ops.gradient_checks import assert_gradient

rng = np.random.default_rng(0)
A = rng.normal(size=(2, 3, 3))
TALL, WIDE = rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 3, 4))


def symmetric(x):
    return tf.matmul(x, x, transpose_b=True) + np.eye(3)


def test_cholesky_gives_back_the_matrix():
    m = A @ np.swapaxes(A, -1, -2) + np.eye(3)
    factor = value(tf.cholesky(np.tril(m)))  # the upper triangle is not read
    np.testing.assert_allclose(factor @ np.swapaxes(factor, -1, -2), m)
    assert_gradient(lambda x: tf.cholesky(symmetric(x)), A, second=True)


@pytest.mark.parametrize("bad", [-np.eye(2), np.zeros((2, 2))])
def test_cholesky_refuses_what_is_not_positive_definite(bad):
    with pytest.raises(tf.errors.InvalidArgumentError, match="positive definite"):
        value(tf.cholesky(bad))


def test_matrices_must_be_square():
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 3"):
        tf.cholesky(np.zeros((2, 3)))
    fed = tf.placeholder(tf.float32)
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match="square"):
        sess.run(tf.cholesky(fed), {fed: np.zeros((2, 3))})


@pytest.mark.parametrize("x", [TALL, WIDE, A])
def test_qr_gives_back_the_matrix(x):
    for full in (False, True):
        result = tf.qr(x, full_matrices=full)
        q, r = value(list(result))
        assert [q.shape, r.shape] == [tuple(t.shape.as_list()) for t in result]
        np.testing.assert_allclose(q @ r, x, atol=1e-12)
        np.testing.assert_allclose(np.tril(r, -1), 0, atol=1e-12)
    assert_gradient(lambda x: list(tf.qr(x)), x)


def test_qr_without_a_gradient_says_so():
    q, _ = tf.qr(TALL, full_matrices=True)
    with pytest.raises(NotImplementedError, match="more rows than columns"):
        tf.gradients(q, q.op.inputs[0])


@pytest.mark.parametrize("x", [TALL, WIDE, A])
def test_svd_gives_back_the_matrix(x):
    for full in (False, True):
        tensors = tf.svd(x, full_matrices=full)
        s, u, v = value(list(tensors))
        assert [a.shape for a in (s, u, v)] == [tuple(t.shape.as_list()) for t in tensors]
        k = s.shape[-1]
        back = u[..., :k] * s[..., None, :] @ np.swapaxes(v[..., :k], -1, -2)
        np.testing.assert_allclose(back, x, atol=1e-12)
    np.testing.assert_allclose(value(tf.svd(x, compute_uv=False)), s)
    assert_gradient(lambda x: tf.svd(x, compute_uv=False), x, second=True)
    # Signs of columns are free: what does not depend on them.
    assert_gradient(lambda x: [t * t for t in tf.svd(x)], x)


def test_svd_of_full_matrices_has_a_gradient_up_to_one_more_column():
    assert_gradient(lambda x: [t * t for t in tf.svd(x, full_matrices=True)], WIDE)
    s, _, v = tf.svd(np.ones((2, 5)), full_matrices=True)
    with pytest.raises(NotImplementedError, match="square up to one"):
        tf.gradients([s, v], s.op.inputs[0])


def test_eigenvalues_and_vectors():
    m = A + np.swapaxes(A, -1, -2)
    e, v = value(list(tf.self_adjoint_eig(m)))
    np.testing.assert_allclose(v * e[..., None, :] @ np.swapaxes(v, -1, -2), m, atol=1e-12)
    np.testing.assert_allclose(value(tf.self_adjoint_eigvals(m)), e)
    assert_gradient(lambda x: [t * t for t in tf.self_adjoint_eig(symmetric(x))], A)
    assert_gradient(lambda x: tf.self_adjoint_eigvals(symmetric(x)), A, second=True)


def test_singular_values_are_real():
    z = np.array([[1 + 1j, 2], [0, 1j]])
    s, u, v = tf.svd(z)
    assert s.dtype is tf.float64
    s, u, v = value([s, u, v])
    np.testing.assert_allclose(u * s @ v.conj().T, z, atol=1e-12)


def test_lu_gives_back_the_rows():
    packed, order = value(list(tf.linalg.lu(A, output_idx_type=tf.int64)))
    assert order.dtype == np.int64
    lower = np.tril(packed, -1) + np.eye(3)
    for i in range(2):
        np.testing.assert_allclose(lower[i] @ np.triu(packed[i]), A[i][order[i]], atol=1e-12)
    assert tf.linalg.lu(A).p.dtype is tf.int32
    with pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
        value(tf.linalg.lu(np.zeros((2, 2))).lu)


def test_adjoint():
    assert value(tf.linalg.adjoint(np.array([[1 + 2j, 3]]))).tolist() == [[1 - 2j], [3]]


def test_half_precision():
    assert value(tf.cholesky(np.eye(2, dtype=np.float16) * 4)).dtype == np.float16
