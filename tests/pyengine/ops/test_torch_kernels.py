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


@pytest.mark.parametrize("transpose_a", [False, True])
@pytest.mark.parametrize("transpose_b", [False, True])
def test_products_with_a_transposed_matrix(transpose_a, transpose_b):
    torch = backend.load_torch()
    rng = np.random.default_rng(0)
    a, w = rng.normal(size=(5, 7)).astype("f"), rng.normal(size=(60, 7)).astype("f")
    found = torch_kernels.product(
        torch,
        np.ascontiguousarray(a.T) if transpose_a else a,
        w if transpose_b else w.T,
        transpose_a=transpose_a,
        transpose_b=transpose_b,
    )
    np.testing.assert_allclose(found, a @ w.T, rtol=1e-5, atol=1e-6)
    assert found.dtype == np.float32


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.ones((4, 6), "f")[:, ::2], np.ones((2, 3), "f")),  # a slow loop of oneDNN's
        (np.ones((4, 3), "f"), np.ones((3, 2), "f").T),
        (np.ones((4, 3)), np.ones((2, 3))),
        (np.ones((1, 3), "f"), np.ones((2, 3), "f")),
        (np.ones((256, 3), "f"), np.ones((2, 3), "f")),
        (np.ones((4, 3), "f"), np.ones((3, 2), "f")),
        (np.ones((0, 3), "f"), np.ones((2, 3), "f")),
        (np.ones(3, "f"), np.ones((2, 3), "f")),
    ],
)
def test_other_products_are_left_to_numpy(a, b):
    torch = backend.load_torch()
    flags = {"transpose_a": False, "transpose_b": True}
    assert torch_kernels.product(torch, a, b, **flags) is NotImplemented


@pytest.mark.parametrize("ksize", [(2, 2), (1, 3), (3, 1), (1, 1), (2, 3)])
def test_windows_that_tile_images(ksize):
    torch = backend.load_torch()
    x = np.random.default_rng(0).normal(size=(2, 6, 6, 4)).astype("f")
    window = (1, *ksize, 1)
    found = torch_kernels.max_pool(
        torch, x, ksize=window, strides=window, padding="VALID", explicit_paddings=(),
        data_format="NHWC",
    )  # fmt: skip
    parts = x.reshape(2, 6 // ksize[0], ksize[0], 6 // ksize[1], ksize[1], 4)
    np.testing.assert_array_equal(found, parts.max((2, 4)))
    assert not np.shares_memory(found, x)
