"""Tests of programs that use the engine: the `tf.test` namespace."""

from __future__ import annotations

from unittest import mock

from pyengine.test.case import TestCase
from pyengine.test.environment import (
    get_temp_dir,
    gpu_device_name,
    is_built_with_cuda,
    is_built_with_gpu_support,
    is_built_with_rocm,
    is_built_with_xla,
    is_gpu_available,
    main,
    test_src_dir_path,
)
from pyengine.test.gradient_checker import compute_gradient, compute_gradient_error

__all__ = [
    "TestCase", "compute_gradient", "compute_gradient_error", "get_temp_dir", "gpu_device_name",
    "is_built_with_cuda", "is_built_with_gpu_support", "is_built_with_rocm", "is_built_with_xla",
    "is_gpu_available", "main", "mock", "test_src_dir_path",
]  # fmt: skip
