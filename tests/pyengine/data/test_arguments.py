"""What the arguments of data sets mean."""

import pytest

import pyengine as tf
from pyengine.data import arguments
from pyengine.data.structure import Spec


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_seeds():
    assert arguments.dataset_seeds(None) == (0, 0)
    assert arguments.dataset_seeds(tf.constant(3)) == arguments.dataset_seeds(3) == (87654321, 3)
    with pytest.raises(NotImplementedError, match="seed"):
        arguments.dataset_seeds(tf.placeholder(tf.int64))


def test_batch_sizes():
    known = [(2, True), (2, False), (tf.constant(2), True), (tf.placeholder(tf.int64), True)]
    found = [arguments.batch_shape(*k).as_list() for k in known]
    assert found == [[2], [None], [2], [None]]


def test_shapes_and_values_of_padding():
    spec = Spec(tf.int32, tf.TensorShape([]))
    assert arguments.shapes_for(spec, (2, 3)) == [(2, 3)]
    assert arguments.shapes_for((spec, spec), ([1], [2])) == [[1], [2]]
    for shape in ([None, 2], [-1, 2.0], tf.TensorShape([None, 2]), tf.constant([-1, 2])):
        assert arguments.padded_shape(shape).as_list() == [None, 2]
    arguments.check_padded(tf.TensorShape([2]), tf.TensorShape([3]))
    for have, wanted in (([3], [2]), ([3], [3, 3]), ([3], None)):
        with pytest.raises(ValueError, match="padded shape"):
            arguments.check_padded(tf.TensorShape(have), tf.TensorShape(wanted))
    assert arguments.padding_value(1.0, tf.int32).dtype is tf.int32
    assert arguments.padding_value(None, tf.string).dtype is tf.string
    with pytest.raises(ValueError, match="should be a scalar"):
        arguments.padding_value([1, 2], tf.int32)
    with pytest.raises(NotImplementedError):
        arguments.padded_shape(tf.placeholder(tf.int64, [2]))


def test_what_two_shapes_have_in_common():
    common = arguments.common_shape
    assert common(tf.TensorShape([1, 2]), tf.TensorShape([3, 2])).as_list() == [None, 2]
    assert common(tf.TensorShape([1]), tf.TensorShape([1, 2])).ndims is None


def test_options_merge():
    first, second = arguments.Options(), arguments.Options()
    second.experimental_deterministic = True
    assert first.merge(second).experimental_deterministic
