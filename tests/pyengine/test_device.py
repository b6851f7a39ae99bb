"""Device strings."""

import pytest

from pyengine.device import DeviceSpec


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
