"""Products and sums of sparse tensors."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.sparse_case import DENSE, VALUES, dense, sparse, value

OTHER = [[0, 1], [1, 1], [3, 2]]
OTHER_VALUES = np.array([10.0, 20.0, 30.0])
OTHER_DENSE = np.array([[0, 10, 0], [0, 20, 0], [0, 0, 0], [0, 0, 30.0]])
M = np.arange(12.0).reshape(4, 3) + 1


@pytest.mark.parametrize("adjoint_a", [False, True])
@pytest.mark.parametrize("adjoint_b", [False, True])
def test_products_with_dense_matrices(adjoint_a, adjoint_b):
    left = DENSE.T if adjoint_a else DENSE
    b = M if adjoint_a != adjoint_b else M.T
    b = b if left.shape[1] == (b.T if adjoint_b else b).shape[0] else b.T
    got = tf.sparse_tensor_dense_matmul(sparse(), b, adjoint_a, adjoint_b)
    np.testing.assert_allclose(value(got), left @ (b.T if adjoint_b else b))
    assert got.shape.as_list() == list(value(got).shape)


def test_a_sparse_matrix_on_the_right():
    got = tf.sparse_tensor_dense_matmul(M.T, sparse())
    np.testing.assert_allclose(value(got), M.T @ DENSE)


def test_complex_products_have_conjugate_gradients():
    z = tf.constant(VALUES * (1 + 2j))
    b = np.ones((3, 2)) * (2 - 1j)
    y = tf.reduce_sum(tf.sparse_tensor_dense_matmul(sparse(z), b))
    (back,) = tf.gradients(y, z, grad_ys=tf.constant(1 + 0j, tf.complex128))
    np.testing.assert_allclose(value(back), [2 * (2 + 1j)] * 4)


def test_half_precision_and_integers():
    for dtype in (np.float16, np.int32):
        got = tf.sparse_tensor_dense_matmul(sparse(VALUES.astype(dtype)), M[:3].astype(dtype))
        assert value(got).dtype == dtype
        np.testing.assert_allclose(value(got), DENSE @ M[:3])


def test_products_that_do_not_fit():
    with pytest.raises(ValueError, match="Dimensions must be equal"):
        tf.sparse_tensor_dense_matmul(sparse(), M)
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of bounds"):
        value(tf.sparse_tensor_dense_matmul(sparse(sizes=(3, 3)), M[:3]))


def test_sums():
    both = tf.sparse_add(sparse(), sparse(OTHER_VALUES, OTHER))
    assert dense(both) == (DENSE + OTHER_DENSE).tolist()
    assert value(tf.sparse_add(sparse(), M)).tolist() == (DENSE + M).tolist()
    assert value(tf.sparse_add(M, sparse())).tolist() == (DENSE + M).tolist()
    left_out = tf.sparse_add(sparse(), sparse(np.array([-1.0, 20, 30]), OTHER), thresh=0.5)
    assert [0, 1] not in value(left_out).indices.tolist()
    with pytest.raises(TypeError, match="At least one input"):
        tf.sparse_add(M, M)
    with pytest.raises(ValueError, match="incompatible"):
        tf.sparse_add(sparse(), sparse(sizes=(4, 4)))


def test_the_gradient_of_a_sum_reaches_both():
    a, b = tf.constant(VALUES), tf.constant(OTHER_VALUES)
    total = tf.sparse_add(sparse(a), sparse(b, OTHER))
    weights = np.arange(6.0)
    of_a, of_b = tf.gradients(tf.reduce_sum(total.values * weights), [a, b])
    assert value(of_a).tolist() == [0, 1, 3, 4]
    assert value(of_b).tolist() == [0, 2, 5]


def test_larger_and_smaller_elements():
    x, y = sparse(), sparse(OTHER_VALUES, OTHER)
    assert dense(tf.sparse_maximum(x, y)) == np.maximum(DENSE, OTHER_DENSE).tolist()
    assert dense(tf.sparse_minimum(x, y)) == np.minimum(DENSE, OTHER_DENSE).tolist()


def test_dense_tensors_are_broadcast_to_sparse_ones_only():
    assert dense(sparse() * M[:, :1]) == (DENSE * M[:, :1]).tolist()
    with pytest.raises(tf.errors.InvalidArgumentError, match="broadcasts dense to sparse only"):
        value(sparse() * np.ones((5, 4, 3)))


def test_dense_matrices_of_many_zeros():
    assert value(tf.sparse_matmul(np.eye(2), M[:2, :2])).tolist() == M[:2, :2].tolist()
