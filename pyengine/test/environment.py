"""What tests ask of their surroundings: devices, folders, and the program that runs them."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import unittest
from typing import Any

__all__ = [
    "get_temp_dir", "gpu_device_name", "is_built_with_cuda", "is_built_with_gpu_support",
    "is_built_with_rocm", "is_built_with_xla", "is_gpu_available", "main", "test_src_dir_path",
]  # fmt: skip

_folder: list[str] = []


def get_temp_dir() -> str:
    """A folder for files of tests: `$TEST_TMPDIR`, or one that goes when the process ends.

    Example:
        >>> import os
        >>> os.path.isdir(get_temp_dir())
        True
    """
    if not _folder:
        given = os.environ.get("TEST_TMPDIR")
        if given:
            os.makedirs(given, exist_ok=True)
            _folder.append(given)
        else:
            _folder.append(tempfile.mkdtemp(prefix="pyengine_test_"))
            atexit.register(shutil.rmtree, _folder[0], ignore_errors=True)
    return _folder[0]


def gpu_device_name() -> str:
    """The name of the first GPU that ops can be placed on, "" for none.

    They are those that PyTorch finds, where it is installed.
    """
    from pyengine.python.client.device_lib import list_local_devices

    return next((d.name for d in list_local_devices() if d.device_type == "GPU"), "")


def is_gpu_available(
    cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None
) -> bool:
    """Whether ops can be placed on a GPU.

    Args:
        cuda_only: whether GPUs of another kind than CUDA's do not count.
        min_cuda_compute_capability: the least compute capability that counts.
    """
    from pyengine.config import ConfigProto
    from pyengine.executor.gpu import gpus_of

    least = min_cuda_compute_capability or (0, 0)
    return any(
        gpu.capability >= least and (gpu.is_cuda or not cuda_only) for gpu in gpus_of(ConfigProto())
    )


def is_built_with_cuda() -> bool:
    """Whether ops can be placed on GPUs of CUDA's, which takes PyTorch and such a GPU."""
    return is_gpu_available(cuda_only=True)


def is_built_with_gpu_support() -> bool:
    """Whether ops can be placed on GPUs, which takes PyTorch and a GPU."""
    return is_gpu_available()


def is_built_with_rocm() -> bool:
    """Whether ops can be placed on GPUs of AMD's."""
    return is_gpu_available() and not is_built_with_cuda()


def is_built_with_xla() -> bool:
    """Whether graphs are compiled by XLA: no."""
    return False


def test_src_dir_path(relative_path: str) -> str:
    """A path under the engine's sources, as an absolute one.

    Args:
        relative_path: a path below the folder of the tests.

    Returns:
        The whole path.
    """
    return os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), relative_path)


def main(argv: Any = None) -> None:
    """Runs the tests of the calling program, and leaves with their status.

    Args:
        argv: the command line; that of the process by default.
    """
    unittest.main(module="__main__", argv=sys.argv if argv is None else argv)
