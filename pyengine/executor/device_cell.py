"""The storage of a variable that lives on a GPU."""

from __future__ import annotations

from typing import Any

from pyengine.executor.gpu import Gpu
from pyengine.executor.runtime import Cell
from pyengine.graph import Operation


class DeviceCell(Cell):
    """A variable's storage on a GPU, which its value leaves only where the host asks for it.

    To all that knows nothing of GPUs it is a cell like any other: `value` is an array, copied when
    it is first asked for after a change. A value that the host puts in goes to the GPU when an op
    there first reads it. Tensors are never written to, so whoever has read one keeps it as it was.

    Args:
        op: the variable's op.
        gpu: where it lives.
    """

    __slots__ = ("_both", "gpu")

    def __init__(self, op: Operation, gpu: Gpu) -> None:
        self.gpu = gpu
        # The array and the tensor, of which either may be None; one assignment changes both.
        self._both: tuple[Any, Any] = (None, None)
        super().__init__(op)

    @property
    def value(self) -> Any:
        """The value as an array; None until there is one."""
        array, tensor = both = self._both
        if array is None and tensor is not None:
            array = self.gpu.get(tensor)
            with self.lock:
                if self._both is both:  # nobody has changed the value meanwhile
                    self._both = (array, tensor)
        return array

    @value.setter
    def value(self, value: Any) -> None:
        self._both = (value, None)

    @property
    def is_initialized(self) -> bool:
        if not self._has_any():
            with self.lock:  # it may only be out for an update
                return self._has_any()
        return True

    def _has_any(self) -> bool:
        array, tensor = self._both
        return array is not None or tensor is not None

    def read_there(self) -> Any:
        """The value as a tensor of the GPU; raises as `read` does when there is none."""
        both = self._both
        if both[1] is not None:
            return both[1]
        array = self.read()
        with self.lock:
            if self._both[1] is None and self._both[0] is array:
                self._both = (array, self.gpu.put(array))
            tensor = self._both[1]
        return self.gpu.put(array) if tensor is None else tensor

    def put_there(self, tensor: Any) -> None:
        """Makes a tensor of the GPU the value."""
        self._both = (None, tensor)


def read_there(cell: DeviceCell) -> Any:
    """The value in a cell that is itself the result of an op, as a tensor of its GPU."""
    return cell.read_there()
