"""The GPUs of the process: which there are, and how values get there and back.

They are those that PyTorch finds. It is asked, and so imported, only when a graph names a GPU or
somebody lists the devices, and only where there is a driver of one. With the environment variable
`TENSORFLOW_PRETEND_GPUS=2` PyTorch's CPU plays two GPUs instead: all is as on real ones but for
the speed. It is for tests of programs that name GPUs, on machines that have none.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError, ResourceExhaustedError
from pyengine.executor.backend import is_installed, load_torch

VARIABLE = "TENSORFLOW_PRETEND_GPUS"

_DRIVERS = ("libcuda.so.1", "nvcuda.dll", "libamdhip64.so")
"""The libraries of the drivers of NVIDIA's and AMD's GPUs."""

_PRETENDED_MEMORY = 1 << 30


class Copies:
    """How many values have crossed between the host and the GPUs; for tests and for the curious.

    Attributes:
        to_device, to_host: values that were copied there.
        by_cpu: ops placed on a GPU that the CPU computed, since PyTorch's kernel could not.
    """

    def __init__(self) -> None:
        self.to_device = self.to_host = self.by_cpu = 0


copies = Copies()


class Gpu:
    """One GPU, as a device of a session.

    Args:
        index: its number among the session's.
        physical: its number among the process's.
    """

    def __init__(self, index: int, physical: int) -> None:
        self.index = index
        self.physical = physical
        self.name = f"/job:localhost/replica:0/task:0/device:GPU:{index}"
        self.torch = load_torch()
        # PyTorch before 2.5 has it under CUDA's name only.
        self.out_of_memory: type[Exception] = self.torch.cuda.OutOfMemoryError
        self.is_pretended = pretended() is not None
        self.device = self.torch.device("cpu" if self.is_pretended else f"cuda:{physical}")
        self._kind: Any = _pretended_kind(physical) if self.is_pretended else None

    def put(self, array: Any) -> Any:
        """A tensor on this GPU with the values of an array, in row-major order."""
        copies.to_device += 1
        array = np.asarray(array, order="C")
        if self._kind:
            return self.torch.from_numpy(array.copy()).as_subclass(self._kind)
        return self._moved(self.torch.from_numpy(array))

    def get(self, tensor: Any) -> Any:
        """The values of a tensor of this GPU as an array."""
        return to_host(tensor)

    def taken(self, value: Any) -> Any:
        """A value of the host, of this GPU or of another one, as a tensor of this one."""
        if not isinstance(value, self.torch.Tensor):
            return self.put(value)
        if self._kind:
            if type(value) is self._kind:
                return value
            copies.to_device += 1
            return value.as_subclass(self.torch.Tensor).clone().as_subclass(self._kind)
        if value.device == self.device:
            return value
        copies.to_device += 1
        return self._moved(value)

    def _moved(self, tensor: Any) -> Any:
        try:
            return tensor.to(self.device)
        except self.out_of_memory as error:
            raise exhausted(error) from error

    def dressed(self, result: Any) -> Any:
        """What a kernel made, as tensors of this GPU: a kernel may have made some from nothing."""
        if self._kind is None:
            return result
        if isinstance(result, tuple):
            return tuple([self.dressed(r) for r in result])
        if type(result) is self.torch.Tensor:
            return result.as_subclass(self._kind)
        return result

    def synchronize(self) -> None:
        """Waits for what this GPU has been given to do."""
        if not self.is_pretended:
            self.torch.cuda.synchronize(self.device)

    @property
    def memory(self) -> int:
        """Its memory in bytes."""
        if self.is_pretended:
            return _PRETENDED_MEMORY
        return int(self.torch.cuda.get_device_properties(self.physical).total_memory)

    @property
    def is_cuda(self) -> bool:
        """Whether it is one of CUDA's; one that the CPU plays counts as such."""
        return self.is_pretended or self.torch.version.cuda is not None

    @property
    def capability(self) -> tuple[int, int]:
        """CUDA's compute capability; a pretended GPU is up to anything."""
        if self.is_pretended:
            return (99, 0)
        major, minor = self.torch.cuda.get_device_capability(self.physical)
        return (int(major), int(minor))

    @property
    def description(self) -> str:
        """What the device is, as TensorFlow describes it."""
        if self.is_pretended:
            return f"device: {self.physical}, name: pretended by the CPU"
        name = self.torch.cuda.get_device_name(self.physical)
        capability = ".".join(map(str, self.capability))
        return f"device: {self.physical}, name: {name}, compute capability: {capability}"

    def __repr__(self) -> str:
        return f"<Gpu {self.name}>"


def exhausted(error: Exception) -> ResourceExhaustedError:
    """What is raised where a GPU's memory does not suffice."""
    return ResourceExhaustedError(None, None, f"OOM when allocating a tensor on a GPU: {error}")


