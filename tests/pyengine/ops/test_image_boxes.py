"""Non-maximum suppression."""

import numpy as np
import pytest

import pyengine as tf

BOXES = np.array([[0, 0, 1, 1], [0, 0, 1, 0.5], [0, 0.5, 1, 1], [5, 5, 6, 6]], np.float32)
SCORES = np.array([0.9, 0.8, 0.95, 0.1], np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_the_best_that_do_not_overlap(sess):
    def chosen(*args, **kwargs):
        return sess.run(tf.image.non_max_suppression(BOXES, SCORES, *args, **kwargs)).tolist()

    assert chosen(4, 0.5) == [2, 0, 1, 3]  # an overlap of just the threshold is allowed
    assert chosen(4, 0.49) == [2, 1, 3]
    assert chosen(2, 0.49) == [2, 1]
    assert chosen(4, 0.49, score_threshold=0.1) == [2, 1]
    turned = BOXES[:, [2, 3, 0, 1]]
    got = sess.run(tf.image.non_max_suppression(turned, SCORES, 4, 0.49))
    assert got.tolist() == [2, 1, 3]


def test_padded_soft_and_given_overlaps(sess):
    found, count = sess.run(
        tf.image.non_max_suppression_padded(BOXES, SCORES, 4, 0.49, pad_to_max_output_size=True)
    )
    assert found.tolist() == [2, 1, 3, 0]
    assert count == 3
    found, left = sess.run(
        tf.image.non_max_suppression_with_scores(BOXES, SCORES, 4, soft_nms_sigma=0.5)
    )
    assert found.tolist() == [2, 1, 0, 3]
    np.testing.assert_allclose(left, [0.95, 0.8, 0.9 * np.exp(-0.5), 0.1], rtol=1e-5)
    overlaps = np.zeros((4, 4), np.float32)
    overlaps[2, 0] = 0.9
    got = tf.image.non_max_suppression_overlaps(overlaps, SCORES, 4)
    assert sess.run(got).tolist() == [2, 1, 3]


def test_refusals(sess):
    with pytest.raises(ValueError):
        tf.image.non_max_suppression(BOXES, SCORES[:2], 4)
    with pytest.raises(tf.errors.InvalidArgumentError, match="iou_threshold"):
        sess.run(tf.image.non_max_suppression(BOXES, SCORES, 4, 2.0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="non-negative"):
        sess.run(tf.image.non_max_suppression(BOXES, SCORES, -1))
