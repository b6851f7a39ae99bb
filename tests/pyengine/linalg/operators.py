"""What is true of every linear operator, against its matrix in NumPy."""

import numpy as np
import pytest

import pyengine as tf

PROMISED = {"is_self_adjoint": True, "is_positive_definite": True}
rng = np.random.default_rng(7)


def matrix(rows, columns, *batch, dtype=np.float64):
    """A matrix with a large diagonal, so that it is not singular."""
    found = rng.random((*batch, rows, columns)) + 2 * np.eye(rows, columns)
    if np.dtype(dtype).kind == "c":
        found = found + 1j * rng.random((*batch, rows, columns))
    return found.astype(dtype)


def positive(size, *batch, dtype=np.float64):
    a = matrix(size, size, *batch, dtype=dtype)
    return a @ adjoint(a)


def adjoint(a):
    return np.conj(np.swapaxes(a, -1, -2))


def check(make, dense, is_square=True):
    """Compares all that an operator does with what its matrix does.

    Args:
        make: makes the operator, in the default graph.
        dense: the matrix, or a batch of them.
        is_square: whether it can be solved.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        operator = make()
        assert operator.shape.as_list() == list(dense.shape)
        assert sess.run(operator.shape_tensor()).tolist() == list(dense.shape)
        assert sess.run(operator.batch_shape_tensor()).tolist() == list(dense.shape[:-2])
        assert operator.batch_shape.as_list() == list(dense.shape[:-2])
        assert sess.run(operator.tensor_rank_tensor()) == operator.tensor_rank == dense.ndim
        assert sess.run(operator.domain_dimension_tensor()) == operator.domain_dimension.value
        assert sess.run(operator.range_dimension_tensor()) == operator.range_dimension.value
        same(sess, operator.to_dense(), dense)
        diagonal = np.diagonal(dense, axis1=-2, axis2=-1)
        same(sess, operator.diag_part(), diagonal)
        same(sess, operator.trace(), diagonal.sum(-1))
        same(sess, operator.add_to_tensor(np.ones_like(dense)), dense + 1)
        same(sess, operator.adjoint().to_dense(), adjoint(dense))
        check_products(sess, operator, dense)
        if is_square:
            check_solutions(sess, operator, dense)


def same(sess, found, expected):
    np.testing.assert_allclose(sess.run(found), expected, rtol=1e-7, atol=1e-10)


def check_products(sess, operator, dense):
    for turned, a in ((False, dense), (True, adjoint(dense))):
        x = matrix(a.shape[-1], 2, dtype=dense.dtype)
        same(sess, operator.matmul(x, adjoint=turned), a @ x)
        same(sess, operator.matmul(adjoint(x), turned, adjoint_arg=True), a @ x)
        same(sess, operator.matvec(x[:, 0], adjoint=turned), a @ x[:, 0])
        wide = matrix(a.shape[-1], 3, 4, *[1] * (dense.ndim - 2), dtype=dense.dtype)
        same(sess, operator.matmul(wide, adjoint=turned), a @ wide)
    with pytest.raises(ValueError, match="not compatible"):
        operator.matmul(np.ones((dense.shape[-1] + 1, 1), dense.dtype))
    with pytest.raises(TypeError, match="Expected argument to have dtype"):
        operator.matmul(tf.ones([dense.shape[-1], 1], tf.float16))


def check_solutions(sess, operator, dense):
    for turned, a in ((False, dense), (True, adjoint(dense))):
        for batch in ((), (4, *[1] * (dense.ndim - 2))):
            x = matrix(a.shape[-1], 2, *batch, dtype=dense.dtype)
            same(sess, operator.solve(a @ x, adjoint=turned), x + 0 * (a @ x))
            same(sess, operator.solve(adjoint(a @ x), turned, True), x + 0 * (a @ x))
        x = matrix(a.shape[-1], 1, dtype=dense.dtype)
        same(sess, operator.solvevec((a @ x)[..., 0], adjoint=turned), (x + 0 * (a @ x))[..., 0])
    same(sess, operator.determinant(), np.linalg.det(dense))
    same(sess, operator.log_abs_determinant(), np.linalg.slogdet(dense)[1])
    same(sess, operator.cond(), np.linalg.cond(dense))
    same(sess, operator.inverse().to_dense(), np.linalg.inv(dense))
    with tf.control_dependencies([operator.assert_non_singular()]):
        assert sess.run(tf.constant(1)) == 1
    if operator.is_self_adjoint:
        found = np.sort(sess.run(operator.eigvals()), axis=-1)
        np.testing.assert_allclose(found, np.linalg.eigvalsh(dense), rtol=1e-7)
        sess.run(operator.assert_self_adjoint())
    if operator.is_self_adjoint and operator.is_positive_definite:
        same(sess, operator.cholesky().to_dense(), np.linalg.cholesky(dense))
        sess.run(operator.assert_positive_definite())
    else:
        with pytest.raises(ValueError, match="Not a positive definite"):
            operator.cholesky()
