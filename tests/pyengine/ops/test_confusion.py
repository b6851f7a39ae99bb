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


def test_the_number_of_classes_is_given_or_found_or_a_tensor():
    labels, predictions = [0, 2], [0, 1]
    wanted = [[1, 0, 0], [0, 0, 0], [0, 1, 0]]
    with tf.Graph().as_default(), tf.Session() as sess:
        for count, shape in ((3, [3, 3]), (None, [3, 3]), (tf.constant(3), [3, 3])):
            matrix = tf.confusion_matrix(labels, predictions, num_classes=count)
            assert matrix.shape.as_list() == shape
            assert sess.run(matrix).tolist() == wanted


def test_weights_and_columns():
    with tf.Graph().as_default(), tf.Session() as sess:
        labels, found = [1, 2, 4], [2, 2, 4]
        y = sess.run(tf.confusion_matrix(labels, found))
        assert y.shape == (5, 5)
        assert (y[1, 2], y[2, 2], y[4, 4], y.sum()) == (1, 1, 1, 3)
        weighted = tf.confusion_matrix(
            [[1], [0]], [0, 0], num_classes=2, dtype=tf.float32, weights=[0.5, 2.0]
        )
        assert weighted.shape == [2, 2]
        assert sess.run(weighted).tolist() == [[2, 0], [0.5, 0]]
        for bad in (-1, 2):
            with pytest.raises(tf.errors.InvalidArgumentError):
                sess.run(tf.confusion_matrix([bad], [0], num_classes=2))


def test_shapes_that_are_found_at_run_time():
    with tf.Graph().as_default(), tf.Session() as sess:
        labels, predictions = tf.placeholder(tf.int64), tf.placeholder(tf.int64, [None])
        matrix = tf.confusion_matrix(labels, predictions)
        fed = {labels: [[1], [0]], predictions: [1, 1]}
        assert sess.run(matrix, fed).tolist() == [[0, 1], [0, 1]]
        few = tf.confusion_matrix(labels, predictions, num_classes=1)
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(few, fed)
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(matrix, {labels: [-1], predictions: [1]})
