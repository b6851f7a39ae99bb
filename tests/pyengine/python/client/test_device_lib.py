"""The devices of this process."""

import pyengine as tf


def test_cpus_are_listed():
    devices = tf.python.client.device_lib.list_local_devices(
        tf.ConfigProto(device_count={"CPU": 2})
    )
    assert [d.name for d in devices] == ["/device:CPU:0", "/device:CPU:1"]
    assert devices[0].device_type == "CPU"