def is_tensor(value: Any) -> bool:
    """Whether a value is a tensor on some GPU; does not import PyTorch."""
    return hasattr(value, "untyped_storage")


def dtype_name(dtype: Any) -> str:
    """A dtype's name, be it NumPy's or PyTorch's."""
    return str(dtype).removeprefix("torch.")


def to_host(value: Any) -> Any:
    """The array of a tensor on any GPU; any other value as it is."""
    if not is_tensor(value):
        return value
    copies.to_host += 1
    torch = load_torch()
    if type(value) is not torch.Tensor:
        value = value.as_subclass(torch.Tensor)
        return value.resolve_conj().resolve_neg().numpy().copy()
    return value.cpu().resolve_conj().resolve_neg().numpy()


def joined_there(how: str, values: Sequence[Any]) -> Any:
    """`np.stack` or `np.concatenate` of values, some of them tensors on a GPU.

    It is done there if all of them are on one GPU, and else on the host.
    """
    places = {(type(v), v.device) if is_tensor(v) else None for v in values}
    if None in places or len(places) > 1:
        return getattr(np, how)([to_host(v) for v in values])
    return getattr(load_torch(), how)(list(values))


@functools.cache
def _pretended_kind(physical: int) -> Any:
    """The class of the tensors of one pretended GPU.

    As those of CUDA they are no arrays to NumPy, and do not mix with those of other GPUs.
    """
    torch = load_torch()

    def refuse(self: Any, *_: Any, **__: Any) -> Any:
        raise TypeError(
            f"can't convert gpu:{physical} device type tensor to numpy. Use Tensor.cpu() to copy "
            f"the tensor to host memory first."
        )

    return type(f"PretendedGpu{physical}", (torch.Tensor,), {"__array__": refuse, "numpy": refuse})


@functools.cache
def pretended() -> int | None:
    """How many GPUs the CPU is to play, None for none; read once."""
    given = os.environ.get(VARIABLE, "")
    if not given:
        return None
    if not given.isdigit():
        raise InvalidArgumentError(None, None, f"{VARIABLE} is a number of GPUs, not {given!r}")
    return int(given)


@functools.cache
def gpu_count() -> int:
    """How many GPUs PyTorch can use, or the CPU is to play.

    PyTorch is not imported where no driver is: its import would take longer than most programs.
    """
    count = pretended()
    if count is not None:
        return count if is_installed() else 0
    if not is_installed() or not _has_driver():
        return 0
    torch = load_torch()
    return int(torch.cuda.device_count()) if torch.cuda.is_available() else 0


def _has_driver() -> bool:
    for name in _DRIVERS:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def finder(config: Any) -> Callable[[], tuple[Gpu, ...]]:
    """What finds the GPUs that a session may use, when it is first called.

    Args:
        config: a `ConfigProto`: `device_count["GPU"]` says how many GPUs at most,
            `gpu_options.visible_device_list` which of them, in which order, and
            `gpu_options.per_process_gpu_memory_fraction` how much of the memory of each.
    """
    return lambda: gpus_of(config)


def gpus_of(config: Any) -> tuple[Gpu, ...]:
    """The GPUs that a session may use.

    Raises:
        InvalidArgumentError: for a list of visible devices that names one that is not there.
    """
    most = config.device_count.get("GPU")
    if most is not None and int(most) == 0:
        return ()
    count = gpu_count()
    visible = _visible(str(config.gpu_options.visible_device_list), count)
    if most is not None:
        visible = visible[: int(most)]
    fraction = float(config.gpu_options.per_process_gpu_memory_fraction)
    return tuple(_gpu(i, physical, fraction) for i, physical in enumerate(visible))


def _visible(listed: str, count: int) -> list[int]:
    if not listed or not count:
        return list(range(count))
    found = []
    for word in listed.split(","):
        if not word.strip().isdigit():
            raise InvalidArgumentError(
                None, None, f"Could not parse entry in 'visible_device_list': '{word}'. {listed!r}"
            )
        number = int(word)
        if number >= count:
            raise InvalidArgumentError(
                None,
                None,
                f"'visible_device_list' listed an invalid GPU id '{number}' but visible device "
                f"count is {count}",
            )
        if number in found:
            raise InvalidArgumentError(
                None, None, f"'visible_device_list' listed the GPU id '{number}' twice: {listed!r}"
            )
        found.append(number)
    return found


@functools.cache
def _gpu(index: int, physical: int, fraction: float) -> Gpu:
    """A GPU under one number; sessions share it, so that a value may go from one to the other."""
    gpu = Gpu(index, physical)
    if not gpu.is_pretended:
        torch = gpu.torch
        # TensorFlow 1.x multiplies float32 as such; 10 bits of the mantissa are another result.
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
        if fraction:
            torch.cuda.set_per_process_memory_fraction(min(fraction, 1.0), physical)
    return gpu
