"""Device strings: `/cpu:0`, `/device:GPU:1`, `/job:worker/task:0/cpu:0`, merged and compared."""

from __future__ import annotations

import functools
import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyengine.graph import Operation

_PART = re.compile(r"(job|replica|task|device|cpu|gpu|xla_cpu|xla_gpu):([^/]+)", re.IGNORECASE)


class DeviceSpec:
    """The parts of a device string; None for each part it leaves open.

    Example:
        >>> DeviceSpec.from_string("/job:ps/gpu:1").to_string()
        '/job:ps/device:GPU:1'
    """

    def __init__(
        self,
        job: str | None = None,
        replica: int | None = None,
        task: int | None = None,
        device_type: str | None = None,
        device_index: int | None = None,
    ) -> None:
        self.job = job
        self.replica = replica
        self.task = task
        self.device_type = device_type.upper() if device_type else None
        self.device_index = device_index

    @classmethod
    def from_string(cls, spec: str) -> DeviceSpec:
        """Parses a device string; raises ValueError for one that cannot be read."""
        found = cls()
        for part in filter(None, spec.split("/")):
            match = _PART.fullmatch(part)
            if match is None:
                raise ValueError(f"Unknown attribute {part!r} in the device string {spec!r}")
            key, value = match[1].lower(), match[2]
            if key == "job":
                found.job = value
            elif key in ("replica", "task"):
                setattr(found, key, int(value))
            else:
                kind, _, index = value.partition(":") if key == "device" else (key, "", value)
                found.device_type = kind.upper()
                found.device_index = int(index) if index not in ("", "*") else None
        return found

    def merged_into(self, outer: DeviceSpec) -> DeviceSpec:
        """This spec, with what it leaves open taken from the outer one."""
        merged = DeviceSpec()
        for part in ("job", "replica", "task", "device_type", "device_index"):
            mine = getattr(self, part)
            setattr(merged, part, getattr(outer, part) if mine is None else mine)
        return merged

    def make_merged_spec(self, dev: DeviceSpec) -> DeviceSpec:
        """This spec with all that the other one says put in its place."""
        return dev.merged_into(self)

    def merge_from(self, dev: DeviceSpec) -> None:
        """Takes over all that the other one says."""
        self.__dict__.update(self.make_merged_spec(dev).__dict__)

    def parse_from_string(self, spec: str) -> DeviceSpec:
        """Becomes what a device string says; returns itself."""
        self.__dict__.update(DeviceSpec.from_string(spec).__dict__)
        return self

    def replace(self, **parts: Any) -> DeviceSpec:
        """A copy with some parts changed."""
        return DeviceSpec(**{**self.__dict__, **parts})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceSpec) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.to_string())

    def __repr__(self) -> str:
        return f"DeviceSpec({self.to_string()!r})"

    def to_string(self) -> str:
        parts = [
            f"/{key}:{value}"
            for key in ("job", "replica", "task")
            if (value := getattr(self, key)) is not None
        ]
        if self.device_type is not None:
            index = "*" if self.device_index is None else self.device_index
            parts.append(f"/device:{self.device_type}:{index}")
        return "".join(parts)


class DeviceAttributes:
    """What `Session.list_devices` says of a device.

    Attributes:
        name: the full name, such as "/job:localhost/replica:0/task:0/device:CPU:0".
        device_type: "CPU" or "GPU".
        memory_limit_bytes: of a GPU its memory, else TensorFlow's nominal size of a CPU device.
        incarnation: a number that is another one in another process.
    """

    def __init__(self, name: str, memory: int = 256 << 20) -> None:
        self.name = name
        self.memory_limit_bytes = memory
        self.device_type = DeviceSpec.from_string(name).device_type or ""
        self.incarnation = os.getpid()

    def __repr__(self) -> str:
        return (
            f"_DeviceAttributes({self.name}, {self.device_type}, {self.memory_limit_bytes}, "
            f"{self.incarnation})"
        )


@functools.lru_cache(maxsize=1024)
def _placeable(device: str, devices: tuple[str, ...], is_soft: bool) -> bool:
    wanted = DeviceSpec.from_string(device)
    for name in devices:
        there = DeviceSpec.from_string(name)
        if is_soft:  # which device of the process is a wish then, which process is not
            there.device_type, there.device_index = wanted.device_type, wanted.device_index
        if wanted.merged_into(there).to_string() == there.to_string():
            return True
    return False


def is_placeable(device: str, devices: list[str], is_soft: bool) -> bool:
    """Whether one of the devices is what a device string asks for.

    Args:
        device: the device string of an op.
        devices: the full names of the devices.
        is_soft: whether another device of the same process will do.

    Example:
        >>> there = ["/job:localhost/replica:0/task:0/device:CPU:0"]
        >>> is_placeable("/cpu:0", there, False), is_placeable("/gpu:0", there, False)
        (True, False)
        >>> is_placeable("/gpu:0", there, True), is_placeable("/job:ps", there, True)
        (True, False)
    """
    return _placeable(device, tuple(devices), is_soft)


def merge_devices(op: Operation, stack: tuple[Any, ...]) -> str:
    """The device of an op under the scopes it was made in.

    The innermost scope comes first. What it leaves open the next one may say; a function is given
    the op with the device found so far, and replaces it; None hides the scopes around it.
    """
    found = DeviceSpec()
    for entry in reversed(stack):
        if entry is None:
            break
        if callable(entry):
            op.device = found.to_string()
            found = _spec(entry(op))
        else:
            found = found.merged_into(_spec(entry))
    return found.to_string()


def _spec(device: Any) -> DeviceSpec:
    return device if isinstance(device, DeviceSpec) else DeviceSpec.from_string(device or "")
