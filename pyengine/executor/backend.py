"""Which library computes an op: NumPy, or PyTorch's CPU kernels over the same memory.

An op type whose declaration has a `torch=` kernel may run through PyTorch where that is installed.
`thresholds` says from which size on it pays; PyTorch is imported by the first op that is so large.
The environment variable `TENSORFLOW_BACKEND`, or `ConfigProto.experimental.executor_type`, forces
it ("torch"), forbids it ("numpy") or leaves it to the sizes ("auto", the default).
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import math
import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor.threads import alone, thread_count
from pyengine.executor.thresholds import THRESHOLDS, Threshold
from pyengine.graph import Operation

BACKENDS = ("auto", "numpy", "torch")
VARIABLE = "TENSORFLOW_BACKEND"

Kernel = Callable[..., Any]


def chosen_backend(executor_type: str = "") -> str:
    """The backend that a session is to use: "auto", "numpy" or "torch".

    Args:
        executor_type: what the session's configuration says; "" leaves it to the environment.

    Raises:
        InvalidArgumentError: for a name that is none of them, or PyTorch where it is not installed.

    Example:
        >>> chosen_backend("numpy")
        'numpy'
    """
    name = (executor_type or os.environ.get(VARIABLE) or "auto").lower()
    if name not in BACKENDS:
        raise InvalidArgumentError(
            None, None, f"The backend is one of {', '.join(BACKENDS)}, not {name!r}."
        )
    if name == "torch" and not is_installed():
        raise InvalidArgumentError(
            None,
            None,
            "The backend 'torch' needs PyTorch: pip install torch (the CPU build).",
        )
    return name


@functools.cache
def is_installed() -> bool:
    """Whether PyTorch can be imported; does not import it."""
    return importlib.util.find_spec("torch") is not None


@functools.cache
def load_torch() -> Any:
    """PyTorch, imported at the first call and set up to share this process's threads and memory."""
    # Large results in huge pages: touching a fresh page costs more than what is computed into it.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    # A thread that spins for its next work takes the core from whoever has some.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch

        # It warns once a process that a read-only array must not be written to. Kernels never do.
        fixed = np.zeros(1)
        fixed.flags.writeable = False
        torch.from_numpy(fixed)
    torch.set_grad_enabled(False)
    torch.set_num_threads(thread_count())
    return torch


@functools.cache
def _omp_setter() -> Callable[[int], Any] | None:
    """What sets how many threads PyTorch's OpenMP uses in the thread that calls it.

    It is asked of PyTorch's library, among what that was linked with. PyTorch brings an OpenMP of
    its own, but in a process that has one already, such as R's, it uses that one.
    """
    torch = load_torch()
    path = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
    try:
        found: Callable[[int], Any] = ctypes.CDLL(path).omp_set_num_threads
    except (OSError, AttributeError):
        return None  # linked in some other way: its threads stay as they are
    return found


def _one_thread() -> None:
    setter = _omp_setter()
    if setter is not None:
        load_torch().get_num_threads()  # in a new thread it sets the number once by itself
        setter(1)


def _all_threads() -> None:
    setter = _omp_setter()
    if setter is not None:
        setter(thread_count())


def alone_in_torch() -> None:
    """In a thread at work on a block, has PyTorch compute in that thread; see `threads.alone`."""
    alone(_one_thread, _all_threads)


def with_backend(op: Operation, kernel: Kernel, backend: str, attrs: dict[str, Any]) -> Kernel:
    """The kernel of an op for a backend: the given one of NumPy, PyTorch's, or a choice by size.

    Args:
        op: the operation.
        kernel: its NumPy kernel, bound to its attributes.
        backend: what `chosen_backend` gave.
        attrs: the attributes for the kernel of PyTorch.
    """
    torch_kernel = op.opdef.torch
    if torch_kernel is None or backend == "numpy" or not _fits(op) or not is_installed():
        return kernel
    threshold = THRESHOLDS[op.type]
    if backend == "auto" and (threshold.least == math.inf or _is_never_large(op, threshold)):
        return kernel
    bound = functools.partial(torch_kernel, **attrs)
    if backend == "torch":
        return Chosen(_preferring(bound, kernel), kernel, None, len(op.inputs))
    return Chosen(_preferring(bound, kernel), kernel, threshold, len(op.inputs))


class Chosen:
    """A kernel that is PyTorch's or NumPy's, by the arguments.

    Args:
        large: PyTorch's.
        small: NumPy's.
        threshold: which it is; None for PyTorch's always.
        count: how many arguments it takes.
    """

    def __init__(
        self, large: Kernel, small: Kernel, threshold: Threshold | None, count: int
    ) -> None:
        self._large, self._small, self._threshold = large, small, threshold
        self.count = count

    def __call__(self, *args: Any) -> Any:
        return self._large(*args) if self.is_large(*args) else self._small(*args)

    def is_large(self, *args: Any) -> bool:
        """Whether arguments go to PyTorch's kernel."""
        return self._threshold is None or self._threshold.is_met(args)


def chosen_as(like: Chosen, torch_kernel: Kernel, kernel: Kernel) -> Kernel:
    """A kernel that is PyTorch's for the arguments for which another one is.

    Args:
        like: that other one; it takes the first of the arguments.
        torch_kernel: PyTorch's, bound to its attributes.
        kernel: for other arguments, and for those that PyTorch's leaves by NotImplemented.
    """
    large, count = _preferring(torch_kernel, kernel), like.count

    def call(*args: Any) -> Any:
        return large(*args) if like.is_large(*args[:count]) else kernel(*args)

    return call


def in_torch(torch_kernel: Kernel) -> Kernel:
    """A kernel of PyTorch, bound to its attributes, for any arguments."""

    def call(*args: Any) -> Any:
        torch = load_torch()
        alone_in_torch()
        return torch_kernel(torch, *args)

    return call


def _preferring(torch_kernel: Kernel, kernel: Kernel) -> Kernel:
    """PyTorch's kernel; NumPy's for the arguments that it leaves to it by NotImplemented."""
    preferred = in_torch(torch_kernel)

    def call(*args: Any) -> Any:
        result = preferred(*args)
        return kernel(*args) if result is NotImplemented else result

    return call


def _fits(op: Operation) -> bool:
    """Whether the values are of dtypes for which PyTorch's kernels round as TensorFlow's do."""
    types = {
        t.dtype.base_dtype.name for i, t in enumerate(op.inputs) if i not in op.opdef.host_inputs
    }
    return types <= {"float32", "float64"}


def _is_never_large(op: Operation, threshold: Threshold) -> bool:
    """Whether the static shapes alone say that the size is below the threshold."""
    hosts = op.opdef.host_inputs
    shapes: list[Any] = [
        t.shape.as_list() if t.shape.is_fully_defined() else None for t in op.inputs
    ]
    if any(s is None for i, s in enumerate(shapes) if i not in hosts):
        return False
    # Arrays of one element, stretched: they have a shape and a size, and no memory.
    stand_ins = [np.broadcast_to(np.float32(0), s or ()) for s in shapes]
    return bool(threshold.measure(*stand_ins) < threshold.least)
