"""Operators with an update of low rank."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.linalg.operators import PROMISED, adjoint, check, matrix, positive

linalg = tf.linalg
full = linalg.LinearOperatorFullMatrix
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.complex128])


@DTYPES
@pytest.mark.parametrize("batch", [(), (2,)])
def test_updates_of_low_rank(dtype, batch):
    p, u, v = positive(3, dtype=dtype), matrix(3, 2, *batch, dtype=dtype), matrix(3, 2, dtype=dtype)
    d = np.array([1.5, 2.0]).astype(dtype)
    update = linalg.LinearOperatorLowRankUpdate
    check(lambda: update(full(p, **PROMISED), u, d, v), p + (u * d) @ adjoint(v))
    check(lambda: update(full(p, **PROMISED), u), p + u @ adjoint(u))
    with tf.Graph().as_default():
        assert update(full(p, **PROMISED), u).is_positive_definite
        assert update(full(p, **PROMISED), u, d, v).is_self_adjoint is None
