"""What a session keeps between runs: the cells of its variables, and other ops' state."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

import numpy as np

from pyengine.device import is_placeable
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

    An array in a cell is never written to: an assignment puts another one in its place. So a value
    read earlier in a run, or fetched, stays what it was.
    """

    __slots__ = ("lock", "op", "spare", "value")

    def __init__(self, op: Operation) -> None:
        self.op = op
        self.lock = threading.Lock()  # held from the read to the write of an update
        self.value: Any = None
        self.spare: Any = None  # an array that the value was before, to write the next one into

    def read(self) -> Any:
        """The value; raises FailedPreconditionError when there is none yet."""
        if self.value is None:
            raise FailedPreconditionError(
                None,
                self.op,
                f"Attempting to use uninitialized value {self.op.name}. Run its initializer first: "
                f"sess.run(tf.global_variables_initializer())",
            )
        return self.value

    def spare_like(self, value: Any) -> Any:
        """An array like `value` to write into: the kept one if nobody else can see it."""
        spare, self.spare = self.spare, None
        # Views, fetches and other runs would each hold a reference more.
        if (
            spare is not None
            and sys.getrefcount(spare) == _ALONE
            and spare.shape == value.shape
            and spare.dtype == value.dtype
            and spare.strides == value.strides
        ):
            return spare
        return np.empty_like(value)

    def replace(self, value: Any) -> None:
        """Makes an array the value, and keeps the one before to write into later."""
        old, self.value = self.value, value
        if isinstance(old, np.ndarray) and old.flags.owndata and old.flags.writeable:
            self.spare = old


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
    """

    def __init__(
        self,
        soft_placement: bool = False,
        cpus: int = 1,
        backend: str | None = None,
        optimized: bool = True,
    ) -> None:
        self.xp = np
        self.backend = chosen_backend() if backend is None else backend
        self.optimized = optimized
        self.soft_placement = soft_placement
        self.cancellation = Cancellation()
        self._states: dict[Operation, Any] = {}
        self._shared: dict[Hashable, Any] = {}
        self._lock = threading.RLock()  # making one state may ask for another
        self.devices = [f"/job:localhost/replica:0/task:0/device:CPU:{i}" for i in range(cpus)]
        self._deadlines = threading.local()

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
        if not is_placeable(op.device, self.devices, self.soft_placement):
            raise InvalidArgumentError(
                None,
                op,
                f"Cannot assign a device for operation {op.name}: it was explicitly assigned to "
                f"{op.device}, and the available devices are [{', '.join(self.devices)}]. Make "
                f"sure the device specification refers to a valid device; "
                f"tf.ConfigProto(allow_soft_placement=True) takes another one instead.",
            )

    def clear(self) -> None:
        """Ends what waits in runs of this session, and drops all state."""
        self.cancellation.cancel()
        with self._lock:
            self._states.clear()
            self._shared.clear()
