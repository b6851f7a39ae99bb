"""Tensors in signatures."""

import pytest

import pyengine as tf
from pyengine import protos


def test_tensors_go_there_and_back():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.int64, [None, 2], name="x")
        v = tf.Variable(1.0, name="v")
        info = tf.saved_model.utils.build_tensor_info(x)
        assert [d.size for d in info.tensor_shape.dim] == [-1, 2]
        assert tf.saved_model.utils.get_tensor_from_tensor_info(info) is x
        assert tf.saved_model.utils.build_tensor_info(v).dtype == tf.float32.as_datatype_enum
        with tf.name_scope("a"):
            y = tf.placeholder(tf.int64, name="x")
        found = tf.saved_model.utils.get_tensor_from_tensor_info(info, import_scope="a")
        assert found is y


def test_what_is_none_is_refused():
    with tf.Graph().as_default():
        with pytest.raises(TypeError, match="of a tensor"):
            tf.saved_model.utils.build_tensor_info(3)
        with pytest.raises(ValueError, match="encoding"):
            tf.saved_model.utils.get_tensor_from_tensor_info(protos.TensorInfo())
        tf.constant(1.0, name="c")
        wrong = protos.TensorInfo(name="c:0", dtype=tf.int32.as_datatype_enum)
        with pytest.raises(ValueError, match="dtype"):
            tf.saved_model.utils.get_tensor_from_tensor_info(wrong)
