"""What a session keeps between runs: the cells of its variables, and other ops' state."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

import numpy as np

from pyengine.device import DeviceSpec, is_placeable
from pyengine.errors import FailedPreconditionError, InvalidArgumentError
from pyengine.executor.backend import chosen_backend
from pyengine.executor.waiting import Cancellation, time_limit
from pyengine.graph import Operation

State = TypeVar("State")


def _references_of_a_local() -> int:
    local = object()
    return sys.getrefcount(local)


_ALONE = _references_of_a_local()
"""What `getrefcount` says of an object that one local variable holds; Python versions differ."""


class Cell:
    """A variable's storage in one session; `value` is None until it is initialized.

    Whoever has read an array from a cell keeps it as it was: an assignment puts another array in
    its place. Only an update that finds that nobody else holds the array writes into it; while it
    does, the array is out of the cell, and readers wait for the lock.
    """

    __slots__ = ("lock", "op", "value")

    def __init__(self, op: Operation) -> None:
        self.op = op
        self.lock = threading.RLock()  # held from the read to the write of an update
        self.value: Any = None

    def read(self) -> Any:
        """The value; raises FailedPreconditionError when there is none yet."""
        value = self.value
        if value is None:
            with self.lock:  # it may only be out for an update
                value = self.value
        if value is None:
            raise FailedPreconditionError(
                None,
                self.op,
                f"Attempting to use uninitialized value {self.op.name}. Run its initializer first: "
                f"sess.run(tf.global_variables_initializer())",
            )
        return value

    @property
    def is_initialized(self) -> bool:
        """Whether there is a value."""
        if self.value is None:
            with self.lock:
                return self.value is not None
        return True

    def take(self) -> Any:
        """Takes the value out, to be written to and put back; a copy if others can see it.

        The caller holds the lock until it has put the array back.
        """
        value, self.value = self.value, None
        # Views, fetches and other runs would each hold a reference more.
        alone = sys.getrefcount(value) == _ALONE
        own = isinstance(value, np.ndarray) and value.flags.owndata and value.flags.writeable
        return value if alone and own else np.array(value, order="K")


def read_cell(cell: Cell) -> Any:
    """The value in a cell that is itself the result of an op."""
    return cell.read()


class Runtime:
    """The state of one session, by the op that owns it.

    Args:
        soft_placement: whether an op placed on a device that is not there runs on the CPU.
        cpus: how many CPU devices there are by name; all of them are this process.
        backend: "auto", "numpy" or "torch", as `backend.chosen_backend` gives it.
        optimized: whether plans go through the passes that make them faster.
        find_gpus: finds the GPUs that ops may be placed on; asked when one is named.
    """

    def __init__(
        self,
        soft_placement: bool = False,
        cpus: int = 1,
        backend: str | None = None,
        optimized: bool = True,
        find_gpus: Callable[[], tuple[Any, ...]] = tuple,
    ) -> None:
        self.xp = np
        self.backend = chosen_backend() if backend is None else backend
        self.optimized = optimized
        self.soft_placement = soft_placement
        self.cancellation = Cancellation()
        self._states: dict[Operation, Any] = {}
        self._shared: dict[Hashable, Any] = {}
        self._lock = threading.RLock()  # making one state may ask for another
        self.cpus = [f"/job:localhost/replica:0/task:0/device:CPU:{i}" for i in range(cpus)]
        self.find_gpus = find_gpus
        self._deadlines = threading.local()

    @functools.cached_property
    def gpus(self) -> tuple[Any, ...]:
        """The GPUs that ops may be placed on, as `gpu.Gpu`."""
        return self.find_gpus()

    @property
    def devices(self) -> list[str]:
        """The full names of all devices; this asks for GPUs."""
        return [*self.cpus, *[gpu.name for gpu in self.gpus]]

    def cpu_of(self, op: Operation) -> str:
        """The full name of the CPU that an op runs on, if it runs on none of the GPUs."""
        spec = DeviceSpec.from_string(op.device)
        index = spec.device_index or 0
        return self.cpus[index if spec.device_type == "CPU" and index < len(self.cpus) else 0]

    def made(self, op: Operation) -> Any:
        """The op's state in this session, None if there is none yet."""
        return self._states.get(op)

    def made_shared(self, key: Hashable) -> Any:
        """What ops share by a name, None if there is none yet."""
        return self._shared.get(key)

    def state_of(self, op: Operation, make: Callable[[Operation], State]) -> State:
        """The op's state in this session, made at first use."""
        with self._lock:
            if op not in self._states:
                self._states[op] = make(op)
            return self._states[op]

    def cell(self, op: Operation) -> Cell:
        """The cell of a variable op."""
        return self.state_of(op, Cell)

    def shared(self, key: Hashable, make: Callable[[], State]) -> State:
        """What several ops share by a name, made by the first of them."""
        with self._lock:
            if key not in self._shared:
                self._shared[key] = make()
            return self._shared[key]

    @contextlib.contextmanager
    def stopping_at(self, deadline: float | None) -> Iterator[None]:
        """A context in which this thread's run is to end at a time of `time.monotonic()`."""
        self._deadlines.at = deadline
        try:
            with time_limit(None if deadline is None else deadline - time.monotonic()):
                yield
        finally:
            self._deadlines.at = None

    def time_left(self) -> float | None:
        """How many seconds this thread's run may still take; None for any number.

        A kernel that waits, such as that of a queue, waits no longer than this.
        """
        at = getattr(self._deadlines, "at", None)
        return None if at is None else max(at - time.monotonic(), 0.0)

    def check_placement(self, op: Operation) -> None:
        """Raises InvalidArgumentError for an op on a device that is not there."""
        devices = self.devices if "GPU" in op.device else self.cpus
        if not is_placeable(op.device, devices, self.soft_placement):
            is_gpu = DeviceSpec.from_string(op.device).device_type == "GPU" and not self.gpus
            hint = (
                " The requested device appears to be a GPU: PyTorch finds none that this session "
                "may use."
            )
            raise InvalidArgumentError(
                None,
                op,
                f"Cannot assign a device for operation {op.name}: it was explicitly assigned to "
                f"{op.device}, and the available devices are [{', '.join(devices)}]. Make "
                f"sure the device specification refers to a valid device; "
                f"tf.ConfigProto(allow_soft_placement=True) takes another one instead."
                + (hint if is_gpu else ""),
            )

    def clear(self) -> None:
        """Ends what waits in runs of this session, and drops all state."""
        self.cancellation.cancel()
        with self._lock:
            self._states.clear()
            self._shared.clear()
