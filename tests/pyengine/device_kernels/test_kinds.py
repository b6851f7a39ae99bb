"""The dtypes of kernels on a GPU."""

import numpy as np
import pytest

import pyengine as tf
from pyengine import device_kernels
from pyengine.device_kernels import kinds

torch = pytest.importorskip("torch")


def test_every_dtype_is_one_of_both_libraries():
    for name in kinds.ALL:
        array = np.zeros(1, tf.as_dtype(name).as_numpy_dtype)
        assert torch.from_numpy(array).dtype is kinds.torch_dtype(torch, tf.as_dtype(name))


def test_an_entry_has_its_dtypes():
    table = kinds.kernels(kinds.FLOATS, {"Sin": np.sin, "Cos": np.cos})
    assert table["Cos"] == device_kernels.DeviceKernel(np.cos, kinds.FLOATS)


def test_a_kernel_is_for_its_dtypes_only():
    with tf.Graph().as_default():
        single, half, whole = (
            tf.matmul(tf.placeholder(t, [2, 2]), tf.placeholder(t, [2, 2])).op
            for t in (tf.float32, tf.bfloat16, tf.int32)
        )
    assert device_kernels.device_kernel(single) is device_kernels.table()["MatMul"].kernel
    assert device_kernels.device_kernel(half) is None
    assert device_kernels.device_kernel(whole) is None


def test_some_element_is_true():
    assert kinds.any_true(torch.tensor([False, True]))
    assert not kinds.any_true(torch.tensor([], dtype=torch.bool))
