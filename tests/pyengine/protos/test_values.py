"""Arrays, shapes and attributes as messages."""

import numpy as np
import pytest

import pyengine as tf
from pyengine import protos
from pyengine.protos import values

ARRAYS = {
    "float": np.float32(1.5),
    "matrix": np.arange(6.0).reshape(2, 3).T,
    "empty": np.zeros((0, 3), np.int32),
    "bool": np.array([True, False]),
    "one bool": np.array([True]),
    "complex": np.array(1 + 2j, np.complex64),
    "half": np.array(0.5, np.float16),
    "uint64": np.array(2**63, np.uint64),
    "int8": np.array([-1], np.int8),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_go_there_and_back(name):
    proto = tf.make_tensor_proto(ARRAYS[name])
    found = tf.make_ndarray(protos.TensorProto.FromString(proto.SerializeToString()))
    assert found.dtype == ARRAYS[name].dtype
    np.testing.assert_array_equal(found, ARRAYS[name])


def test_strings_go_there_and_back():
    assert tf.make_ndarray(tf.make_tensor_proto([["a"], [b"\xff"]])).tolist() == [[b"a"], [b"\xff"]]


def test_the_last_value_stands_for_those_left_out():
    proto = protos.TensorProto(dtype=1, float_val=[1.0, 2.0])
    proto.tensor_shape.dim.add(size=4)
    assert tf.make_ndarray(proto).tolist() == [1, 2, 2, 2]
    assert tf.make_ndarray(tf.make_tensor_proto(7, shape=[3])).tolist() == [7, 7, 7]


def test_a_shape_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="3 values do not fit"):
        tf.make_tensor_proto([1, 2, 3], shape=[2])
    with pytest.raises(TypeError, match="Expected Tensor's shape"):
        tf.make_tensor_proto([1, 2], shape=[2, 1], verify_shape=True)
    with pytest.raises(ValueError, match="needs 8 bytes"):
        broken = tf.make_tensor_proto([1.0, 2.0])
        broken.tensor_content = b"123"
        tf.make_ndarray(broken)


@pytest.mark.parametrize("sizes", [None, [], [2, None]])
def test_shapes_go_there_and_back(sizes):
    shape = tf.TensorShape(sizes)
    assert values.shape_of_proto(values.shape_proto(shape)).sizes == shape.sizes


@pytest.mark.parametrize(
    ("value", "kind"),
    [(tf.float32, "type"), (3, "int"), (0.5, "float"), (True, "bool"), ("SAME", "string"),
     ([1, 2], "list(int)"), ([tf.int32], "list(type)"), ([], "list(float)")],
)  # fmt: skip
def test_attributes_go_there_and_back(value, kind):
    assert values.attr_of_value(values.attr_value(value, kind), kind) == value
    if value != []:
        assert values.attr_value(value) == values.attr_value(value, kind)


def test_what_is_no_attribute_is_refused():
    with pytest.raises(TypeError, match="object"):
        values.attr_value(object())
