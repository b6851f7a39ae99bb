"""Matrices that are written out, as operators."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.linalg.operators import PROMISED, check, matrix, positive

full, lower = tf.linalg.LinearOperatorFullMatrix, tf.linalg.LinearOperatorLowerTriangular


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_full_matrices(dtype, batch):
    a, p = matrix(3, 3, *batch, dtype=dtype), positive(3, *batch, dtype=dtype)
    check(lambda: full(a), a)
    check(lambda: full(p, **PROMISED), p)
    b = matrix(2, 3, *batch, dtype=dtype)
    check(lambda: full(b), b, is_square=False)


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_lower_triangles(dtype, batch):
    a = matrix(3, 3, *batch, dtype=dtype)
    check(lambda: lower(a), np.tril(a))


def test_bad_arguments():
    with tf.Graph().as_default():
        for make in (full, lower):
            with pytest.raises(ValueError, match="at least 2 dimensions"):
                make([1.0, 2.0])
        with pytest.raises(ValueError, match="Only square"):
            lower(np.eye(2), is_square=False)


def test_shapes_that_only_a_run_knows():
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float64, [None, None])
        operator = full(fed, is_non_singular=True)
        assert operator.shape.as_list() == [None, None]
        found = [operator.shape_tensor(), operator.solvevec([3.0, 4.0]), operator.determinant()]
        sizes, x, number = sess.run(found, {fed: 2 * np.eye(2)})
        assert (sizes.tolist(), x.tolist(), number) == ([2, 2], [1.5, 2.0], 4.0)
