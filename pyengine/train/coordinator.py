"""`Coordinator`: ends a group of threads together; `LooperThread`: one that runs at intervals."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any

from pyengine import errors

__all__ = ["Coordinator", "LooperThread"]

# How long the main thread waits at a stretch: between two of them it takes interrupts, and calls
# that other threads have queued to it.
_SLICE = 0.05

_Error = BaseException | tuple[type[BaseException], BaseException, TracebackType | None]


class Coordinator:
    """Lets any of several threads ask all of them to stop, and hands their errors on.

    Args:
        clean_stop_exception_types: the exceptions that mean an orderly end, which `join` does not
            raise again; `(tf.errors.OutOfRangeError,)` by default.

    Example:
        >>> import threading, pyengine as tf
        >>> coord, seen = tf.train.Coordinator(), []
        >>> def work():
        ...     while not coord.should_stop():
        ...         seen.append(1)
        ...         if len(seen) == 3:
        ...             coord.request_stop()
        >>> threads = [threading.Thread(target=work)]
        >>> for t in threads:
        ...     t.start()
        >>> coord.join(threads)
        >>> len(seen)
        3
    """

    def __init__(
        self, clean_stop_exception_types: Sequence[type[BaseException]] | None = None
    ) -> None:
        if clean_stop_exception_types is None:
            clean_stop_exception_types = (errors.OutOfRangeError,)
        self._clean = tuple(clean_stop_exception_types)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._joined = False
        self._threads: set[threading.Thread] = set()

    def request_stop(self, ex: _Error | None = None) -> None:
        """Asks the threads to stop: `should_stop()` is True from now on.

        Args:
            ex: an exception, or `sys.exc_info()`; the first one given is raised by `join`. None of
                those that mean an orderly end is.

        Raises:
            ValueError: if `ex` is a tuple that is no `sys.exc_info()`.
            BaseException: `ex` itself, when the threads have been joined already.
        """
        error = self._as_error(ex)
        if isinstance(error, self._clean):
            error = None
        with self._lock:
            if self._joined and error is not None:
                raise error
            if not self._stop.is_set():
                self._error = self._error or error
                self._stop.set()

    @staticmethod
    def _as_error(ex: _Error | None) -> BaseException | None:
        if isinstance(ex, tuple):
            if len(ex) != 3 or not isinstance(ex[1], BaseException):
                raise ValueError(f"ex must be an exception or sys.exc_info(), got {ex!r}")
            return ex[1]
        if ex is not None and not isinstance(ex, BaseException):
            raise ValueError(f"ex must be an exception or sys.exc_info(), got {ex!r}")
        return ex

    def clear_stop(self) -> None:
        """Takes the request to stop back."""
        with self._lock:
            self._joined = False
            self._error = None
            self._stop.clear()

    def should_stop(self) -> bool:
        """Whether a stop has been asked for."""
        return self._stop.is_set()

    @contextlib.contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A context that turns an exception into a request to stop."""
        try:
            yield
        except BaseException:
            self.request_stop(sys.exc_info())  # type: ignore[arg-type]  # there is an exception

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until a stop is asked for; returns False if that is not in `timeout` seconds."""
        if threading.current_thread() is not threading.main_thread():
            return self._stop.wait(timeout)
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            if self._stop.wait(max(left, 0)):
                return True
            if end is not None and time.monotonic() >= end:
                return False

    def register_thread(self, thread: threading.Thread) -> None:
        """Adds a thread to those that `join` waits for."""
        with self._lock:
            self._threads.add(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits for the threads to end, and raises the error of `request_stop` if there was one.

        Args:
            threads: threads to wait for beside the registered ones.
            stop_grace_period_secs: how long they may take after a stop was asked for.
            ignore_live_threads: whether it is no error if some of them still run then.

        Raises:
            BaseException: what was given to `request_stop`.
            RuntimeError: when threads still run after the grace period.
        """
        with self._lock:
            waited = list(self._threads.union(threads or ()))
        while any(t.is_alive() for t in waited) and not self.wait_for_stop(_SLICE):
            pass
        end, pause = time.monotonic() + stop_grace_period_secs, 0.001
        while any(t.is_alive() for t in waited) and time.monotonic() < end:
            time.sleep(max(0.0, min(pause, end - time.monotonic())))
            pause = min(2 * pause, _SLICE)
        stragglers = [t.name for t in waited if t.is_alive()]
        with self._lock:
            self._joined = True
            self._threads = set()
            error = self._error
        if error is not None:
            raise error
        if stragglers:
            message = f"Coordinator stopped with threads still running: {' '.join(stragglers)}"
            if not ignore_live_threads:
                raise RuntimeError(message)
            import logging

            logging.getLogger("tensorflow").info(message)

    @property
    def joined(self) -> bool:
        """Whether `join` has come to its end."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raises the exception that was given to `request_stop`, if there was one."""
        if self._error is not None:
            raise self._error


class LooperThread(threading.Thread):
    """A thread that calls a function until its coordinator says stop.

    Args:
        coord: a `Coordinator`, which the thread is registered with.
        timer_interval_secs: how far apart the calls start; one after the other for None.
        target, args, kwargs: the function, and what it is called with.

    Raises:
        ValueError: when `coord` is no `Coordinator`.
    """

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any] | None = None,
        args: Sequence[Any] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        if not isinstance(coord, Coordinator):
            raise ValueError(f"'coord' argument must be a Coordinator: {coord!r}")
        super().__init__()
        self.daemon = True
        self._coord = coord
        self._interval = timer_interval_secs
        self._call = target
        self._call_args = tuple(args or ())
        self._call_kwargs = dict(kwargs or {})
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: Sequence[Any] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> LooperThread:
        """Starts such a thread, and returns it."""
        looper = LooperThread(coord, timer_interval_secs, target, args, kwargs)
        looper.start()
        return looper

    def run(self) -> None:
        with self._coord.stop_on_exception():
            self.start_loop()
            if self._interval is None:
                while not self._coord.should_stop():
                    self.run_loop()
            else:
                at = time.time()  # the calls keep to the clock, however long each takes
                while not self._coord.wait_for_stop(at - time.time()):
                    at += self._interval
                    self.run_loop()
            self.stop_loop()

    def start_loop(self) -> None:
        """Called once, when the thread starts."""

    def stop_loop(self) -> None:
        """Called once, when the thread stops."""

    def run_loop(self) -> None:
        """Called at each turn."""
        if self._call:
            self._call(*self._call_args, **self._call_kwargs)
