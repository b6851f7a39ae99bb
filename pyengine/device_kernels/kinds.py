"""The dtypes that kernels on a GPU take, and PyTorch's names of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyengine.device_kernels import DeviceKernel

FLOATS = frozenset({"float16", "float32", "float64"})
COMPLEX = frozenset({"complex64", "complex128"})
INTEGERS = frozenset({"int8", "int16", "int32", "int64", "uint8"})
REAL = FLOATS | INTEGERS
NUMBERS = REAL | COMPLEX
ALL = NUMBERS | {"bool"}
"""TensorFlow's others, such as bfloat16 and uint16, stay on the CPU: NumPy has them, or PyTorch."""


def kernels(
    dtypes: frozenset[str], by_type: Mapping[str, Callable[..., Any]]
) -> dict[str, DeviceKernel]:
    """Table entries that all take the same dtypes."""
    return {name: DeviceKernel(kernel, dtypes) for name, kernel in by_type.items()}


def torch_dtype(torch: Any, dtype: Any) -> Any:
    """PyTorch's dtype for one of ours, whose names are the same."""
    return getattr(torch, dtype.base_dtype.name)


def any_true(condition: Any) -> bool:
    """Whether some element is true; waits for the GPU."""
    return bool(condition.any())
