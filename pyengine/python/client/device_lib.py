"""`device_lib.list_local_devices`: the devices of this process."""

from __future__ import annotations

from typing import Any

from pyengine import protos
from pyengine.device import DeviceAttributes

__all__ = ["list_local_devices"]


def list_local_devices(session_config: Any = None) -> list[Any]:
    """The devices of this process, as `DeviceAttributes` messages.

    Args:
        session_config: a `ConfigProto`, whose `device_count` says how many CPUs to list.

    Example:
        >>> [device.name for device in list_local_devices()]
        ['/device:CPU:0']
    """
    count = 1 if session_config is None else session_config.device_count.get("CPU", 1)
    found = [DeviceAttributes(f"/device:CPU:{i}") for i in range(int(count))]
    return [
        protos.DeviceAttributes(
            name=device.name,
            device_type=device.device_type,
            memory_limit=device.memory_limit_bytes,
            incarnation=device.incarnation,
        )
        for device in found
    ]
