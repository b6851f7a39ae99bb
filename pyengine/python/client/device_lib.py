"""`device_lib.list_local_devices`: the devices of this process."""

from __future__ import annotations

from typing import Any

from pyengine import protos
from pyengine.config import check_config
from pyengine.device import DeviceAttributes
from pyengine.executor.gpu import gpus_of

__all__ = ["list_local_devices"]


def list_local_devices(session_config: Any = None) -> list[Any]:
    """The devices of this process, as `DeviceAttributes` messages.

    Args:
        session_config: a `ConfigProto`, which says how many CPUs, and which GPUs, to list.

    Example:
        >>> [device.name for device in list_local_devices()][0]
        '/device:CPU:0'
    """
    config = check_config(session_config)
    count = int(config.device_count.get("CPU", 1))
    found = [(DeviceAttributes(f"/device:CPU:{i}"), "") for i in range(count)]
    for gpu in gpus_of(config):
        device = DeviceAttributes(f"/device:GPU:{gpu.index}", gpu.memory)
        found.append((device, gpu.description))
    return [
        protos.DeviceAttributes(
            name=device.name,
            device_type=device.device_type,
            memory_limit=device.memory_limit_bytes,
            incarnation=device.incarnation,
            physical_device_desc=description,
        )
        for device, description in found
    ]
