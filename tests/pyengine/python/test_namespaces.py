"""Inner modules by their names."""

import pytest

import pyengine as tf
from pyengine.python.namespaces import MODULES


def test_public_names_at_inner_addresses():
    assert tf.python.ops.state_ops.assign_add is tf.assign_add
    assert tf.python.ops.random_ops.random_uniform is tf.random_uniform
    assert tf.python.ops.parsing_ops.FixedLenFeature is tf.FixedLenFeature
    assert tf.python.framework.constant_op.constant is tf.constant
    assert tf.python.framework.dtypes.float32 is tf.float32
    assert tf.python.framework.ops.GraphKeys is tf.GraphKeys
    assert tf.python.framework.tensor_shape.TensorShape is tf.TensorShape
    assert tf.python.util.compat.as_bytes("a") == b"a"
    assert tf.python.ops.control_flow_ops.with_dependencies


def test_all_their_places_are_there():
    for package, modules in MODULES.items():
        for name in modules:
            inner = getattr(getattr(tf.python, package), name)
            with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
                inner.nothing
    assert "math_ops" in dir(tf.python.ops)


def test_what_is_not_there():
    with pytest.raises(AttributeError, match=r"tf\.python\.ops"):
        tf.python.ops.nothing
