"""Device strings: `/cpu:0`, `/device:GPU:1`, `/job:worker/task:0/cpu:0`, merged and compared."""

from __future__ import annotations

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


def merge_devices(op: Operation, stack: tuple[Any, ...]) -> str:
    """The device of an op under the scopes it was made in; the inner scope wins, None clears."""
    merged = DeviceSpec()
    for entry in stack:
        if entry is None:
            merged = DeviceSpec()
            continue
        text = entry(op) if callable(entry) else entry
        spec = text if isinstance(text, DeviceSpec) else DeviceSpec.from_string(text or "")
        merged = spec.merged_into(merged)
    return merged.to_string()
