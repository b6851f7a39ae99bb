"""Threads: how many the kernels use, and blocks of NumPy's work shared out between them.

OpenBLAS and PyTorch's OpenMP each keep a pool of threads. By default those spin for a while after
their work, and with two pools on two cores each would then keep the other from working: a training
step took ten times as long. `environment` and `backend.load_torch` have both sleep at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pyengine.executor.denormals import flush_for_good, flushed_denormals

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

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


def _set_blas(count: int) -> None:
    for library in _blas_libraries():
        name = next((n for n in _SETTERS if hasattr(library, n)), None)
        if name is not None:
            setter = getattr(library, name)
            setter.argtypes, setter.restype = [ctypes.c_int], None
            setter(count)


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


# ---------------------------------------------------------------- blocks of NumPy's work


@functools.cache
def _pool() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor  # slow to import, and not always needed

    return ThreadPoolExecutor(cores(), "pyengine", initializer=flush_for_good)


# The threads are not there in the child of a fork.
os.register_at_fork(after_in_child=_pool.cache_clear)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with np.errstate(all="ignore"):  # the setting belongs to the thread
        yield


def in_parallel(body: Callable[[int, int], Any], count: int, block: int) -> None:
    """Calls `body(start, stop)` for all blocks of `range(count)`, in as many threads as allowed.

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
    starts = iter(range(0, count, block))

    def work() -> None:
        with _quiet():
            # A range's iterator is advanced under the GIL: each start is taken once.
            for start in starts:
                body(start, min(start + block, count))

    others = [_pool().submit(work) for _ in range(threads - 1)]
    try:
        work()
    finally:
        for other in others:
            other.result()
