"""The steps of a plan that has to do with GPUs: kernels there, and values that cross over.

What knows the device of a step (the timeline) asks it for its `gpu`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine.errors import OpError
from pyengine.executor.gpu import Gpu, copies, exhausted, is_tensor, to_host
from pyengine.executor.runtime import Cell

Kernel = Callable[..., Any]


class ToGpu:
    """A step that copies a value to a GPU, from the host or from another GPU."""

    __slots__ = ("gpu",)

    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu

    def __call__(self, value: Any) -> Any:
        return self.gpu.taken(value)


class ToHost:
    """A step that copies a value from a GPU to the host."""

    __slots__ = ("gpu",)

    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu

    def __call__(self, value: Any) -> Any:
        return self.gpu.get(value)


class OnGpu:
    """A step that computes on a GPU.

    Args:
        gpu: which.
        kernel: the kernel of `device_kernels`, bound to PyTorch and its attributes.
        on_cpu: the op's NumPy kernel: it computes what that one leaves to it, and raises what is
            to be raised for arguments that PyTorch refuses.
        hosts: the places of arguments that are Python values.
        to_host: whether the result is one of the host.
    """

    __slots__ = ("_hosts", "_kernel", "_on_cpu", "_to_host", "gpu")

    def __init__(
        self,
        gpu: Gpu,
        kernel: Kernel,
        on_cpu: Kernel,
        hosts: Sequence[int] = (),
        to_host: bool = False,
    ) -> None:
        self.gpu = gpu
        self._kernel = kernel
        self._on_cpu = on_cpu
        self._hosts = frozenset(hosts)
        self._to_host = to_host

    def __call__(self, *args: Any) -> Any:
        try:
            result = self._kernel(*args)
        except self.gpu.out_of_memory as error:
            raise exhausted(error) from error
        except OpError:
            raise
        except Exception:  # the CPU's kernel says what is wrong, if it is the arguments
            result = NotImplemented
        if result is NotImplemented:
            return self._computed_by_cpu(args)
        return result if self._to_host else self.gpu.dressed(result)

    def _computed_by_cpu(self, args: Sequence[Any]) -> Any:
        copies.by_cpu += 1
        result = self._on_cpu(*[to_host(a) for a in args])
        if self._to_host or result is None or isinstance(result, Cell):
            return result
        if isinstance(result, tuple):
            return tuple([self.gpu.taken(r) for r in result])
        return self.gpu.taken(result)

    def anywhere(self) -> Kernel:
        """The step for arguments that may be on the host or on any GPU, as loops have them."""

        def call(*args: Any) -> Any:
            return self(
                *[to_host(a) if i in self._hosts else self._taken(a) for i, a in enumerate(args)]
            )

        return AnyPlace(self.gpu, call)

    def _taken(self, value: Any) -> Any:
        return value if isinstance(value, Cell) or self._to_host else self.gpu.taken(value)


class AnyPlace:
    """A step of a GPU that takes arguments from wherever they are."""

    __slots__ = ("_call", "gpu")

    def __init__(self, gpu: Gpu, call: Kernel) -> None:
        self.gpu = gpu
        self._call = call

    def __call__(self, *args: Any) -> Any:
        return self._call(*args)


def on_host(kernel: Kernel, kept: int | None = None) -> Kernel:
    """A step of the host that takes arguments from wherever they are.

    Args:
        kernel: the step's kernel.
        kept: the place of an argument that it only keeps, wherever that is.
    """

    def call(*args: Any) -> Any:
        return kernel(
            *[to_host(a) if is_tensor(a) and i != kept else a for i, a in enumerate(args)]
        )

    return call
