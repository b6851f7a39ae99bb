"""The op types of queues: what they take, and what they say of shapes."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import queue_ops


def test_a_handle_must_be_a_queue():
    with tf.Graph().as_default(), tf.Session() as sess:
        handle = tf.placeholder(tf.resource)
        size = queue_ops.queue_size(handle)
        q = tf.FIFOQueue(1, tf.int32)
        assert sess.run(size, {handle: sess.run(q.queue_ref)}) == 0
        with pytest.raises(tf.errors.InvalidArgumentError, match="a queue is wanted"):
            sess.run(size, {handle: np.float32(1)})


def test_the_shapes_of_a_queue_of_unspecified_shapes_are_unknown():
    with tf.Graph().as_default():
        q = tf.FIFOQueue(1, tf.int32)
        assert (
            queue_ops.queue_dequeue(q.queue_ref, component_types=[tf.int32])[0].shape.ndims is None
        )
        n = tf.placeholder(tf.int32, [])
        q = tf.FIFOQueue(1, tf.int32, shapes=[[2]])
        assert q.dequeue_many(n).shape.as_list() == [None, 2]


def test_the_number_of_components_is_checked():
    with tf.Graph().as_default(), tf.Session() as sess:
        q = tf.FIFOQueue(1, [tf.int32, tf.int32])
        put = queue_ops.queue_enqueue(q.queue_ref, [tf.constant(1)], Tcomponents=[tf.int32])
        with pytest.raises(tf.errors.InvalidArgumentError, match="Expected 2, got 1"):
            sess.run(put)
