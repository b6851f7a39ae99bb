"""Boxes drawn on images."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_borders(sess):
    images = np.zeros((1, 5, 6, 1), np.float32)
    got = sess.run(tf.image.draw_bounding_boxes(images, [[[0.25, 0.2, 0.75, 0.8]]]))
    wanted = np.zeros((5, 6))
    wanted[1:4, 1:5] = 1
    wanted[2, 2:4] = 0
    np.testing.assert_array_equal(got[0, ..., 0], wanted)
    assert not images.any()
    half = sess.run(tf.image.draw_bounding_boxes(images, [[[0.5, -1.0, 2.0, 2.0]]]))
    assert half[0, ..., 0].sum(1).tolist() == [0, 0, 6, 0, 0]


def test_colours(sess):
    images = np.zeros((1, 4, 4, 3), np.float32)
    boxes = [[[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.9, 0.9, 0.1, 0.1]]]
    got = sess.run(tf.image.draw_bounding_boxes(images, boxes))
    assert got[0, 0, 0].tolist() == [1, 1, 0]
    assert got[0, 3, 3].tolist() == [0, 0, 1]
    assert got.sum() == 3
    own = sess.run(tf.image.draw_bounding_boxes(images, boxes, colors=[[0.5, 0.0, 0.25]]))
    assert own[0, 0, 0].tolist() == own[0, 3, 3].tolist() == [0.5, 0, 0.25]


def test_refusals(sess):
    with pytest.raises(ValueError):
        tf.image.draw_bounding_boxes(np.zeros((1, 4, 4, 3), np.float32), [[0.0, 0.0, 1.0, 1.0]])
    bad = tf.image.draw_bounding_boxes(np.zeros((1, 4, 4, 2), np.float32), [[[0.0, 0, 1, 1]]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Channel depth"):
        sess.run(bad)
