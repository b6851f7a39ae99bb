"""Diagonals, identities and their multiples, as operators."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.linalg.operators import PROMISED, check

diag = tf.linalg.LinearOperatorDiag
identity, scaled = tf.linalg.LinearOperatorIdentity, tf.linalg.LinearOperatorScaledIdentity


def test_diagonals():
    d = np.array([[3.0, 1.0, 2.0], [1.0, 2.0, 4.0]])
    check(lambda: diag(d[0]), np.diag(d[0]))
    check(lambda: diag(d, is_positive_definite=True), d[..., None] * np.eye(3))
    check(lambda: diag(d[0] + 1j), np.diag(d[0] + 1j))


def test_identities():
    check(lambda: identity(3, dtype=tf.float64), np.eye(3))
    check(lambda: identity(2, [3], dtype=tf.float64), np.broadcast_to(np.eye(2), (3, 2, 2)))
    check(lambda: scaled(3, 2.0 + 0 * tf.ones([], tf.float64), **PROMISED), 2 * np.eye(3))
    many = np.array([2.0, 3.0])
    check(lambda: scaled(3, many), many[:, None, None] * np.eye(3))


def test_sizes_that_only_a_run_knows():
    with tf.Graph().as_default(), tf.Session() as sess:
        rows, batch = tf.placeholder(tf.int32, []), tf.placeholder(tf.int32, [1])
        operator = identity(rows, batch)
        assert operator.shape.as_list() == [None, None, None]
        found = sess.run(operator.to_dense(), {rows: 2, batch: [3]})
        assert found.tolist() == np.broadcast_to(np.eye(2), (3, 2, 2)).tolist()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: diag(1.0), ValueError, "at least 1 dimension"),
        (lambda: diag([1.0], is_self_adjoint=False), ValueError, "always self adjoint"),
        (lambda: diag([1.0], is_square=False), ValueError, "Only square"),
        (lambda: identity(2, is_square=False), ValueError, "always square"),
        (lambda: identity(-2), ValueError, "non-negative"),
        (lambda: identity(2.5), TypeError, "2.5"),
        (lambda: identity(tf.ones([])), TypeError, "must be integer type"),
        (lambda: identity([2]), ValueError, "0-D"),
        (lambda: scaled(2, 1.0, is_self_adjoint=False), ValueError, "always self adjoint"),
        (lambda: scaled(2, 1.0, is_square=False), ValueError, "always square"),
    ],
)
def test_bad_arguments(make, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        make()


def test_assertions_fail_when_they_run():
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float32)
        bad = [
            (diag(fed).assert_non_singular(), [1.0, 0.0]),
            (diag(fed).assert_positive_definite(), [1.0, -1.0]),
            (scaled(2, fed).assert_non_singular(), 0.0),
            (scaled(2, fed).assert_positive_definite(), -1.0),
        ]
        for assertion, value in bad:
            sess.run(assertion, {fed: np.abs(value) + 1})
            with pytest.raises(tf.errors.InvalidArgumentError):
                sess.run(assertion, {fed: value})
