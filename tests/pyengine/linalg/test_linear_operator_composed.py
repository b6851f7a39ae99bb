"""Operators made of operators."""

import numpy as np
import pytest
import scipy.linalg

import pyengine as tf
from tests.pyengine.linalg.operators import PROMISED, adjoint, check, matrix, positive

linalg = tf.linalg
full = linalg.LinearOperatorFullMatrix
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.complex128])


@DTYPES
def test_products(dtype):
    a, b, c = matrix(3, 3, dtype=dtype), matrix(3, 3, 2, dtype=dtype), matrix(2, 3, dtype=dtype)
    compose = linalg.LinearOperatorComposition
    check(lambda: compose([full(a, is_non_singular=True), full(b, is_non_singular=True)]), a @ b)
    check(lambda: compose([full(c), full(a)]), c @ a, is_square=False)
    check(lambda: compose([full(c @ adjoint(c))]), c @ adjoint(c))


@DTYPES
def test_blocks(dtype):
    a, b = matrix(3, 3, dtype=dtype), matrix(2, 2, dtype=dtype)
    block = linalg.LinearOperatorBlockDiag
    check(lambda: block([full(a), full(b)]), scipy.linalg.block_diag(a, b))
    p, q = positive(3, dtype=dtype), positive(2, dtype=dtype)
    check(lambda: block([full(p, **PROMISED), full(q, **PROMISED)]), scipy.linalg.block_diag(p, q))
    many = np.stack([b, b @ b])
    expected = np.stack([scipy.linalg.block_diag(m, a) for m in many])
    check(lambda: block([full(many), full(a)]), expected)


@DTYPES
def test_adjoints_and_inverses(dtype):
    a, b = matrix(3, 3, 2, dtype=dtype), matrix(2, 3, dtype=dtype)
    check(lambda: linalg.LinearOperatorAdjoint(full(a)), adjoint(a))
    check(lambda: linalg.LinearOperatorAdjoint(full(b)), adjoint(b), is_square=False)
    check(lambda: linalg.LinearOperatorInversion(full(a)), np.linalg.inv(a))
    with tf.Graph().as_default():
        operator = full(a)
        assert linalg.LinearOperatorAdjoint(operator).adjoint() is operator
        assert operator.inverse().inverse() is operator
        with pytest.raises(ValueError, match="singular matrix"):
            linalg.LinearOperatorInversion(full(a, is_non_singular=False))


@pytest.mark.parametrize("name", ["Composition", "Kronecker", "BlockDiag"])
def test_bad_lists(name):
    make = getattr(linalg, f"LinearOperator{name}")
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="non-empty list"):
            make([])
        with pytest.raises(TypeError, match="same dtype"):
            make([full(np.eye(2)), full(np.eye(2, dtype=np.float32))])
        ready = [full(np.eye(2), is_non_singular=True)]
        with pytest.raises(ValueError, match="is_non_singular was False"):
            make(ready, is_non_singular=False)
        assert make(ready).is_non_singular
    with tf.Graph().as_default(), pytest.raises(ValueError, match="not compatible"):
        linalg.LinearOperatorComposition([full(np.ones((2, 3))), full(np.ones((2, 3)))])
