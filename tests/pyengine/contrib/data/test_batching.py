"""What was in tf.contrib.data."""

import pyengine as tf
from tests.pyengine.data.running import elements


def test_remainders_are_dropped():
    with tf.Graph().as_default(), tf.Session() as sess:
        data = tf.contrib.data
        numbers = data.Dataset.range(3)
        assert elements(sess, numbers.apply(data.batch_and_drop_remainder(2))) == [[0, 1]]
        padded = numbers.map(lambda x: tf.fill([x], x))
        batches = padded.apply(data.padded_batch_and_drop_remainder(2, [None]))
        assert elements(sess, batches) == [[[0], [1]]]
        assert data.shuffle_and_repeat is tf.data.experimental.shuffle_and_repeat
