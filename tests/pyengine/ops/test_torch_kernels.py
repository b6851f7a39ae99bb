import numpy as np
import pytest

from pyengine.executor import backend
from pyengine.ops import torch_kernels

pytestmark = pytest.mark.skipif(not backend.is_installed(), reason="PyTorch is not installed")


def test_tensors_share_memory_where_they_can():
    torch = backend.load_torch()
    x = np.arange(12.0).reshape(3, 4)
    for view in (x, x.T, x[:, ::2], x[1:]):
        assert np.shares_memory(torch_kernels.tensor(torch, view).numpy(), x)
    turned = torch_kernels.tensor(torch, x[::-1])
    assert (turned.numpy() == x[::-1]).all()


def test_parts_of_elements_are_copied():
    torch = backend.load_torch()
    packed = np.zeros(3, np.dtype([("a", "i1"), ("b", "f4")]))
    packed["b"] = [1, 2, 3]
    assert torch_kernels.tensor(torch, packed["b"]).tolist() == [1, 2, 3]


def test_a_nan_in_a_pool_is_left_to_numpy():
    torch = backend.load_torch()
    x = np.full((1, 2, 2, 1), np.nan, np.float32)
    y = x[:, :1, :1]
    given = {"ksize": (1, 2, 2, 1), "strides": (1, 2, 2, 1), "padding": "SAME"}
    assert torch_kernels.max_pool_grad(torch, x, y, y, **given) is NotImplemented
