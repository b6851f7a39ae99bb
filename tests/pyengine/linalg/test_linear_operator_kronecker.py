"""Kronecker products of operators."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.linalg.operators import PROMISED, check, matrix, positive

linalg = tf.linalg
full = linalg.LinearOperatorFullMatrix
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.complex128])


@DTYPES
def test_kronecker_products(dtype):
    a, b, c = matrix(3, 3, dtype=dtype), matrix(2, 2, dtype=dtype), matrix(2, 3, dtype=dtype)
    kron, d = linalg.LinearOperatorKronecker, np.array([1.0, 2.0]).astype(dtype)
    check(lambda: kron([full(a), full(b)]), np.kron(a, b))
    p = positive(3, dtype=dtype)
    three = [p, positive(2, dtype=dtype), np.diag(d)]
    check(
        lambda: kron([full(m, **PROMISED) for m in three]), np.kron(np.kron(*three[:2]), three[2])
    )
    check(lambda: kron([full(c), full(a)]), np.kron(c, a), is_square=False)
    many = np.stack([b, b @ b])
    check(lambda: kron([full(a), full(many)]), np.stack([np.kron(a, m) for m in many]))


def test_gradients_flow_to_the_parts():
    with tf.Graph().as_default(), tf.Session() as sess:
        a = tf.constant([[2.0, 1.0], [0.5, 3.0]])
        whole = linalg.LinearOperatorKronecker([full(a), full(a)]).log_abs_determinant()
        (grad,) = tf.gradients(whole, a)
        # det(A x A) = det(A)^4
        np.testing.assert_allclose(sess.run(grad), 4 * np.linalg.inv(sess.run(a)).T, rtol=1e-5)
