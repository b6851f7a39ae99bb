"""The public functions of boxes; `ops/test_image_boxes.py` has their numbers."""

import numpy as np

import pyengine as tf


def test_names_and_shapes():
    boxes, scores = np.zeros((3, 4), np.float32), np.zeros(3, np.float32)
    with tf.Graph().as_default():
        found = tf.image.non_max_suppression(boxes, scores, 2)
        assert found.op.name == "non_max_suppression/NonMaxSuppressionV3"
        assert found.shape.as_list() == [None]
        padded, count = tf.image.non_max_suppression_padded(
            boxes, scores, 2, pad_to_max_output_size=True
        )
        assert padded.shape.as_list() == [2]
        assert count.shape.as_list() == []
