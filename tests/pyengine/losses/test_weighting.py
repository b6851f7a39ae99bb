"""Weights, reductions and collections of losses."""

import numpy as np
import pytest

import pyengine as tf

LOSSES, WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0], [0.0]])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("reduction", "wanted"),
    [("NONE", [[2, 4], [0, 0]]), ("SUM", 6), ("MEAN", 1.5), ("SUM_OVER_BATCH_SIZE", 1.5),
     ("SUM_BY_NONZERO_WEIGHTS", 3), ("SUM_OVER_NONZERO_WEIGHTS", 3)],
)  # fmt: skip
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32])
def test_reductions(sess, reduction, wanted, dtype):
    kind = getattr(tf.losses.Reduction, reduction)
    got = sess.run(tf.losses.compute_weighted_loss(LOSSES.astype(dtype), WEIGHTS, reduction=kind))
    assert got.dtype == dtype
    np.testing.assert_allclose(got, np.asarray(wanted).astype(dtype))


def test_nothing_counts(sess):
    assert sess.run(tf.losses.compute_weighted_loss(LOSSES, 0.0)) == 0
    assert sess.run(tf.losses.compute_weighted_loss(np.zeros((0, 2)), 1.0)) == 0
    for weights in ([1.0, 2.0, 3.0], [1.0, 2.0]):
        with pytest.raises(ValueError, match="can not be broadcast"):
            tf.losses.compute_weighted_loss(LOSSES, weights)
    with pytest.raises(ValueError, match="Invalid Reduction"):
        tf.losses.compute_weighted_loss(LOSSES, reduction="sum")


def test_collections(sess):
    with tf.name_scope("first"):
        one = tf.losses.compute_weighted_loss(LOSSES)
    two = tf.losses.compute_weighted_loss(LOSSES, loss_collection="mine")
    tf.losses.add_loss(tf.constant(1.0, tf.float64))
    assert len(tf.losses.get_losses()) == 2
    assert tf.losses.get_losses("first") == [one]
    assert tf.losses.get_losses(loss_collection="mine") == [two]
    assert sess.run(tf.losses.get_regularization_loss()) == 0
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.constant(10.0, tf.float64))
    assert len(tf.losses.get_regularization_losses()) == 1
    assert sess.run(tf.losses.get_regularization_loss()) == 10
    assert sess.run(tf.losses.get_total_loss()) == 13.5
    assert sess.run(tf.losses.get_total_loss(add_regularization_losses=False)) == 3.5
