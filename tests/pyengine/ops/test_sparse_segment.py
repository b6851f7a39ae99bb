"""Reductions over segments of picked rows."""

import numpy as np
import pytest

import pyengine as tf

DATA = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(("how", "scale"), [("sum", 1), ("mean", 0.5), ("sqrt_n", 0.5**0.5)])
def test_segments_of_picked_rows(sess, how, scale):
    function = getattr(tf, f"sparse_segment_{how}")
    y = function(DATA, [2, 0, 2], [0, 0, 1])
    assert y.shape.as_list() == [None, 2]
    np.testing.assert_allclose(sess.run(y), [[6 * scale, 8 * scale], [5, 6]])
    sized = function(DATA, [2, 0], [1, 1], num_segments=3)
    assert sized.shape == [3, 2]
    np.testing.assert_allclose(sess.run(sized), [[0, 0], [6 * scale, 8 * scale], [0, 0]])


def test_what_does_not_fit_is_refused(sess):
    with pytest.raises(ValueError, match="incompatible"):
        tf.sparse_segment_sum(DATA, [0], [0, 0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
        sess.run(tf.sparse_segment_sum(DATA, [3], [0]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of range"):
        sess.run(tf.sparse_segment_sum(DATA, [0], [2], num_segments=2))
