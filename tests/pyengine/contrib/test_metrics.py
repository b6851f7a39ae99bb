"""The old names of metrics."""

import pyengine as tf


def test_predictions_come_first():
    with tf.Graph().as_default(), tf.Session() as sess:
        predictions, labels = tf.constant([0.1, 0.9, 0.6, 0.3]), tf.constant([0, 1, 1, 0])
        old = tf.contrib.metrics.streaming_auc(predictions, labels)
        new = tf.metrics.auc(labels, predictions)
        precision = tf.contrib.metrics.streaming_precision([1, 1], [0, 1], name="p")
        iou = tf.contrib.metrics.streaming_mean_iou([1, 1], [0, 1], 2)
        sess.run(tf.local_variables_initializer())
        assert sess.run(old) == sess.run(new)
        assert sess.run(precision)[1] == 0.5
        assert precision[0].name.startswith("p/")
        sess.run(iou[1])
        assert sess.run(iou[0]) == 0.25


def test_every_name_is_there():
    for name in tf.contrib.metrics.__all__:
        assert callable(getattr(tf.contrib.metrics, name))
    assert "predictions" in tf.contrib.metrics.streaming_accuracy.__doc__
    told = tf.contrib.metrics.streaming_accuracy.__doc__
    assert told.startswith("`tf.metrics.accuracy` with `predictions` before `labels`.")
    assert tf.metrics.accuracy.__doc__.splitlines()[0] in told
