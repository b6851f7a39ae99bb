"""The op types behind `TensorArray`; what users call is in `test_tensor_array`."""

import pytest

import pyengine as tf


def test_a_gradient_belongs_to_the_call_of_gradients_that_made_it():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.constant([1.0, 2.0])
        y = tf.TensorArray(tf.float32, 2).unstack(x).stack()
        first, second = tf.gradients(y * y, x)[0], tf.gradients(y, x)[0]
        assert [v.tolist() for v in sess.run([first, second])] == [[2.0, 4.0], [1.0, 1.0]]
        sources = {
            op.attrs["source"]
            for op in tf.get_default_graph().get_operations()
            if op.type == "TensorArrayGradV3"
        }
        assert sources == {"gradients", "gradients_1"}


def test_a_scope_of_another_name_is_refused():
    with tf.Graph().as_default():
        x = tf.constant([1.0, 2.0])
        y = tf.TensorArray(tf.float32, 2).unstack(x).stack()
        with pytest.raises(ValueError, match="start with gradients"):
            tf.gradients(y, x, name="slopes")


def test_static_shapes():
    with tf.Graph().as_default():
        array = tf.TensorArray(tf.float32, 3, element_shape=[2, None])
        assert array.stack().shape.as_list() == [3, 2, None]
        assert array.gather([0, 1]).shape.as_list() == [None, 2, None]
        assert array.concat().shape.as_list() == [6, None]
        assert array.read(0).shape.as_list() == [2, None]
        assert tf.TensorArray(tf.float32, 3).concat().shape.ndims is None
