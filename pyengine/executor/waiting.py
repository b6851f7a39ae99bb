"""Waiting for another thread: inside a run, until it is cancelled, timed out or interrupted.

Everything in the engine that blocks (queues, prefetching, iterators) waits here, so that closing a
session ends each wait and Ctrl-C gets through.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from pyengine.errors import CancelledError, DeadlineExceededError

# The main thread wakes this often: a signal's handler, or a call that another thread has queued to
# it (R's functions run there), only gets its turn between two bytecodes.
_SLICE = 0.05


class Cancellation:
    """Says whether a session has been closed, and wakes those who wait in it.

    Example:
        >>> cancellation = Cancellation()
        >>> cancellation.cancel()
        >>> cancellation.cancelled
        True
    """

    def __init__(self) -> None:
        self.cancelled = False
        self._lock = threading.Lock()
        self._conditions: dict[int, threading.Condition] = {}
        self._next = 0

    def register(self, condition: threading.Condition) -> int:
        """Has `condition` notified by `cancel`; returns what `forget` wants."""
        with self._lock:
            self._next += 1
            self._conditions[self._next] = condition
            return self._next

    def forget(self, token: int) -> None:
        """Takes back what `register` did."""
        with self._lock:
            self._conditions.pop(token, None)

    def cancel(self) -> None:
        """Ends all waits, now and from now on."""
        with self._lock:
            self.cancelled = True
            conditions = list(self._conditions.values())
        # Not under the lock: a waiter holds its condition's lock when it registers.
        for condition in conditions:
            with condition:
                condition.notify_all()


class Blocked(Exception):
    """Raised by a kernel that has to wait; the plan first runs what does not depend on it.

    Args:
        wait: takes a number of seconds or None; returns whether the wait is over, and raises when
            it is cancelled.
        result: what the kernel returns once it is over.
        abandon: takes back what was asked for, when the run ends without it.
    """

    def __init__(
        self,
        wait: Callable[[float | None], bool],
        result: Callable[[], Any],
        abandon: Callable[[], None],
    ) -> None:
        super().__init__()
        self.wait = wait
        self.result = result
        self.abandon = abandon

    def block(self) -> Any:
        """Waits here and now, and returns the result."""
        try:
            self.wait(None)
        except BaseException:
            self.abandon()
            raise
        return self.result()


def completed(kernel: Callable[..., Any], *args: Any) -> Any:
    """What a kernel returns, waited for if need be."""
    try:
        return kernel(*args)
    except Blocked as blocked:
        return blocked.block()


class _Deadline(threading.local):
    at: float | None = None


_deadline = _Deadline()


@contextlib.contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """A context whose waits, in this thread, end with DeadlineExceededError after that time."""
    before = _deadline.at
    if seconds is not None:
        _deadline.at = time.monotonic() + seconds
    try:
        yield
    finally:
        _deadline.at = before


def wait_until(
    condition: threading.Condition,
    ready: Callable[[], bool],
    cancellation: Cancellation,
    what: str,
    timeout: float | None = None,
) -> bool:
    """Waits until `ready()` holds; the condition's lock must be held.

    Args:
        condition: notified whenever `ready` may have come to hold.
        ready: is called with the lock held.
        cancellation: what ends the wait when the session is closed.
        what: names the operation in the error, as in "Dequeue operation".
        timeout: the most seconds to wait; None for no limit.

    Returns:
        Whether it holds; False only after `timeout`.

    Raises:
        CancelledError: when the session was closed.
        DeadlineExceededError: when the run's `time_limit` is over.
        KeyboardInterrupt: on the main thread, within a twentieth of a second.
    """
    if ready():
        return True
    slice_ = _SLICE if threading.current_thread() is threading.main_thread() else None
    end = None if timeout is None else time.monotonic() + timeout
    token = cancellation.register(condition)
    try:
        while not ready():
            if cancellation.cancelled:
                raise CancelledError(None, None, f"{what} was cancelled")
            now = time.monotonic()
            if end is not None and now >= end:
                return False
            if _deadline.at is not None and now >= _deadline.at:
                raise DeadlineExceededError(None, None, "Timed out waiting for notification")
            ends = [t - now for t in (end, _deadline.at) if t is not None]
            condition.wait(min([*ends, *([] if slice_ is None else [slice_])], default=None))
        return True
    finally:
        cancellation.forget(token)


@contextlib.contextmanager
def held(lock: threading.Lock, cancellation: Cancellation, what: str) -> Iterator[None]:
    """A context that holds a lock which others may hold while they block; the wait can be ended.

    Raises:
        CancelledError, DeadlineExceededError: as `wait_until`.
    """
    while not lock.acquire(timeout=_SLICE):
        if cancellation.cancelled:
            raise CancelledError(None, None, f"{what} was cancelled")
        if _deadline.at is not None and time.monotonic() >= _deadline.at:
            raise DeadlineExceededError(None, None, "Timed out waiting for notification")
    try:
        yield
    finally:
        lock.release()
