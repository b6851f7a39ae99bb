"""Threads: how many the kernels use, and one pool that large work is shared out to in blocks.

OpenBLAS and PyTorch's OpenMP each keep a pool of threads of their own. With two pools on two cores,
each keeps the other from working, and where other programs want the cores too, a product of two
matrices waits for a thread that is not running: it then took fifty times as long. So large work
goes to this module's pool in blocks, whose kernels use one thread each (`one_blas_thread`), and
nobody waits for a thread that has not begun. What is left to the libraries' own threads has them
sleep at once: see `environment` and `backend.load_torch`.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import queue
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.executor.denormals import flush_for_good, flushed_denormals

_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)

_RESTART = ("openblas_read_env", "blas_thread_shutdown_", "blas_thread_init")


class _Settings:
    """How many threads kernels may use; 0 for one a core."""

    threads = 0


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_count() -> int:
    """How many threads a kernel may use."""
    return _Settings.threads or cores()


def set_threads(count: int) -> None:
    """Has kernels use that many threads, in all sessions, as TensorFlow's shared pool does.

    Args:
        count: `intra_op_parallelism_threads`; 0 for one a core.
    """
    import sys

    _Settings.threads = count
    _set_blas(thread_count())
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(thread_count())


@functools.cache
def _blas_libraries() -> tuple[Any, ...]:
    """Each OpenBLAS of NumPy and SciPy: not one of R's, whose threads are R's business."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {s.split()[-1] for s in maps if "scipy_openblas" in s.rsplit("/", 1)[-1]}
    except OSError:
        return ()
    # PyDLL keeps the GIL: no thread of Python's is in BLAS while these are called.
    return tuple(ctypes.PyDLL(path) for path in sorted(paths))


@functools.cache
def _blas_setters() -> tuple[Callable[[int], None], ...]:
    """The function of each OpenBLAS that sets how many threads it uses."""
    found = []
    for library in _blas_libraries():
        name = next((n for n in _SETTERS if hasattr(library, n)), None)
        if name is not None:
            setter = getattr(library, name)
            setter.argtypes, setter.restype = [ctypes.c_int], None
            found.append(setter)
    return tuple(found)


def _set_blas(count: int) -> None:
    for setter in _blas_setters():
        setter(count)


class _OneBlasThread:
    """The context of `one_blas_thread`; the setting is the process's, so entries are counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                _set_blas(1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                _set_blas(thread_count())


one_blas_thread = _OneBlasThread()
"""A context in which BLAS computes in the thread that calls it."""


@functools.cache
def settle_blas() -> None:
    """Has OpenBLAS start its threads anew, once, so that they sleep at once and flush denormals.

    NumPy may have been imported before `environment` could say so, and a thread takes the setting
    for denormals from the one that starts it.
    """
    with flushed_denormals():
        for library in _blas_libraries():
            # That of NumPy or SciPy: R's own may be at work outside of the GIL.
            bundled = "scipy_openblas" in library._name
            if bundled and all(hasattr(library, name) for name in _RESTART):
                for name in _RESTART:
                    getattr(library, name)()


# ---------------------------------------------------------------- the pool

Body = Callable[[int, int], Any]


class _Thread(threading.local):
    """What a thread knows of itself.

    Attributes:
        busy: whether it is at work on a block.
        undo: what gives a library its own threads again, see `alone`.
    """

    busy = False
    undo: Callable[[], Any] | None = None


_thread = _Thread()


class _Job:
    """Blocks of a range, each taken once by one of the threads at work on them."""

    def __init__(self, body: Body, count: int, block: int) -> None:
        self._body, self._count, self._block = body, count, block
        # A range's iterator is advanced under the GIL: each start is taken once.
        self._starts = iter(range(0, count, block))
        self._lock = threading.Lock()
        self._helpers = 0  # at work now
        self._closed = False
        self._left: threading.Lock | None = None  # released by the last helper to leave
        self._error: BaseException | None = None

    def work(self) -> None:
        """Does blocks until there is none left."""
        body, count, block = self._body, self._count, self._block
        _thread.busy = True
        try:
            for start in self._starts:
                body(start, min(start + block, count))
        except BaseException:
            self._starts = iter(range(0))
            raise
        finally:
            _thread.busy = False

    def help(self) -> None:
        """Works in a thread of the pool, unless all blocks were done before it came to this job."""
        with self._lock:
            if self._closed:
                return
            self._helpers += 1
        try:
            self.work()
        except BaseException as error:
            self._error = error
        finally:
            with self._lock:
                self._helpers -= 1
                if self._left is not None and not self._helpers:
                    self._left.release()

    def finish(self) -> None:
        """Waits for the helpers that have begun; raises what went wrong in one of them."""
        with self._lock:
            self._closed = True
            if self._helpers:
                self._left = threading.Lock()
                self._left.acquire()
        interrupt = None
        while self._left is not None:
            # Ctrl-C may come when the lock has been acquired, too: the count says whether to wait.
            try:
                with self._lock:
                    if not self._helpers:
                        break
                self._left.acquire()
            except BaseException as error:  # nobody may write any more once the caller goes on
                self._starts = iter(range(0))
                interrupt = error
        if interrupt is not None:
            raise interrupt
        if self._error is not None:
            raise self._error


@functools.cache
def _cpu_finder() -> Callable[[], int] | None:
    """What tells the processor that the calling thread runs on, where threads can be moved."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    found: Callable[[], int] | None = getattr(ctypes.PyDLL(None), "sched_getcpu", None)
    return found


