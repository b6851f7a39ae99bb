"""The summary functions of TensorFlow 0.12."""

import numpy as np

import pyengine as tf


def test_tags_are_tensors():
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.scalar_summary(["a", "b"], [1.0, 2.0])
        tf.histogram_summary("h", [1.0])
        tf.image_summary("i", np.zeros((1, 2, 2, 1), np.float32), max_images=1)
        merged = tf.Summary.FromString(sess.run(tf.merge_all_summaries()))
        assert [v.tag for v in merged.value] == ["a", "b", "h", "i/image"]
        assert tf.merge_summary is tf.summary.merge
