"""The behaviour is that of TensorFlow 1, whatever is switched."""

import pytest

import pyengine as tf

_TURNED_OFF = [
    "disable_control_flow_v2", "disable_eager_execution", "disable_tensor_equality",
    "disable_v2_behavior", "disable_v2_tensorshape",
]  # fmt: skip
_TURNED_ON = [
    "enable_control_flow_v2", "enable_eager_execution", "enable_tensor_equality",
    "enable_v2_behavior", "enable_v2_tensorshape",
]  # fmt: skip


@pytest.mark.parametrize("name", _TURNED_OFF)
def test_nothing_has_to_be_turned_off(name):
    assert getattr(tf, name)() is None


@pytest.mark.parametrize("name", _TURNED_ON)
def test_nothing_can_be_turned_on(name):
    with pytest.raises(NotImplementedError, match="is not available"):
        getattr(tf, name)()


def test_nothing_is_eager():
    assert not tf.executing_eagerly()
    assert not tf.executing_eagerly_outside_functions()
    assert not tf.control_flow_v2_enabled()
