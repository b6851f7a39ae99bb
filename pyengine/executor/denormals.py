"""Denormal numbers count as zero while a plan runs, as they do in TensorFlow's threads.

A saturated softmax feeds denormals into the next matmul, and the processor then takes a slow path
that costs 20 to 40 times as much. The setting belongs to the thread; the caller's own is put back
after the run, since R's arithmetic must stay as it is.
"""

from __future__ import annotations

import contextlib
import ctypes
import platform
import sys
from collections.abc import Callable
from typing import Any

# fenv_t of the x86-64 System V ABI: 28 bytes of x87 state, then MXCSR.
_MXCSR_OFFSET = 28
_FENV_SIZE = 32
_FLUSH_TO_ZERO = 1 << 15
_DENORMALS_ARE_ZERO = 1 << 6


def _fenv_functions() -> tuple[Callable[..., Any], Callable[..., Any]] | None:
    """`fegetenv` and `fesetenv`, where the layout of what they hold is known."""
    if platform.machine() not in ("x86_64", "AMD64") or not sys.platform.startswith("linux"):
        return None
    try:
        libm = ctypes.CDLL("libm.so.6")
    except OSError:  # a C library of another name: runs are right all the same, at times slower
        return None
    return libm.fegetenv, libm.fesetenv


_FENV = _fenv_functions()


class _Environments:
    """Memory for a thread's environment: as it was before, and as it is to be."""

    __slots__ = ("before", "mxcsr", "now")

    def __init__(self) -> None:
        self.before = ctypes.create_string_buffer(_FENV_SIZE)
        self.now = ctypes.create_string_buffer(_FENV_SIZE)
        self.mxcsr = ctypes.c_uint32.from_buffer(self.now, _MXCSR_OFFSET)


_spare: list[_Environments] = []
"""What no context uses now: making it anew would take longer than all else of a context."""


class _Flushed:
    """The context; re-entrant, since it keeps the caller's environment per entry."""

    __slots__ = ("_environments",)

    def __enter__(self) -> None:
        get, put = _FENV  # type: ignore[misc]  # only made when there are such functions
        try:
            self._environments = mine = _spare.pop()
        except IndexError:
            self._environments = mine = _Environments()
        get(mine.before)
        get(mine.now)
        mine.mxcsr.value |= _FLUSH_TO_ZERO | _DENORMALS_ARE_ZERO
        put(mine.now)

    def __exit__(self, *_: object) -> None:
        _FENV[1](self._environments.before)  # type: ignore[index]
        _spare.append(self._environments)


def flush_for_good() -> None:
    """Has this thread's denormals be zero from now on; for threads of the engine's own."""
    if _FENV is not None:
        _Flushed().__enter__()


def flushed_denormals() -> contextlib.AbstractContextManager[None]:
    """A context in which this thread's denormal results and operands are zero."""
    return contextlib.nullcontext() if _FENV is None else _Flushed()
