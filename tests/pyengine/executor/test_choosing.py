"""Elements of one array or another."""

import numpy as np
import pytest

from pyengine.executor.choosing import _BLOCK, _FEW, chosen

KINDS = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool")


@pytest.mark.parametrize("dtype", [*KINDS, "complex64", "complex128"])
@pytest.mark.parametrize("size", [0, 1, _FEW + 1, 2 * _BLOCK + 3])
def test_it_is_where(dtype, size):
    draws = np.random.default_rng(0)
    x, y = (draws.standard_normal(size).astype(dtype) for _ in range(2))
    if x.dtype.kind == "f" and size:
        x[0], y[-1] = np.nan, -0.0
    condition = draws.integers(0, 2, size).astype(bool)
    for one, other in ((x, y), (x, x[:1].sum(dtype=dtype)), (y.dtype.type(0), x)):
        found = chosen(condition, one, other)
        wanted = np.where(condition, one, other)
        assert found.dtype == wanted.dtype
        assert found.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("order", "CF")
def test_arrays_in_any_order(order):
    draws = np.random.default_rng(1)
    x, y = draws.standard_normal((2, 300, 200)).astype("float32")
    x, condition = np.asarray(x, order=order), np.asarray(y > 0, order=order)
    assert (chosen(condition, x, y) == np.where(condition, x, y)).all()
    assert (chosen(condition[:, ::2], x[:, ::2], y[:, 1::2]) ==
            np.where(condition[:, ::2], x[:, ::2], y[:, 1::2])).all()  # fmt: skip


def test_shapes_and_dtypes_that_differ_are_where_s():
    x = np.arange(1000.0).reshape(10, 100)
    rows = np.arange(10).reshape(10, 1) > 4
    assert (chosen(rows, x, -x) == np.where(rows, x, -x)).all()
    assert chosen(x > 5, x, np.float32(0)).dtype == np.float64
