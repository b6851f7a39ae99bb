"""The confusion matrix."""

import numpy as np
import pytest

import pyengine as tf


def test_counts():
    with tf.Graph().as_default(), tf.Session() as sess:
        got = tf.confusion_matrix([0, 1, 2, 1], [0, 2, 2, 1])
        assert sess.run(got).tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
        some = tf.confusion_matrix([0, 1], [0, 0], 3, tf.float32, weights=[0.5, 2.0])
        assert some.shape.as_list() == [3, 3]
        assert sess.run(some).tolist() == [[0.5, 0, 0], [2, 0, 0], [0, 0, 0]]
        fed = tf.placeholder(tf.int64, [None])
        assert sess.run(tf.confusion_matrix(fed, fed, 2), {fed: []}).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("pair", [([0, 2], [0, 0]), ([0, 0], [0, 2])])
def test_what_is_no_class(pair):
    with tf.Graph().as_default(), tf.Session() as sess:
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(tf.confusion_matrix(*pair, num_classes=2))
        assert np.sum(sess.run(tf.confusion_matrix(*pair))) == 2