class _Pool:
    """Threads that wait for jobs; they end with the process.

    They keep away from the processor of the thread that offers a job. Where all are busy by turns,
    Linux looks no further for an idle one: it woke one helper in six where that thread was at work,
    and there it stood in the queue until all had been done.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._left_free: int | None = None  # the processor that the threads keep away from

    def offer(self, job: _Job, helpers: int) -> None:
        if len(self._threads) < helpers:
            self._grow(helpers)
        find = _cpu_finder()
        if find is not None and self._left_free != (here := find()):
            self._keep_away(here)
        for _ in range(helpers):
            self._jobs.put(job)

    def _grow(self, count: int) -> None:
        with self._lock:
            self._left_free = None
            while len(self._threads) < count:
                name = f"pyengine-{len(self._threads) + 1}"
                thread = threading.Thread(target=self._serve, name=name, daemon=True)
                thread.start()
                self._threads.append(thread)

    def _keep_away(self, processor: int) -> None:
        others = os.sched_getaffinity(0) - {processor}
        with self._lock:
            self._left_free = processor
            with contextlib.suppress(OSError):  # a sandbox may forbid it: they stay where they are
                for thread in self._threads if others else ():
                    assert thread.native_id is not None  # it has been started
                    os.sched_setaffinity(thread.native_id, others)

    def _serve(self) -> None:
        flush_for_good()
        np.seterr(all="ignore")  # the setting belongs to the thread
        while True:
            self._jobs.get().help()


@functools.cache
def _pool() -> _Pool:
    return _Pool()


def _start_anew() -> None:
    """In the child of a fork: the threads are not there, and a lock may be held by one of them."""
    _pool.cache_clear()
    one_blas_thread.__init__()  # type: ignore[misc]  # the same object: others hold it
    _thread.busy, _thread.undo = False, None


os.register_at_fork(after_in_child=_start_anew)


def in_parallel(body: Body, count: int, block: int) -> None:
    """Calls `body(start, stop)` for all blocks of `range(count)`, in as many threads as allowed.

    Inside of a block there is one thread: what is shared out there is done where it is.

    Args:
        body: releases the GIL while it works, as NumPy does in large operations.
        count: the length to share out.
        block: the size of a block, but for the last.

    Example:
        >>> seen = []
        >>> in_parallel(lambda start, stop: seen.append((start, stop)), 5, 2)
        >>> sorted(seen)
        [(0, 2), (2, 4), (4, 5)]
    """
    threads = min(thread_count(), -(-count // block))
    if threads < 2 or _thread.busy:
        for start in range(0, count, block):
            body(start, min(start + block, count))
        return
    job = _Job(body, count, block)
    _pool().offer(job, threads - 1)
    try:
        job.work()
    finally:
        undo, _thread.undo = _thread.undo, None
        if undo is not None:
            undo()
        job.finish()


def in_block() -> bool:
    """Whether this thread is at work on a block: the other threads are at work already then."""
    return _thread.busy


def alone(begin: Callable[[], Any], undo: Callable[[], Any]) -> None:
    """In a thread at work on a block, keeps a library from using threads of its own.

    Args:
        begin: tells the library so, for this thread; called once.
        undo: takes that back; called after the last block, in threads that are not the pool's.
    """
    if _thread.busy and _thread.undo is None:
        begin()
        _thread.undo = undo
