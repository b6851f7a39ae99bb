"""What all linear operators share."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.linalg.operators import PROMISED, matrix

full = tf.linalg.LinearOperatorFullMatrix


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("promises", "message"),
    [
        ({"is_positive_definite": True, "is_non_singular": False}, "always non-singular"),
        ({"is_non_singular": True, "is_square": False}, "non-singular matrix is always square"),
        ({"is_self_adjoint": True, "is_square": False}, "self-adjoint matrix is always square"),
    ],
)
def test_promises_that_exclude_each_other(promises, message):
    with pytest.raises(ValueError, match=message):
        full(np.eye(2), **promises)


def test_what_was_promised_falsely():
    with pytest.raises(ValueError, match="the operator was square"):
        _ = full(np.eye(2), is_square=False).is_square
    with pytest.raises(NotImplementedError, match="expected to be singular"):
        full(np.eye(2), is_non_singular=False).solve(np.eye(2))
    with pytest.raises(NotImplementedError, match="expected to not be square"):
        full(np.ones((2, 3))).solve(np.eye(2))
    with pytest.raises(NotImplementedError, match="Determinant not implemented"):
        full(np.ones((2, 3))).determinant()
    with pytest.raises(NotImplementedError, match="Determinant not implemented"):
        full(np.ones((2, 3))).log_abs_determinant()
    with pytest.raises(ValueError, match="a non square matrix"):
        full(np.ones((2, 3))).inverse()
    with pytest.raises(ValueError, match="a singular matrix"):
        full(np.eye(2), is_non_singular=False).inverse()
    with pytest.raises(NotImplementedError, match="Only self-adjoint"):
        full(np.eye(2)).eigvals()


def test_assertions_fail_when_they_run(sess):
    singular = full(np.ones((2, 2)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Singular matrix"):
        sess.run(singular.assert_non_singular())
    with pytest.raises(tf.errors.InvalidArgumentError, match="not equal to its adjoint"):
        sess.run(full([[1.0, 2.0], [3.0, 4.0]]).assert_self_adjoint())
    with pytest.raises(NotImplementedError, match="is_self_adjoint=True"):
        singular.assert_positive_definite()
    with pytest.raises(tf.errors.InvalidArgumentError, match="not positive definite"):
        sess.run(full(-np.eye(2), is_self_adjoint=True).assert_positive_definite())


def test_operators_are_multiplied_and_solved_with_operators(sess):
    a, b = matrix(3, 3), matrix(3, 3)
    left, right = full(a, is_non_singular=True), full(b)
    np.testing.assert_allclose(sess.run((left @ right).to_dense()), a @ b)
    found = left.matmul(right, adjoint=True, adjoint_arg=True)
    np.testing.assert_allclose(sess.run(found.to_dense()), a.T @ b.T)
    np.testing.assert_allclose(sess.run(left.solve(right).to_dense()), np.linalg.solve(a, b))
    with pytest.raises(ValueError, match="not compatible"):
        left.matmul(full(np.ones((2, 2))))


def test_what_it_says_of_itself():
    operator = full(np.eye(2), name="mine", **PROMISED)
    assert (operator.name, operator.dtype) == ("mine", tf.float64)
    assert (operator.is_non_singular, operator.is_square) == (True, True)
    assert operator.to_dense() is operator.graph_parents[0] is operator.matrix
    assert operator.H is operator
    assert operator.parameters["matrix"].tolist() == np.eye(2).tolist()
    assert repr(operator) == "<tf.linalg.LinearOperatorFullMatrix shape=(2, 2) dtype=float64>"
    assert operator.matvec([1.0, 2.0]).name.startswith("mine/matvec/")


def test_an_operator_of_ones_own(sess):
    class Doubling(tf.linalg.LinearOperator):
        def _shape(self):
            return tf.TensorShape([3, 3])

        def _matmul(self, x, adjoint=False):
            return 2 * x

    operator = Doubling(tf.float32)
    assert sess.run(operator.to_dense()).tolist() == (2 * np.eye(3)).tolist()
    assert sess.run(operator.determinant()) == pytest.approx(8)
    assert sess.run(operator.solvevec([2.0, 4.0, 6.0])).tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(NotImplementedError, match="must define _shape"):
        _ = tf.linalg.LinearOperator(tf.float32).shape
