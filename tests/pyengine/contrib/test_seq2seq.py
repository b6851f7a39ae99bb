"""The loss of sequences, against NumPy."""

import numpy as np
import pytest

import pyengine as tf

sequence_loss = tf.contrib.seq2seq.sequence_loss
RNG = np.random.default_rng(1)
LOGITS = RNG.normal(size=(3, 4, 5))
TARGETS = RNG.integers(0, 5, (3, 4))
WEIGHTS = np.array([[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.5], [0.0, 1.0, 1.0, 1.0]])


@pytest.mark.parametrize("over_time", [True, False])
@pytest.mark.parametrize("over_batch", [True, False])
def test_averages(over_time, over_batch):
    log_sum = np.log(np.exp(LOGITS).sum(-1))
    each = (log_sum - np.take_along_axis(LOGITS, TARGETS[..., None], -1)[..., 0]) * WEIGHTS
    if over_time and over_batch:
        wanted = each.sum() / WEIGHTS.sum()
    elif over_time:
        wanted = each.sum(1) / WEIGHTS.sum(1)
    elif over_batch:
        wanted = each.sum(0) / WEIGHTS.sum(0)
    else:
        wanted = each
    with tf.Graph().as_default(), tf.Session() as sess:
        loss = sequence_loss(LOGITS, TARGETS, WEIGHTS, over_time, over_batch)
        assert loss.shape.as_list() == list(np.shape(wanted))
        np.testing.assert_allclose(sess.run(loss), wanted)
        assert loss.op.name.startswith("sequence_loss/")


def test_another_loss_and_wrong_ranks():
    with tf.Graph().as_default(), tf.Session() as sess:

        def ones(labels, logits):
            return tf.ones_like(logits[:, 0])

        loss = sequence_loss(LOGITS, TARGETS, WEIGHTS, softmax_loss_function=ones)
        np.testing.assert_allclose(sess.run(loss), 1)
        with pytest.raises(ValueError, match="Logits must be a 3-dimensional"):
            sequence_loss(LOGITS[0], TARGETS, WEIGHTS)
        with pytest.raises(ValueError, match="Targets must be a 2-dimensional"):
            sequence_loss(LOGITS, TARGETS[0], WEIGHTS)
