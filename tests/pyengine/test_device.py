"""Device strings."""

import contextlib

import pytest

import pyengine as tf
from pyengine.device import DeviceAttributes, DeviceSpec, is_placeable


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("", ""),
        ("/cpu:0", "/device:CPU:0"),
        ("/gpu:1", "/device:GPU:1"),
        ("/device:GPU:1", "/device:GPU:1"),
        ("/device:gpu:*", "/device:GPU:*"),
        ("/job:ps/replica:1/task:2/cpu:0", "/job:ps/replica:1/task:2/device:CPU:0"),
    ],
)
def test_strings_in_their_full_form(given, wanted):
    assert DeviceSpec.from_string(given).to_string() == wanted


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="bogus"):
        DeviceSpec.from_string("/bogus:1")


def test_the_inner_spec_wins_part_by_part():
    inner, outer = DeviceSpec.from_string("/gpu:1"), DeviceSpec.from_string("/job:ps/cpu:0")
    assert inner.merged_into(outer).to_string() == "/job:ps/device:GPU:1"


def test_specs_are_changed_and_compared():
    spec = DeviceSpec.from_string("/job:ps/gpu:1")
    assert spec.replace(task=2).to_string() == "/job:ps/task:2/device:GPU:1"
    assert (
        spec.make_merged_spec(DeviceSpec(device_type="cpu")).to_string() == "/job:ps/device:CPU:1"
    )
    spec.merge_from(DeviceSpec(job="worker"))
    assert spec == DeviceSpec().parse_from_string("/job:worker/gpu:1")
    assert hash(spec) == hash(DeviceSpec.from_string("/job:worker/device:GPU:1"))
    assert spec != DeviceSpec()


class TestScopes:
    def device(self, *scopes):
        with contextlib.ExitStack() as stack, tf.Graph().as_default():
            for scope in scopes:
                stack.enter_context(tf.device(scope))
            return tf.constant(1.0).device

    def test_the_inner_scope_wins_part_by_part(self):
        assert self.device("/job:a/cpu:0", "/gpu:1") == "/job:a/device:GPU:1"
        assert self.device("/job:a", None, "/gpu:1") == "/device:GPU:1"
        assert self.device(DeviceSpec(job="a"), "") == "/job:a"

    def test_a_function_sees_what_the_scopes_inside_it_say(self):
        seen = []

        def function(op):
            seen.append((op.type, op.device, op.node_def.op))
            return "/job:f"

        assert self.device("/job:a/cpu:0", function, "/gpu:1") == "/job:f/device:CPU:0"
        assert seen == [("Const", "/device:GPU:1", "Const")]

    def test_which_devices_will_do(self):
        there = ["/job:localhost/replica:0/task:0/device:CPU:0"]
        assert is_placeable("/job:localhost/cpu:*", there, False)
        assert not is_placeable("/cpu:1", there, False)
        assert is_placeable("/cpu:1", there, True)
        assert repr(DeviceAttributes(there[0])).startswith(f"_DeviceAttributes({there[0]}, CPU, ")
