"""What a tensor is like."""

import pickle

import pytest

import pyengine as tf


def test_what_it_has():
    spec = tf.TensorSpec([None, 2], name="x")
    assert (spec.shape.as_list(), spec.dtype, spec.name) == ([None, 2], tf.float32, "x")
    assert spec.value_type is tf.Tensor
    assert repr(spec) == "TensorSpec(shape=(?, 2), dtype=tf.float32, name='x')"
    assert tf.TensorSpec(None, tf.int32).shape.ndims is None


def test_made_from_others():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.int64, [3], name="x")
        spec = tf.TensorSpec.from_tensor(x)
    assert spec == tf.TensorSpec([3], tf.int64, "x")
    assert tf.TensorSpec.from_spec(spec, "y").name == "y"
    assert tf.TensorSpec.from_spec(spec) == spec
    with pytest.raises(ValueError, match="should be"):
        tf.TensorSpec.from_tensor([1])


def test_equality():
    spec = tf.TensorSpec([None, 2], tf.float64)
    assert spec == tf.TensorSpec([None, 2], tf.float64)
    assert len({spec, tf.TensorSpec([None, 2], tf.float64)}) == 1
    for other in (tf.TensorSpec([3, 2], tf.float64), tf.TensorSpec([None, 2]), "spec"):
        assert spec != other
    for one in (spec, tf.TensorSpec(None)):
        assert pickle.loads(pickle.dumps(one)) == one


def test_compatibility():
    spec = tf.TensorSpec([None, 2])
    with tf.Graph().as_default():
        assert spec.is_compatible_with(tf.zeros([3, 2]))
        assert spec.is_compatible_with(tf.TensorSpec(None))
        assert not spec.is_compatible_with(tf.zeros([3]))
        assert not spec.is_compatible_with(tf.zeros([3, 2], tf.int32))
