"""Gathering, scattering and sorting on a GPU; `test_walk` has every op."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

X = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
AT = np.array([[3, 0], [1, 1]], np.int32)


def test_rows_by_position():
    assert_same(tf.gather, X, AT)
    assert_same(lambda x, at: tf.gather(x, at, axis=1), X, AT % 3)
    assert_same(lambda x, at: tf.gather(x, at, batch_dims=1), X[:2], AT % 3, by_cpu=1)
    assert_same(tf.gather_nd, X, AT)
    assert_same(tf.gather_nd, X, AT[:, :1])
    assert_same(lambda x, at: tf.scatter_nd(at, x[:2, 0], [4, 2]), X, AT)


@pytest.mark.parametrize("wrong", [-1, 4])
def test_a_position_that_is_not_there_is_the_error_of_the_cpu(wrong):
    at = np.full([2, 2], wrong, np.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
        assert_same(tf.gather, X, at)
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not index into"):
        assert_same(tf.gather_nd, X, at)
    with pytest.raises(tf.errors.InvalidArgumentError):
        assert_same(lambda x, at: tf.scatter_nd(at, x[:2, 0], [4, 2]), X, at)


def test_gradients_of_rows_add_up():
    for build in (tf.gather, tf.gather_nd):
        assert_same(
            lambda x, at, b=build: tf.convert_to_tensor(tf.gradients(b(x, at) * 3.0, x)[0]), X, AT
        )


def test_sums_by_segment():
    ids = np.array([1, -1, 1, 0], np.int64)
    assert_same(lambda x, ids: tf.unsorted_segment_sum(x, ids, 3), X, ids)
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of range"):
        assert_same(lambda x, ids: tf.unsorted_segment_sum(x, ids, 1), X, ids)


def test_the_largest_and_the_first_of_equals():
    x = np.array([[1, 3, 3, 2], [0, 0, 0, 0]], np.float32)
    assert_same(lambda x: tf.nn.top_k(x, 2), x)
    assert_same(lambda x: tf.nn.top_k(x, 2), np.where(x == 2, np.nan, x), by_cpu=1)
    assert_same(lambda x, y: tf.nn.in_top_k(x, y, 2), x, np.array([3, 7], np.int32))


def test_a_scalar_has_no_positions():
    with pytest.raises(tf.errors.InvalidArgumentError, match="Unhandled input dimensions"):
        assert_same(lambda x: tf.where(x > 0), np.float32(1))


def test_one_hot_and_where():
    assert_same(lambda at: tf.one_hot(at, 3), AT)
    assert_same(lambda at: tf.one_hot(at, 3, 5.0, -1.0, axis=0), AT - 1)
    assert_same(lambda x: tf.where(x > 0), X)
